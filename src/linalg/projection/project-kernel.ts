/**
 * @file Scores of some rows.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { codeOn } from "./code.js";

export interface ProjectArgs extends Record<string, WebAssembly.Memory | Float32Array | number> {
  /** Memory of the arrays. */
  memory: WebAssembly.Memory;
  /** A block of rows `[BLOCK_ROWS, d]`. */
  x: Float32Array;
  mean: Float32Array;
  /** `[d, width]` */
  directions: Float32Array;
  /** `[BLOCK_ROWS, width]` */
  scores: Float32Array;
  d: number;
  width: number;
}

/** Scalars of a run: rows of the block, and of a chunk. */
export const projectRows: Kernel<ProjectArgs> = {
  name: "projectRows",
  run({ memory, x, mean, directions, scores, d, width }, chunk, [rows, chunkRows]) {
    const from = chunk * chunkRows!;
    const to = Math.min(rows!, from + chunkRows!);
    const addresses = [x, mean, directions, scores].map(({ byteOffset }) => byteOffset);
    codeOn(memory).project(...(addresses as [number, number, number, number]), d, width, from, to);
  },
};
