/**
 * @file L2 normalization and batch normalization.
 */
import { sizeOf, type Tensor } from "../tensor.js";
import { add, div, mul, sqrt, square, sub } from "./arithmetic.js";
import { type Axes, spreadSum, sum } from "./reduce.js";
import { reshape } from "./shape.js";
import { withGradient } from "./with-gradient.js";

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
 *
 * With c = a − mean, s² = variance + ε and N numbers to a feature, the cotangent g of the output flows back as
 *
 *   Σ g to β,   Σ g c / s to γ,   γ / s (g − Σ g / N − c Σ g c / N s²) to a
 *
 * in fewer passes over a than the gradients of its operations, one by one, would take.
 * Source: Ioffe & Szegedy (2015), "Batch normalization", ICML.
 */
export function batchNormalize(a: Tensor, { gamma, beta }: BatchNormParameters, epsilon = 1e-5) {
  const batchMean = meanOfFeature(a);
  const centered = sub(a, alongFeatures(batchMean, a));
  const variance = meanOfFeature(square(centered));
  const value = scaled(centered, variance, { gamma, beta }, epsilon);
  const output = withGradient(value, [a, gamma, beta], (g) => {
    const squared = add(variance, epsilon);
    const deviation = sqrt(squared);
    const [total, moment] = [sumOfFeature(g), sumOfFeature(mul(g, centered))];
    const n = countOfFeature(a);
    const along = (v: Tensor) => alongFeatures(v, a);
    return [
      () => {
        const rest = sub(
          sub(g, mul(centered, along(div(moment, mul(squared, n))))),
          along(mul(total, 1 / n)),
        );
        return mul(rest, along(div(gamma, deviation)));
      },
      () => div(moment, deviation),
      () => total,
    ];
  });
  return { output, mean: batchMean, variance };
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

/** Means `[k]`. */
function meanOfFeature(a: Tensor): Tensor {
  return mul(sumOfFeature(a), 1 / countOfFeature(a));
}

/** Sums `[k]`. */
function sumOfFeature(a: Tensor): Tensor {
  const axes = [...a.shape.keys()].filter((axis) => axis !== 1);
  return reshape(spreadSum(a, axes), [a.shape[1]!]);
}

/** Numbers to a feature. */
function countOfFeature(a: Tensor): number {
  return sizeOf([a.shape[0]!, ...a.shape.slice(2)], "batch normalization");
}

/** Numbers `[k]` in a shape that meets those of their feature in a. */
function alongFeatures(v: Tensor, a: Tensor): Tensor {
  const pixels = a.shape.slice(2);
  return pixels.length > 0 ? reshape(v, [...v.shape, ...pixels.map(() => 1)]) : v;
}
