/**
 * @file Exports of assembly/l1-quadratic, on some memory. Addresses are in bytes.
 */
import { instanceOn } from "../../parallel/wasm.js";
import { code } from "./code.wasm.js";

export interface SparseCode {
  approach(
    gram: number,
    k: number,
    alpha: number,
    nonNegative: boolean,
    c: number,
    z: number,
    room: number,
  ): number;
  residual(gram: number, k: number, atoms: number, z: number, count: number, c: number, g: number): void;
}

/** This thread's own. */
export const codeOn = (memory: WebAssembly.Memory) => instanceOn(memory, code) as unknown as SparseCode;
