/**
 * @file Sparse matrices by compressed rows (CSR): the columns and values of the entries of row i stand at
 * `rowStarts[i]` to `rowStarts[i + 1]`, columns ascending. Source: Davis (2006), "Direct methods for sparse linear
 * systems", SIAM, §2.
 */
import { checkedSize } from "../../data/matrix.js";
import { type Dense, dense } from "../dense.js";

/** Float64 matrix of shape `[rows, cols]` of which only some entries are kept. */
export interface SparseMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** `[rows + 1]` */
  readonly rowStarts: Int32Array;
  /** `[entries]`, ascending within a row, each column once. */
  readonly columns: Int32Array;
  /** `[entries]` */
  readonly values: Float64Array;
}

/** Entries one by one, in any order; those of one place are added up. */
export interface Triplets {
  /** `[entries]` */
  readonly rowIndices: ArrayLike<number>;
  /** `[entries]` */
  readonly columnIndices: ArrayLike<number>;
  /** `[entries]` */
  readonly values: ArrayLike<number>;
}

/**
 * The matrix of the entries given; those of one place are summed in the order given.
 * @throws RangeError for lists of unequal length, or an index out of range.
 */
export function sparseFromTriplets(rows: number, cols: number, triplets: Triplets): SparseMatrix {
  const { rowIndices, columnIndices, values } = triplets;
  const count = values.length;
  if (rowIndices.length !== count || columnIndices.length !== count) {
    throw new RangeError(
      `sparseFromTriplets: got ${rowIndices.length} rows, ${columnIndices.length} columns and ${count} values`,
    );
  }
  for (let t = 0; t < count; t++) {
    const [i, j] = [rowIndices[t]!, columnIndices[t]!];
    if (!(i >= 0 && i < rows && j >= 0 && j < cols)) {
      throw new RangeError(`sparseFromTriplets: entry (${i}, ${j}) is outside of ${rows} × ${cols}`);
    }
  }
  // Bucket by column, then by row: rows come out with ascending columns.
  const byColumn = bucket(columnIndices, cols);
  const rowStarts = startsOf(rowIndices, rows);
  const fill = rowStarts.slice(0, rows);
  const sortedColumns = new Int32Array(count);
  const sortedValues = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    const t = byColumn[s]!;
    const at = fill[rowIndices[t]!]!++;
    sortedColumns[at] = columnIndices[t]!;
    sortedValues[at] = values[t]!;
  }
  return mergeDuplicates(rows, cols, rowStarts, sortedColumns, sortedValues);
}

/** Aᵀ. */
export function transposeSparse(a: SparseMatrix): SparseMatrix {
  const { rows, cols, rowStarts, columns, values } = a;
  const starts = startsOf(columns, cols);
  const fill = starts.slice(0, cols);
  const outColumns = new Int32Array(columns.length);
  const outValues = new Float64Array(columns.length);
  for (let i = 0; i < rows; i++) {
    for (let at = rowStarts[i]!; at < rowStarts[i + 1]!; at++) {
      const to = fill[columns[at]!]!++;
      outColumns[to] = i;
      outValues[to] = values[at]!;
    }
  }
  return { rows: cols, cols: rows, rowStarts: starts, columns: outColumns, values: outValues };
}

/** ½ (A + Aᵀ) of a square matrix: exactly symmetric. */
export function symmetricPart(a: SparseMatrix): SparseMatrix {
  checkSquareSparse(a, "symmetricPart");
  const b = transposeSparse(a);
  const n = a.rows;
  const rowStarts = new Int32Array(n + 1);
  const columns = new Int32Array(2 * a.columns.length);
  const values = new Float64Array(2 * a.columns.length);
  let to = 0;
  for (let i = 0; i < n; i++) {
    let [p, q] = [a.rowStarts[i]!, b.rowStarts[i]!];
    const [pEnd, qEnd] = [a.rowStarts[i + 1]!, b.rowStarts[i + 1]!];
    while (p < pEnd || q < qEnd) {
      const left = p < pEnd ? a.columns[p]! : n;
      const right = q < qEnd ? b.columns[q]! : n;
      const column = Math.min(left, right);
      const sum = (left === column ? a.values[p++]! : 0) + (right === column ? b.values[q++]! : 0);
      columns[to] = column;
      values[to++] = sum / 2;
    }
    rowStarts[i + 1] = to;
  }
  return { rows: n, cols: n, rowStarts, columns: columns.slice(0, to), values: values.slice(0, to) };
}

/** AᵀA, exactly symmetric: only the sums at and above the diagonal are formed. */
export function sparseGram(a: SparseMatrix): SparseMatrix {
  const t = transposeSparse(a);
  const n = a.cols;
  const sums = new Float64Array(n);
  const seen = new Int32Array(n).fill(-1);
  const touched = new Int32Array(n);
  const upperStarts = new Int32Array(n + 1);
  let capacity = 8 * a.columns.length + n;
  let columns = new Int32Array(capacity);
  let values = new Float64Array(capacity);
  let to = 0;
  for (let i = 0; i < n; i++) {
    let count = 0;
    for (let p = t.rowStarts[i]!; p < t.rowStarts[i + 1]!; p++) {
      const r = t.columns[p]!;
      const factor = t.values[p]!;
      for (let q = a.rowStarts[r]!; q < a.rowStarts[r + 1]!; q++) {
        const j = a.columns[q]!;
        if (j < i) continue;
        if (seen[j] !== i) {
          seen[j] = i;
          sums[j] = 0;
          touched[count++] = j;
        }
        sums[j]! += factor * a.values[q]!;
      }
    }
    if (to + count > capacity) {
      capacity = Math.max(2 * capacity, to + count);
      columns = grown(columns, new Int32Array(capacity));
      values = grown(values, new Float64Array(capacity));
    }
    touched.subarray(0, count).sort();
    for (let c = 0; c < count; c++) {
      const j = touched[c]!;
      columns[to] = j;
      values[to++] = sums[j]!;
    }
    upperStarts[i + 1] = to;
  }
  return mirrored(n, upperStarts, columns.subarray(0, to), values.subarray(0, to));
}

/** The symmetric matrix of an upper triangle, diagonal included. */
function mirrored(
  n: number,
  starts: Int32Array,
  upperColumns: Int32Array,
  upperValues: Float64Array,
): SparseMatrix {
  const rowStarts = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let p = starts[i]!; p < starts[i + 1]!; p++) {
      const j = upperColumns[p]!;
      rowStarts[i + 1]! += 1;
      if (j !== i) rowStarts[j + 1]! += 1;
    }
  }
  for (let i = 0; i < n; i++) rowStarts[i + 1]! += rowStarts[i]!;
  const fill = rowStarts.slice(0, n);
  const columns = new Int32Array(rowStarts[n]!);
  const values = new Float64Array(rowStarts[n]!);
  // Row j gets its lower entries from rows i < j, in their order, before its own.
  for (let i = 0; i < n; i++) {
    for (let p = starts[i]!; p < starts[i + 1]!; p++) {
      const j = upperColumns[p]!;
      const own = fill[i]!++;
      columns[own] = j;
      values[own] = upperValues[p]!;
      if (j === i) continue;
      const other = fill[j]!++;
      columns[other] = i;
      values[other] = upperValues[p]!;
    }
  }
  return { rows: n, cols: n, rowStarts, columns, values };
}

/** All entries, zeros between them. */
export function sparseToDense(a: SparseMatrix): Dense {
  checkedSize(a.rows, a.cols, "sparseToDense");
  const out = dense(a.rows, a.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let at = a.rowStarts[i]!; at < a.rowStarts[i + 1]!; at++) {
      out.data[i * a.cols + a.columns[at]!] = a.values[at]!;
    }
  }
  return out;
}

/** maxᵢ Σⱼ |aᵢⱼ|: no eigenvalue is larger in size. */
export function largestRowSum(a: SparseMatrix): number {
  let largest = 0;
  for (let i = 0; i < a.rows; i++) {
    let sum = 0;
    for (let at = a.rowStarts[i]!; at < a.rowStarts[i + 1]!; at++) sum += Math.abs(a.values[at]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** @throws RangeError unless the matrix has as many columns as rows. */
export function checkSquareSparse(a: SparseMatrix, where: string): void {
  if (a.rows !== a.cols) throw new RangeError(`${where}: want a square matrix, got ${a.rows} × ${a.cols}`);
}

/** @throws RangeError naming the first entry that is not finite, or differs from that across the diagonal. */
export function checkSymmetricSparse(a: SparseMatrix, where: string): void {
  checkSquareSparse(a, where);
  const b = transposeSparse(a);
  const allowed = 1e-8 * a.values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (let i = 0; i < a.rows; i++) {
    for (let at = a.rowStarts[i]!; at < a.rowStarts[i + 1]!; at++) {
      const place = () => `row ${i} column ${a.columns[at]}`;
      if (!Number.isFinite(a.values[at]!))
        throw new RangeError(`${where}: ${place()} is ${a.values[at]}, want finite numbers`);
      const same = b.rowStarts[i + 1] === a.rowStarts[i + 1] && b.columns[at] === a.columns[at];
      if (!same || Math.abs(b.values[at]! - a.values[at]!) > allowed)
        throw new RangeError(`${where}: want a symmetric matrix, got another entry across from ${place()}`);
    }
  }
}

function mergeDuplicates(
  rows: number,
  cols: number,
  starts: Int32Array,
  columns: Int32Array,
  values: Float64Array,
): SparseMatrix {
  const rowStarts = new Int32Array(rows + 1);
  let to = 0;
  for (let i = 0; i < rows; i++) {
    const first = to;
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      if (to > first && columns[to - 1] === columns[at]) values[to - 1]! += values[at]!;
      else {
        columns[to] = columns[at]!;
        values[to++] = values[at]!;
      }
    }
    rowStarts[i + 1] = to;
  }
  return { rows, cols, rowStarts, columns: columns.slice(0, to), values: values.slice(0, to) };
}

/** Starts of the buckets if things of these kinds are sorted `[count + 1]`. */
function startsOf(kinds: ArrayLike<number>, count: number): Int32Array {
  const starts = new Int32Array(count + 1);
  for (let t = 0; t < kinds.length; t++) starts[kinds[t]! + 1]! += 1;
  for (let c = 0; c < count; c++) starts[c + 1]! += starts[c]!;
  return starts;
}

/** The order that sorts by kind and keeps equal ones in place. */
function bucket(kinds: ArrayLike<number>, count: number): Int32Array {
  const fill = startsOf(kinds, count);
  const order = new Int32Array(kinds.length);
  for (let t = 0; t < kinds.length; t++) order[fill[kinds[t]!]!++] = t;
  return order;
}

function grown<T extends Int32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
