/**
 * @file Tiles of lower bounds, put into lists by the threads there are.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { ownRoom } from "../../parallel/wasm.js";
import { codeOn } from "./code.js";

export interface CandidatesArgs extends Record<string, WebAssembly.Memory | Int32Array | number> {
  memory: WebAssembly.Memory;
  /** Words that tell of the lists. */
  words: Int32Array;
  /** Rows of a list, at most. */
  size: number;
}

/** Rows, columns or lists to a chunk; columns in multiples of eight. */
export const CHUNK = 64;

/**
 * Scalars: rows and columns of a tile, the list of its first row, the row of its first column, and `firstSelf`. Chunks
 * beyond the rows are columns. Without columns the rows are lists, from which is left out what can be.
 */
export const addCandidates: Kernel<CandidatesArgs> = {
  name: "addCandidates",
  run({ memory, words, size }, chunk, scalars) {
    const { addRows, addColumns, finish } = codeOn(memory);
    const [rows, cols, firstList, firstRow, firstSelf] = scalars as unknown as Five;
    const lists = words.byteOffset;
    const room = ownRoom(memory, size + 4).byteOffset;
    const rowChunks = Math.ceil(rows / CHUNK);
    const from = (chunk < rowChunks ? chunk : chunk - rowChunks) * CHUNK;
    const to = Math.min(chunk < rowChunks ? rows : cols, from + CHUNK);
    if (cols === 0) finish(lists, from, to, room);
    else if (chunk < rowChunks) addRows(lists, cols, firstList, firstRow, firstSelf, from, to, room);
    // Lists of a set with itself are as rows are.
    else addColumns(lists, rows, cols, firstRow, firstList, from, to, room);
  },
};

type Five = [number, number, number, number, number];
