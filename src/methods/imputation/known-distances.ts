/**
 * @file Distances between rows with missing numbers, over the columns that both know, and the nearest rows in their order.
 *
 *   D²(a, b) = d / (|S| + s) · (Σ_{j ∈ S} (aⱼ − bⱼ)² + 2 s σ²),   S the columns that are known of both
 *
 * s is a number of columns beside those known, in which two rows differ as any two do, σ² the mean of the columns' variances: a few
 * equal numbers do not make two rows equal. Computed as products in float64: [a², m_a, −2a] · [m_b, b², b]ᵀ, with m 1 where a number is known and 0 elsewhere, and a, b 0 there.
 * Source: Dixon (1979), "Pattern recognition with partly missing data", IEEE Transactions on Systems, Man, and Cybernetics 9.
 */
import type { Matrix } from "../../data/matrix.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";

/** Rows made ready to be compared. */
export interface Donors {
  readonly rows: number;
  readonly cols: number;
  /** The rows less the center, 0 where a number is missing `[n, d]`. */
  readonly values: Float64Array;
  /** 1 where a number is known `[n, d]`. */
  readonly known: Dense;
  /** [m, b², b] `[n, 3d]`. */
  readonly right: Dense;
  /** Taken off, so that far rows lose no digits `[d]`. */
  readonly center: Float64Array;
  readonly shrinkage: Shrinkage;
}

/** Share of the distances that no column tells. */
export interface Shrinkage {
  /** s ≥ 0 */
  readonly columns: number;
  /** σ² ≥ 0 */
  readonly variance: number;
}

/** @param x `[n, d]`; NaN is missing. */
export function donorsOf(x: Matrix, center: Float64Array, shrinkage: Shrinkage): Donors {
  const { rows, cols } = x;
  const { values, known } = partsOf(x, 0, rows, center);
  const right = dense(rows, 3 * cols);
  for (let i = 0, at = 0; i < rows; i++) {
    const to = i * 3 * cols;
    for (let j = 0; j < cols; j++, at++) {
      right.data[to + j] = known.data[at]!;
      right.data[to + cols + j] = values[at]! ** 2;
      right.data[to + 2 * cols + j] = values[at]!;
    }
  }
  return { rows, cols, values, known, right, center, shrinkage };
}

function partsOf({ data, cols }: Matrix, from: number, to: number, center: Float64Array) {
  const values = new Float64Array((to - from) * cols);
  const known = dense(to - from, cols);
  for (let at = 0; at < values.length; at++) {
    const value = data[from * cols + at]!;
    if (Number.isNaN(value)) continue;
    values[at] = value - center[at % cols]!;
    known.data[at] = 1;
  }
  return { values, known };
}

/** Distances that a block of rows may have in all. */
const BLOCK = 2 ** 22;

/** Rows in the order of their distance, as far as they are asked for. */
export interface Nearest {
  /** The nearest, nearest first; rows that have no column in common are not among them. */
  readonly rows: Uint32Array;
  /** Squared distances. */
  readonly squares: Float64Array;
  readonly count: number;
  /** More may come if more are asked for. */
  readonly more: boolean;
}

/**
 * Calls `use` for every row of x with a way to its nearest donors: `nearest(count)` gives at least so many, if there are any; of equal
 * distances the earlier rows.
 */
export async function eachNearest(
  x: Matrix,
  donors: Donors,
  use: (row: number, nearest: (count: number) => Nearest) => void,
  breathe: () => Promise<void> = async () => {},
): Promise<void> {
  const { rows: n, cols: d } = donors;
  const { columns, variance } = donors.shrinkage;
  const block = Math.max(1, Math.floor(BLOCK / n));
  for (let from = 0; from < x.rows; from += block) {
    const to = Math.min(x.rows, from + block);
    const { values, known } = partsOf(x, from, to, donors.center);
    const left = dense(to - from, 3 * d);
    for (let i = 0, at = 0; i < to - from; i++) {
      const row = i * 3 * d;
      for (let j = 0; j < d; j++, at++) {
        left.data[row + j] = values[at]! ** 2;
        left.data[row + d + j] = known.data[at]!;
        left.data[row + 2 * d + j] = -2 * values[at]!;
      }
    }
    const { data: squares } = await gemm(left, donors.right, { transposeB: true });
    const { data: shared } = await gemm(known, donors.known, { transposeB: true });
    for (let at = 0; at < squares.length; at++)
      squares[at] =
        shared[at]! > 0
          ? (Math.max(0, squares[at]!) + 2 * columns * variance) * (d / (shared[at]! + columns))
          : Number.POSITIVE_INFINITY;
    for (let i = from; i < to; i++) {
      await breathe();
      const own = squares.subarray((i - from) * n, (i - from + 1) * n);
      use(i, (count) => nearestOf(own, count));
    }
  }
}

/** The least `count` of distances, in order; a heap of them, the farthest first, while they are looked through. */
function nearestOf(squares: Float64Array, count: number): Nearest {
  const most = Math.min(count, squares.length);
  const heap = new Uint32Array(most);
  let size = 0;
  const after = (a: number, b: number) => squares[a]! > squares[b]! || (squares[a] === squares[b] && a > b);
  const sink = (from: number) => {
    const moved = heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && after(heap[child + 1]!, heap[child]!)) child++;
      if (!after(heap[child]!, moved)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  };
  let reachable = 0;
  for (let i = 0; i < squares.length; i++) {
    const value = squares[i]!;
    if (value === Number.POSITIVE_INFINITY) continue;
    reachable++;
    if (size < most) {
      let at = size++;
      while (at > 0 && after(i, heap[(at - 1) >> 1]!)) {
        heap[at] = heap[(at - 1) >> 1]!;
        at = (at - 1) >> 1;
      }
      heap[at] = i;
    } else if (value < squares[heap[0]!]!) {
      heap[0] = i;
      sink(0);
    }
  }
  const rows = heap.slice(0, size).sort((a, b) => (after(a, b) ? 1 : -1));
  return {
    rows,
    squares: Float64Array.from(rows, (row) => squares[row]!),
    count: size,
    more: reachable > size,
  };
}
