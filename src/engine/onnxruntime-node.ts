/**
 * @file ONNX Runtime under Node: the native build where it is installed, else WebAssembly.
 */
import type * as Ort from "onnxruntime-common";

export type OnnxRuntime = typeof Ort;

/** The native build, or `undefined` where the optional package is not installed or does not load. */
export async function loadNative(): Promise<OnnxRuntime | undefined> {
  try {
    return (await import("onnxruntime-node")) as unknown as OnnxRuntime;
  } catch {
    return undefined;
  }
}

export async function loadWasm(_wasmPaths?: string): Promise<OnnxRuntime> {
  return (await import("onnxruntime-web")) as unknown as OnnxRuntime;
}
