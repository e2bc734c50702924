/**
 * A step of the build: makes a few files of the command line and all modules of this package that it imports. Node takes as
 * long to find and read 270 modules as to do a small command's work.
 */
import { join } from "node:path";
import { build } from "esbuild";

/**
 * What a verb imports when it runs stays apart, and so do other packages.
 * @param folder of compiled modules.
 * @param into receives main.js and the files that it imports.
 */
export async function bundleCommand(folder, into) {
  await build({
    entryPoints: [join(folder, "cli/main.js")],
    outdir: into,
    // Files are named after what is in them, comments with modules' places included: the same in every build.
    absWorkingDir: folder,
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    // Its entry in package.json leads to what the build before this one has left.
    alias: { "#onnxruntime": join(folder, "src/engine/onnxruntime-node.js") },
    logLevel: "warning",
  });
}
