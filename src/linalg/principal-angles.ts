/**
 * @file Principal angles between two subspaces.
 *
 *   cos θ = singular values of QₐᵀQ_b,   sin θ = singular values of Q_b − Qₐ QₐᵀQ_b
 *
 * The cosine is blind to small angles (cos θ = 1 to rounding below 1e-8), the sine to large ones: each is used
 * where it is sharp. Source: Björck & Golub (1973), "Numerical methods for computing angles between linear
 * subspaces", Math. Comp. 27.
 *
 * Our own code: a few lines over our SVD, and no library for JavaScript was found that has it.
 */
import { columns, type Dense, dense } from "./dense.js";
import { gemm } from "./gemm.js";
import { numericalRank, svd } from "./svd.js";

/**
 * Angles between the spaces spanned by the columns of `a` and of `b`, in radians, ascending, each in [0, π/2].
 * The columns need be neither orthonormal nor independent. For subspaces spanned by rows, transpose first.
 * @param a shape `[d, p]`.
 * @param b shape `[d, q]`.
 * @returns as many angles as the smaller of the two dimensions.
 * @throws RangeError if the columns differ in length, or as `svd`.
 */
export async function principalAngles(a: Dense, b: Dense): Promise<Float64Array> {
  if (a.rows !== b.rows) {
    throw new RangeError(
      `principalAngles: columns of ${a.rows} and of ${b.rows} numbers lie in no common space`,
    );
  }
  const [qa, qb] = [await orthonormalBasis(a), await orthonormalBasis(b)];
  const [large, small] = qa.cols >= qb.cols ? [qa, qb] : [qb, qa];
  if (small.cols === 0) return new Float64Array(0);

  const overlap = await gemm(large, small, { transposeA: true });
  const inside = await gemm(large, overlap);
  const outside = dense(
    small.rows,
    small.cols,
    small.data.map((value, i) => value - inside.data[i]!),
  );
  const cosines = (await svd(overlap)).s;
  const sines = (await svd(outside)).s.toReversed();
  return cosines.map((cosine, i) =>
    cosine > Math.SQRT1_2 ? Math.asin(Math.min(1, sines[i]!)) : Math.acos(Math.min(1, cosine)),
  );
}

/** Radians as degrees. */
export function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

async function orthonormalBasis(a: Dense): Promise<Dense> {
  const decomposed = await svd(a);
  return columns(decomposed.u, 0, numericalRank(decomposed));
}
