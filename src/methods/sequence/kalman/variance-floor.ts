/**
 * @file Covariances that EM may not let fall to 0: the likelihood of a column that the states tell exactly is infinite.
 *
 * The Σ of greatest −log |Σ| − tr(Σ⁻¹ S), of all with Σ − F semidefinite, F diagonal, has the eigenvalues of F^{-½} S F^{-½} that are
 * less than 1 raised to 1. So a step of EM with it is a step of EM under that bound, and its likelihood falls by none.
 */
import { dense } from "../../../linalg/dense.js";
import { eigh } from "../../../linalg/eigh.js";
import { factorSmall } from "../../../linalg/small-cholesky.js";

/** Share of the variance of a column that its noise has at least: a hundred-thousandth of its deviation. */
export const LEAST_NOISE = 1e-10;

/** The covariance `[n, n]` raised to a floor `[n]`, all > 0. */
export async function atLeast(
  covariance: Float64Array,
  floor: Float64Array,
  n: number,
): Promise<Float64Array> {
  const above = covariance.slice();
  for (let i = 0; i < n; i++) above[i * (n + 1)]! -= floor[i]!;
  if (factorSmall(above, n, n)) return covariance;
  const scale = (i: number, j: number) => Math.sqrt(floor[i]! * floor[j]!);
  const scaled = dense(
    n,
    n,
    covariance.map((value, at) => value / scale(Math.floor(at / n), at % n)),
  );
  const { values, vectors } = await eigh(scaled);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let l = 0; l < n; l++)
        sum += Math.max(1, values[l]!) * vectors.data[i * n + l]! * vectors.data[j * n + l]!;
      out[i * n + j] = sum * scale(i, j);
      out[j * n + i] = sum * scale(i, j);
    }
  }
  return out;
}

/** The diagonal of a `[n, n]` alone, each number at least that of the floor. */
export function diagonalAtLeast(covariance: Float64Array, floor: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * (n + 1)] = Math.max(covariance[i * (n + 1)]!, floor[i]!);
  return out;
}
