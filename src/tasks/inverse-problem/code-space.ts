/**
 * @file Space of a model's codes: the Gaussian N(μ, Σ) of given codes, as coordinates in which it is N(0, 1).
 *
 *   z = μ + Q Λ^½ u,   Σ = Q Λ Qᵀ
 *
 * The coordinates u are what is searched and penalized: ‖u‖² is (z − μ)ᵀ Σ⁻¹ (z − μ), the same as for a model whose codes
 * are standard normal by construction. Directions in which no code varies are left out.
 */
import type { Matrix } from "../../data/matrix.js";
import { float32 } from "../../engine/arrays.js";
import { add } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import { scatterMatrix } from "../../linalg/covariance.js";
import { eigh } from "../../linalg/eigh.js";

/** From coordinates u `[rows, k]` to codes z `[rows, k]`. */
export type CodeSpace = (u: Tensor) => Tensor;

/** The space of codes that are standard normal as they are: z = u. */
export const standardNormal: CodeSpace = (u) => u;

/** Below this share of the largest variance a direction counts as constant: float32 codes resolve no less. */
const NEGLIGIBLE = 1e-10;

/** The space of codes `[r, k]`, r ≥ 2, finite. */
export async function spaceOf(codes: Matrix): Promise<CodeSpace> {
  const { rows, cols: k } = codes;
  const { matrix: scatter, mean } = await scatterMatrix(codes);
  const { values, vectors } = await eigh(scatter);
  const factor = new Float32Array(k * k);
  for (let j = 0; j < k; j++) {
    const deviation = values[j]! > NEGLIGIBLE * values[0]! ? Math.sqrt(values[j]! / rows) : 0;
    for (let i = 0; i < k; i++) factor[j * k + i] = vectors.data[i * k + j]! * deviation;
  }
  const middle = float32([k], Float32Array.from(mean));
  const spread = float32([k, k], factor);
  return (u) => add(matmul(u, constant(spread)), constant(middle));
}
