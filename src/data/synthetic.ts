/**
 * @file Synthetic data with a known answer: low rank + noise, swiss roll, S-curve, blobs.
 */
import { type Random, random } from "../random.js";
import { type Matrix, matrix } from "./matrix.js";

/** Data and the coordinates they were made from. */
export interface Synthetic {
  /** Shape `[n, d]`. */
  readonly x: Matrix;
  /** Shape `[n, k]`: what a method is to find again. */
  readonly latent: Matrix;
}

/**
 * X = Z W + σ E, with entries of Z `[n, rank]` and E standard normal, and of W `[rank, d]` normal of variance
 * 1/rank, so that every column of Z W has variance 1 in expectation.
 * @param options defaults: 1000 rows, 20 columns, rank 3, noise σ = 0.1, seed 0.
 * @throws RangeError for a size that is no whole number ≥ 1, a rank above rows or columns, or a noise that is no number
 *   ≥ 0.
 */
export function lowRank(
  options: {
    rows?: number | undefined;
    cols?: number | undefined;
    rank?: number | undefined;
    noise?: number | undefined;
    seed?: number | undefined;
  } = {},
): Synthetic & { readonly basis: Matrix } {
  const { rows = 1000, cols = 20, rank = 3, noise = 0.1, seed = 0 } = options;
  wholeNumbers("lowRank", { rows, cols, rank });
  atLeastZero("lowRank", { noise });
  if (rank > Math.min(rows, cols)) throw new RangeError(`lowRank: rank ${rank} exceeds ${rows} × ${cols}`);
  const root = random(seed).fork("low rank");
  const latent = matrix(rows, rank);
  root.fork("latent").fillNormal(latent.data);
  const basis = matrix(rank, cols);
  root.fork("basis").fillNormal(basis.data);
  for (let i = 0; i < basis.data.length; i++) basis.data[i]! /= Math.sqrt(rank);
  const x = matrix(rows, cols);
  const errors = root.fork("noise");
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      let sum = noise * errors.normal();
      for (let k = 0; k < rank; k++) sum += latent.data[i * rank + k]! * basis.data[k * cols + j]!;
      x.data[i * cols + j] = sum;
    }
  }
  return { x, latent, basis };
}

/** Options of rolled surfaces. */
export interface RollOptions {
  /** Default 1500. */
  readonly rows?: number | undefined;
  /** Standard deviation of normal noise on every coordinate. Default 0. */
  readonly noise?: number | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/**
 * A sheet rolled up in space: t = 1.5π (1 + 2u), x = (t cos t, 21 v, t sin t), with u and v uniform on [0, 1).
 * Latent: arc length along the roll, (t √(1 + t²) + asinh t) / 2, and height 21 v.
 * Source: Tenenbaum, de Silva & Langford (2000), Science 290; constants as in scikit-learn's `make_swiss_roll`.
 * @throws RangeError for a size that is no whole number ≥ 1 or a noise that is no number ≥ 0.
 */
export function swissRoll(options: RollOptions = {}): Synthetic {
  return roll("swiss roll", options, (u, v) => {
    const t = 1.5 * Math.PI * (1 + 2 * u);
    const length = (t * Math.sqrt(1 + t * t) + Math.asinh(t)) / 2;
    return [t * Math.cos(t), 21 * v, t * Math.sin(t), length, 21 * v];
  });
}

/**
 * A sheet bent into an S: t = 3π (u − ½), x = (sin t, 2 v, sign(t) (cos t − 1)), with u and v uniform on [0, 1).
 * Latent: t, which is arc length, and height 2 v. Constants as in scikit-learn's `make_s_curve`.
 * @throws RangeError for a size that is no whole number ≥ 1 or a noise that is no number ≥ 0.
 */
export function sCurve(options: RollOptions = {}): Synthetic {
  return roll("s-curve", options, (u, v) => {
    const t = 3 * Math.PI * (u - 0.5);
    return [Math.sin(t), 2 * v, Math.sign(t) * (Math.cos(t) - 1), t, 2 * v];
  });
}

function roll(name: string, options: RollOptions, point: (u: number, v: number) => number[]): Synthetic {
  const { rows = 1500, noise = 0, seed = 0 } = options;
  wholeNumbers(name, { rows });
  atLeastZero(name, { noise });
  const root = random(seed).fork(name);
  const errors = root.fork("noise");
  const x = matrix(rows, 3);
  const latent = matrix(rows, 2);
  for (let i = 0; i < rows; i++) {
    const made = point(root.uniform(), root.uniform());
    for (let j = 0; j < 3; j++) x.data[3 * i + j] = made[j]! + (noise > 0 ? noise * errors.normal() : 0);
    latent.data.set(made.slice(3), 2 * i);
  }
  return { x, latent };
}

/** Blobs and the center each row belongs to. */
export interface Blobs extends Synthetic {
  /** Shape `[centers, d]`. */
  readonly centers: Matrix;
  /** Index of the center, one a row. */
  readonly labels: Uint32Array;
}

/**
 * Normal clouds around centers drawn uniformly from [−10, 10)^d. Centers take turns, so sizes differ by one at
 * most. `latent` `[n, d]` is the center of each row.
 * @param options defaults: 1000 rows, 2 columns, 3 centers, spread (standard deviation) 1, seed 0.
 * @throws RangeError for a size that is no whole number ≥ 1, or a spread that is no number ≥ 0.
 */
export function blobs(
  options: {
    rows?: number | undefined;
    cols?: number | undefined;
    centers?: number | undefined;
    spread?: number | undefined;
    seed?: number | undefined;
  } = {},
): Blobs {
  const { rows = 1000, cols = 2, centers: count = 3, spread = 1, seed = 0 } = options;
  wholeNumbers("blobs", { rows, cols, centers: count });
  atLeastZero("blobs", { spread });
  const root: Random = random(seed).fork("blobs");
  const centers = matrix(count, cols);
  const places = root.fork("centers");
  for (let i = 0; i < centers.data.length; i++) centers.data[i] = 20 * places.uniform() - 10;
  const x = matrix(rows, cols);
  const latent = matrix(rows, cols);
  const labels = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    const label = i % count;
    labels[i] = label;
    for (let j = 0; j < cols; j++) {
      latent.data[i * cols + j] = centers.data[label * cols + j]!;
      x.data[i * cols + j] = centers.data[label * cols + j]! + spread * root.normal();
    }
  }
  return { x, latent, centers, labels };
}

function wholeNumbers(where: string, sizes: Record<string, number>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${where}: ${name} must be a whole number ≥ 1, got ${size}`);
    }
  }
}

function atLeastZero(where: string, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${where}: ${name} must be a number ≥ 0, got ${value}`);
    }
  }
}
