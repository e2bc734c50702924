/**
 * @file Functions that assembly/optimizers exports, on some memory. Addresses are in bytes, of float32.
 */
import { instanceOn } from "../parallel/wasm.js";
import { code } from "./optimizer-code.wasm.js";

export interface OptimizerCode {
  descend(w: number, g: number, n: number, rate: number, decay: number): void;
  descendWithMomentum(
    w: number,
    v: number,
    g: number,
    n: number,
    rate: number,
    momentum: number,
    decay: number,
  ): void;
  adam(
    w: number,
    m: number,
    v: number,
    g: number,
    n: number,
    beta1: number,
    beta2: number,
    rate: number,
    floor: number,
    keep: number,
  ): void;
}

export const optimizerCodeOn = (memory: WebAssembly.Memory) =>
  instanceOn(memory, code) as unknown as OptimizerCode;
