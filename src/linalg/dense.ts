/**
 * @file Dense: row-major float64 matrices, the currency of the exact solvers. Data stays float32 (`Matrix`);
 * what is solved for (covariances, eigenvectors, triangular factors) is float64.
 */
import { checkedSize, type Matrix } from "../data/matrix.js";
import { checkedElements } from "../parallel/memory.js";

/** Row-major float64 matrix, shape `[rows, cols]`: entry (i, j) is `data[i * cols + j]`. */
export interface Dense {
  /** Numbers row by row, length rows · cols. */
  readonly data: Float64Array;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
}

/** Makes a matrix of zeros, or one over `data` (not copied). */
export function dense(rows: number, cols: number, data?: Float64Array): Dense {
  const size = checkedSize(rows, cols, "dense");
  if (data && data.length !== size) {
    throw new RangeError(`dense: ${rows} × ${cols} wants ${size} numbers, got ${data.length}`);
  }
  return { data: data ?? new Float64Array(checkedElements([rows, cols], 8, "dense")), rows, cols };
}

/** The n × n identity. */
export function identity(n: number): Dense {
  const eye = dense(n, n);
  for (let i = 0; i < n; i++) eye.data[i * n + i] = 1;
  return eye;
}

/** A float64 copy of a float32 matrix. */
export function toDense(x: Matrix): Dense {
  return dense(x.rows, x.cols, Float64Array.from(x.data));
}

/** Rounds to float32. */
export function toFloat32(x: Dense): Matrix {
  return { data: Float32Array.from(x.data), rows: x.rows, cols: x.cols };
}

const TILE = 32;

/** A transposed copy, in tiles so that both sides stay in cache. */
export function transpose(a: Dense): Dense {
  const { rows, cols, data } = a;
  const out = new Float64Array(data.length);
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    const i1 = Math.min(rows, i0 + TILE);
    for (let j0 = 0; j0 < cols; j0 += TILE) {
      const j1 = Math.min(cols, j0 + TILE);
      for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) out[j * rows + i] = data[i * cols + j]!;
    }
  }
  return { data: out, rows: cols, cols: rows };
}

/** A copy of columns `from` to `to` (exclusive). */
export function columns(a: Dense, from: number, to: number): Dense {
  const out = dense(a.rows, to - from);
  for (let i = 0; i < a.rows; i++) {
    out.data.set(a.data.subarray(i * a.cols + from, i * a.cols + to), i * out.cols);
  }
  return out;
}

/** Rows `from` to `to` (exclusive) as a view: no copy. */
export function rowsView(a: Dense, from: number, to: number): Dense {
  return { data: a.data.subarray(from * a.cols, to * a.cols), rows: to - from, cols: a.cols };
}

/** The largest absolute entry, 0 for an empty matrix. */
export function maxAbs(data: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    if (size > largest) largest = size;
  }
  return largest;
}

/**
 * The power of two that brings the largest absolute entry into [1, 2); 1 for a zero matrix. Scaling by it is
 * exact and keeps squares within range.
 */
export function scaleToOne(data: Float64Array): number {
  const largest = maxAbs(data);
  return largest === 0 ? 1 : 2 ** -Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest))));
}

/** @throws RangeError naming the first entry that is NaN or infinite. */
export function checkFinite(a: Dense, where: string): void {
  for (let at = 0; at < a.data.length; at++) {
    if (!Number.isFinite(a.data[at])) {
      throw new RangeError(
        `${where}: row ${Math.floor(at / a.cols)} column ${at % a.cols} is ${a.data[at]}, want finite numbers`,
      );
    }
  }
}

/** @throws RangeError unless the matrix has as many columns as rows. */
export function checkSquare(a: Dense, where: string): void {
  if (a.rows !== a.cols) throw new RangeError(`${where}: want a square matrix, got ${a.rows} × ${a.cols}`);
}
