/**
 * @file ONNX Runtime in browsers and workers: WebAssembly.
 */
import type { NoNative } from "./no-native.js";
import type { OnnxRuntime } from "./onnxruntime-node.js";

export async function loadNative(): Promise<OnnxRuntime | NoNative> {
  return { installed: false, reason: "is not for browsers" };
}

/** Milliseconds for the download and the start of all threads. */
const START_TIMEOUT = 120_000;

export async function loadWasm(wasmPaths?: string, wasmBinary?: ArrayBuffer): Promise<OnnxRuntime> {
  const ort = (await import("onnxruntime-web/wasm")) as unknown as OnnxRuntime;
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths;
  if (wasmBinary !== undefined) ort.env.wasm.wasmBinary = wasmBinary;
  // Threads run the script this stands in; bundled with all else it never answers, and without a timeout we wait on.
  ort.env.wasm.initTimeout = START_TIMEOUT;
  return ort;
}
