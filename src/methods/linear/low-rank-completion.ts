/**
 * @file Low-rank completion: the matrix of low rank that fits what is observed, and says what is missing.
 *
 *   min over M of  ½ Σ_{(i,j) observed} (xᵢⱼ − μⱼ − mᵢⱼ)² + λ ‖M‖_*,   rank M ≤ k
 *
 * with ‖M‖_* the sum of the singular values. With nothing missing M = U (Σ − λ)₊ Vᵀ for X − 1μᵀ = U Σ Vᵀ. A row, old or new,
 * has the code of its ridge regression on the components, over what is observed of it: with M = U S Vᵀ
 *
 *   z = √S a,   a = argmin Σ_{j observed} (xⱼ − μⱼ − bⱼᵀa)² + λ ‖a‖²,   B = V √S,   x̂ = V z + μ
 *
 * which at the minimum gives back the rows of M.
 * Source: Mazumder, Hastie & Tibshirani (2010), JMLR 11, and Hastie, Mazumder, Lee & Zadeh (2015), JMLR 16; see soft-impute.ts.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float32, float64 } from "../../engine/arrays.js";
import { add } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { cast } from "../../engine/ops/select.js";
import type { Breathing } from "../../linalg/breathing.js";
import { dense } from "../../linalg/dense.js";
import { flipRows, rowSigns } from "../../linalg/signs.js";
import type { FitContext, Method } from "../method.js";
import { observedMeans } from "../missing.js";
import type { Coder } from "../model.js";
import { boolean, checkOptions, integer, number, numberOr, type OptionTable, oneOf } from "../options.js";
import { type Parameters, parameterMatrix } from "../parameters.js";
import { pointWithOffset } from "../places.js";
import { ridgeCodes } from "./observed-ridge.js";
import {
  alternatingLeastSquares,
  type CompletionSettings,
  type Incomplete,
  objectiveOf,
  softImpute,
  started,
} from "./soft-impute.js";
import { validatedWeights } from "./validated-weight.js";

/** Options of `lowRankCompletion`. */
export interface LowRankCompletionOptions {
  /** The highest rank k, from 1 to min(n, d). */
  latentDim: number;
  /**
   * λ > 0, in units of the singular values of the data. `validated` (default): of λ_max/2, λ_max/4, …, with λ_max the least
   * for which M is 0, the one that best fills a tenth of the observed numbers, hidden; of little data several tenths.
   */
  weight?: number | "validated" | undefined;
  /**
   * Solver: `soft-impute` (default), exact singular value thresholding in every round; `als`, alternating least
   * squares, products with k columns alone, for a small k of many columns.
   */
  solver?: "soft-impute" | "als" | undefined;
  /** Subtract the means of what is observed first. Default true. */
  center?: boolean | undefined;
  /** The most rounds, ≥ 1. Default 500. */
  maxIter?: number | undefined;
  /** Stop when a round changes the filled matrix F by ‖ΔF‖² less than this share of ‖F‖², ≥ 0. Default 1e-7. */
  tol?: number | undefined;
}

export const lowRankCompletionOptions: OptionTable<LowRankCompletionOptions> = {
  latentDim: integer({ min: 1, help: "highest rank" }),
  weight: numberOr(["validated"], {
    default: "validated",
    want: "a number > 0",
    test: (v) => v > 0,
    help: "shrinkage of singular values, or chosen by numbers hidden",
  }),
  solver: oneOf(["soft-impute", "als"], {
    default: "soft-impute",
    help: "singular value thresholding, or alternating least squares for low ranks of many columns",
  }),
  center: boolean({ default: true, help: "subtract the means of what is observed first" }),
  maxIter: integer({ min: 1, default: 500, help: "most rounds" }),
  tol: number({ default: 1e-7, want: "a number ≥ 0", test: (v) => v >= 0, help: "least change of a round" }),
};

/** A fitted completion. Its rows may have missing numbers; `reconstruct` smooths and fills, `impute` fills alone. */
export interface LowRankCompletion extends Coder {
  /** Vᵀ `[r, d]`: orthonormal rows, largest absolute entry positive, r ≤ k the rank of M. */
  readonly components: Matrix;
  /** The singular values of M, shrunken by λ, falling `[r]`. */
  readonly singularValues: Float64Array;
  /** μ `[d]`; zeros if not centered. */
  readonly mean: Float32Array;
  /** λ, as given or as chosen. */
  readonly weight: number;
}

type Checked = Required<LowRankCompletionOptions>;

/**
 * Low-rank completion: the matrix M of low rank that fits what is observed of rows `[n, d]`, and says what is missing
 * (NaN).
 *
 *   min over M of  ½ Σ_{(i,j) observed} (xᵢⱼ − μⱼ − mᵢⱼ)² + λ ‖M‖_*,   rank M ≤ k
 *
 * Source: Mazumder, Hastie & Tibshirani (2010), JMLR 11; Hastie, Mazumder, Lee & Zadeh (2015), JMLR 16.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function lowRankCompletion(options: LowRankCompletionOptions): Method<LowRankCompletion> {
  const checked = checkOptions("lowRankCompletion", lowRankCompletionOptions, options);
  const { latentDim: k } = checked;
  return {
    name: "lowRankCompletion",
    options: checked,
    acceptsMissing: true,
    shiftInvariant: checked.center,
    codeSize: () => k,
    checkSize(rows, cols) {
      if (k > Math.min(rows, cols)) {
        throw new RangeError(
          `lowRankCompletion: latentDim ${k} exceeds min(rows, columns) of the data, ${Math.min(rows, cols)}`,
        );
      }
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({
      decode: (z, p) => add(matmul(z, cast(p.components!, "float32")), p.mean!),
    }),
    procedures: () => ({ encode: codesOf }),
    procedureShapes: (d) => ({ components: [k, d], singularValues: [k], mean: [d], weight: [1] }),
    notes({ parameters: { singularValues, weight } }) {
      if ((singularValues!.data as Float64Array).some((value) => value > 0)) return [];
      const used = Number(Number(weight!.data[0]).toPrecision(3));
      return [
        `lowRankCompletion: a weight of ${used} leaves no component, so that every row is its columns' means; take a smaller weight`,
      ];
    },
    results(parameters, _d, { scaling }) {
      const values = parameters.singularValues!.data as Float64Array;
      const r = values.filter((value) => value > 0).length;
      const { data, cols } = parameterMatrix(parameters, "components");
      return {
        components: matrix(r, cols, data.slice(0, r * cols)),
        singularValues: values.slice(0, r),
        mean: pointWithOffset(parameters.mean!.data as Float32Array, scaling),
        weight: parameters.weight!.data[0] as number,
      };
    },
  };
}

async function solve(x: Matrix, options: Checked, context: FitContext): Promise<Parameters> {
  const { latentDim: k, center } = options;
  const means = observedMeans(x).data as Float32Array;
  const mean = center ? means : new Float32Array(x.cols);
  const weights =
    options.weight === "validated"
      ? await validatedWeights(x, means, mean, context, (part, weight) =>
          complete(part, weight, options, context),
        )
      : [options.weight];
  const start = started(x, means, mean);
  // Each of the larger weights on the way is the start of the next, as it was where they were compared.
  for (const larger of weights.slice(0, -1)) await complete(start, larger, options, context);
  const weight = weights.at(-1)!;
  const { vt, values } = await complete(start, weight, options, context, context.onIteration);
  flipRows(vt, rowSigns(vt));
  const components = new Float64Array(k * x.cols);
  components.set(vt.data);
  const singularValues = new Float64Array(k);
  singularValues.set(values);
  return {
    components: float64([k, x.cols], components),
    singularValues: float64([k], singularValues),
    mean: float32([x.cols], mean),
    weight: float64([1], [weight]),
  };
}

/** Goes on from where `part` stands to the minimum for a weight. */
function complete(
  part: Incomplete,
  weight: number,
  { latentDim: rank, solver, maxIter, tol }: Checked,
  { random, breathe }: FitContext,
  tell?: FitContext["onIteration"],
) {
  const onIteration: CompletionSettings["onIteration"] = (iteration, product, values) => {
    if (!tell) return;
    const objective = objectiveOf(part, product, values, weight);
    tell({ iteration, iterations: maxIter, objective, fraction: iteration / maxIter });
  };
  const settings = { weight, rank, maxIter, tol, breathe, onIteration };
  return solver === "als"
    ? alternatingLeastSquares(part, settings, random.fork("als"))
    : softImpute(part, settings);
}

/** Codes `[rows, k]` of rows in the units of fitting. */
async function codesOf(x: Matrix, p: Parameters, pauses: Breathing): Promise<Matrix> {
  const [k, d] = p.components!.shape as [number, number];
  const values = p.singularValues!.data as Float64Array;
  const r = values.filter((value) => value > 0).length;
  const vt = dense(r, d, (p.components!.data as Float64Array).slice(0, r * d));
  const found = { vt, values: values.slice(0, r) };
  return ridgeCodes(x, p.mean!.data as Float32Array, found, p.weight!.data[0] as number, k, pauses);
}
