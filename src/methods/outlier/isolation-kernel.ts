/**
 * @file Paths of rows through isolation trees, by the threads there are: tree after tree for some rows, so that its nodes stay
 * near.
 */
import type { Kernel } from "../../parallel/kernel.js";

/** Rows to a chunk. */
export const CHUNK_ROWS = 256;

export interface PathArgs extends Record<string, Float32Array | Float64Array | Int32Array | number> {
  /** See `IsolationTrees`. */
  roots: Int32Array;
  columns: Int32Array;
  thresholds: Float32Array;
  seconds: Int32Array;
  /** `[nodes]`, see `pathLengths`. */
  lengths: Float64Array;
  /** `[*, d]` */
  x: Float32Array;
  d: number;
  /** `[*]`, or `[*, d]` of `sumPathParts`; written. */
  out: Float64Array;
}

/** Sums of a row's path lengths over all trees. Scalars: rows. */
export const sumPathLengths: Kernel<PathArgs> = {
  name: "sumPathLengths",
  run({ roots, columns, thresholds, seconds, lengths, x, d, out }, chunk, scalars) {
    const from = chunk * CHUNK_ROWS;
    const to = Math.min(scalars[0]!, from + CHUNK_ROWS);
    out.fill(0, from, to);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree]!;
      for (let i = from, at = from * d; i < to; i++, at += d) {
        let node = root;
        for (let column = columns[node]!; column >= 0; column = columns[node]!)
          node = x[at + column]! < thresholds[node]! ? node + 1 : seconds[node]!;
        out[i]! += lengths[node]!;
      }
    }
  },
};

/** Sums over all trees of what the comparisons of each column take off the average path. Scalars: rows. */
export const sumPathParts: Kernel<PathArgs> = {
  name: "sumPathParts",
  run({ roots, columns, thresholds, seconds, lengths, x, d, out }, chunk, scalars) {
    const from = chunk * CHUNK_ROWS;
    const to = Math.min(scalars[0]!, from + CHUNK_ROWS);
    out.fill(0, from * d, to * d);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree]!;
      for (let i = from, at = from * d; i < to; i++, at += d) {
        let node = root;
        for (let column = columns[node]!; column >= 0; column = columns[node]!) {
          const child = x[at + column]! < thresholds[node]! ? node + 1 : seconds[node]!;
          out[at + column]! += lengths[node]! - lengths[child]!;
          node = child;
        }
      }
    }
  },
};
