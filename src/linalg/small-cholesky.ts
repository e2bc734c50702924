/**
 * @file Cholesky factorization of a small dense matrix, A = L Lᵀ, and the two triangular solves with it: loops over numbers
 * in place, for kernels that factor one matrix a row of the data, and for the fronts of sparse ones. `cholesky.ts` is for
 * large ones, by products on the engine.
 *
 * Row i of A and of L begins at `i * stride`, and only the lower triangle is read and written. The diagonal of L is kept as
 * its inverse: a product is several times as fast as a division.
 * Source: Golub & Van Loan (2013), "Matrix computations", 4th ed., §3.1 and §4.2.
 */

/**
 * x ← L⁻¹ x.
 * @param at where x begins in its array, which may be that of L: then a row of A becomes one of L but for its diagonal.
 * @param from the row and column of L to begin with, those before it being left out.
 * @param to the row of L to end before.
 */
export function solveLower(
  l: Float64Array,
  stride: number,
  from: number,
  to: number,
  x: Float64Array,
  at: number,
): void {
  let i = from;
  // Two rows at a time, since the sum of one waits for each subtraction before the next.
  for (; i + 1 < to; i += 2) {
    const row = i * stride;
    const under = row + stride;
    let value = x[at + i]!;
    let next = x[at + i + 1]!;
    for (let j = from; j < i; j++) {
      const known = x[at + j]!;
      value -= l[row + j]! * known;
      next -= l[under + j]! * known;
    }
    value *= l[row + i]!;
    x[at + i] = value;
    x[at + i + 1] = (next - l[under + i]! * value) * l[under + i + 1]!;
  }
  if (i < to) {
    const row = i * stride;
    let value = x[at + i]!;
    for (let j = from; j < i; j++) value -= l[row + j]! * x[at + j]!;
    x[at + i] = value * l[row + i]!;
  }
}

/** x ← L⁻ᵀ x for L of n rows, x beginning at `at`. */
export function solveUpper(l: Float64Array, stride: number, n: number, x: Float64Array, at: number): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * stride;
    const value = x[at + i]! * l[row + i]!;
    x[at + i] = value;
    for (let j = 0; j < i; j++) x[at + j]! -= l[row + j]! * value;
  }
}

/**
 * Row i of L in place of row i of A, the rows before it being done.
 * @param least of Aᵢᵢ the share that must be left for the pivot, the square of the diagonal of L.
 * @param from the column to begin with, those before it having been subtracted.
 * @returns whether more is left; else the diagonal is not set.
 */
export function factorRow(l: Float64Array, stride: number, i: number, least = 0, from = 0): boolean {
  const row = i * stride;
  const whole = l[row + i]!;
  solveLower(l, stride, from, i, l, row);
  let left = whole;
  for (let j = from; j < i; j++) left -= l[row + j]! * l[row + j]!;
  if (!(left > least * whole)) return false;
  l[row + i] = 1 / Math.sqrt(left);
  return true;
}

/**
 * L of n rows in place of A.
 * @param least as of `factorRow`.
 * @returns whether A is positive definite, by so much; else L is done but to the first row that is not.
 */
export function factorSmall(a: Float64Array, stride: number, n: number, least = 0): boolean {
  for (let i = 0; i < n; i++) if (!factorRow(a, stride, i, least)) return false;
  return true;
}
