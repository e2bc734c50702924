/**
 * @file Singular values that are only rounding of the data they are of.
 *
 * Rows are rounded to float32, so that a matrix of exact rank r has more than r singular values above the rounding of
 * float64. Rounding its numbers adds noise of norm about 2⁻²⁴ σ₁; the rule gives it the room that a solver takes as well.
 * Source: the rule of numpy.linalg.matrix_rank, σ₁ · max(n, d) · ε, with the smaller side: of a million rows that one would
 * call a direction of a tenth of the first's deviation rounding.
 */

/** ε of float32: the distance of 1 to the next number. */
export const FLOAT32_EPSILON = 2 ** -23;

/**
 * Singular values of rows `[n, d]` up to this are rounding to float32.
 * @param largest σ₁ of the rows as they are rounded, before anything is taken off.
 */
export function roundingOf(largest: number, n: number, d: number): number {
  return largest * Math.min(n, d) * FLOAT32_EPSILON;
}
