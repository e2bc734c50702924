/**
 * @file Sparse coding: a dictionary of atoms, of which each row is put together from few.
 *
 *   min over B ∈ ℝ^{d×k}, z₁ … z_n of  1/n Σᵢ ‖xᵢ − μ − B zᵢ‖² + λ Ω(zᵢ),   ‖B·ⱼ‖ ≤ 1
 *
 *   l1          Ω(z) = ‖z‖₁
 *   elasticNet  Ω(z) = ρ ‖z‖₁ + (1 − ρ)/2 ‖z‖²
 *   group       Ω(z) = Σ_b ‖z_b‖ over blocks of atoms that stand together
 *   l0          no Ω: at most s numbers of z are not 0
 *
 * There is no ½ before the error: scikit-learn's ½ ‖x − Bz‖² + α Ω(z) is half of this with λ = 2 α.
 * Source: Olshausen & Field (1996), "Emergence of simple-cell receptive field properties by learning a sparse code for
 * natural images", Nature 381; Mairal, Bach, Ponce & Sapiro (2009), ICML; K-SVD: Aharon, Elad & Bruckstein (2006).
 */
import { columnMeans, type Matrix, type MatrixLike, matrix, toMatrix } from "../../data/matrix.js";
import { float32, float64 } from "../../engine/arrays.js";
import { add } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { type Dense, dense, transpose } from "../../linalg/dense.js";
import { checkedElements } from "../../parallel/memory.js";
import { allZero } from "../collapse.js";
import { array } from "../initial.js";
import type { FitContext, Method } from "../method.js";
import type { Coder } from "../model.js";
import {
  boolean,
  checkOptions,
  custom,
  integer,
  number,
  type OptionTable,
  oneOf,
  optional,
} from "../options.js";
import { type Parameters, parameterMatrix } from "../parameters.js";
import { pointWithOffset } from "../places.js";
import { intoBall } from "./atom-updates.js";
import { dctDictionary } from "./dct-dictionary.js";
import { kSvd } from "./k-svd.js";
import { learnDictionary } from "./learn-dictionary.js";
import { type SparsePenalty, sparseCodes } from "./sparse-codes.js";

/** Options of `sparseCoding`. */
export interface SparseCodingOptions {
  /** Atoms k, ≥ 1; there may be more than numbers in a row. */
  latentDim: number;
  /**
   * Ω, the penalty that makes codes sparse: `l1` ‖z‖₁, `elasticNet` ρ ‖z‖₁ + (1 − ρ)/2 ‖z‖², `group` Σ ‖z_b‖ over
   * blocks of atoms, or none but a bound on z ≠ 0, `l0`. Default `l1`.
   */
  penalty?: "l1" | "elasticNet" | "group" | "l0" | undefined;
  /** λ > 0, in the squared units of the data; of no effect with `l0`. Default 2, scikit-learn's α = 1. */
  sparsity?: number | undefined;
  /** Codes ≥ 0, for `l1` and `elasticNet`. Default false. */
  nonNegative?: boolean | undefined;
  /** For `elasticNet`: ρ in [0, 1]. Default .5. */
  l1Ratio?: number | undefined;
  /** For `group`: atoms of a block, ≥ 1; latentDim is a multiple of it. Default 2. */
  groupSize?: number | undefined;
  /** For `l0`: the most numbers of a code that are not 0, ≥ 1. Default: a tenth of the numbers in a row. */
  nonZeros?: number | undefined;
  /**
   * Learning of the dictionary: `online`, by minibatches that grow from pass to pass (default); `batch`, by all rows at
   * once; `kSvd`, atoms and their coefficients together, for `l0`.
   */
  update?: "online" | "batch" | "kSvd" | undefined;
  /** A dictionary `[d, k]` that stays as it is, or `dct`, that of cosines for square images. Default: it is learned. */
  dictionary?: MatrixLike | "dct" | "given" | undefined;
  /** Atoms ≥ 0, for `online` and `batch`. Default false. */
  nonNegativeDictionary?: boolean | undefined;
  /** Subtract the mean μ of the rows first. Default false. */
  center?: boolean | undefined;
  /** The most passes over the rows, ≥ 1. Default 100. */
  maxIter?: number | undefined;
  /** For `online`: rows of the first minibatches, ≥ 1. Default 512. */
  batchSize?: number | undefined;
  /** Stop when a pass lowers the objective by less than this share of it, ≥ 0. Default 1e-5. */
  tol?: number | undefined;
}

export const sparseCodingOptions: OptionTable<SparseCodingOptions> = {
  latentDim: integer({ min: 1, help: "atoms of the dictionary" }),
  penalty: oneOf(["l1", "elasticNet", "group", "l0"], {
    default: "l1",
    help: "penalty that makes codes sparse",
  }),
  sparsity: number({ default: 2, want: "a number > 0", test: (v) => v > 0, help: "weight of the penalty" }),
  nonNegative: boolean({ default: false, help: "codes ≥ 0" }),
  l1Ratio: number({
    default: 0.5,
    want: "a number in [0, 1]",
    test: (v) => v >= 0 && v <= 1,
    help: "elasticNet: share of the L1 norm",
  }),
  groupSize: integer({ min: 1, default: 2, help: "group: atoms of a block" }),
  nonZeros: optional(integer({ min: 1, help: "l0: most numbers of a code that are not 0" }), "d / 10"),
  update: oneOf(["online", "batch", "kSvd"], { default: "online", help: "learning of the dictionary" }),
  dictionary: optional(
    custom<MatrixLike | "dct" | "given">({
      want: "a matrix or dct",
      help: "dictionary that stays as it is: dct, cosines for square images",
      accept: (v) =>
        v === "dct" || v === "given" ? v : typeof v === "object" ? (v as MatrixLike) : undefined,
    }),
    "learned",
  ),
  nonNegativeDictionary: boolean({ default: false, help: "atoms ≥ 0" }),
  center: boolean({ default: false, help: "subtract the mean first" }),
  maxIter: integer({ min: 1, default: 100, help: "most passes over the rows" }),
  batchSize: integer({ min: 1, default: 512, help: "online: rows of the first minibatches" }),
  tol: number({
    default: 1e-5,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "least progress of a pass, as a share of the objective",
  }),
};

/** A fitted dictionary. `encode` finds the exact codes (with `l0`, those of orthogonal matching pursuit). */
export interface SparseCoding extends Coder {
  /** B `[d, k]`, columns of norm ≤ 1, in scaled units. */
  readonly dictionary: Matrix;
  /** μ `[d]`; zeros if not centered. */
  readonly mean: Float32Array;
  /** Mean over the rows it was fitted to of ‖x − μ − Bz‖² + λ Ω(z), in scaled units. */
  readonly objective: number;
  /** Numbers of a code that are not 0, in the mean over those rows. */
  readonly meanNonZeros: number;
}

type Checked = Omit<Required<SparseCodingOptions>, "nonZeros" | "dictionary"> &
  Pick<SparseCodingOptions, "nonZeros" | "dictionary">;

/**
 * Sparse coding: a dictionary B `[d, k]` of atoms, of which each row is put together from few. Codes are `[n, k]`.
 *
 *   min over B, z₁ … z_n of  1/n Σᵢ ‖xᵢ − μ − B zᵢ‖² + λ Ω(zᵢ),   ‖B·ⱼ‖ ≤ 1
 *
 * There is no ½ before the error: scikit-learn's ½ ‖x − Bz‖² + α Ω(z) is half of this with λ = 2 α.
 * Source: Olshausen & Field (1996), Nature 381; Mairal, Bach, Ponce & Sapiro (2009), ICML; K-SVD: Aharon, Elad &
 * Bruckstein (2006).
 * @throws RangeError or TypeError for options that are not as described.
 */
export function sparseCoding(options: SparseCodingOptions): Method<SparseCoding> {
  const checked: Checked = checkOptions("sparseCoding", sparseCodingOptions, options);
  checkTogether(checked);
  const { latentDim: k, dictionary } = checked;
  const given = typeof dictionary === "object" ? toMatrix(dictionary, "sparseCoding") : undefined;
  if (given && given.cols !== k)
    throw new RangeError(`sparseCoding: the dictionary has ${given.cols} columns, want latentDim ${k}`);
  return {
    name: "sparseCoding",
    // A dictionary is kept among the parameters.
    options: {
      ...checked,
      ...(dictionary !== undefined && { dictionary: given ? "given" : dictionary }),
    } as Method["options"],
    shiftInvariant: checked.center,
    codeSize: () => k,
    checkSize(_rows, d) {
      if (given && given.rows !== d)
        throw new RangeError(`sparseCoding: the dictionary is for rows of ${given.rows} numbers, got ${d}`);
      if (dictionary === "dct") dctDictionary(d, k);
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, given, checked, context) },
    parts: () => ({
      decode: (z, p) => add(matmul(z, p.dictionary!, { transposeB: true }), p.mean!),
    }),
    procedures: (d) => ({
      encode: (x, p, pauses) =>
        sparseCodes(
          centered(x, p.mean!.data as Float32Array),
          parameterMatrix(p, "dictionary"),
          penaltyOf(checked, d),
          pauses,
        ),
    }),
    procedureShapes: (d) => ({ dictionary: [d, k], mean: [d], objective: [1], meanNonZeros: [1] }),
    notes: ({ parameters }) =>
      allZero(
        "sparseCoding",
        parameters.meanNonZeros!.data as Float64Array,
        `take a sparsity below ${checked.sparsity}, or scale the data to larger numbers`,
      ),
    metrics: ["objective", "meanNonZeros"],
    results: (parameters, _d, { scaling }) => ({
      dictionary: parameterMatrix(parameters, "dictionary"),
      mean: pointWithOffset(parameters.mean!.data as Float32Array, scaling),
      objective: parameters.objective!.data[0] as number,
      meanNonZeros: parameters.meanNonZeros!.data[0] as number,
    }),
  };
}

/** @throws RangeError for options that do not go together. */
function checkTogether({
  latentDim,
  penalty,
  update,
  nonNegative,
  nonNegativeDictionary,
  groupSize,
}: Checked): void {
  if (update === "kSvd" && penalty !== "l0")
    throw new RangeError(`sparseCoding: update kSvd wants penalty l0, got ${penalty}`);
  if (nonNegative && penalty !== "l1" && penalty !== "elasticNet")
    throw new RangeError(`sparseCoding: nonNegative wants penalty l1 or elasticNet, got ${penalty}`);
  if (nonNegativeDictionary && update === "kSvd")
    throw new RangeError("sparseCoding: nonNegativeDictionary wants update online or batch, got kSvd");
  if (penalty === "group" && latentDim % groupSize !== 0)
    throw new RangeError(`sparseCoding: groupSize must divide latentDim ${latentDim}, got ${groupSize}`);
}

/** In the words of `sparseCodes`, whose error has a ½: α = λ/2. */
function penaltyOf(options: Checked, d: number): SparsePenalty {
  const { latentDim, penalty, sparsity, nonNegative, l1Ratio, groupSize, nonZeros } = options;
  const alpha = sparsity / 2;
  switch (penalty) {
    case "l1":
      return { kind: "l1", alpha, nonNegative };
    case "elasticNet":
      return { kind: "elasticNet", alpha, l1Ratio, nonNegative };
    case "group":
      return { kind: "group", alpha, groups: groupSize };
    case "l0":
      return { kind: "l0", nonZeros: Math.min(latentDim, nonZeros ?? Math.max(1, Math.floor(d / 10))) };
  }
}

async function solve(
  x: Matrix,
  given: Matrix | undefined,
  options: Checked,
  context: FitContext,
): Promise<Parameters> {
  const { latentDim: k, center } = options;
  // That is what a model file says of a dictionary that it has among its parameters.
  if (options.dictionary === "given")
    throw new RangeError('sparseCoding: dictionary must be a matrix or dct, got "given"');
  // Products of atoms with one another and with the rows.
  checkedElements([k, Math.max(k, x.cols, x.rows)], 8, "latentDim");
  const means = columnMeans(x);
  const mean = array([x.cols], (j) => (center ? means[j]! : 0));
  const rows = centered(x, mean.data as Float32Array);
  const penalty = penaltyOf(options, x.cols);
  const fixed = options.dictionary === "dct" ? dctDictionary(x.cols, k) : given;
  const dictionary = fixed ?? toDictionary(await learn(rows, penalty, options, context), options);
  await context.breathe();
  const codes = await sparseCodes(rows, dictionary, penalty, context);
  const { objective, nonZeros } = objectiveOf(rows, dictionary, codes, options);
  return {
    dictionary: float32([x.cols, k], dictionary.data.slice()),
    mean,
    objective: float64([1], [objective]),
    meanNonZeros: float64([1], [nonZeros]),
  };
}

/** Atoms `[k, d]`. */
async function learn(
  x: Matrix,
  penalty: SparsePenalty,
  options: Checked,
  context: FitContext,
): Promise<Dense> {
  const { latentDim: k, update, batchSize, nonNegativeDictionary, maxIter, tol } = options;
  const atoms =
    update === "kSvd" && penalty.kind === "l0"
      ? await kSvd(x, k, { penalty, maxIter, tol }, context)
      : await learnDictionary(
          x,
          k,
          {
            penalty,
            batchSize: update === "batch" ? x.rows : batchSize,
            nonNegativeDictionary,
            maxIter,
            tol,
          },
          context,
        );
  return dense(k, x.cols, atoms);
}

/** B in float32, its columns within the unit ball, the largest number of each > 0 where codes may have any sign. */
function toDictionary(atoms: Dense, { nonNegative }: Checked): Matrix {
  const { rows: k, cols: d, data } = atoms;
  for (let j = 0; j < k; j++) {
    intoBall(data, j * d, d);
    const atom = data.subarray(j * d, (j + 1) * d);
    const largest = atom.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    if (!nonNegative && largest < 0) for (let p = 0; p < d; p++) atom[p] = -atom[p]!;
  }
  return matrix(d, k, Float32Array.from(transpose(atoms).data));
}

function centered(x: Matrix, mean: Float32Array): Matrix {
  if (mean.every((value) => value === 0)) return x;
  return matrix(
    x.rows,
    x.cols,
    x.data.map((value, i) => value - mean[i % x.cols]!),
  );
}

/** The mean objective of codes `[n, k]`, and how many of their numbers are not 0. */
function objectiveOf(
  x: Matrix,
  dictionary: Matrix,
  codes: Matrix,
  { penalty, sparsity, l1Ratio, groupSize }: Checked,
): { objective: number; nonZeros: number } {
  const { rows: n, cols: d } = x;
  const k = codes.cols;
  const atoms = transpose(dense(d, k, Float64Array.from(dictionary.data))).data;
  const residual = new Float64Array(d);
  let objective = 0;
  let nonZeros = 0;
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < d; p++) residual[p] = x.data[i * d + p]!;
    let [sizes, squares, blocks, block] = [0, 0, 0, 0];
    for (let j = 0; j < k; j++) {
      const z = codes.data[i * k + j]!;
      if (z !== 0) {
        nonZeros++;
        sizes += Math.abs(z);
        squares += z * z;
        block += z * z;
        for (let p = 0, at = j * d; p < d; p++, at++) residual[p]! -= z * atoms[at]!;
      }
      if ((j + 1) % groupSize === 0) {
        blocks += Math.sqrt(block);
        block = 0;
      }
    }
    for (let p = 0; p < d; p++) objective += residual[p]! * residual[p]!;
    if (penalty === "l1") objective += sparsity * sizes;
    if (penalty === "elasticNet") objective += sparsity * (l1Ratio * sizes + ((1 - l1Ratio) / 2) * squares);
    if (penalty === "group") objective += sparsity * blocks;
  }
  return { objective: objective / n, nonZeros: nonZeros / n };
}
