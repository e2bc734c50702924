/**
 * @file An epoch of some rows.
 */
import type { Kernel } from "../../../parallel/kernel.js";
import { codeOn } from "./code.js";

export interface EpochArgs extends Record<string, WebAssembly.Memory | Int32Array | number> {
  /** Memory of the arrays. */
  memory: WebAssembly.Memory;
  /** Words that tell of the epoch. */
  words: Int32Array;
  rows: number;
}

/** Rows to a chunk. */
export const EPOCH_CHUNK = 256;

/** Scalars of a run: 0 to move the rows, 1 for how far the edges of each spread. */
export const embeddingEpoch: Kernel<EpochArgs> = {
  name: "embeddingEpoch",
  run({ memory, words, rows }, chunk, [what]) {
    const from = chunk * EPOCH_CHUNK;
    const code = codeOn(memory);
    const run = what === 1 ? code.spread : code.move;
    run(words.byteOffset, from, Math.min(rows, from + EPOCH_CHUNK));
  },
};
