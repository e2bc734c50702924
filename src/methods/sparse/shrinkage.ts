/**
 * @file Shrinkage, the proximal operator of the L1 norm.
 */
import { relu } from "../../engine/ops/activations.js";
import { neg, type Operand, sub } from "../../engine/ops/arithmetic.js";
import type { Tensor } from "../../engine/tensor.js";

/**
 * soft(a, t) = sign(a) max(|a| − t, 0) = argmin over z of ½ ‖z − a‖² + ‖t ⊙ z‖₁, elementwise, for t ≥ 0. As the difference
 * of two rectified numbers: signs and choices would run on one thread.
 */
export function softThreshold(a: Tensor, t: Operand): Tensor {
  return sub(relu(sub(a, t)), relu(sub(neg(a), t)));
}
