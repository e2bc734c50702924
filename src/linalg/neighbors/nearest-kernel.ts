/**
 * @file Rows brought together for a product, and what it gives taken into lists, by the threads there are.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { codeOn } from "./code.js";

/** Rows of a tile to a chunk. */
export const GATHER_CHUNK = 128;

interface MemoryArgs extends Record<string, WebAssembly.Memory> {
  memory: WebAssembly.Memory;
}

/** Scalars: addresses of points, of the numbers of rows, of a center and of where to, d, width, 1 for a left factor, and how many. */
export const gatherRows: Kernel<MemoryArgs> = {
  name: "gatherRows",
  run({ memory }, chunk, scalars) {
    const [points, numbers, center, out, d, width, left, count] = scalars as unknown as Eight;
    const from = chunk * GATHER_CHUNK;
    const to = Math.min(count, from + GATHER_CHUNK);
    codeOn(memory).gatherRows(points, d, width, numbers, center, left, out, from, to);
  },
};

/** Scalars: addresses of the tile, the lists' numbers, the queries, the members, rows and squares; columns, k, and how many queries. */
export const addNearest: Kernel<MemoryArgs> = {
  name: "addNearest",
  run({ memory }, chunk, scalars) {
    const [tile, lists, queries, members, rows, squares, cols, k, count] = scalars as unknown as Nine;
    const from = chunk * GATHER_CHUNK;
    const to = Math.min(count, from + GATHER_CHUNK);
    codeOn(memory).addNearest(tile, cols, lists, queries, members, k, rows, squares, from, to);
  },
};

type Eight = [number, number, number, number, number, number, number, number];
type Nine = [...Eight, number];
