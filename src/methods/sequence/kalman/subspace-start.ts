/**
 * @file A system to start EM from: the directions in which the past tells the future best are the states.
 *
 *   p = (y_{t−1}, …, y_{t−L}),   f = (y_t, …, y_{t+L−1}),   Σ_ff^{-½} Σ_fp Σ_pp^{-½} = U S Vᵀ,   x_t = V_kᵀ Σ_pp^{-½} p
 *
 * and A, C, Q, R are those of least squares from x_t to x_{t+1} and y_t. The states have covariance I, as P has then.
 * Source: Larimore (1990), "Canonical variate analysis in identification, filtering, and adaptive control", CDC; Van Overschee & De Moor
 * (1996), "Subspace identification for linear systems", chapter 3.
 */
import { type Sequences, spansOf } from "../../../data/sequences.js";
import { type Dense, dense } from "../../../linalg/dense.js";
import { eigh, leadingEigh } from "../../../linalg/eigh.js";
import { quotient } from "./semidefinite.js";
import { product, productTransposed, scaledIdentity, symmetrize, transposed } from "./small-products.js";

/** Numbers without gaps `[n, d]`, of mean about 0. */
export interface Complete {
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly sequences: Sequences;
}

/** Moments that are looked at, evenly taken of all. */
const MOST_WINDOWS = 20_000;
/** Directions of a row that are looked at where it has more numbers. */
const MOST_DIRECTIONS = 16;
const MOST_LAGS = 10;
/** An eigenvalue of a covariance below this share of the first is rounding. */
const NEGLIGIBLE = 1e-10;

/**
 * Estimates of x_t `[n, k]` with covariance I; 0 at moments without a past.
 * @throws RangeError if no sequence has a past of k numbers and a future of as many.
 */
export async function canonicalStates(
  y: Complete,
  k: number,
): Promise<{ states: Float64Array; lags: number }> {
  const { longest, needed } = lengthsOf(y, k);
  if (longest < 2 * needed)
    throw new RangeError(
      `kalmanFilter: latentDim ${k} of ${y.cols} columns wants a sequence of ${2 * needed} moments or more, the longest has ${longest}`,
    );
  const reduced = await leadingDirections(y, Math.max(MOST_DIRECTIONS, 2 * k));
  const q = reduced.cols;
  const wanted = Math.min(MOST_LAGS, Math.ceil((4 * k) / q) + 1);
  const affordable = Math.floor(y.rows / (8 * q));
  const lags = Math.max(needed, Math.min(wanted, affordable, Math.floor(longest / 2)));
  const m = lags * q;
  const { pp, ff, fp } = windowCovariances(reduced, lags);
  const [past, future] = [await inverseRoot(pp), await inverseRoot(ff)];
  const canonical = product(product(future, fp, [m, m, m]), past, [m, m, m]);
  const gram = productTransposed(transposed(canonical, m, m), transposed(canonical, m, m), [m, m, m]);
  const { vectors } = await leadingEigh(dense(m, m, symmetrize(gram, m)), Math.min(k, m));
  const directions = new Float64Array(k * m);
  for (let a = 0; a < Math.min(k, m); a++)
    for (let i = 0; i < m; i++)
      for (let l = 0; l < m; l++)
        directions[a * m + i]! += vectors.data[l * vectors.cols + a]! * past[l * m + i]!;
  return { states: statesOf(reduced, lags, directions, k), lags };
}

/** Moments of the longest sequence, and those that a past of k numbers has. */
function lengthsOf({ cols, sequences }: Complete, k: number) {
  const longest = sequences.reduce((most, length) => Math.max(most, length), 0);
  return { longest, needed: Math.ceil(k / Math.min(cols, Math.max(MOST_DIRECTIONS, 2 * k))) };
}

/** True if a sequence has a past of k numbers and a future of as many. */
export function hasCanonicalStates(y: Complete, k: number): boolean {
  const { longest, needed } = lengthsOf(y, k);
  return longest >= 2 * needed;
}

/** Principal directions of standardized columns, for rows of many numbers. */
async function leadingDirections(y: Complete, most: number): Promise<Complete> {
  const { data, rows, cols: d } = y;
  if (d <= most) return y;
  const { covariance, deviations } = correlations(y);
  const { vectors } = await leadingEigh(covariance, most);
  const out = new Float64Array(rows * most);
  for (let t = 0; t < rows; t++)
    for (let j = 0; j < d; j++) {
      const value = data[t * d + j]! / deviations[j]!;
      for (let a = 0; a < most; a++) out[t * most + a]! += value * vectors.data[j * most + a]!;
    }
  return { ...y, data: out, cols: most };
}

/** Covariance of the columns, each divided by its deviation (1 where that is 0). */
export function correlations({ data, rows, cols: d }: Complete): {
  covariance: Dense;
  deviations: Float64Array;
} {
  const covariance = dense(d, d);
  for (let t = 0; t < rows; t++)
    for (let i = 0; i < d; i++) {
      const value = data[t * d + i]!;
      for (let j = 0; j <= i; j++) covariance.data[i * d + j]! += (value * data[t * d + j]!) / rows;
    }
  const deviations = Float64Array.from(
    { length: d },
    (_, j) => Math.sqrt(covariance.data[j * (d + 1)]!) || 1,
  );
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      const value = covariance.data[i * d + j]! / (deviations[i]! * deviations[j]!);
      covariance.data[i * d + j] = value;
      covariance.data[j * d + i] = value;
    }
  return { covariance, deviations };
}

/** Covariances of past and future, `[L q, L q]`. */
function windowCovariances({ data, cols: q, sequences }: Complete, lags: number) {
  const m = lags * q;
  const [pp, ff, fp] = [new Float64Array(m * m), new Float64Array(m * m), new Float64Array(m * m)];
  const total = sequences.reduce((sum, length) => sum + Math.max(0, length - 2 * lags + 1), 0);
  const step = Math.max(1, Math.ceil(total / MOST_WINDOWS));
  const [past, future] = [new Float64Array(m), new Float64Array(m)];
  for (const { from, to } of spansOf(sequences)) {
    for (let t = from + lags; t + lags <= to; t += step) {
      takePast(past, data, t, lags, q);
      future.set(data.subarray(t * q, (t + lags) * q));
      for (let i = 0; i < m; i++) {
        const [a, b] = [past[i]!, future[i]!];
        for (let j = 0; j < m; j++) {
          pp[i * m + j]! += a * past[j]!;
          ff[i * m + j]! += b * future[j]!;
          fp[i * m + j]! += b * past[j]!;
        }
      }
    }
  }
  const count = Math.max(1, Math.ceil(total / step));
  for (const sums of [pp, ff, fp]) for (let at = 0; at < m * m; at++) sums[at]! /= count;
  return { pp: dense(m, m, pp), ff: dense(m, m, ff), fp };
}

function takePast(out: Float64Array, data: Float64Array, t: number, lags: number, q: number): void {
  for (let lag = 1; lag <= lags; lag++)
    for (let j = 0; j < q; j++) out[(lag - 1) * q + j] = data[(t - lag) * q + j]!;
}

/** Σ^{-½}, 0 in directions that are rounding. */
async function inverseRoot(covariance: Dense): Promise<Float64Array> {
  const m = covariance.rows;
  const { values, vectors } = await eigh(covariance);
  const out = new Float64Array(m * m);
  for (let l = 0; l < m; l++) {
    if (!(values[l]! > NEGLIGIBLE * values[0]!)) break;
    const weight = 1 / Math.sqrt(values[l]!);
    for (let i = 0; i < m; i++) {
      const entry = weight * vectors.data[i * m + l]!;
      for (let j = 0; j < m; j++) out[i * m + j]! += entry * vectors.data[j * m + l]!;
    }
  }
  return out;
}

function statesOf(
  { data, rows, cols: q, sequences }: Complete,
  lags: number,
  directions: Float64Array,
  k: number,
) {
  const m = lags * q;
  const states = new Float64Array(rows * k);
  const past = new Float64Array(m);
  for (const { from, to } of spansOf(sequences)) {
    for (let t = from + lags; t < to; t++) {
      takePast(past, data, t, lags, q);
      for (let a = 0; a < k; a++) {
        let sum = 0;
        for (let i = 0; i < m; i++) sum += directions[a * m + i]! * past[i]!;
        states[t * k + a] = sum;
      }
    }
  }
  return states;
}

/** A, C, Q and R of least squares from states `[n, k]` that begin after `lags` moments of every sequence. */
export function regressed(y: Complete, states: Float64Array, k: number, lags: number) {
  const { data, cols: d, sequences } = y;
  const all = new Float64Array(k * k);
  const before = new Float64Array(k * k);
  const after = new Float64Array(k * k);
  const next = new Float64Array(k * k);
  const outputs = new Float64Array(d * k);
  const squares = new Float64Array(d * d);
  let [moments, moves] = [0, 0];
  for (const { from, to } of spansOf(sequences)) {
    for (let t = from + lags; t < to; t++) {
      const x = states.subarray(t * k, (t + 1) * k);
      const row = data.subarray(t * d, (t + 1) * d);
      addOuter(all, x, x);
      addOuter(outputs, row, x);
      addOuter(squares, row, row);
      moments++;
      if (t + 1 === to) continue;
      const following = states.subarray((t + 1) * k, (t + 2) * k);
      addOuter(before, x, x);
      addOuter(after, following, following);
      addOuter(next, following, x);
      moves++;
    }
  }
  const observation = quotient(outputs, all, d, k);
  const transition = quotient(next, before, k, k);
  const rest = (sum: Float64Array, map: Float64Array, cross: Float64Array, n: number, count: number) => {
    const told = productTransposed(map, cross, [n, k, n]);
    return symmetrize(
      sum.map((value, at) => (value - told[at]!) / Math.max(1, count)),
      n,
    );
  };
  return {
    observation,
    transition,
    observationNoise: rest(squares, observation, outputs, d, moments),
    processNoise: moves > 0 ? rest(after, transition, next, k, moves) : scaledIdentity(k),
  };
}

function addOuter(out: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) out[i * b.length + j]! += a[i]! * b[j]!;
}
