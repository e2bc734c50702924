/**
 * @file Functions that assembly/umap exports, on some memory. Addresses are in bytes.
 */
import { instanceOn } from "../../../parallel/wasm.js";
import { code } from "./code.wasm.js";

export interface UmapCode {
  filter(
    rowStart: number,
    columns: number,
    values: number,
    x: number,
    z: number,
    out: number,
    from: number,
    to: number,
    width: number,
    alpha: number,
    beta: number,
    gamma: number,
  ): void;
  move(epoch: number, from: number, to: number, chunk: number, pool: number): void;
  spread(epoch: number, from: number, to: number): void;
}

/** This thread's own. */
export const codeOn = (memory: WebAssembly.Memory) => instanceOn(memory, code) as unknown as UmapCode;
