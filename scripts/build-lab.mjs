/**
 * A step of the build: makes the lab, as files for any host, of its compiled modules and those of the library.
 */
import { copyFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

const sources = fileURLToPath(new URL("../lab/", import.meta.url));

/**
 * ONNX Runtime stays outside: the page says where its files are, which the package it comes with has already.
 * @param folder of compiled modules, the workers' program among them.
 * @param into receives index.html and all it asks for but `runtime/`.
 */
export async function buildLab(folder, into) {
  const root = join(folder, "lab");
  for (const name of readdirSync(sources, { recursive: true }))
    if (/\.(html|css)$/.test(name)) copyFileSync(join(sources, name), join(root, name));
  const { PAGE_STYLE } = await import(pathToFileURL(join(folder, "panels/page-style.js")).href);
  writeFileSync(join(root, "panels.css"), PAGE_STYLE);
  const { resolve: runtimeAt } = createRequire(import.meta.url);
  const runtime = runtimeAt("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  await build({
    root,
    define: { RUNTIME_BYTES: String(statSync(runtime).size) },
    base: "./",
    configFile: false,
    logLevel: "warn",
    resolve: {
      alias: { "#onnxruntime": join(folder, "src/engine/onnxruntime-browser.js") },
      conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser", "production"],
    },
    worker: {
      format: "es",
      // Parts that most methods have: one file is less to fetch than fifty.
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              // Data and no code: by themselves, whatever else asks for them.
              { name: "digits-data", test: /digits-data/, priority: 1 },
              { name: "core", minShareCount: 20 },
            ],
          },
        },
        // As package.json says it of the modules in their place.
        treeshake: { moduleSideEffects: (id) => !id.startsWith(join(folder, "src/")) },
      },
    },
    build: {
      outDir: into,
      emptyOutDir: true,
      target: "es2023",
      // Without it no script stands in the page itself, which its policy would refuse.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: { checks: { bundlerTimings: false, pluginTimings: false } },
    },
  });
  copyFileSync(join(sources, "_headers"), join(into, "_headers"));
}
