/**
 * The last step of the build: makes one file of dist/src/unlabeled-worker.js and all it imports, in its place, and
 * writes the same text into dist/src/worker-code.js:
 *
 *   node scripts/build-worker.mjs
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = (name) => fileURLToPath(new URL(`../dist/src/${name}`, import.meta.url));

const { outputFiles } = await build({
  entryPoints: [dist("unlabeled-worker.js")],
  bundle: true,
  minify: true,
  // Runs as a module, as a script, and as text that Node evaluates.
  format: "iife",
  target: "es2022",
  write: false,
  logLevel: "warning",
});
const code = outputFiles[0].text;
writeFileSync(dist("unlabeled-worker.js"), code);
writeFileSync(dist("worker-code.js"), `export const code = ${JSON.stringify(code)};\n`);
