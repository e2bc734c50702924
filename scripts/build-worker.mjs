/**
 * A step of the build: makes one file of src/unlabeled-worker.js and all it imports, in its place, and writes the same text
 * into src/worker-code.js.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** @param folder of compiled modules. */
export async function buildWorker(folder) {
  const worker = join(folder, "src/unlabeled-worker.js");
  const { outputFiles } = await build({
    entryPoints: [worker],
    bundle: true,
    minify: true,
    // Runs as a module, as a script, and as text that Node evaluates.
    format: "iife",
    target: "es2022",
    write: false,
    logLevel: "warning",
  });
  const code = outputFiles[0].text;
  writeFileSync(worker, code);
  writeFileSync(join(folder, "src/worker-code.js"), `export const code = ${JSON.stringify(code)};\n`);
}
