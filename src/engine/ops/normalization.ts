/**
 * @file L2 normalization and batch normalization.
 */
import type { Tensor } from "../tensor.js";
import { add, div, mul, sqrt, square, sub } from "./arithmetic.js";
import { type Axes, mean, sum } from "./reduce.js";

/** a / ‖a‖₂ along an axis (the last by default); `epsilon` under the root keeps zero vectors at zero. */
export function l2Normalize(a: Tensor, axis: Axes = -1, epsilon = 1e-12): Tensor {
  return div(a, sqrt(add(sum(square(a), axis, { keepDims: true }), epsilon)));
}

/** Parameters of batch normalization: scale and shift `[k]`. */
export interface BatchNormParameters {
  /** Scale `[k]`. */
  gamma: Tensor;
  /** Shift `[k]`. */
  beta: Tensor;
}

/**
 * Batch normalization while training: each feature to mean 0 and variance 1 over the batch `[n, k]`, then scaled
 * and shifted. Gives the batch mean and (biased) variance for the running averages.
 * Source: Ioffe & Szegedy (2015), "Batch normalization", ICML.
 */
export function batchNormalize(a: Tensor, { gamma, beta }: BatchNormParameters, epsilon = 1e-5) {
  const batchMean = mean(a, 0);
  const variance = mean(square(sub(a, batchMean)), 0);
  return {
    output: normalizeWith(a, batchMean, variance, { gamma, beta }, epsilon),
    mean: batchMean,
    variance,
  };
}

/** Batch normalization with given statistics `[k]`, as a fitted model applies it. */
export function normalizeWith(
  a: Tensor,
  center: Tensor,
  variance: Tensor,
  { gamma, beta }: BatchNormParameters,
  epsilon = 1e-5,
): Tensor {
  const factor = div(gamma, sqrt(add(variance, epsilon)));
  return add(mul(sub(a, center), factor), beta);
}
