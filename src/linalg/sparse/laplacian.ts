/**
 * @file The normalized Laplacian of a graph, I − D^−½ W D^−½: its eigenvalues are in [0, 2], and as many of them are 0
 * as the graph has components. Source: Chung (1997), "Spectral graph theory", AMS, §1.2.
 */
import { checkSquareSparse, type SparseMatrix, sparseFromTriplets } from "./csr.js";

/** A normalized Laplacian, and the degrees it was made with. */
export interface NormalizedLaplacian {
  /** I − D^−½ W D^−½ `[n, n]`, both triangles. */
  readonly laplacian: SparseMatrix;
  /** D: sums of weights to others `[n]`. */
  readonly degrees: Float64Array;
}

/**
 * The normalized Laplacian of a graph, I − D^−½ W D^−½. Its eigenvalues are in [0, 2], and as many of them are 0 as the
 * graph has components.
 * Source: Chung (1997), "Spectral graph theory", AMS, §1.2.
 * @param weights W `[n, n]`, symmetric, ≥ 0; entries of the diagonal do not count.
 * @throws RangeError naming the first node that has no neighbors.
 */
export function normalizedLaplacian(weights: SparseMatrix): NormalizedLaplacian {
  checkSquareSparse(weights, "normalizedLaplacian");
  const { rows: n, rowStarts, columns, values } = weights;
  const degrees = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) {
      if (columns[at] !== i) degrees[i]! += values[at]!;
    }
    if (!(degrees[i]! > 0)) throw new RangeError(`normalizedLaplacian: node ${i} has no neighbors`);
  }
  const most = columns.length + n;
  const rowIndices = new Int32Array(most);
  const columnIndices = new Int32Array(most);
  const entries = new Float64Array(most);
  let to = 0;
  for (let i = 0; i < n; i++) {
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) {
      const j = columns[at]!;
      if (j === i) continue;
      rowIndices[to] = i;
      columnIndices[to] = j;
      entries[to++] = -values[at]! / Math.sqrt(degrees[i]! * degrees[j]!);
    }
    rowIndices[to] = columnIndices[to] = i;
    entries[to++] = 1;
  }
  const laplacian = sparseFromTriplets(n, n, {
    rowIndices: rowIndices.subarray(0, to),
    columnIndices: columnIndices.subarray(0, to),
    values: entries.subarray(0, to),
  });
  return { laplacian, degrees };
}
