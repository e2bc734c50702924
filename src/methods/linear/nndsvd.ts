/**
 * @file Non-negative double singular value decomposition: a start for non-negative factorization.
 *
 *   X ≈ Σⱼ σⱼ uⱼ vⱼᵀ;   of every pair the stronger of its positive sections (u⁺, v⁺) and its negative ones (u⁻, v⁻)
 *   zⱼ = √(σⱼ ‖u±‖ ‖v±‖) u± / ‖u±‖,   bⱼ = √(σⱼ ‖u±‖ ‖v±‖) v± / ‖v±‖
 *
 * Source: Boutsidis & Gallopoulos (2008), "SVD based initialization: a head start for nonnegative matrix factorization",
 * Pattern Recognition 41(4).
 */
import type { Matrix } from "../../data/matrix.js";
import { randomizedSvd } from "../../linalg/randomized-svd.js";

/** Left singular vectors come in float32. */
const ROUNDING = 1e-6;

/** Writes Z `[n, k]` and B `[d, k]`; k ≤ min(n, d). */
export async function nndsvd(
  x: Matrix,
  k: number,
  z: Float64Array,
  b: Float64Array,
  breathe: () => Promise<void>,
): Promise<void> {
  const { u, s, vt } = await randomizedSvd(x, k, { breathe });
  for (let j = 0; j < k; j++) {
    const left = sections(u.data, j, k, x.rows);
    const right = sections(vt.data, j * x.cols, 1, x.cols);
    const sign = left.positive * right.positive >= left.negative * right.negative ? 1 : -1;
    const [m, n] = sign > 0 ? [left.positive, right.positive] : [left.negative, right.negative];
    if (!(m * n > 0)) continue;
    const size = Math.sqrt(s[j]! * m * n);
    for (let i = 0; i < x.rows; i++) z[i * k + j] = size * section((sign * u.data[i * k + j]!) / m);
    for (let i = 0; i < x.cols; i++) b[i * k + j] = size * section((sign * vt.data[j * x.cols + i]!) / n);
  }
}

/** The positive entry of a vector of norm 1, and 0 for a negative one or mere rounding. */
const section = (entry: number): number => (entry > ROUNDING ? entry : 0);

/** Norms of the positive and of the negative entries of a vector. */
function sections(data: ArrayLike<number>, start: number, step: number, length: number) {
  let [positive, negative] = [0, 0];
  for (let i = 0, at = start; i < length; i++, at += step) {
    const value = data[at]!;
    if (value > 0) positive += value * value;
    else negative += value * value;
  }
  return { positive: Math.sqrt(positive), negative: Math.sqrt(negative) };
}
