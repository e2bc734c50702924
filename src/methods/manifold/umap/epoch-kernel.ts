/**
 * @file An epoch of some rows.
 */
import type { Kernel } from "../../../parallel/kernel.js";
import { ownRoom } from "../../../parallel/wasm.js";
import { codeOn } from "./code.js";

export interface EpochArgs extends Record<string, WebAssembly.Memory | Int32Array | number> {
  /** Memory of the arrays. */
  memory: WebAssembly.Memory;
  /** Words that tell of the epoch. */
  words: Int32Array;
  rows: number;
  /** Numbers that a place takes. */
  stride: number;
}

/** Places that the rows of a chunk draw among, as in assembly/umap/draws.ts. */
const POOL = 1024;

/** Rows to a chunk. */
export const EPOCH_CHUNK = 256;

/** Scalars of a run: 0 to move the rows, 1 for how far the edges of each spread. */
export const embeddingEpoch: Kernel<EpochArgs> = {
  name: "embeddingEpoch",
  run({ memory, words, rows, stride }, chunk, [what]) {
    const from = chunk * EPOCH_CHUNK;
    const to = Math.min(rows, from + EPOCH_CHUNK);
    const code = codeOn(memory);
    if (what === 1) code.spread(words.byteOffset, from, to);
    else code.move(words.byteOffset, from, to, chunk, ownRoom(memory, POOL * stride).byteOffset);
  },
};
