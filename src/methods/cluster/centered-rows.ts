/**
 * @file Rows as k-means computes with them: about an offset and in a range where float32 products are safe.
 *
 * The squared distance of a row and a center comes of a product, ‖x‖² + ‖c‖² − 2 x·c, whose rounding error grows with
 * ‖x‖² and ‖c‖². Rows far from 0 are therefore taken about their midst; a common factor keeps squares from overflow.
 */
import type { Matrix } from "../../data/matrix.js";
import { midst, typicalSquare } from "../../linalg/column-medians.js";

/** (x − offset) · factor, rounded to float32. */
export interface CenteredRows extends Matrix {
  /** x `[n, d]` */
  readonly source: Matrix;
  /** `[d]` */
  readonly offset: Float64Array;
  /** A power of 2, so that it rounds nothing. */
  readonly factor: number;
  /** ‖x‖² of every row `[n]`. */
  readonly norms: Float64Array;
  /** Σ over rows of ‖x‖². */
  readonly total: number;
}

/** Rows are moved if most of them are so many times as far from 0 as from their midst: a copy is not free. */
const FAR = 2;
/** Squared norms that float32 holds, and their products with much room. */
const SAFE_NORMS = [2 ** -60, 2 ** 60] as const;

/** The midst of rows that lie far from 0; else zeros `[d]`. */
export function suitableOffset(x: Matrix): Float64Array {
  const origin = new Float64Array(x.cols);
  const center = midst(x);
  return typicalSquare(x, origin) > (1 + FAR ** 2) * typicalSquare(x, center) ? center : origin;
}

/**
 * The rows about an offset: themselves where it is 0 and their range is safe, else a copy.
 * @param centers `[k, d]`, that they will be compared to.
 */
export function centeredRows(
  x: Matrix,
  offset: Float64Array,
  centers: Float64Array = new Float64Array(0),
): CenteredRows {
  const { rows, cols } = x;
  const asTheyAre = offset.every((value) => value === 0);
  let data = asTheyAre ? x.data : moved(x, offset, 1);
  let norms = squaredNorms(data, cols);
  const largest = Math.max(greatest(norms), greatest(squaredNorms(movedCenters(centers, offset), cols)));
  const factor = safeFactor(largest);
  if (factor !== 1) {
    data = moved(x, offset, factor);
    norms = squaredNorms(data, cols);
  }
  const total = norms.reduce((sum, norm) => sum + norm, 0);
  return { source: x, data, rows, cols, offset, factor, norms, total };
}

function moved({ data, rows, cols }: Matrix, offset: Float64Array, factor: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) out[at] = (data[at]! - offset[j]!) * factor;
  return out;
}

/** 1, or the power of 2 that brings the largest squared norm near 1. */
function safeFactor(largest: number): number {
  const [least, most] = SAFE_NORMS;
  if (largest === 0 || (largest >= least && largest <= most)) return 1;
  let factor = 1;
  while (largest * factor * factor > 2) factor /= 2;
  while (largest * factor * factor < 0.5) factor *= 2;
  return factor;
}

const greatest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);

/** ‖x‖² of every row of `[n, cols]`. */
export function squaredNorms(data: Float32Array | Float64Array, cols: number): Float64Array {
  const norms = new Float64Array(data.length / cols);
  for (let i = 0, at = 0; i < norms.length; i++) {
    let even = 0;
    let odd = 0;
    const end = at + cols;
    for (; at + 1 < end; at += 2) {
      const a = data[at]!;
      const b = data[at + 1]!;
      even += a * a;
      odd += b * b;
    }
    if (at < end) {
      even += data[at]! * data[at]!;
      at++;
    }
    norms[i] = even + odd;
  }
  return norms;
}

/** Centers `[k, d]` beside centered rows. */
export function movedCenters(centers: Float64Array, offset: Float64Array, factor = 1): Float64Array {
  return centers.map((value, at) => (value - offset[at % offset.length]!) * factor);
}

/** And back. */
export function restoredCenters(centers: Float64Array, { offset, factor }: CenteredRows): Float64Array {
  return centers.map((value, at) => value / factor + offset[at % offset.length]!);
}
