/**
 * @file Batch normalization as a layer: by the batch's own statistics while training, by running ones after it.
 *
 *   y = γ (h − m) / √(v + ε) + β,   m and v of the batch, or what follows them: r ← .9 r + .1 (m or v)
 *
 * Source: Ioffe & Szegedy (2015), "Batch normalization", ICML.
 */
import { add, mul } from "../../engine/ops/arithmetic.js";
import { batchNormalize, normalizeWith } from "../../engine/ops/normalization.js";
import { sizeOf, type Tensor } from "../../engine/tensor.js";
import { array } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import type { Mode } from "./network.js";

/** Share by which a step moves the running statistics. */
const MOMENTUM = 0.1;

/** Scale, shift and running statistics of k features or channels, before training. */
export function initialNormalization(name: string, k: number): Parameters {
  const [mean, variance] = runningNames(name);
  return {
    [`${name}.gamma`]: array([k], () => 1),
    [`${name}.beta`]: array([k]),
    [mean]: array([k]),
    [variance]: array([k], () => 1),
  };
}

/** Names of the running mean and variance, which no gradient trains. */
export const runningNames = (name: string): readonly [mean: string, variance: string] => [
  `${name}.runningMean`,
  `${name}.runningVariance`,
];

/**
 * Rows `[n, k]`, or images `[n, k, height, width]` over all pixels of a channel, normalized. Several batches of one step move the
 * running statistics one after the other.
 */
export function normalized(h: Tensor, name: string, p: Symbols, { training, updates }: Mode): Tensor {
  const scale = { gamma: p[`${name}.gamma`]!, beta: p[`${name}.beta`]! };
  const [meanName, varianceName] = runningNames(name);
  if (!training) return normalizeWith(h, p[meanName]!, p[varianceName]!, scale);
  const { output, mean, variance } = batchNormalize(h, scale);
  // The running variance is the unbiased one, as in PyTorch.
  const [rows, , ...pixels] = h.shape;
  const n = sizeOf([rows!, ...pixels], "batch normalization");
  const toward = (name: string, value: Tensor) => {
    updates[name] = add(mul(updates[name] ?? p[name]!, 1 - MOMENTUM), mul(value, MOMENTUM));
  };
  toward(meanName, mean);
  toward(varianceName, mul(variance, n / Math.max(1, n - 1)));
  return output;
}
