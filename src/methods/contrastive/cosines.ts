/**
 * @file Cosines between the rows of two matrices.
 */
import { mul } from "../../engine/ops/arithmetic.js";
import { l2Normalize } from "../../engine/ops/normalization.js";
import { sum } from "../../engine/ops/reduce.js";
import type { Tensor } from "../../engine/tensor.js";

/** aᵢ·bᵢ / ‖aᵢ‖ ‖bᵢ‖ `[n]` of every pair of rows of a and b `[n, m]`. */
export const cosines = (a: Tensor, b: Tensor): Tensor => sum(mul(l2Normalize(a), l2Normalize(b)), 1);
