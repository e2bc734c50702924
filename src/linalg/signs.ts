/**
 * @file The sign of a vector: eigenvectors and components are determined up to sign only, so the entry of largest
 * absolute value is made positive. A refit then does not flip a picture.
 */
import type { Dense } from "./dense.js";

/** Entries this close to the largest, relative to it, count as equal to it; the first of them decides. */
const TIE = 1e-8;

/**
 * +1 or −1 for each row: what to multiply it by so that its entry of largest absolute value is positive.
 * @returns shape `[a.rows]`.
 */
export function rowSigns(a: Dense): Float64Array {
  const signs = new Float64Array(a.rows);
  for (let i = 0; i < a.rows; i++) signs[i] = signOf(a.data, i * a.cols, 1, a.cols);
  return signs;
}

/** As `rowSigns`, for columns; shape `[a.cols]`. */
export function columnSigns(a: Dense): Float64Array {
  const signs = new Float64Array(a.cols);
  for (let j = 0; j < a.cols; j++) signs[j] = signOf(a.data, j, a.cols, a.rows);
  return signs;
}

/** Multiplies row i by `signs[i]`, in place. */
export function flipRows(a: Dense, signs: Float64Array): void {
  for (let i = 0; i < a.rows; i++) {
    if (signs[i]! < 0) for (let at = i * a.cols; at < (i + 1) * a.cols; at++) a.data[at] = -a.data[at]!;
  }
}

/** Multiplies column j by `signs[j]`, in place. */
export function flipColumns(a: Dense, signs: Float64Array): void {
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++) if (signs[j]! < 0) a.data[i * a.cols + j] = -a.data[i * a.cols + j]!;
  }
}

function signOf(data: Float64Array, start: number, step: number, length: number): 1 | -1 {
  let largest = 0;
  for (let i = 0, at = start; i < length; i++, at += step) largest = Math.max(largest, Math.abs(data[at]!));
  for (let i = 0, at = start; i < length; i++, at += step) {
    if (Math.abs(data[at]!) >= largest * (1 - TIE)) return data[at]! < 0 ? -1 : 1;
  }
  return 1;
}
