/**
 * @file Connected components of a graph, by breadth-first search.
 */
import { checkSquareSparse, type SparseMatrix } from "./csr.js";

/** Which component each node is in, numbered by their first nodes. */
export interface Components {
  /** Number of components. */
  readonly count: number;
  /** `[n]` */
  readonly labels: Int32Array;
}

/**
 * Components of the graph whose edges are the entries of a matrix.
 * @param a `[n, n]`, symmetric pattern, both triangles; values do not count.
 */
export function connectedComponents(a: SparseMatrix): Components {
  checkSquareSparse(a, "connectedComponents");
  const n = a.rows;
  const labels = new Int32Array(n).fill(-1);
  const queue = new Int32Array(n);
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (labels[root] !== -1) continue;
    labels[root] = count;
    queue[0] = root;
    for (let from = 0, to = 1; from < to; from++) {
      const i = queue[from]!;
      for (let at = a.rowStarts[i]!; at < a.rowStarts[i + 1]!; at++) {
        const j = a.columns[at]!;
        if (labels[j] !== -1) continue;
        labels[j] = count;
        queue[to++] = j;
      }
    }
    count++;
  }
  return { count, labels };
}
