/**
 * @file The installation in words, with the command that brings what is missing.
 */
import { examineInstallation } from "../node/installation.js";
import { nativeInstallCommand, sharpInstallCommand } from "../node/native-install.js";
import { textTable } from "../panels/text-table.js";
import { inBytes } from "../src/parallel/memory.js";
import { packageRoot } from "./engine.js";
import { jsonReport } from "./report.js";

export interface Diagnosis {
  /** For people. */
  readonly text: string;
  /** As `--json` prints it. */
  readonly report: string;
  /** The runtime is slower than it could be. */
  readonly slow: boolean;
}

export async function diagnose(): Promise<Diagnosis> {
  const found = await examineInstallation();
  const { version, node, platform, architecture, cores, memory, freeMemory, runtime, sharp } = found;
  const { backend, noNative, threads } = runtime;
  const mendedBy = {
    // One that is installed and does not load is not mended by installing it again.
    native: noNative && !noNative.installed ? await nativeInstallCommand(packageRoot()) : null,
    sharp: sharp === undefined ? sharpInstallCommand(packageRoot()) : null,
  };
  const gflops = Number(runtime.gflops.toPrecision(3));
  const name = backend === "native" ? "native ONNX Runtime" : "WebAssembly ONNX Runtime";
  const lines = [
    ["unlabeled", version],
    ["Node", node],
    ["platform", `${platform} ${architecture}`],
    ["cores", String(cores)],
    ["memory", `${inBytes(memory)}, ${inBytes(freeMemory)} free`],
    ["runtime", `${name} ${runtime.version}, ${threads} ${threads === 1 ? "thread" : "threads"}`],
    ["speed", `${gflops} GFLOP/s`],
    ...(noNative ? [["missing", `the native runtime ${noNative.reason}, WebAssembly is slower`]] : []),
    ...(mendedBy.native ? [["mended by", mendedBy.native]] : []),
    ["images", sharp === undefined ? "PGM, PPM" : `PGM, PPM; PNG and JPEG by sharp ${sharp}`],
    ...(mendedBy.sharp ? [["missing", "sharp, which reads PNG and JPEG"]] : []),
    ...(mendedBy.sharp ? [["mended by", mendedBy.sharp]] : []),
  ];
  const further = {
    ...found,
    runtime: { ...runtime, gflops, noNative: noNative?.reason ?? null },
    sharp: sharp ?? null,
    mendedBy,
  };
  return { text: textTable(lines, "left"), report: jsonReport({}, further), slow: noNative !== undefined };
}
