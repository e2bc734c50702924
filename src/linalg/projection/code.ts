/**
 * @file The function that assembly/projection exports, on some memory. Addresses are in bytes.
 */
import { instanceOn } from "../../parallel/wasm.js";
import { code } from "./code.wasm.js";

export interface ProjectionCode {
  project(
    x: number,
    mean: number,
    directions: number,
    scores: number,
    d: number,
    width: number,
    from: number,
    to: number,
  ): void;
}

/** This thread's own. */
export const codeOn = (memory: WebAssembly.Memory) => instanceOn(memory, code) as unknown as ProjectionCode;
