/**
 * @file Observations of a moment with noise of variance 1: with R = L Lᵀ over the columns that are there,
 *
 *   L⁻¹ (y − μ) = L⁻¹ C x + u,   u ~ N(0, I)
 *
 * so that a filter may take them one after the other, each a number of its own. What is missing is a row of C that is left out.
 */
import { log } from "../../../elementary.js";
import { factorSmall, solveLower } from "../../../linalg/small-cholesky.js";
import { isDiagonal, type LinearSystem } from "./linear-system.js";

/** The columns of a row that are there. */
export interface Observed {
  /** Their numbers, from 0. */
  readonly columns: Int32Array;
  /** L⁻¹ C `[m, k]`. */
  readonly loadings: Float64Array;
  /** L `[m, m]`, its diagonal inverted; of a diagonal R that diagonal alone `[m]`. */
  readonly factor: Float64Array;
  /** True if `factor` is a diagonal. */
  readonly diagonal: boolean;
  /** log |R| over these columns. */
  readonly logDeterminant: number;
}

/** Sets of columns that are kept, to be met again. */
const MOST_KEPT = 256;
/** Columns of which a set is a whole number, exact in float64. */
const MOST_BITS = 52;

/** Finds what is there of a row. */
export class ObservedColumns {
  readonly #system: LinearSystem;
  readonly #diagonal: boolean;
  readonly #known = new Map<number | string, Observed>();
  /** All columns. */
  readonly whole: Observed;

  constructor(system: LinearSystem) {
    this.#system = system;
    this.#diagonal = isDiagonal(system.observationNoise, system.inputDim);
    this.whole = this.#observed(Int32Array.from({ length: system.inputDim }, (_, j) => j));
  }

  /** Columns that are there of the row that begins at `at`, NaN being missing. */
  of(x: Float32Array, at: number): Observed {
    const { inputDim: d } = this.#system;
    let missing = false;
    for (let j = 0; j < d; j++) {
      const value = x[at + j]!;
      if (Number.isNaN(value)) missing = true;
    }
    return missing ? this.#incomplete(x, at) : this.whole;
  }

  #incomplete(x: Float32Array, at: number): Observed {
    const { inputDim: d } = this.#system;
    const isThere = (j: number) => !Number.isNaN(x[at + j]!);
    let key: number | string = 0;
    if (d <= MOST_BITS) for (let j = 0; j < d; j++) key = 2 * key + Number(isThere(j));
    else key = Array.from({ length: d }, (_, j) => Number(isThere(j))).join("");
    let found = this.#known.get(key);
    if (!found) {
      if (this.#known.size === MOST_KEPT) this.#known.clear();
      found = this.#observed(Int32Array.from({ length: d }, (_, j) => j).filter(isThere));
      this.#known.set(key, found);
    }
    return found;
  }

  #observed(columns: Int32Array): Observed {
    const { latentDim: k, inputDim: d, observation, observationNoise: r } = this.#system;
    const m = columns.length;
    const loadings = new Float64Array(m * k);
    let logDeterminant = 0;
    if (this.#diagonal) {
      const factor = new Float64Array(m);
      columns.forEach((column, i) => {
        factor[i] = 1 / Math.sqrt(r[column * (d + 1)]!);
        logDeterminant -= 2 * log(factor[i]!);
        for (let a = 0; a < k; a++) loadings[i * k + a] = factor[i]! * observation[column * k + a]!;
      });
      return { columns, loadings, factor, diagonal: true, logDeterminant };
    }
    const factor = new Float64Array(m * m);
    columns.forEach((row, i) => {
      columns.forEach((column, j) => {
        factor[i * m + j] = r[row * d + column]!;
      });
    });
    factorSmall(factor, m, m);
    for (let i = 0; i < m; i++) logDeterminant -= 2 * log(factor[i * (m + 1)]!);
    const one = new Float64Array(m);
    for (let a = 0; a < k; a++) {
      columns.forEach((column, i) => {
        one[i] = observation[column * k + a]!;
      });
      solveLower(factor, m, 0, m, one, 0);
      for (let i = 0; i < m; i++) loadings[i * k + a] = one[i]!;
    }
    return { columns, loadings, factor, diagonal: false, logDeterminant };
  }
}

/** out `[m]` ← L⁻¹ (y − μ) of the row that begins at `at`. */
export function whiten(
  { columns, factor, diagonal }: Observed,
  x: Float32Array,
  at: number,
  mean: Float64Array,
  out: Float64Array,
): void {
  const m = columns.length;
  for (let i = 0; i < m; i++) {
    const column = columns[i]!;
    const rest = x[at + column]! - mean[column]!;
    out[i] = diagonal ? rest * factor[i]! : rest;
  }
  if (!diagonal) solveLower(factor, m, 0, m, out, 0);
}
