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
import { add } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { cast } from "../../engine/ops/select.js";
import type { NdArray } from "../../engine/tensor.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { flipRows, rowSigns } from "../../linalg/signs.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";
import { sharedFloat32, sharedFloat64 } from "../../parallel/shared.js";
import { gatherTeam } from "../../parallel/team.js";
import type { Random } from "../../random.js";
import { type Coder, type FitContext, type Method, type Parameters, parameterMatrix } from "../method.js";
import { observedMeans } from "../missing.js";
import { boolean, checkOptions, integer, number, numberOr, type OptionTable, oneOf } from "../options.js";
import { observedRidge, RIDGE_ROWS } from "./observed-ridge-kernel.js";
import { alternatingLeastSquares, type Incomplete, type LowRank, softImpute } from "./soft-impute.js";

export interface LowRankCompletionOptions {
  /** The highest rank k, from 1 to min(n, d). */
  latentDim: number;
  /**
   * λ > 0, in units of the singular values of the data. `validated` (default): of λ_max 2^{−i/2}, with λ_max the least for
   * which M is 0, the one that best fills a tenth of the observed numbers, hidden three times.
   */
  weight?: number | "validated";
  /**
   * `soft-impute` (default): exact singular value thresholding in every round, for a k near the number of columns or rows;
   * `als`: alternating least squares, products with k columns alone, for a small k of many columns.
   */
  solver?: "soft-impute" | "als";
  /** Subtract the means of the observed first. Default true. */
  center?: boolean;
  /** The most rounds, ≥ 1. Default 500. */
  maxIter?: number;
  /** Stop when a round changes the filled matrix F by ‖ΔF‖² less than this share of ‖F‖², ≥ 0. Default 1e-7. */
  tol?: number;
}

export const lowRankCompletionOptions: OptionTable<LowRankCompletionOptions> = {
  latentDim: integer({ min: 1, help: "the highest rank" }),
  weight: numberOr(["validated"], {
    default: "validated",
    want: "a number > 0",
    test: (v) => v > 0,
    help: "how much singular values shrink, or chosen by numbers hidden",
  }),
  solver: oneOf(["soft-impute", "als"], {
    default: "soft-impute",
    help: "singular value thresholding, or alternating least squares for low ranks of many columns",
  }),
  center: boolean({ default: true, help: "subtract the means of what is observed first" }),
  maxIter: integer({ min: 1, default: 500, help: "the most rounds" }),
  tol: number({ default: 1e-7, want: "a number ≥ 0", test: (v) => v >= 0, help: "least change of a round" }),
};

/** A fitted completion. Its rows may have missing numbers; `reconstruct` fills them, and `impute` those alone. */
export interface LowRankCompletion extends Coder {
  /** Vᵀ `[r, d]`: orthonormal rows, largest absolute entry positive, r ≤ k the rank of M. */
  readonly components: Matrix;
  /** The singular values of M, shrunken by λ, falling `[r]`. */
  readonly singularValues: Float64Array;
  /** μ `[d]`; zeros if not centred. */
  readonly mean: Float32Array;
  /** λ, as given or as chosen. */
  readonly weight: number;
}

type Checked = Required<LowRankCompletionOptions>;

/** @throws RangeError or TypeError for options that are not as described. */
export function lowRankCompletion(options: LowRankCompletionOptions): Method<LowRankCompletion> {
  const checked = checkOptions("lowRankCompletion", lowRankCompletionOptions, options);
  const { latentDim: k } = checked;
  return {
    name: "lowRankCompletion",
    options: checked,
    acceptsMissing: true,
    codeSize: () => k,
    checkSize(rows, cols) {
      if (k > Math.min(rows, cols))
        throw new RangeError(
          `lowRankCompletion: latentDim ${k} exceeds min(rows, columns) of the data, ${Math.min(rows, cols)}`,
        );
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({
      decode: (z, p) => add(matmul(z, cast(p.components!, "float32")), p.mean!),
    }),
    procedures: () => ({ encode: (x, p) => codesOf(x, p) }),
    procedureShapes: (d) => ({ components: [k, d], singularValues: [k], mean: [d], weight: [1] }),
    results(parameters) {
      const values = parameters.singularValues!.data as Float64Array;
      const r = values.filter((value) => value > 0).length;
      const { data, cols } = parameterMatrix(parameters, "components");
      return {
        components: matrix(r, cols, data.slice(0, r * cols)),
        singularValues: values.slice(0, r),
        mean: parameters.mean!.data as Float32Array,
        weight: parameters.weight!.data[0] as number,
      };
    },
  };
}

async function solve(x: Matrix, options: Checked, context: FitContext): Promise<Parameters> {
  const { latentDim: k, center } = options;
  const means = observedMeans(x).data as Float32Array;
  const weight =
    options.weight === "validated" ? await validated(x, means, options, context) : options.weight;
  const { vt, values } = await complete(started(x, means, center), weight, options, context, true);
  flipRows(vt, rowSigns(vt));
  const components = new Float64Array(k * x.cols);
  components.set(vt.data);
  const singularValues = new Float64Array(k);
  singularValues.set(values);
  return {
    components: float64([k, x.cols], components),
    singularValues: float64([k], singularValues),
    mean: { dtype: "float32", shape: [x.cols], data: center ? means : new Float32Array(x.cols) },
    weight: float64([1], Float64Array.of(weight)),
  };
}

/** X − 1μᵀ, or X, with the columns' means for what is missing. */
function started({ data, rows, cols }: Matrix, means: Float32Array, center: boolean): Incomplete {
  const filled = dense(rows, cols);
  const missing: number[] = [];
  for (let at = 0; at < data.length; at++) {
    const mean = means[at % cols]!;
    if (Number.isNaN(data[at]!)) missing.push(at);
    filled.data[at] = (Number.isNaN(data[at]!) ? mean : data[at]!) - (center ? mean : 0);
  }
  return { filled, missing: Uint32Array.from(missing) };
}

function complete(
  x: Incomplete,
  weight: number,
  { latentDim: rank, solver, maxIter, tol }: Checked,
  { random, breathe, onIteration: tell }: FitContext,
  told: boolean,
): Promise<LowRank> {
  const settings = {
    weight,
    rank,
    maxIter,
    tol,
    async onIteration(iteration: number, product: Dense, values: Float64Array) {
      await breathe();
      if (told && tell) {
        const objective = objectiveOf(x, product, values, weight);
        tell({ iteration, iterations: maxIter, objective, fraction: iteration / maxIter });
      }
    },
  };
  return solver === "als"
    ? alternatingLeastSquares(x, settings, random.fork("als"))
    : softImpute(x, settings);
}

/** ½ Σ_Ω (x − m)² + λ ‖M‖_* */
function objectiveOf({ filled, missing }: Incomplete, product: Dense, values: Float64Array, weight: number) {
  let squares = 0;
  for (let at = 0; at < product.data.length; at++) squares += (filled.data[at]! - product.data[at]!) ** 2;
  for (const at of missing) squares -= (filled.data[at]! - product.data[at]!) ** 2;
  return squares / 2 + weight * values.reduce((sum, value) => sum + value, 0);
}

const VALIDATIONS = 3;
const VALIDATION_SHARE = 0.1;
/** λ falls by this factor, */
const FALL = Math.SQRT1_2;
/** so many times at most, to λ_max / 1024, */
const MOST_FALLS = 20;
/** and no further once so many in a row were worse than the best. */
const PATIENCE = 3;

/** The λ that best fills numbers that are known and hidden, each fit going on from the one of a larger λ. */
async function validated(
  x: Matrix,
  means: Float32Array,
  options: Checked,
  context: FitContext,
): Promise<number> {
  const parts = Array.from({ length: VALIDATIONS }, (_, i) => {
    const hidden = hiddenEntries(x, context.random.fork(`hidden ${i}`));
    const data = x.data.slice();
    for (const at of hidden) data[at] = Number.NaN;
    return { hidden, start: started(matrix(x.rows, x.cols, data), means, options.center) };
  });
  const { filled, missing } = started(x, means, options.center);
  for (const at of missing) filled.data[at] = 0;
  const wide = filled.cols > filled.rows;
  const gram = await gemm(filled, filled, { transposeA: !wide, transposeB: wide });
  const most = Math.sqrt((await topEigenpairs(gram, 1)).values[0]!);
  if (!(most > 0)) return 1;
  let best = { error: Number.POSITIVE_INFINITY, falls: 0 };
  for (let falls = 1; falls <= MOST_FALLS && falls <= best.falls + PATIENCE; falls++) {
    let error = 0;
    for (const { hidden, start } of parts) {
      await complete(start, most * FALL ** falls, options, context, false);
      for (const at of hidden) {
        const mean = options.center ? means[at % x.cols]! : 0;
        error += (x.data[at]! - mean - start.filled.data[at]!) ** 2;
      }
    }
    if (error < best.error) best = { error, falls };
  }
  return most * FALL ** Math.max(1, best.falls);
}

/** Positions of a tenth of what is observed, at least one. */
function hiddenEntries({ data }: Matrix, random: Random): Uint32Array {
  const observed = Uint32Array.from(data.keys()).filter((at) => !Number.isNaN(data[at]));
  const count = Math.max(1, Math.round(VALIDATION_SHARE * observed.length));
  return random
    .permutation(observed.length)
    .slice(0, count)
    .map((at) => observed[at]!);
}

/** Codes `[rows, k]` of rows in the units of fitting. */
async function codesOf(x: Matrix, p: Parameters): Promise<Matrix> {
  const [k, d] = p.components!.shape as [number, number];
  const mean = p.mean!.data as Float32Array;
  const all = p.singularValues!.data as Float64Array;
  const r = all.filter((value) => value > 0).length;
  const components = p.components!.data as Float64Array;
  const centred = sharedFloat64(x.data.length);
  for (let at = 0; at < centred.length; at++) centred[at] = x.data[at]! - mean[at % d]!;
  const codes = sharedFloat32(x.rows * k);
  const team = gatherTeam(observedRidge, {
    x: centred,
    factor: components.subarray(0, r * d).map((value, at) => value * Math.sqrt(all[Math.floor(at / d)]!)),
    squares: all.slice(0, r),
    codes,
    d,
    k,
    weight: p.weight!.data[0] as number,
  });
  try {
    team.run(Math.ceil(x.rows / RIDGE_ROWS));
  } finally {
    team.release();
  }
  return matrix(x.rows, k, codes.slice());
}

const float64 = (shape: readonly number[], data: Float64Array): NdArray => ({
  dtype: "float64",
  shape,
  data,
});
