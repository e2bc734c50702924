/**
 * @file Square roots and inverses of small positive semidefinite matrices, in place.
 *
 * Covariances may be singular: noise that acts on some states alone, a first state that is known. A row that depends on those
 * before it has a pivot of 0; it is left out, which gives a generalized inverse: it solves every equation that has a solution, as those
 * of a Kalman smoother do.
 */
import { factorRow, solveLower, solveUpper } from "../../../linalg/small-cholesky.js";

/** A pivot below this share of its diagonal entry is rounding. */
const DEPENDENT = 1e-13;

/**
 * L of A `[n, n]` in place of its lower triangle, as `small-cholesky.ts` keeps it: the diagonal as its inverse, 0 where a row depends on
 * those before it.
 * @returns how many rows do not depend on others.
 */
export function factorSemidefinite(a: Float64Array, n: number): number {
  let rank = 0;
  for (let i = 0; i < n; i++) {
    if (factorRow(a, n, i, DEPENDENT)) rank++;
    else a[i * (n + 1)] = 0;
  }
  return rank;
}

/** out ← S with A = S Sᵀ, lower triangular. */
export function squareRoot(out: Float64Array, a: Float64Array, n: number): void {
  out.set(a);
  factorSemidefinite(out, n);
  for (let i = 0; i < n; i++) {
    const inverse = out[i * (n + 1)]!;
    out[i * (n + 1)] = inverse === 0 ? 0 : 1 / inverse;
    for (let j = i + 1; j < n; j++) out[i * n + j] = 0;
  }
  // A dependent row's pivot is 0, and so is what would be divided by it.
  for (let i = 0; i < n; i++) if (out[i * (n + 1)] === 0) for (let j = i + 1; j < n; j++) out[j * n + i] = 0;
}

/** B ← B A⁻¹ for B `[m, n]` and the factor of A. */
export function divideBy(b: Float64Array, factor: Float64Array, m: number, n: number): void {
  for (let i = 0; i < m; i++) {
    solveLower(factor, n, 0, n, b, i * n);
    solveUpper(factor, n, n, b, i * n);
  }
}

/** A new matrix B A⁻¹, B `[m, n]`, A `[n, n]` positive semidefinite. */
export function quotient(b: Float64Array, a: Float64Array, m: number, n: number): Float64Array {
  const factor = a.slice();
  factorSemidefinite(factor, n);
  const out = b.slice();
  divideBy(out, factor, m, n);
  return out;
}

/** True if A `[n, n]` has no eigenvalue below −10⁻⁹ of its largest diagonal entry. */
export function isSemidefinite(a: Float64Array, n: number): boolean {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a[i * (n + 1)]!);
  const raised = a.slice();
  for (let i = 0; i < n; i++) raised[i * (n + 1)]! += 1e-9 * largest;
  if (largest === 0) return a.every((value) => value === 0);
  for (let i = 0; i < n; i++) if (!factorRow(raised, n, i)) return false;
  return true;
}
