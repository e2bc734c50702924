/**
 * @file Missing numbers of rows by the others of their row, where rows are drawn from a normal distribution, many rows at a time.
 *
 *   E x_m = μ_m − Λ_mm⁻¹ Λ_mo (x_o − μ_o),   Cov x_m = Λ_mm⁻¹,   Λ = Σ⁻¹
 *
 * with o what is known of the row and m what is missing: a factorization of as many rows as numbers are missing, shared by rows
 * that follow each other and lack the same.
 */
import { factorSmall, solveLower, solveUpper } from "../../linalg/small-cholesky.js";
import type { Kernel } from "../../parallel/kernel.js";

export interface ConditionalArgs {
  /** Row-major `[n, d]`; NaN is missing. */
  x: Float64Array;
  /** Rows in the order in which they are taken `[n]`. */
  order: Uint32Array;
  /** μ `[d]`. */
  mean: Float64Array;
  /** Λ, row-major `[d, d]`. */
  precision: Float64Array;
  /** Row-major `[n, d]`: the rows with what is missing filled. */
  filled: Float64Array;
  /** Sum of the covariances of what is missing, of every chunk, row-major `[chunks, d, d]`. */
  covariances: Float64Array;
  d: number;
  /** Rows of a chunk. */
  rows: number;
  [name: string]: Float64Array | Uint32Array | number;
}

export const conditionalRows: Kernel<ConditionalArgs> = {
  name: "conditionalRows",
  run({ x, order, mean, precision, filled, covariances, d, rows }, chunk) {
    const gaps = new Gaps(precision, d);
    const sum = covariances.subarray(chunk * d * d, (chunk + 1) * d * d);
    sum.fill(0);
    let alike = 0;
    const last = Math.min(order.length, (chunk + 1) * rows);
    for (let r = chunk * rows; r < last; r++) {
      const at = order[r]! * d;
      if (!gaps.sameAs(x, at)) {
        gaps.addInverse(sum, alike);
        gaps.take(x, at);
        alike = 0;
      }
      alike++;
      for (let j = 0; j < d; j++) filled[at + j] = x[at + j]!;
      gaps.fill(filled, at, mean);
    }
    gaps.addInverse(sum, alike);
  },
};

export interface LeftOutArgs {
  /** Row-major `[n, d]`; NaN is missing. */
  x: Float64Array;
  mean: Float64Array;
  precision: Float64Array;
  /** Row-major `[n, d]`: every number as the others that are known of its row say it. */
  predicted: Float64Array;
  d: number;
  [name: string]: Float64Array | number;
}

/** Rows of a chunk. */
export const LEFT_OUT_ROWS = 64;

/**
 * Prediction of every number by the others that are known of its row. A known number j is left out at once,
 * x̂ⱼ = xⱼ − (K (x_o − μ_o))ⱼ / Kⱼⱼ with K = Σ_oo⁻¹ = Λ_oo − Λ_om Λ_mm⁻¹ Λ_mo.
 */
export const leftOutRows: Kernel<LeftOutArgs> = {
  name: "leftOutRows",
  run({ x, mean, precision, predicted, d }, chunk) {
    const gaps = new Gaps(precision, d);
    const row = new Float64Array(d);
    const last = Math.min(x.length / d, (chunk + 1) * LEFT_OUT_ROWS);
    for (let i = chunk * LEFT_OUT_ROWS; i < last; i++) {
      const at = i * d;
      if (!gaps.sameAs(x, at)) gaps.take(x, at);
      for (let j = 0; j < d; j++) row[j] = x[at + j]!;
      gaps.fill(row, 0, mean);
      for (let j = 0; j < d; j++) {
        if (Number.isNaN(x[at + j]!)) {
          predicted[at + j] = row[j]!;
          continue;
        }
        // Λ of the filled row is K of the known part.
        let sum = 0;
        for (let l = 0; l < d; l++) sum += precision[j * d + l]! * (row[l]! - mean[l]!);
        predicted[at + j] = row[j]! - sum / gaps.leftOver(j);
      }
    }
  },
};

/** Places that a row lacks, and the factor of their part of the precision. */
class Gaps {
  readonly #precision: Float64Array;
  readonly #d: number;
  readonly #missing: Int32Array;
  readonly #lacks: Uint8Array;
  readonly #factor: Float64Array;
  readonly #right: Float64Array;
  #count = -1;

  constructor(precision: Float64Array, d: number) {
    this.#precision = precision;
    this.#d = d;
    this.#missing = new Int32Array(d);
    this.#lacks = new Uint8Array(d);
    this.#factor = new Float64Array(d * d);
    this.#right = new Float64Array(d);
  }

  sameAs(x: Float64Array, at: number): boolean {
    if (this.#count < 0) return false;
    for (let j = 0; j < this.#d; j++) if (Number.isNaN(x[at + j]!) !== (this.#lacks[j] === 1)) return false;
    return true;
  }

  take(x: Float64Array, at: number): void {
    const d = this.#d;
    const missing = this.#missing;
    const factor = this.#factor;
    let count = 0;
    for (let j = 0; j < d; j++) {
      const lacks = Number.isNaN(x[at + j]!);
      this.#lacks[j] = Number(lacks);
      if (lacks) missing[count++] = j;
    }
    this.#count = count;
    for (let a = 0; a < count; a++)
      for (let b = 0; b <= a; b++) factor[a * d + b] = this.#precision[missing[a]! * d + missing[b]!]!;
    if (!factorSmall(factor, d, count)) factor.fill(Number.NaN, 0, count * d);
  }

  /** Puts means given the known numbers into the places that a row lacks. */
  fill(row: Float64Array, at: number, mean: Float64Array): void {
    const count = this.#count;
    const d = this.#d;
    const right = this.#right;
    for (let a = 0; a < count; a++) {
      const from = this.#missing[a]! * d;
      let sum = 0;
      for (let j = 0; j < d; j++)
        if (this.#lacks[j] === 0) sum += this.#precision[from + j]! * (row[at + j]! - mean[j]!);
      right[a] = -sum;
    }
    solveLower(this.#factor, d, 0, count, right, 0);
    solveUpper(this.#factor, d, count, right, 0);
    for (let a = 0; a < count; a++) row[at + this.#missing[a]!] = mean[this.#missing[a]!]! + right[a]!;
  }

  /** Kⱼⱼ = Λⱼⱼ − Λⱼₘ Λ_mm⁻¹ Λₘⱼ of a number that is known. */
  leftOver(j: number): number {
    const d = this.#d;
    const right = this.#right;
    for (let a = 0; a < this.#count; a++) right[a] = this.#precision[this.#missing[a]! * d + j]!;
    solveLower(this.#factor, d, 0, this.#count, right, 0);
    let value = this.#precision[j * d + j]!;
    for (let a = 0; a < this.#count; a++) value -= right[a]! * right[a]!;
    return value;
  }

  /** Adds `times` Λ_mm⁻¹ in the places that a row lacks. */
  addInverse(sum: Float64Array, times: number): void {
    const count = this.#count;
    const d = this.#d;
    const right = this.#right;
    if (times === 0) return;
    for (let c = 0; c < count; c++) {
      right.fill(0, 0, count);
      right[c] = 1;
      solveLower(this.#factor, d, c, count, right, 0);
      solveUpper(this.#factor, d, count, right, 0);
      for (let a = 0; a < count; a++) sum[this.#missing[a]! * d + this.#missing[c]!]! += times * right[a]!;
    }
  }
}
