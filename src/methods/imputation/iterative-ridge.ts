/**
 * @file Iterative ridge regression: every column with gaps is predicted from all others, over and over, until the filled numbers stay.
 *
 *   x̂ⱼ = μⱼ + Σ_oo⁻¹ Σ_oj · (x_o − μ_o),   Σ ← (S + λ I) / (1 + λ)
 *
 * in columns of unit variance, with o all that is known of the row but j, and S the scatter of the filled rows and of what their filling
 * leaves open: the rounds of expectation maximization of a normal distribution. See regularized-em.ts.
 * Source: Schneider (2001), "Analysis of incomplete climate data", Journal of Climate 14; van Buuren & Groothuis-Oudshoorn (2011),
 * "mice: multivariate imputation by chained equations in R", Journal of Statistical Software 45, for regressions in a chain.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { fitScale } from "../../data/scale.js";
import { float64 } from "../../engine/arrays.js";
import type { Breathing } from "../../linalg/breathing.js";
import { inverseSpd } from "../../linalg/cholesky.js";
import { dense } from "../../linalg/dense.js";
import { sharedCopy, sharedFloat64 } from "../../parallel/shared.js";
import { runOnceInPieces } from "../../parallel/team.js";
import { holdOuts } from "../hold-outs.js";
import type { FitContext, Method } from "../method.js";
import type { Coder } from "../model.js";
import { checkOptions, integer, number, numberOr, type OptionTable } from "../options.js";
import type { Parameters } from "../parameters.js";
import { withOffset } from "../places.js";
import { LEFT_OUT_ROWS, leftOutRows } from "./conditional-kernel.js";
import { type Gaussian, regularizedEm, scaledRows, standardized } from "./regularized-em.js";

/** Options of `iterativeRidge`. */
export interface IterativeRidgeOptions {
  /**
   * λ > 0, in variances of the columns. `validated` (default): of √10, 1, 1/√10, 1/10, … the one that best fills a tenth of the observed
   * numbers, hidden; of little data several tenths.
   */
  ridge?: number | "validated" | undefined;
  /** The most rounds, ≥ 1. Default 100. */
  maxIter?: number | undefined;
  /** Stop when a round changes the filled numbers by less, root mean square, in standard deviations; ≥ 0. Default .01. */
  tol?: number | undefined;
}

export const iterativeRidgeOptions: OptionTable<IterativeRidgeOptions> = {
  ridge: numberOr(["validated"], {
    default: "validated",
    want: "a number > 0",
    test: (v) => v > 0,
    help: "pull of the regressions to 0, or chosen by numbers hidden",
  }),
  maxIter: integer({ min: 1, default: 100, help: "most rounds" }),
  tol: number({ default: 0.01, want: "a number ≥ 0", test: (v) => v >= 0, help: "least change of a round" }),
};

/** A fitted iterative ridge regression. Its rows may have missing numbers; `impute` fills them. It has no codes. */
export interface IterativeRidge extends Coder {
  /** μ `[d]`, in the units of fitting. */
  readonly mean: Float64Array;
  /** Σ, ridge included, row-major `[d, d]`, in the units of fitting. */
  readonly covariance: Float64Array;
  /** λ, as given or as chosen. */
  readonly ridge: number;
}

type Checked = Required<IterativeRidgeOptions>;

/**
 * Iterative ridge regression: fills the missing numbers (NaN) of rows `[n, d]` by regressions of every column on all others, which
 * take turns until the filled numbers stay. `reconstruct` gives of every number, missing or not, what the others of its row say.
 *
 *   x̂ⱼ = μⱼ + Σ_oo⁻¹ Σ_oj · (x_o − μ_o),   Σ ← (S + λ I) / (1 + λ)
 *
 * Source: Schneider (2001), "Analysis of incomplete climate data", Journal of Climate 14.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function iterativeRidge(options: IterativeRidgeOptions = {}): Method<IterativeRidge> {
  const checked = checkOptions("iterativeRidge", iterativeRidgeOptions, options);
  return {
    name: "iterativeRidge",
    options: checked,
    acceptsMissing: true,
    shiftInvariant: true,
    codeSize: () => undefined,
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({}),
    procedures: () => ({ reconstruct: predictedRows }),
    procedureShapes: (d) => ({ mean: [d], deviations: [d], correlation: [d, d], ridge: [1] }),
    results(p, d, { scaling }) {
      const deviations = p.deviations!.data as Float64Array;
      const correlation = p.correlation!.data as Float64Array;
      return {
        mean: withOffset(p.mean!.data as Float64Array, scaling),
        covariance: correlation.map(
          (value, at) => value * deviations[Math.floor(at / d)]! * deviations[at % d]!,
        ),
        ridge: p.ridge!.data[0] as number,
      };
    },
    metrics: ["ridge"],
  };
}

async function solve(x: Matrix, options: Checked, context: FitContext): Promise<Parameters> {
  const { offset, factor } = fitScale(x, "standard");
  const ridges =
    options.ridge === "validated"
      ? await validatedRidges(x, offset, factor, options, context)
      : [options.ridge];
  const { maxIter, tol } = options;
  const { breathe, onIteration } = context;
  const rows = standardized(x, offset, factor);
  let found: Gaussian | undefined;
  // Each of the larger ridges on the way is the start of the next, as it was where they were compared.
  for (const [step, ridge] of ridges.entries()) {
    const last = step === ridges.length - 1;
    found = await regularizedEm(rows, found, {
      ridge,
      maxIter,
      tol,
      breathe,
      ...(last && {
        onIteration: (iteration: number) =>
          onIteration?.({ iteration, iterations: maxIter, fraction: iteration / maxIter }),
      }),
    });
  }
  const { mean, covariance } = found!;
  const d = x.cols;
  return {
    mean: float64(
      [d],
      mean.map((value, j) => offset[j]! + factor[j]! * value),
    ),
    deviations: float64([d], [...factor]),
    correlation: float64([d, d], covariance.data),
    ridge: float64([1], [ridges.at(-1)!]),
  };
}

const LARGEST = Math.sqrt(10);
/** The least is √10 / 10⁴. */
const MOST_STEPS = 9;
/** A smaller one must lower the squared error by this share. */
const LEAST_GAIN = 0.002;
/** No further once so many in a row were no better. */
const PATIENCE = 2;
/** Falling ridges, the last of them the one that fills best, each fit going on from the one before. */
async function validatedRidges(
  x: Matrix,
  offset: readonly number[],
  factor: readonly number[],
  { maxIter, tol }: Checked,
  { random, breathe }: FitContext,
): Promise<number[]> {
  const truth = scaledRows(x, offset, factor);
  const parts = holdOuts(x, random).map(({ hidden, part }) => ({
    hidden,
    rows: standardized(part, offset, factor),
    found: undefined as Gaussian | undefined,
  }));
  const ridges: number[] = [];
  let best = { error: Number.POSITIVE_INFINITY, step: 0 };
  for (let step = 0; step < MOST_STEPS && step <= best.step + PATIENCE; step++) {
    const ridge = LARGEST / Math.sqrt(10) ** step;
    ridges.push(ridge);
    let error = 0;
    for (const part of parts) {
      const found = await regularizedEm(part.rows, part.found, { ridge, maxIter, tol, breathe });
      part.found = found;
      for (const at of part.hidden) error += (truth[at]! - found.filled[at]!) ** 2;
    }
    if (error < (1 - LEAST_GAIN) * best.error) best = { error, step };
  }
  return ridges.slice(0, best.step + 1);
}

/** x̂ `[rows, d]` of rows in the units of fitting. */
async function predictedRows(x: Matrix, p: Parameters, { breathe }: Breathing): Promise<Matrix> {
  const d = x.cols;
  const offset = p.mean!.data as Float64Array;
  const factor = p.deviations!.data as Float64Array;
  const data = scaledRows(x, offset, factor);
  const precision = sharedCopy((await inverseSpd(dense(d, d, p.correlation!.data as Float64Array))).data);
  const predicted = sharedFloat64(data.length);
  const args = { x: data, mean: sharedFloat64(d), precision, predicted, d };
  await runOnceInPieces(leftOutRows, args, breathe, Math.ceil(x.rows / LEFT_OUT_ROWS));
  return matrix(
    x.rows,
    d,
    Float32Array.from(predicted, (value, at) => offset[at % d]! + factor[at % d]! * value),
  );
}
