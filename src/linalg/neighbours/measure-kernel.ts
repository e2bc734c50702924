/**
 * @file The nearest of a few candidate rows, by distances in float64.
 */
import type { Kernel } from "../../parallel/kernel.js";

/** Queries that are worth dealing out at a time. */
export const CHUNK_ROWS = 64;

interface MeasureArgs
  extends Record<string, Float32Array | Float64Array | Int32Array | Uint32Array | number> {
  /** `[n, d]` */
  x: Float32Array;
  /** `[m, d]` */
  queries: Float32Array;
  n: number;
  d: number;
  k: number;
  /** 1 where a query is the row of its number, and not its own neighbour. */
  within: number;
  cosine: number;
  /** `[*, size]`: candidates of the queries from `first` on. */
  candidates: Uint32Array;
  size: number;
  /** `[*]`; negative for a query whose candidates are all rows. */
  counts: Int32Array;
  /** `[m, k]`, written. */
  indices: Uint32Array;
  /** `[m, k]`, written. */
  distances: Float64Array;
}

/** Scalars: the query whose candidates stand first, how many queries there are, and how many a chunk takes. */
export const measureCandidates: Kernel<MeasureArgs> = {
  module: import.meta.url,
  name: "measureCandidates",
  run(args, chunk, scalars) {
    const { n, d, k, within, cosine, candidates, size, counts, indices, distances } = args;
    const [first, queries, chunkRows] = [scalars[0]!, scalars[1]!, scalars[2]!];
    const end = Math.min(queries, (chunk + 1) * chunkRows);
    // Not in the shared arrays themselves: moving numbers about in shared memory is slow.
    const nearest = new Float64Array(k);
    const rows = new Uint32Array(k);
    for (let i = chunk * chunkRows; i < end; i++) {
      const query = first + i;
      const count = counts[i]!;
      const all = count < 0;
      nearest.fill(Number.POSITIVE_INFINITY);
      for (let c = 0; c < (all ? n : count); c++) {
        const row = all ? c : candidates[i * size + c]!;
        if (within === 1 && row === query) continue;
        const worst = nearest[k - 1]!;
        // Rows that come in order cannot get ahead of k equal to the query.
        if (all && worst === 0) break;
        const distance = cosine
          ? cosineDistance(args.queries, query * d, args.x, row * d, d)
          : squaredDistance(args.queries, query * d, args.x, row * d, d, worst);
        if (distance <= worst) insert(nearest, rows, distance, row);
      }
      for (let r = 0; r < k; r++) {
        distances[query * k + r] = cosine ? nearest[r]! : Math.sqrt(nearest[r]!);
        indices[query * k + r] = rows[r]!;
      }
    }
  },
};

/** Puts a row into the ascending list, of equally distant ones the earlier row first, and drops the last. */
export function insert(distances: Float64Array, rows: Uint32Array, distance: number, row: number): void {
  let [low, high] = [0, distances.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = distances[middle]!;
    if (there < distance || (there === distance && rows[middle]! < row)) low = middle + 1;
    else high = middle;
  }
  if (low === distances.length) return;
  distances.copyWithin(low + 1, low);
  rows.copyWithin(low + 1, low);
  distances[low] = distance;
  rows[low] = row;
}

/** Or some number above `enough`, once it is that large. */
function squaredDistance(
  a: Float32Array,
  atA: number,
  b: Float32Array,
  atB: number,
  d: number,
  enough: number,
): number {
  let total = 0;
  for (let j = 0; j < d; ) {
    for (const stop = Math.min(d, j + 64); j < stop; j++) {
      const difference = a[atA + j]! - b[atB + j]!;
      total += difference * difference;
    }
    if (total > enough) return total;
  }
  return total;
}

/** 0 exactly for equal rows: then √(a a) is a. 1 for rows of zeros. */
function cosineDistance(p: Float32Array, atP: number, q: Float32Array, atQ: number, d: number): number {
  let [dot, a, b] = [0, 0, 0];
  for (let j = 0; j < d; j++) {
    const [u, v] = [p[atP + j]!, q[atQ + j]!];
    dot += u * v;
    a += u * u;
    b += v * v;
  }
  return a > 0 && b > 0 ? Math.max(0, 1 - dot / Math.sqrt(a * b)) : 1;
}
