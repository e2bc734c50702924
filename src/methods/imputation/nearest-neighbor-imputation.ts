/**
 * @file Imputation by nearest neighbors: a missing number is the mean of it over the k nearest rows that have it.
 *
 *   x̂ⱼ = Σ_o w_o oⱼ / Σ_o w_o   over the k rows o nearest to x in which j is known
 *
 * with distances over the columns that both rows know, shrunken where these are few (known-distances.ts), and w = 1 / D² or 1.
 * Source: Troyanskaya et al. (2001), "Missing value estimation methods for DNA microarrays", Bioinformatics 17.
 */
import { type Matrix, matrix, takeRows } from "../../data/matrix.js";
import { fitScale } from "../../data/scale.js";
import { float64, int32 } from "../../engine/arrays.js";
import type { NdArray } from "../../engine/tensor.js";
import type { Breathing } from "../../linalg/breathing.js";
import { holdOuts } from "../hold-outs.js";
import type { FitContext, Method } from "../method.js";
import type { Coder } from "../model.js";
import { checkOptions, number, numberOr, type OptionTable, oneOf } from "../options.js";
import { matrixParameter, type Parameters } from "../parameters.js";
import { type Donors, donorsOf, eachNearest, type Nearest, type Shrinkage } from "./known-distances.js";

/** Options of `nearestNeighborImputation`. */
export interface NearestNeighborImputationOptions {
  /**
   * Rows k that a number is the mean of, from 1 to n. `validated` (default): of 1 to 50 the number that best fills a tenth of the observed numbers,
   * hidden; of little data several tenths.
   */
  nNeighbors?: number | "validated" | undefined;
  /** Weights of the neighbors: 1 over their squared `distance` (default), or `uniform`. */
  weights?: "distance" | "uniform" | undefined;
  /**
   * Columns s ≥ 0 that distances count beside those that both rows know, and in which two rows differ as any two do: a few equal numbers
   * do not make two rows equal. Default .5.
   */
  shrinkage?: number | undefined;
}

export const nearestNeighborImputationOptions: OptionTable<NearestNeighborImputationOptions> = {
  nNeighbors: numberOr(["validated"], {
    default: "validated",
    want: "an integer ≥ 1",
    test: (v) => Number.isSafeInteger(v) && v >= 1,
    help: "rows that a number is the mean of, or chosen by numbers hidden",
  }),
  weights: oneOf(["distance", "uniform"], {
    default: "distance",
    help: "weights of the neighbors: 1 over the squared distance, or 1",
  }),
  shrinkage: number({
    default: 0.5,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "columns that distances count beside those known, in which rows differ as any two do",
  }),
};

/** A fitted imputation by nearest neighbors: it keeps the rows. `impute` fills what is missing of others. It has no codes. */
export interface NearestNeighborImputation extends Coder {
  /** k, as given or as chosen. */
  readonly nNeighbors: number;
}

type Checked = Required<NearestNeighborImputationOptions>;

/**
 * Imputation by nearest neighbors: a missing number (NaN) of rows `[n, d]` is the weighted mean of it over the k nearest rows that have it,
 * by the distance over the columns that both know. `reconstruct` gives that mean of every number; a row that was fitted counts
 * among its own neighbors for what is known of it.
 *
 *   x̂ⱼ = Σ_o w_o oⱼ / Σ_o w_o,   D²(x, o) = d / (|S| + s) · (Σ_{j ∈ S} (xⱼ − oⱼ)² + 2 s σ²)
 *
 * Source: Troyanskaya et al. (2001), "Missing value estimation methods for DNA microarrays", Bioinformatics 17.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function nearestNeighborImputation(
  options: NearestNeighborImputationOptions = {},
): Method<NearestNeighborImputation> {
  const checked = checkOptions("nearestNeighborImputation", nearestNeighborImputationOptions, options);
  return {
    name: "nearestNeighborImputation",
    options: checked,
    acceptsMissing: true,
    shiftInvariant: true,
    codeSize: () => undefined,
    checkSize(rows) {
      const { nNeighbors } = checked;
      if (nNeighbors !== "validated" && nNeighbors > rows)
        throw new RangeError(
          `nearestNeighborImputation: nNeighbors ${nNeighbors} wants at least as many rows, got ${rows}`,
        );
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({}),
    procedures: () => ({ reconstruct: (x, p, pauses) => filledRows(x, p, checked, pauses) }),
    procedureShapes: (d) => ({ rows: ["n", d], missing: ["m"], mean: [d], variance: [1], nNeighbors: [1] }),
    results: (p) => ({ nNeighbors: p.nNeighbors!.data[0] as number }),
    metrics: ["nNeighbors"],
  };
}

async function solve(x: Matrix, options: Checked, context: FitContext): Promise<Parameters> {
  const { offset, factor } = fitScale(x, "standard");
  const mean = Float64Array.from(offset);
  // A constant column has a factor of 1, and tells no rows apart.
  const variance = factor.reduce((sum, sigma) => sum + sigma ** 2, 0) / x.cols;
  const shrinkage = { columns: options.shrinkage, variance };
  await context.breathe();
  const count =
    options.nNeighbors === "validated"
      ? await validatedCount(x, mean, shrinkage, options.weights, context)
      : options.nNeighbors;
  const missing = Int32Array.from(x.data.keys()).filter((at) => Number.isNaN(x.data[at]!));
  const rows = matrix(
    x.rows,
    x.cols,
    x.data.map((value) => (Number.isNaN(value) ? 0 : value)),
  );
  return {
    rows: matrixParameter(rows),
    missing: int32([missing.length], missing),
    mean: float64([x.cols], mean),
    variance: float64([1], [variance]),
    nNeighbors: int32([1], [count]),
  };
}

const COUNTS = [1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 50];
/** Hidden numbers that tell the error well enough. */
const ENOUGH_FILLED = 3000;

/** The one of some numbers of neighbors that fills best. */
async function validatedCount(
  x: Matrix,
  mean: Float64Array,
  shrinkage: Shrinkage,
  weights: Checked["weights"],
  { random, breathe }: FitContext,
): Promise<number> {
  const errors = new Float64Array(COUNTS.length);
  for (const { hidden, part } of holdOuts(x, random)) {
    const asked = new Map<number, number[]>();
    for (const at of hidden.subarray(0, ENOUGH_FILLED)) {
      const i = Math.floor(at / x.cols);
      asked.set(i, [...(asked.get(i) ?? []), at % x.cols]);
    }
    const rows = [...asked.keys()];
    const donors = donorsOf(part, mean, shrinkage);
    await eachNearest(
      takeRows(part, rows),
      donors,
      (r, nearest) => {
        const i = rows[r]!;
        const found = new Search(donors, nearest);
        for (const j of asked.get(i)!) {
          const means = found.means(j, COUNTS, weights);
          for (let c = 0; c < COUNTS.length; c++) errors[c]! += (x.data[i * x.cols + j]! - means[c]!) ** 2;
        }
      },
      breathe,
    );
  }
  return COUNTS[errors.indexOf(Math.min(...errors))]!;
}

/** Rows made ready to be searched, by the array that they are. */
const ready = new WeakMap<NdArray, Donors>();

function donorsIn(p: Parameters, shrinkage: number): Donors {
  const { rows, missing, mean, variance } = p as Record<"rows" | "missing" | "mean" | "variance", NdArray>;
  const known = ready.get(rows);
  if (known) return known;
  const [n, d] = rows.shape as [number, number];
  const x = matrix(n, d, (rows.data as Float32Array).slice());
  for (const at of missing.data as Int32Array) x.data[at] = Number.NaN;
  const donors = donorsOf(x, mean.data as Float64Array, {
    columns: shrinkage,
    variance: variance.data[0] as number,
  });
  ready.set(rows, donors);
  return donors;
}

async function filledRows(
  x: Matrix,
  p: Parameters,
  { weights, shrinkage }: Checked,
  { breathe }: Breathing,
): Promise<Matrix> {
  const donors = donorsIn(p, shrinkage);
  const counts = [p.nNeighbors!.data[0] as number];
  const out = matrix(x.rows, x.cols);
  await eachNearest(
    x,
    donors,
    (i, nearest) => {
      const found = new Search(donors, nearest);
      for (let j = 0; j < x.cols; j++) out.data[i * x.cols + j] = found.means(j, counts, weights)[0]!;
    },
    breathe,
  );
  return out;
}

/** The donors nearest to one row, as many as its columns turn out to want. */
class Search {
  readonly #donors: Donors;
  readonly #ask: (count: number) => Nearest;
  #found: Nearest | undefined;

  constructor(donors: Donors, ask: (count: number) => Nearest) {
    this.#donors = donors;
    this.#ask = ask;
  }

  /** Means of column j over so many neighbors that have it, for rising counts; over those there are; of no neighbor the column's mean. */
  means(j: number, counts: readonly number[], weights: Checked["weights"]): number[] {
    const { cols, known, values, center } = this.#donors;
    const most = counts.at(-1)!;
    this.#found ??= this.#ask(2 * most + 8);
    const means: number[] = [];
    let [sum, total, taken, equal] = [0, 0, 0, false];
    const mean = () => center[j]! + (total > 0 ? sum / total : 0);
    for (let at = 0; taken < most; at++) {
      if (at === this.#found.count) {
        if (!this.#found.more) break;
        this.#found = this.#ask(4 * at);
      }
      const row = this.#found.rows[at]!;
      if (known.data[row * cols + j] === 0) continue;
      const square = this.#found.squares[at]!;
      // Beside rows at no distance at all, others weigh nothing.
      if (square === 0) equal = true;
      const weight = weights === "uniform" || square === 0 ? 1 : equal ? 0 : 1 / square;
      sum += weight * values[row * cols + j]!;
      total += weight;
      taken++;
      if (taken === counts[means.length]) means.push(mean());
    }
    while (means.length < counts.length) means.push(mean());
    return means;
  }
}
