/**
 * @file L2 normalization and batch normalization.
 */
import type { Tensor } from "../tensor.js";
import { add, div, mul, sqrt, square, sub } from "./arithmetic.js";
import { type Axes, mean, sum } from "./reduce.js";
import { reshape } from "./shape.js";

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
 * Batch normalization while training: each feature to mean 0 and variance 1 over the batch `[n, k]`, or each channel over all
 * pixels of the batch `[n, k, height, width]`, then scaled and shifted. Gives the batch mean and (biased) variance `[k]` for the
 * running averages.
 * Source: Ioffe & Szegedy (2015), "Batch normalization", ICML.
 */
export function batchNormalize(a: Tensor, { gamma, beta }: BatchNormParameters, epsilon = 1e-5) {
  const batchMean = meanOfFeature(a);
  const centered = sub(a, alongFeatures(batchMean, a));
  const variance = meanOfFeature(square(centered));
  return { output: scaled(centered, variance, { gamma, beta }, epsilon), mean: batchMean, variance };
}

/** Batch normalization with given statistics `[k]`, as a fitted model applies it, of `[n, k]` or `[n, k, height, width]`. */
export function normalizeWith(
  a: Tensor,
  center: Tensor,
  variance: Tensor,
  parameters: BatchNormParameters,
  epsilon = 1e-5,
): Tensor {
  return scaled(sub(a, alongFeatures(center, a)), variance, parameters, epsilon);
}

function scaled(
  centered: Tensor,
  variance: Tensor,
  { gamma, beta }: BatchNormParameters,
  epsilon: number,
): Tensor {
  const factor = div(gamma, sqrt(add(variance, epsilon)));
  return add(mul(centered, alongFeatures(factor, centered)), alongFeatures(beta, centered));
}

/** Means `[k]`: of images first over the pixels, which lie side by side. */
function meanOfFeature(a: Tensor): Tensor {
  return mean(a.shape.length > 2 ? mean(a, [2, 3]) : a, 0);
}

/** Numbers `[k]` in a shape that meets those of their feature in a. */
function alongFeatures(v: Tensor, a: Tensor): Tensor {
  const pixels = a.shape.slice(2);
  return pixels.length > 0 ? reshape(v, [...v.shape, ...pixels.map(() => 1)]) : v;
}
