/**
 * @file Linear least squares: the X of smallest norm among those that minimize ‖A X − B‖_F.
 *
 *   X = V Σ⁺ Uᵀ B,   σᵢ⁺ = 1/σᵢ if σᵢ > rcond · σ₁, else 0
 *
 * By the SVD, so that neither rank deficiency nor more unknowns than equations need care.
 * Source: Golub & Van Loan (2013), "Matrix computations", 4th ed., §5.5.
 *
 * Our own code for the speed of our SVD, see `svd.ts`.
 */
import type { Breathing } from "./breathing.js";
import { type Dense, dense } from "./dense.js";
import { gemm } from "./gemm.js";
import { numericalRank, svd } from "./svd.js";

/** Options of `leastSquares`. */
export interface LeastSquaresOptions extends Breathing {
  /** Singular values of A up to this share of the first count as 0, ≥ 0. Default: max(m, n) · 2⁻⁵². */
  readonly rcond?: number | undefined;
}

/**
 * Linear least squares: the X of smallest norm among those that minimize ‖A X − B‖_F, for any rank of A.
 * @param a shape `[m, n]`, finite.
 * @param b shape `[m, r]`, finite.
 * @returns shape `[n, r]`.
 * @throws RangeError if the rows of `a` and `b` differ in number, or as `svd`.
 */
export async function leastSquares(
  a: Dense,
  b: Dense,
  { rcond, ...pauses }: LeastSquaresOptions = {},
): Promise<Dense> {
  if (a.rows !== b.rows) throw new RangeError(`leastSquares: ${a.rows} equations, but ${b.rows} right sides`);
  const decomposed = await svd(a, pauses);
  const { u, s, vt } = decomposed;
  const rank = numericalRank(decomposed, rcond);
  const coefficients = await gemm(u, b, { transposeA: true });
  const scaled = dense(
    coefficients.rows,
    coefficients.cols,
    coefficients.data.map((value, at) => {
      const i = Math.floor(at / coefficients.cols);
      return i < rank ? value / s[i]! : 0;
    }),
  );
  return gemm(vt, scaled, { transposeA: true });
}
