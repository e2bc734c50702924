/**
 * @file ONNX Runtime under Node: the native build where it is installed, else WebAssembly.
 */
import type * as Ort from "onnxruntime-common";
import type { NoNative } from "./no-native.js";
import { forbidTelemetry } from "./telemetry.js";

export type OnnxRuntime = typeof Ort;

/** The native build, which is an optional package, or why there is none. */
export async function loadNative(): Promise<OnnxRuntime | NoNative> {
  if (!(await forbidTelemetry())) {
    return { installed: true, reason: "cannot be kept from reporting to its maker in this worker" };
  }
  try {
    return (await import("onnxruntime-node")) as unknown as OnnxRuntime;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    // A file that the package itself requires and does not find has another code: a build for this machine, for one.
    if (code === "ERR_MODULE_NOT_FOUND") return { installed: false, reason: "is not installed" };
    return { installed: true, reason: `does not load here (${message.split("\n", 1)[0]})` };
  }
}

export async function loadWasm(_wasmPaths?: string, _wasmBinary?: ArrayBuffer): Promise<OnnxRuntime> {
  return (await import("onnxruntime-web")) as unknown as OnnxRuntime;
}
