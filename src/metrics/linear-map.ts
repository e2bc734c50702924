/**
 * @file The linear map of a model that reconstructs by one, and figures of it in float64.
 *
 *   x̂ = W x + c,   W ∈ ℝ^{d×d}
 *
 * `identityDistance` says how near W is to a copy, `noiseGain` how much of noise on x is left in x̂: of noise with a variance of σ²
 * in each of d numbers, d σ² in all, W leaves ‖W‖²_F σ².
 */
import { type Matrix, type MatrixLike, matrix } from "../data/matrix.js";
import { checkSquare, type Dense, dense } from "../linalg/dense.js";
import { svd } from "../linalg/svd.js";

/** x̂ = W x + c. */
export interface LinearMap {
  /** W `[d, d]`. */
  readonly matrix: Dense;
  /** c `[d]`. */
  readonly offset: Float64Array;
}

/** A model as far as `linearMap` asks it; every fitted `Coder` is one. */
export interface Reconstructing {
  /** Numbers in a row, d. */
  readonly inputDim: number;
  /** Reconstructions `[n, d]` of rows `[n, d]`. */
  reconstruct(x: MatrixLike): Promise<Matrix>;
}

/** Deviation from a linear map, as a share of the largest number, that rounding to float32 may explain. */
const ROUNDING = 1e-3;

/**
 * W and c of a model with x̂ = W x + c, in the units of its data, told by what it makes of 0 and of d unit vectors: good to what
 * float32 leaves of sums of d numbers, about 1e-6.
 * @param model a model that reconstructs, such as those of `linearAutoencoder` and `pca`.
 * @throws RangeError for a model that is not linear.
 */
export async function linearMap(model: Reconstructing): Promise<LinearMap> {
  const d = model.inputDim;
  // 0, unit vectors, and a row whose image is known of theirs if there is a map.
  const asked = matrix(d + 2, d);
  for (let j = 0; j < d; j++) {
    asked.data[(j + 1) * d + j] = 1;
    asked.data[(d + 1) * d + j] = j % 2 === 0 ? -2 : 3;
  }
  const { data } = await model.reconstruct(asked);
  const offset = Float64Array.from(data.subarray(0, d));
  const map = dense(d, d);
  let largest = 0;
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < d; i++) {
      const value = data[(j + 1) * d + i]!;
      map.data[i * d + j] = value - offset[i]!;
      largest = Math.max(largest, Math.abs(value));
    }
  }
  for (let i = 0; i < d; i++) {
    let wanted = offset[i]!;
    for (let j = 0; j < d; j++) wanted += map.data[i * d + j]! * (j % 2 === 0 ? -2 : 3);
    const got = data[(d + 1) * d + i]!;
    if (!(Math.abs(got - wanted) <= ROUNDING * (1 + largest) * Math.sqrt(d)))
      throw new RangeError(
        `linearMap: the model is not linear: number ${i} of a reconstruction is ${got}, a linear map gives ${wanted}`,
      );
  }
  return { matrix: map, offset };
}

/**
 * ‖W − I‖_F / √d: 0 for a copy, 1 for W = 0, √((d − k) / d) for a projection onto k dimensions, which is the least of rank k.
 * @param w `[d, d]`. @throws RangeError unless it is square.
 */
export function identityDistance(w: Dense): number {
  checkSquare(w, "identityDistance");
  const d = w.rows;
  let squares = 0;
  for (let at = 0; at < w.data.length; at++) squares += (w.data[at]! - (at % (d + 1) === 0 ? 1 : 0)) ** 2;
  return Math.sqrt(squares / d);
}

/**
 * ‖W‖²_F / d: the share of the variance of white noise on rows that is left in what W makes of them. 1 for a copy, k / d for an
 * orthogonal projection onto k dimensions, more for an oblique one.
 * @param w `[d, d]`. @throws RangeError unless it is square.
 */
export function noiseGain(w: Dense): number {
  checkSquare(w, "noiseGain");
  return w.data.reduce((sum, value) => sum + value * value, 0) / w.rows;
}

/** σ_max(W), the largest factor by which W makes a vector longer. @param w `[m, n]`, finite, not empty. */
export async function spectralNorm(w: Dense): Promise<number> {
  return (await svd(w)).s[0]!;
}
