/**
 * @file The functions that assembly/optimizers exports, on some memory.
 */
import { instanceOn } from "../parallel/wasm.js";
import { code } from "./optimizer-code.wasm.js";
import type { OptimizerCode } from "./optimizers.js";

export const optimizerCodeOn = (memory: WebAssembly.Memory) =>
  instanceOn(memory, code) as unknown as OptimizerCode;
