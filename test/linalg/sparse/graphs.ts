/** @file Sparse matrices whose answers are known. */
import { type SparseMatrix, sparseFromTriplets } from "../../../src/linalg/sparse/index.js";
import { random } from "../../../src/random.js";

/** D − W of a graph with edges of weight 1. */
export function laplacian(n: number, edges: readonly (readonly [number, number])[]): SparseMatrix {
  const entries = edges.flatMap(([i, j]) => [
    [i, j, -1],
    [j, i, -1],
    [i, i, 1],
    [j, j, 1],
  ]);
  return sparseFromTriplets(n, n, {
    rowIndices: entries.map(([i]) => i!),
    columnIndices: entries.map(([, j]) => j!),
    values: entries.map(([, , value]) => value!),
  });
}

/** The Laplacian of a p × q grid; its eigenvalues are sums of two of `pathEigenvalue`. */
export function grid(p: number, q: number): SparseMatrix {
  const edges: [number, number][] = [];
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < q; j++) {
      if (i + 1 < p) edges.push([i * q + j, (i + 1) * q + j]);
      if (j + 1 < q) edges.push([i * q + j, i * q + j + 1]);
    }
  }
  return laplacian(p * q, edges);
}

/** 2 − 2 cos(π i / n), the i-th eigenvalue of the Laplacian of a path of n nodes, in a form that does not cancel. */
export function pathEigenvalue(i: number, n: number): number {
  return 4 * Math.sin((Math.PI * i) / (2 * n)) ** 2;
}

/** The smallest of a p × q grid, ascending. */
export function gridEigenvalues(p: number, q: number, k: number): number[] {
  const sums = Array.from(
    { length: p * q },
    (_, at) => pathEigenvalue(Math.floor(at / q), p) + pathEigenvalue(at % q, q),
  );
  return sums.sort((a, b) => a - b).slice(0, k);
}

/** A random matrix with about `perRow` entries a row. */
export function randomSparse(rows: number, cols: number, perRow: number, seed: number): SparseMatrix {
  const stream = random(seed);
  const count = rows * perRow;
  return sparseFromTriplets(rows, cols, {
    rowIndices: Array.from({ length: count }, () => stream.integer(rows)),
    columnIndices: Array.from({ length: count }, () => stream.integer(cols)),
    values: Array.from({ length: count }, () => stream.normal()),
  });
}
