/**
 * @file ONNX Runtime in browsers and workers: WebAssembly.
 */
import type { OnnxRuntime } from "./onnxruntime-node.js";

/** There is no native build in a browser. */
export async function loadNative(): Promise<OnnxRuntime | undefined> {
  return undefined;
}

export async function loadWasm(): Promise<OnnxRuntime> {
  return (await import("onnxruntime-web/wasm")) as unknown as OnnxRuntime;
}
