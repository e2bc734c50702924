/**
 * @file The engine as the command line sets it up.
 */
import { configureRuntime, runtime } from "../src/engine/session.js";
import type { Messages } from "./messages.js";

/** Loads the runtime; says once how to get the native one if it is not there. */
export async function startEngine(threads: number | undefined, messages: Messages): Promise<void> {
  configureRuntime({ threads });
  const { backend } = await runtime();
  if (backend === "wasm") {
    messages.note("the native runtime is not installed, WebAssembly is slower: npm install onnxruntime-node");
  }
}
