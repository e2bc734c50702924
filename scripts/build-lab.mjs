/**
 * A step of the build: makes the lab, as files for any host, of its compiled modules and those of the library.
 */
import { copyFileSync, statSync, writeFileSync } from "node:fs";
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
  for (const name of ["index.html", "lab.css"]) copyFileSync(join(sources, name), join(root, name));
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

const SHOWN_COMPONENTS = 16;
const SHOWN_IMAGES = 10;

/**
 * Writes the first picture that the page shows, learned by the library itself: see lab/first-picture.tsx.
 * @param folder of compiled modules that find their packages.
 * @param into receives first-picture.json.
 */
export async function makeFirstPicture(folder, into) {
  const module = (name) => import(pathToFileURL(join(folder, `${name}.js`)).href);
  const [{ fit, pca }, { digits }, { takeRows }, { reconstructionSheet, shownRows }] = await Promise.all(
    ["src/index", "src/data/digits", "src/data/matrix", "panels/image-sheet"].map(module),
  );
  const { x, labels, rowShape } = digits();
  const [flat, wide] = await Promise.all(
    [2, SHOWN_COMPONENTS].map((latentDim) => fit(pca({ latentDim }), x, { seed: 1 })),
  );
  const codes = (await flat.encode(x)).data;
  const ranges = [0, 1].map((axis) => {
    const own = codes.filter((_, at) => at % 2 === axis);
    return [Math.min(...own), Math.max(...own)];
  });
  const levels = Uint8Array.from(codes, (value, at) => {
    const [low, high] = ranges[at % 2];
    return Math.round((255 * (value - low)) / (high - low));
  });
  const own = takeRows(x, shownRows(x.rows, labels, SHOWN_IMAGES));
  const back = await wide.reconstruct(own);
  const errors = { ...back, data: back.data.map((value, at) => 8 + (value - own.data[at]) / 2) };
  const sheet = await reconstructionSheet(own, [back, errors], rowShape);
  const base64 = (bytes) => Buffer.from(bytes).toString("base64");
  writeFileSync(
    join(into, "first-picture.json"),
    JSON.stringify({ codes: base64(levels), ranges, labels: labels.join(""), sheet: base64(sheet) }),
  );
}
