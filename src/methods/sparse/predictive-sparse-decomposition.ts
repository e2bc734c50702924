/**
 * @file Predictive sparse decomposition: a dictionary, and an encoder that foretells its sparse codes in one step.
 *
 *   min over D, W, z of  1/n Σᵢ ‖xᵢ − D zᵢ‖² + λ ‖zᵢ‖₁ + α ‖zᵢ − p_W(xᵢ)‖²,   ‖D·ⱼ‖ = 1
 *
 *   tanh     p(x) = g ⊙ tanh(W x + b)
 *   sigmoid  p(x) = g ⊙ σ(W x + b)
 *   shrink   p(x) = soft(W x + b, θ): codes that are exactly 0, as the optimal ones are
 *
 * Each step finds the codes of its batch by accelerated proximal steps that start at the prediction, and then moves D and
 * W with the codes held fixed; columns of D are put back to unit norm.
 * Source: Kavukcuoglu, Ranzato & LeCun (2008), "Fast inference in sparse coding algorithms with applications to object
 * recognition", arXiv:1010.3467; shrinkage as the nonlinearity: Gregor & LeCun (2010), ICML.
 */
import type { Matrix, MatrixLike } from "../../data/matrix.js";
import { toMatrix, toNumbers } from "../../data/matrix.js";
import { applyScale } from "../../data/scale.js";
import { relu, sigmoid, tanh } from "../../engine/ops/activations.js";
import { abs, add, div, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { affine, matmul } from "../../engine/ops/matmul.js";
import { l2Normalize } from "../../engine/ops/normalization.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { stopGradient } from "../../engine/ops/select.js";
import type { NdArray, Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { allZero, meanReconstructed, SCALE_OR_TRAIN } from "../collapse.js";
import { array, columnSquares, once } from "../initial.js";
import type { Fitted, Method } from "../method.js";
import type { Coder } from "../model.js";
import { checkOptions, integer, number, type OptionTable, oneOf } from "../options.js";
import { type Parameters, parameterMatrix, type Symbols } from "../parameters.js";
import { followedSquaredSingularValue, largestSquaredSingularValue } from "../spectral-norm.js";
import { softThreshold } from "./shrinkage.js";
import { sparseCodes } from "./sparse-codes.js";

/** Last step of the encoder: g · tanh, g · sigmoid, or soft thresholding. */
export type Predictor = "tanh" | "sigmoid" | "shrink";

/** Options of `predictiveSparseDecomposition`. */
export interface PredictiveSparseDecompositionOptions {
  /** Columns of the dictionary k, ≥ 1; it may exceed the size of a row. */
  latentDim: number;
  /** λ > 0, the weight of ‖z‖₁, in the squared units of the data. Default .1. */
  sparsity?: number | undefined;
  /** α > 0, the weight of ‖z − p(x)‖², which draws codes to their prediction. Default 1. */
  predictionWeight?: number | undefined;
  /**
   * Form of the encoder p: `tanh`, g ⊙ tanh(W x + b); `sigmoid`, g ⊙ σ(W x + b); `shrink`, soft(W x + b, θ), whose
   * codes can be exactly 0. Default `shrink`.
   */
  predictor?: Predictor | undefined;
  /** Proximal steps on the codes of each batch, from 1 to 1000. Default 20. */
  steps?: number | undefined;
}

export const predictiveSparseDecompositionOptions: OptionTable<PredictiveSparseDecompositionOptions> = {
  latentDim: integer({ min: 1, help: "columns of the dictionary" }),
  sparsity: number({ default: 0.1, want: "a number > 0", test: (v) => v > 0, help: "weight of the L1 norm" }),
  predictionWeight: number({
    default: 1,
    want: "a number > 0",
    test: (v) => v > 0,
    help: "pull of codes to their prediction",
  }),
  predictor: oneOf(["tanh", "sigmoid", "shrink"], { default: "shrink", help: "form of the encoder" }),
  steps: integer({ min: 1, max: 1000, default: 20, help: "proximal steps on the codes of a batch" }),
};

/** A fitted predictive sparse decomposition; `encode` is the predictor. */
export interface PredictiveSparseDecomposition extends Coder {
  /** D `[d, k]`, columns of unit norm, in scaled units. */
  readonly dictionary: Matrix;
  /**
   * The optimal codes `[n, k]` of rows `[n, d]` with this dictionary, to rounding: argmin of ‖x − D z‖² + λ ‖z‖₁.
   * @throws RangeError naming row and column of a number that is not finite.
   */
  inferCodes(x: MatrixLike): Promise<Matrix>;
  /**
   * Mean over rows of ‖x − D z‖² + λ ‖z‖₁, in scaled units.
   * @param z codes `[n, k]`; default: the predictor's.
   */
  objective(x: MatrixLike, z?: MatrixLike): Promise<number>;
}

type Checked = Required<PredictiveSparseDecompositionOptions>;

/**
 * Predictive sparse decomposition: a dictionary D `[d, k]`, and an encoder that foretells its sparse codes `[n, k]` in
 * one step.
 *
 *   min over D, W, z of  1/n Σᵢ ‖xᵢ − D zᵢ‖² + λ ‖zᵢ‖₁ + α ‖zᵢ − p_W(xᵢ)‖²,   ‖D·ⱼ‖ = 1
 *
 * Source: Kavukcuoglu, Ranzato & LeCun (2008), "Fast inference in sparse coding algorithms with applications to object
 * recognition", arXiv:1010.3467; shrinkage: Gregor & LeCun (2010), ICML.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function predictiveSparseDecomposition(
  options: PredictiveSparseDecompositionOptions,
): Method<PredictiveSparseDecomposition> {
  const checked = checkOptions(
    "predictiveSparseDecomposition",
    predictiveSparseDecompositionOptions,
    options,
  );
  const { latentDim: k, sparsity, predictionWeight } = checked;
  return {
    name: "predictiveSparseDecomposition",
    options: checked,
    codeSize: () => k,
    fitting: {
      kind: "trained",
      defaults: { epochs: 100, batchSize: 128, learningRate: 3e-3, optimizer: { name: "adam" } },
      fixed: ["direction"],
      initial: (x, random) => initialParameters(checked, x.cols, random),
      loss(batch, p) {
        const x = batch.data.x!;
        const predicted = predict(x, p, checked);
        const { squared, direction } = batch.training
          ? followedSquaredSingularValue(p.dictionary!, p.direction!)
          : { squared: largestSquaredSingularValue(p.dictionary!), direction: p.direction! };
        const z = stopGradient(nearbyCodes(x, predicted, p.dictionary!, squared, checked));
        return {
          updates: { direction },
          loss: add(
            mean(sparseCodingObjective(x, z, p.dictionary!, sparsity)),
            mul(mean(sum(square(sub(predicted, z)), 1)), predictionWeight),
          ),
          project: {
            dictionary: (d) => l2Normalize(d, 0),
            ...(p.threshold && { threshold: relu }),
          },
        };
      },
      finish({ direction: _, ...parameters }) {
        return parameters;
      },
    },
    parts: () => ({
      encode: (x, p) => predict(x, p, checked),
      decode: (z, p) => matmul(z, p.dictionary!, { transposeB: true }),
    }),
    async notes({ x, run }) {
      const { z, xHat } = await run((rows, p) => {
        const codes = predict(rows, p, checked);
        return { z: codes, xHat: matmul(codes, p.dictionary!, { transposeB: true }) };
      });
      const remedy = `take a sparsity below ${sparsity}, or ${SCALE_OR_TRAIN}`;
      const name = "predictiveSparseDecomposition";
      const dead = allZero(name, z!, remedy);
      return dead.length > 0 ? dead : meanReconstructed(name, x, xHat!, remedy);
    },
    results: (parameters, _d, { model, scaling }: Fitted) => {
      const dictionary = parameterMatrix(parameters, "dictionary");
      const scaled = (x: MatrixLike, where: string) => applyScale(toNumbers(x, where), scaling, where);
      return {
        dictionary,
        inferCodes: (x) =>
          sparseCodes(scaled(x, "inferCodes"), dictionary, { kind: "l1", alpha: sparsity / 2 }),
        objective: async (x, z) =>
          objectiveOf(
            scaled(x, "objective"),
            toMatrix(z ?? (await model.encode(x)), "objective"),
            dictionary,
            sparsity,
          ),
      };
    },
  };
}

/** ‖x − D z‖² + λ ‖z‖₁ of every row. */
function sparseCodingObjective(x: Tensor, z: Tensor, dictionary: Tensor, weight: number): Tensor {
  const residual = sub(x, matmul(z, dictionary, { transposeB: true }));
  return add(sum(square(residual), 1), mul(sum(abs(z), 1), weight));
}

/** p_W(x) */
function predict(x: Tensor, p: Symbols, { predictor }: Checked): Tensor {
  const a = affine(x, p.encoder!, p.bias!);
  if (predictor === "shrink") return softThreshold(a, p.threshold!);
  return mul(predictor === "tanh" ? tanh(a) : sigmoid(a), p.gain!);
}

/**
 * Proximal steps on ‖x − D z‖² + λ ‖z‖₁ + α ‖z − p‖² from z = p, of length 1/L with L = 2 (σ_max(D)² + α):
 *
 *   z ← soft(y + 2/L [Dᵀ(x − D y) + α (p − y)], λ/L),   y = z + momentum
 *
 * with the momentum of FISTA.
 */
function nearbyCodes(
  x: Tensor,
  predicted: Tensor,
  dictionary: Tensor,
  squaredNorm: Tensor,
  { sparsity, predictionWeight: alpha, steps }: Checked,
): Tensor {
  const half = add(squaredNorm, alpha);
  const [length, threshold] = [div(1, half), div(sparsity / 2, half)];
  const pull = mul(predicted, alpha);
  let [z, y, t] = [predicted, predicted, 1];
  for (let i = 0; i < steps; i++) {
    const residual = sub(x, matmul(y, dictionary, { transposeB: true }));
    const downhill = add(matmul(residual, dictionary), sub(pull, mul(y, alpha)));
    const next = softThreshold(add(y, mul(downhill, length)), threshold);
    const t1 = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    y = add(next, mul(sub(next, z), (t - 1) / t1));
    [z, t] = [next, t1];
  }
  return z;
}

function initialParameters({ latentDim: k, predictor }: Checked, d: number, random: Random): Parameters {
  const stream = random.fork("dictionary");
  const dictionary = unitColumns(array([d, k], () => stream.normal()));
  // Dᵀ x are the codes before shrinkage, if the dictionary is orthonormal.
  const shared = {
    dictionary,
    encoder: dictionary,
    bias: array([k]),
    direction: leadingDirection(dictionary),
  };
  return predictor === "shrink"
    ? { ...shared, threshold: array([k], () => 0.01) }
    : { ...shared, gain: array([k], () => 1) };
}

/** The right singular vector of the largest singular value `[k, 1]`, to some percent: training follows it from here. */
function leadingDirection(dictionary: NdArray): NdArray {
  const k = dictionary.shape[1]!;
  const direction = once(() => leadingDirectionOf(dictionary));
  return array([k, 1], (j) => direction()[j]!);
}

function leadingDirectionOf({ data, shape }: NdArray): Float64Array {
  const [d, k] = shape as [number, number];
  let v = new Float64Array(k).fill(1);
  for (let step = 0; step < 30; step++) {
    const next = new Float64Array(k);
    for (let i = 0; i < d; i++) {
      let along = 0;
      for (let j = 0; j < k; j++) along += Number(data[i * k + j]) * v[j]!;
      for (let j = 0; j < k; j++) next[j]! += Number(data[i * k + j]) * along;
    }
    const norm = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    v = next.map((value) => value / norm);
  }
  return v;
}

function unitColumns(a: NdArray): NdArray {
  const squares = once(() => columnSquares(a));
  return array(a.shape, (i) => Number(a.data[i]) / Math.sqrt(squares()[i % a.shape[1]!]!));
}

/** The mean over rows, in float64. */
function objectiveOf(x: Matrix, z: Matrix, dictionary: Matrix, weight: number): number {
  const [d, k] = [dictionary.rows, dictionary.cols];
  if (z.rows !== x.rows || z.cols !== k)
    throw new RangeError(`objective: want codes ${x.rows} × ${k}, got ${z.rows} × ${z.cols}`);
  let total = 0;
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < d; j++) {
      let residual = x.data[i * d + j]!;
      for (let c = 0; c < k; c++) residual -= dictionary.data[j * k + c]! * z.data[i * k + c]!;
      total += residual * residual;
    }
    for (let c = 0; c < k; c++) total += weight * Math.abs(z.data[i * k + c]!);
  }
  return total / x.rows;
}
