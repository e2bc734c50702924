/**
 * @file The normal distribution of rows with missing numbers, by expectation maximization with a ridge.
 *
 *   Σ ← (S + λ I) / (1 + λ),   S = 1/n Σᵢ (x̂ᵢ − μ)(x̂ᵢ − μ)ᵀ + Cᵢ,   μ ← mean of x̂
 *
 * of columns of unit variance, with x̂ᵢ the row filled by its conditional mean and Cᵢ the conditional covariance of what is
 * missing. Each round is a sweep of ridge regressions of all columns with gaps on all others, and never lowers the likelihood times a prior.
 * Source: Dempster, Laird & Rubin (1977), JRSS B 39; for the ridge Schneider (2001), "Analysis of incomplete climate data:
 * estimation of mean values and covariance matrices and imputation of missing values", Journal of Climate 14.
 */
import type { Matrix } from "../../data/matrix.js";
import { inverseSpd } from "../../linalg/cholesky.js";
import { type Dense, dense, identity } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { sharedFloat64, sharedUint32 } from "../../parallel/shared.js";
import { gatherTeam } from "../../parallel/team.js";
import { conditionalRows } from "./conditional-kernel.js";

/** A normal distribution. */
export interface Gaussian {
  /** `[d]` */
  readonly mean: Float64Array;
  /** `[d, d]` */
  readonly covariance: Dense;
}

/** Rows less offsets, divided by factors. */
export interface Standardized {
  /** Row-major `[n, d]`, of all threads; NaN is missing. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Rows, those that lack the same next to each other. */
  readonly order: Uint32Array;
  /** Row-major positions of what is missing. */
  readonly missing: Uint32Array;
}

export interface EmSettings {
  /** λ > 0 */
  readonly ridge: number;
  readonly maxIter: number;
  /** Stop when filled numbers change by less, root mean square. */
  readonly tol: number;
  readonly breathe: () => Promise<void>;
  /** Told of the change of every round. */
  onIteration?(iteration: number, change: number): void;
}

/** Rows in shared memory, less offsets, divided by factors; row-major `[n, d]`. */
export function scaledRows(
  { data, cols }: Matrix,
  offset: ArrayLike<number>,
  factor: ArrayLike<number>,
): Float64Array {
  const out = sharedFloat64(data.length);
  for (let at = 0; at < data.length; at++) out[at] = (data[at]! - offset[at % cols]!) / factor[at % cols]!;
  return out;
}

export function standardized(x: Matrix, offset: ArrayLike<number>, factor: ArrayLike<number>): Standardized {
  const { data, rows, cols } = x;
  const missing: number[] = [];
  const patterns: string[] = [];
  for (let i = 0, at = 0; i < rows; i++) {
    let pattern = "";
    for (let j = 0; j < cols; j++, at++) {
      if (!Number.isNaN(data[at]!)) continue;
      missing.push(at);
      pattern += `${j} `;
    }
    patterns.push(pattern);
  }
  const byPattern = Array.from({ length: rows }, (_, i) => i).sort((a, b) =>
    patterns[a]! < patterns[b]! ? -1 : patterns[a]! > patterns[b]! ? 1 : a - b,
  );
  const order = sharedUint32(rows);
  order.set(byPattern);
  return { data: scaledRows(x, offset, factor), rows, cols, order, missing: Uint32Array.from(missing) };
}

const MOST_CHUNKS = 32;
const LEAST_ROWS = 64;
/** Numbers that the covariances of all chunks may take. */
const MOST_NUMBERS = 2 ** 24;

/** @returns the distribution, and the rows filled by it `[n, d]`. */
export async function regularizedEm(
  { data, rows, cols: d, order, missing }: Standardized,
  start: Gaussian | undefined,
  { ridge, maxIter, tol, breathe, onIteration }: EmSettings,
): Promise<Gaussian & { readonly filled: Float64Array }> {
  const most = Math.max(1, Math.min(MOST_CHUNKS, Math.floor(MOST_NUMBERS / (d * d))));
  const perChunk = Math.max(LEAST_ROWS, Math.ceil(rows / most));
  const chunks = Math.ceil(rows / perChunk);
  const mean = sharedFloat64(d);
  const precision = sharedFloat64(d * d);
  const filled = sharedFloat64(rows * d);
  const covariances = sharedFloat64(chunks * d * d);
  if (start) mean.set(start.mean);
  let covariance = start?.covariance ?? identity(d);
  const before = new Float64Array(missing.length).fill(Number.POSITIVE_INFINITY);
  const args = { x: data, order, mean, precision, filled, covariances, d, rows: perChunk };
  const team = gatherTeam(conditionalRows, args);
  try {
    for (let iteration = 0; ; iteration++) {
      await breathe();
      precision.set((await inverseSpd(covariance)).data);
      await team.runInPieces(breathe, chunks);
      const change = moved(filled, missing, before);
      if (iteration > 0) onIteration?.(iteration, change);
      if (iteration > 0 && (change < tol || iteration === maxIter)) break;
      covariance = await maximized({ filled, rows, d, mean, covariances, chunks, ridge });
    }
  } finally {
    team.release();
  }
  return { mean: mean.slice(), covariance, filled };
}

/** Root mean square change of what is missing; 0 where nothing is. */
function moved(filled: Float64Array, missing: Uint32Array, before: Float64Array): number {
  let squares = 0;
  for (let m = 0; m < missing.length; m++) {
    const value = filled[missing[m]!]!;
    squares += (value - before[m]!) ** 2;
    before[m] = value;
  }
  return missing.length === 0 ? 0 : Math.sqrt(squares / missing.length);
}

interface Expected {
  readonly filled: Float64Array;
  readonly rows: number;
  readonly d: number;
  /** Is changed. */
  readonly mean: Float64Array;
  readonly covariances: Float64Array;
  readonly chunks: number;
  readonly ridge: number;
}

/** The mean, in place, and the covariance of most likelihood. */
async function maximized({ filled, rows, d, mean, covariances, chunks, ridge }: Expected): Promise<Dense> {
  mean.fill(0);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < d; j++, at++) mean[j]! += filled[at]!;
  for (let j = 0; j < d; j++) mean[j]! /= rows;
  const deviations = dense(rows, d);
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < d; j++, at++) deviations.data[at] = filled[at]! - mean[j]!;
  const scatter = await gemm(deviations, deviations, { transposeA: true });
  for (let c = 0, at = 0; c < chunks; c++)
    for (let e = 0; e < d * d; e++, at++) scatter.data[e]! += covariances[at]!;
  const covariance = dense(d, d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const both = (scatter.data[i * d + j]! + scatter.data[j * d + i]!) / (2 * rows);
      const value = (both + (i === j ? ridge : 0)) / (1 + ridge);
      covariance.data[i * d + j] = covariance.data[j * d + i] = value;
    }
  }
  return covariance;
}
