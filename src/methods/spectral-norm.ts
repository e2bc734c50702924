/**
 * @file The spectral norm of a matrix, inside a graph.
 */
import { float32 } from "../engine/arrays.js";
import { square } from "../engine/ops/arithmetic.js";
import { loop } from "../engine/ops/loop.js";
import { matmul } from "../engine/ops/matmul.js";
import { l2Normalize } from "../engine/ops/normalization.js";
import { sum } from "../engine/ops/reduce.js";
import { stopGradient } from "../engine/ops/select.js";
import { constant, fixed, type Tensor } from "../engine/tensor.js";

const POWER_STEPS = 20;

/** v ← BᵀB v / ‖BᵀB v‖ */
const powerStep = (b: Tensor, v: Tensor): Tensor =>
  l2Normalize(matmul(b, matmul(b, v), { transposeA: true }), 0);

/**
 * σ_max(B)² = max ‖B v‖² over unit v, by power iteration. The gradient holds v fixed, which is exact where v maximizes.
 */
export function largestSquaredSingularValue(b: Tensor): Tensor {
  const k = fixed(b.shape[1]!, "largestSquaredSingularValue");
  const start = constant(float32([k, 1], new Float32Array(k).fill(1 / Math.sqrt(k))));
  const { state } = loop(POWER_STEPS, [start], (_t, [v]) => ({
    state: [powerStep(b, v!)],
  }));
  return sum(square(matmul(b, stopGradient(state[0]!))));
}

/**
 * The same for a B that changes little from call to call: the iteration goes on from the direction v `[k, 1]` of the last
 * one, which costs a tenth.
 */
export function followedSquaredSingularValue(b: Tensor, v: Tensor): { squared: Tensor; direction: Tensor } {
  const direction = stopGradient(powerStep(b, powerStep(b, v)));
  return { squared: sum(square(matmul(b, direction))), direction };
}
