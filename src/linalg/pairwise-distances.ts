/**
 * @file Squared Euclidean distances between the rows of a set, by products in float64 about the medians of the columns:
 *
 *   ‖a − b‖² = ‖a‖² + ‖b‖² − 2 a·b
 *
 * That loses as many digits as the distance is shorter than the rows are long. Where it would lose more than three of
 * sixteen, as within a cluster far from the others, the differences of the rows themselves are squared and summed.
 */
import type { Matrix } from "../data/matrix.js";
import { columnMedians } from "./column-medians.js";
import { type Dense, dense, rowsView } from "./dense.js";
import { gemm } from "./gemm.js";

/** Squared distances below this share of ‖a‖² + ‖b‖² are summed directly. */
const CANCELED = 1e-3;

export class PairwiseDistances {
  readonly #x: Matrix;
  readonly #rows: Dense;
  readonly #norms: Float64Array;

  /** @param x `[n, d]`, finite. */
  constructor(x: Matrix) {
    this.#x = x;
    this.#rows = aboutMedians(x);
    this.#norms = new Float64Array(x.rows);
    const { data } = this.#rows;
    for (let i = 0, at = 0; i < x.rows; i++)
      for (let j = 0; j < x.cols; j++, at++) this.#norms[i]! += data[at]! ** 2;
  }

  /**
   * Squared distances of rows `from` … `to − 1` to rows `first` … `end − 1`, row-major `[to − from, end − first]`, ≥ 0. Whole numbers, such
   * as pixels, have exact distances; so have ties of them.
   */
  async between(from: number, to: number, first: number, end: number): Promise<Float64Array> {
    const [left, right] = [rowsView(this.#rows, from, to), rowsView(this.#rows, first, end)];
    const { data: squares } = await gemm(left, right, { transposeB: true });
    const norms = this.#norms;
    for (let i = from, at = 0; i < to; i++) {
      for (let j = first; j < end; j++, at++) {
        const lengths = norms[i]! + norms[j]!;
        const square = lengths - 2 * squares[at]!;
        squares[at] = square < CANCELED * lengths ? this.#directly(i, j) : square;
      }
    }
    return squares;
  }

  #directly(i: number, j: number): number {
    const { data, cols } = this.#x;
    let sum = 0;
    for (let p = i * cols, q = j * cols, end = p + cols; p < end; p++, q++) {
      const difference = data[p]! - data[q]!;
      sum += difference * difference;
    }
    return sum;
  }
}

/** In float64, differences of float32 numbers lose next to nothing. */
function aboutMedians(x: Matrix): Dense {
  const { data, rows, cols } = x;
  const medians = columnMedians(x);
  const out = dense(rows, cols);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) out.data[at] = data[at]! - medians[j]!;
  return out;
}
