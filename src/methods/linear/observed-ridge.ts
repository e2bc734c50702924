/**
 * @file Codes of rows with missing numbers by ridge regression of what is there; see observed-ridge-kernel.ts.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import type { Breathing } from "../../linalg/breathing.js";
import { sharedFloat32, sharedFloat64 } from "../../parallel/shared.js";
import { runOnceInPieces } from "../../parallel/team.js";
import { observedRidge, RIDGE_ROWS } from "./observed-ridge-kernel.js";
import type { LowRank } from "./soft-impute.js";

/**
 * Codes `[n, k]` of rows x `[n, d]` less the mean, on r ≤ k components; those beyond are 0.
 * @param weight λ > 0
 */
export async function ridgeCodes(
  x: Matrix,
  mean: Float32Array,
  { vt, values }: LowRank,
  weight: number,
  k: number,
  { breathe }: Breathing,
): Promise<Matrix> {
  const d = x.cols;
  const centered = sharedFloat64(x.data.length);
  for (let at = 0; at < centered.length; at++) centered[at] = x.data[at]! - mean[at % d]!;
  const factor = vt.data.map((value, at) => value * Math.sqrt(values[Math.floor(at / d)]!));
  const codes = sharedFloat32(x.rows * k);
  const args = { x: centered, factor, squares: values, codes, d, k, weight };
  await runOnceInPieces(observedRidge, args, breathe, Math.ceil(x.rows / RIDGE_ROWS));
  return matrix(x.rows, k, codes.slice());
}
