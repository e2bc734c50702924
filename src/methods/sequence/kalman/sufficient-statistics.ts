/**
 * @file The E-step: sums of what the states and the rows are expected to be, given all that was observed.
 *
 * With a diagonal R each column is a regression of its own on the moments at which it was there. With any other what is missing of a row is
 * expected of its state and of what is there,
 *
 *   y_m = μ_m + C_m x + R_mo R_oo⁻¹ (y_o − μ_o − C_o x) + e,   e ~ N(0, R_mm − R_mo R_oo⁻¹ R_om)
 */
import type { Matrix } from "../../../data/matrix.js";
import { type Sequences, spansOf } from "../../../data/sequences.js";
import { isDiagonal, type LinearSystem } from "./linear-system.js";
import { quotient } from "./semidefinite.js";
import type { Smoothed } from "./smoother.js";

/** Sums over moments. */
export interface Statistics {
  /** Moments that another one follows. */
  readonly moves: number;
  /** Σ E[x_{t+1} x_{t+1}ᵀ], Σ E[x_{t+1} x_tᵀ], Σ E[x_t x_tᵀ] over these, `[k, k]`. */
  readonly after: Float64Array;
  readonly lagged: Float64Array;
  readonly before: Float64Array;
  /** Σ E[x xᵀ] over all moments `[k, k]`. */
  readonly states: Float64Array;
  /** Means of the first states, and their covariance about a mean m: average of V_1 + (x̂_1 − m)(x̂_1 − m)ᵀ. */
  readonly firstMean: Float64Array;
  firstCovariance(mean: Float64Array): Float64Array;
  /** Sums of each column: moments that count, Σ E[(y − μ)²], Σ E[(y − μ) x] `[k]`, Σ E[x xᵀ] `[k, k]` over them. */
  readonly columns: readonly ColumnStatistics[];
  /** Σ E[(y − μ)(y − μ)ᵀ] `[d, d]`, if R is not diagonal. */
  readonly rows: Float64Array | undefined;
}

/** Sums of a column. */
export interface ColumnStatistics {
  readonly count: number;
  readonly square: number;
  readonly product: Float64Array;
  readonly states: Float64Array;
}

/** Sums of smoothed rows. */
export function statisticsOf(
  x: Matrix,
  sequences: Sequences,
  system: LinearSystem,
  smoothed: Smoothed,
): Statistics {
  const { latentDim: k } = system;
  const { means, covariances } = smoothed;
  const states = new Float64Array(k * k);
  const after = new Float64Array(k * k);
  const before = new Float64Array(k * k);
  const lagged = smoothed.lagged.slice();
  const firsts: number[] = [];
  let moves = 0;
  let place = -1;
  const second = new Float64Array(k * k);
  let covariance: Float64Array = second;
  const isFull = !isDiagonal(system.observationNoise, system.inputDim);
  const observations = isFull ? new CompletedRows(x, system) : new SeparateColumns(x, system);
  for (const { from, to } of spansOf(sequences)) {
    if (from < to) firsts.push(from);
    for (let t = from; t < to; t++) {
      if (covariances.places[t] !== place) {
        place = covariances.places[t]!;
        covariance = covariances.at(place);
      }
      secondMoment(second, means, t, covariance, k);
      const [follows, followed] = [t > from, t + 1 < to];
      for (let at = 0; at < k * k; at++) {
        const value = second[at]!;
        states[at]! += value;
        if (follows) after[at]! += value;
        if (followed) before[at]! += value;
      }
      observations.add(t, means, second);
      if (!followed) continue;
      moves++;
      const row = t * k;
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++) lagged[a * k + b]! += means[row + k + a]! * means[row + b]!;
    }
  }
  const firstMean = new Float64Array(k);
  for (const t of firsts) for (let a = 0; a < k; a++) firstMean[a]! += means[t * k + a]! / firsts.length;
  const firstCovariance = (mean: Float64Array) => {
    const sum = new Float64Array(k * k);
    for (const t of firsts) {
      const v = covariances.at(covariances.places[t]!);
      for (let a = 0; a < k; a++)
        for (let b = 0; b < k; b++)
          sum[a * k + b]! +=
            (v[a * k + b]! + (means[t * k + a]! - mean[a]!) * (means[t * k + b]! - mean[b]!)) / firsts.length;
    }
    return sum;
  };
  return {
    moves,
    after,
    lagged,
    before,
    states,
    firstMean,
    firstCovariance,
    columns: observations.columns(states),
    rows: observations.rows,
  };
}

/** out ← E[x_t x_tᵀ]. */
function secondMoment(out: Float64Array, means: Float64Array, t: number, v: Float64Array, k: number): void {
  const row = t * k;
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++) out[a * k + b] = v[a * k + b]! + means[row + a]! * means[row + b]!;
}

/** Sums of columns, each over the moments at which it was there. */
class SeparateColumns {
  readonly rows = undefined;
  readonly #x: Matrix;
  readonly #system: LinearSystem;
  readonly #counts: Float64Array;
  readonly #squares: Float64Array;
  readonly #products: Float64Array;
  /** Σ E[x xᵀ] over rows that are complete, and over further ones of each column: apart, so that none is taken off. */
  readonly #complete: Float64Array;
  readonly #further: Float64Array | undefined;

  constructor(x: Matrix, system: LinearSystem) {
    const { latentDim: k, inputDim: d } = system;
    this.#x = x;
    this.#system = system;
    this.#counts = new Float64Array(d);
    this.#squares = new Float64Array(d);
    this.#products = new Float64Array(d * k);
    this.#complete = new Float64Array(k * k);
    this.#further = x.data.some(Number.isNaN) ? new Float64Array(d * k * k) : undefined;
  }

  add(t: number, means: Float64Array, second: Float64Array): void {
    const { latentDim: k, inputDim: d, mean } = this.#system;
    const { data } = this.#x;
    const further = this.#further;
    let complete = true;
    for (let j = 0; j < d; j++) {
      const value = data[t * d + j]! - mean[j]!;
      if (Number.isNaN(value)) {
        complete = false;
        continue;
      }
      this.#counts[j]! += 1;
      this.#squares[j]! += value * value;
      for (let a = 0; a < k; a++) this.#products[j * k + a]! += value * means[t * k + a]!;
    }
    if (complete) for (let at = 0; at < k * k; at++) this.#complete[at]! += second[at]!;
    else
      for (let j = 0; j < d; j++)
        if (!Number.isNaN(data[t * d + j]!))
          for (let at = 0; at < k * k; at++) further![j * k * k + at]! += second[at]!;
  }

  columns(): ColumnStatistics[] {
    const { latentDim: k, inputDim: d } = this.#system;
    return Array.from({ length: d }, (_, j) => ({
      count: this.#counts[j]!,
      square: this.#squares[j]!,
      product: this.#products.slice(j * k, (j + 1) * k),
      states: this.#further
        ? this.#complete.map((value, at) => value + this.#further![j * k * k + at]!)
        : this.#complete,
    }));
  }
}

/** Sums of rows whose missing numbers are expected of the others. */
class CompletedRows {
  readonly rows: Float64Array;
  readonly #x: Matrix;
  readonly #system: LinearSystem;
  readonly #products: Float64Array;
  readonly #y: Float64Array;
  #count = 0;

  constructor(x: Matrix, system: LinearSystem) {
    const { latentDim: k, inputDim: d } = system;
    this.#x = x;
    this.#system = system;
    this.rows = new Float64Array(d * d);
    this.#products = new Float64Array(d * k);
    this.#y = new Float64Array(d);
  }

  add(t: number, means: Float64Array, second: Float64Array): void {
    const { latentDim: k, inputDim: d, mean } = this.#system;
    const y = this.#y;
    let complete = true;
    for (let j = 0; j < d; j++) {
      y[j] = this.#x.data[t * d + j]! - mean[j]!;
      if (Number.isNaN(y[j]!)) complete = false;
    }
    this.#count++;
    if (!complete) {
      this.#addIncomplete(t, means, second);
      return;
    }
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) this.rows[i * d + j]! += y[i]! * y[j]!;
      for (let a = 0; a < k; a++) this.#products[i * k + a]! += y[i]! * means[t * k + a]!;
    }
  }

  /** y = H x + g + e: E[y xᵀ] = H E[x xᵀ] + g x̂ᵀ, E[y yᵀ] = H E[x xᵀ] Hᵀ + H x̂ gᵀ + g x̂ᵀ Hᵀ + g gᵀ + Cov(e). */
  #addIncomplete(t: number, means: Float64Array, second: Float64Array): void {
    const { latentDim: k, inputDim: d } = this.#system;
    const { h, g, noise } = this.#expected();
    const state = means.subarray(t * k, (t + 1) * k);
    const hSecond = new Float64Array(d * k);
    const hState = new Float64Array(d);
    for (let i = 0; i < d; i++)
      for (let a = 0; a < k; a++) {
        hState[i]! += h[i * k + a]! * state[a]!;
        for (let b = 0; b < k; b++) hSecond[i * k + a]! += h[i * k + b]! * second[b * k + a]!;
      }
    for (let i = 0; i < d; i++) {
      for (let a = 0; a < k; a++) this.#products[i * k + a]! += hSecond[i * k + a]! + g[i]! * state[a]!;
      for (let j = 0; j < d; j++) {
        let sum = noise[i * d + j]! + hState[i]! * g[j]! + g[i]! * hState[j]! + g[i]! * g[j]!;
        for (let a = 0; a < k; a++) sum += hSecond[i * k + a]! * h[j * k + a]!;
        this.rows[i * d + j]! += sum;
      }
    }
  }

  /** H, g and Cov(e) of the row in `#y`. */
  #expected() {
    const { latentDim: k, inputDim: d, observation, observationNoise: r } = this.#system;
    const y = this.#y;
    const all = Array.from({ length: d }, (_, j) => j);
    const there = all.filter((j) => !Number.isNaN(y[j]!));
    const gone = all.filter((j) => Number.isNaN(y[j]!));
    const part = (rows: number[], cols: number[]) =>
      Float64Array.from(rows.flatMap((i) => cols.map((j) => r[i * d + j]!)));
    const weights = quotient(part(gone, there), part(there, there), gone.length, there.length);
    const h = new Float64Array(d * k);
    const g = new Float64Array(d);
    const noise = new Float64Array(d * d);
    for (const j of there) g[j] = y[j]!;
    gone.forEach((i, at) => {
      for (let a = 0; a < k; a++) h[i * k + a] = observation[i * k + a]!;
      there.forEach((j, l) => {
        const weight = weights[at * there.length + l]!;
        g[i]! += weight * y[j]!;
        for (let a = 0; a < k; a++) h[i * k + a]! -= weight * observation[j * k + a]!;
      });
      gone.forEach((other) => {
        let told = r[i * d + other]!;
        there.forEach((j, l) => {
          told -= weights[at * there.length + l]! * r[j * d + other]!;
        });
        noise[i * d + other] = told;
      });
    });
    return { h, g, noise };
  }

  columns(states: Float64Array): ColumnStatistics[] {
    const { latentDim: k, inputDim: d } = this.#system;
    return Array.from({ length: d }, (_, j) => ({
      count: this.#count,
      square: this.rows[j * (d + 1)]!,
      product: this.#products.slice(j * k, (j + 1) * k),
      states,
    }));
  }
}
