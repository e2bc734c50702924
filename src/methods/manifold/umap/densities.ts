/**
 * @file Densities that a map is to keep: the correlation of log radii on the map with those in the data.
 *
 *   Rᵢ = ln(ε + Σⱼ wᵢⱼ dᵢⱼ² / Σⱼ wᵢⱼ),   rᵢ = ln(ε + Σⱼ φᵢⱼ sᵢⱼ / Σⱼ φᵢⱼ),   C = cov(R, r) / √(var R (var r + 0.1))
 *
 * Source: Narayan, Berger & Cho (2021), "Assessing single-cell transcriptomic variability through density-preserving data
 * visualization", Nature Biotechnology 39.
 */
import { log } from "../../../elementary.js";
import type { FuzzyGraph } from "./graph.js";

const EPSILON = 1e-8;
/** Added to the variance of r, so that C stays tame while all radii are alike. */
const VARIANCE_SHIFT = 0.1;

/** Rᵢ `[n]`, less their mean and divided by their standard deviation; all 0 where they are alike. */
export function dataRadii({
  rowStart,
  weights,
  squaredLengths,
}: FuzzyGraph & Required<Pick<FuzzyGraph, "squaredLengths">>): Float64Array {
  const n = rowStart.length - 1;
  const radii = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let [total, degree] = [0, 0];
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) {
      total += weights[at]! * squaredLengths[at]!;
      degree += weights[at]!;
    }
    radii[i] = log(EPSILON + total / degree);
  }
  const { mean, variance } = moments(radii);
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  return radii.map((radius) => (radius - mean) * scale);
}

/** C, by rᵢ. */
export interface Correlation {
  readonly value: number;
  /** ∂C/∂rᵢ */
  readonly gradient: Float64Array;
  /** e^−rᵢ */
  readonly inverse: Float64Array;
}

/**
 * @param data R `[n]`, standardized. @param sums Σⱼ φ s and Σⱼ φ of every row `[n, 2]`.
 */
export function correlation(data: Float64Array, sums: Float32Array): Correlation {
  const n = data.length;
  const inverse = new Float64Array(n);
  const radii = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const mean = EPSILON + (sums[2 * i + 1]! > 0 ? sums[2 * i]! / sums[2 * i + 1]! : 0);
    inverse[i] = 1 / mean;
    radii[i] = log(mean);
  }
  const { mean, variance } = moments(radii);
  const spread = variance + VARIANCE_SHIFT;
  let covariance = 0;
  for (let i = 0; i < n; i++) covariance += (data[i]! * (radii[i]! - mean)) / n;
  const deviation = Math.sqrt(spread);
  const gradient = new Float64Array(n);
  for (let i = 0; i < n; i++)
    gradient[i] = (data[i]! - (covariance / spread) * (radii[i]! - mean)) / (n * deviation);
  return { value: covariance / deviation, gradient, inverse };
}

function moments(values: Float64Array): { mean: number; variance: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  let variance = 0;
  for (let i = 0; i < values.length; i++) variance += (values[i]! - mean) ** 2 / values.length;
  return { mean, variance };
}
