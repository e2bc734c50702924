/**
 * @file The elimination tree of a sparse symmetric matrix, and what is read off it before any number is computed: how
 * many entries each column of the Cholesky factor has.
 *
 * The parent of column j is the row of the first entry below the diagonal of column j of L. Row i of L has entries in
 * the columns on the paths from the columns of row i of A towards i.
 * Sources: Liu (1990), "The role of elimination trees in sparse factorization", SIAM Journal on Matrix Analysis and
 * Applications 11(1); Davis (2006), "Direct methods for sparse linear systems", §4.1 to §4.4.
 */
import type { SparseMatrix } from "./csr.js";

const NONE = -1;

/** A with rows and columns in a new order, of which only the lower triangle is kept, diagonal included. */
export interface LowerTriangle {
  /** Rows and columns. */
  readonly n: number;
  /** Starts of the rows among the entries `[n + 1]`. */
  readonly rowStarts: Int32Array;
  /** At most the row; in no order. */
  readonly columns: Int32Array;
  /** Values of the entries. */
  readonly values: Float64Array;
}

/** @param order variable `order[i]` of `a` becomes the i-th. */
export function permutedLower(a: SparseMatrix, order: Int32Array): LowerTriangle {
  const n = a.rows;
  const place = new Int32Array(n);
  for (let i = 0; i < n; i++) place[order[i]!] = i;
  const rowStarts = new Int32Array(n + 1);
  const columns = new Int32Array(a.columns.length);
  const values = new Float64Array(a.columns.length);
  let to = 0;
  for (let i = 0; i < n; i++) {
    const row = order[i]!;
    for (let at = a.rowStarts[row]!; at < a.rowStarts[row + 1]!; at++) {
      const j = place[a.columns[at]!]!;
      if (j > i) continue;
      columns[to] = j;
      values[to++] = a.values[at]!;
    }
    rowStarts[i + 1] = to;
  }
  return { n, rowStarts, columns: columns.slice(0, to), values: values.slice(0, to) };
}

/** Parent of every column, −1 for roots; `[n]`. */
export function eliminationTree({ n, rowStarts, columns }: LowerTriangle): Int32Array {
  const parent = new Int32Array(n).fill(NONE);
  // The highest column known on the path from each, so that no path is walked twice.
  const shortcut = new Int32Array(n).fill(NONE);
  for (let i = 0; i < n; i++) {
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) {
      let j = columns[at]!;
      while (j !== NONE && j < i) {
        const above = shortcut[j]!;
        shortcut[j] = i;
        if (above === NONE) parent[j] = i;
        j = above;
      }
    }
  }
  return parent;
}

/** The order in which every column comes right after its subtree; `[n]`. */
export function postorder(parent: Int32Array): Int32Array {
  const n = parent.length;
  const firstChild = new Int32Array(n).fill(NONE);
  const sibling = new Int32Array(n).fill(NONE);
  for (let j = n - 1; j >= 0; j--) {
    if (parent[j] === NONE) continue;
    sibling[j] = firstChild[parent[j]!]!;
    firstChild[parent[j]!] = j;
  }
  const order = new Int32Array(n);
  const stack = new Int32Array(n);
  let to = 0;
  for (let root = 0; root < n; root++) {
    if (parent[root] !== NONE) continue;
    let height = 0;
    stack[height++] = root;
    while (height > 0) {
      const j = stack[height - 1]!;
      const child = firstChild[j]!;
      if (child === NONE) {
        order[to++] = j;
        height--;
      } else {
        firstChild[j] = sibling[child]!;
        stack[height++] = child;
      }
    }
  }
  return order;
}

/**
 * Entries of every column of L, diagonal included; `[n]`.
 * @param most stop as soon as L has more entries than this: then `undefined`.
 */
export function columnCounts(
  { n, rowStarts, columns }: LowerTriangle,
  parent: Int32Array,
  most: number,
): Int32Array | undefined {
  const counts = new Int32Array(n).fill(1);
  const seen = new Int32Array(n).fill(NONE);
  let entries = n;
  for (let i = 0; i < n; i++) {
    seen[i] = i;
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) {
      for (let j = columns[at]!; seen[j] !== i; j = parent[j]!) {
        seen[j] = i;
        counts[j]! += 1;
        entries++;
      }
    }
    if (entries > most) return undefined;
  }
  return counts;
}
