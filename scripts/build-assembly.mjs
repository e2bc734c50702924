/**
 * Compiles assembly/ to WebAssembly and writes it into src/ as text, where a module can import it:
 *
 *   node scripts/build-assembly.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Each folder of assembly/, the module that it becomes, and whether its memory is one thread's alone. */
const MODULES = [
  { entry: "assembly/columns/index.ts", module: "src/data/columns/code.wasm.ts", alone: true },
  { entry: "assembly/coordinate-descent/index.ts", module: "src/methods/linear/coordinate-descent.wasm.ts" },
  { entry: "assembly/neighbors/index.ts", module: "src/linalg/neighbors/code.wasm.ts" },
  { entry: "assembly/projection/index.ts", module: "src/linalg/projection/code.wasm.ts" },
  { entry: "assembly/l1-quadratic/index.ts", module: "src/linalg/l1-quadratic/code.wasm.ts" },
  { entry: "assembly/tsne/index.ts", module: "src/methods/manifold/tsne/code.wasm.ts" },
  { entry: "assembly/optimizers/index.ts", module: "src/engine/optimizer-code.wasm.ts", alone: true },
  { entry: "assembly/noise/index.ts", module: "src/bulk-noise/code.wasm.ts", alone: true },
  { entry: "assembly/umap/index.ts", module: "src/methods/manifold/umap/code.wasm.ts" },
];

// Memory comes from outside; 65536 pages are all that addresses reach.
const OPTIONS = [
  ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"],
  ...["--importMemory", "--noExportMemory", "--initialMemory", "0", "--maximumMemory", "65536"],
];
const SHARED = ["--sharedMemory", "--enable", "threads"];

/** @returns the text of each module. */
export async function compileAssembly() {
  const texts = new Map();
  for (const { entry, module, alone = false } of MODULES) {
    let binary;
    const options = [here(entry), "--outFile", "binary.wasm", ...OPTIONS, ...(alone ? [] : SHARED)];
    const { error, stderr } = await asc.main(options, {
      readFile: (name) => read(name),
      writeFile: (_name, contents) => {
        binary = contents;
      },
      listFiles: () => null,
    });
    if (error) throw new Error(`${entry}: ${error.message}\n${stderr}`);
    texts.set(
      module,
      `/** @file ${entry}, compiled by scripts/build-assembly.mjs. */\nexport const code =\n  "${Buffer.from(binary).toString("base64")}";\n`,
    );
  }
  return texts;
}

function read(name) {
  try {
    return readFileSync(name, "utf8");
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [module, text] of await compileAssembly()) writeFileSync(here(module), text);
}
