/**
 * @file Multinomial logistic regression with a penalty on the weights, fitted to its one minimum.
 *
 *   J(W, b) = Σᵢ [ log Σ_c exp(w_c · xᵢ + b_c) − (w_{yᵢ} · xᵢ + b_{yᵢ}) ] + λ/2 ‖W‖²
 *
 * W is `[K, d]`, the intercepts b are not penalized, λ is `l2`. With λ = 1/C this is the objective of scikit-learn's
 * LogisticRegression (multinomial); its minimum is unique in W.
 * Source: Bishop (2006), "Pattern recognition and machine learning", section 4.3.4.
 */
import type { Numbers } from "../data/matrix.js";
import type { Scaling } from "../data/scale.js";
import { float64 } from "../engine/arrays.js";
import {
  add,
  affine,
  constant,
  gradient,
  input,
  logSumExp,
  mul,
  type NdArray,
  runtime,
  square,
  sub,
  sum,
} from "../engine/index.js";
import { lbfgs, type Objective } from "./lbfgs.js";

/** Columns as the regression takes them: (x − offset) / factor. */
export type ColumnUnits = Pick<Scaling, "offset" | "factor">;

/**
 * Units that keep the geometry of rows `[n, d]`: columns less their means, over one factor for all, the root of their mean
 * variance. A penalty then weighs as much whatever the units are, and columns that hardly vary stay small.
 */
export function commonUnits({ data, rows, cols }: Numbers): ColumnUnits {
  const offset = new Float64Array(cols);
  for (let at = 0; at < data.length; at++) offset[at % cols]! += data[at]! / rows;
  let squares = 0;
  for (let at = 0; at < data.length; at++) squares += (data[at]! - offset[at % cols]!) ** 2;
  const spread = Math.sqrt(squares / data.length);
  return { offset: [...offset], factor: new Array<number>(cols).fill(spread || 1) };
}

/** Training rows of a regression. */
export interface LabeledRows {
  /** `[n, d]`, finite. */
  readonly x: Numbers;
  /** Class of each row, 0 … K−1 `[n]`. */
  readonly classes: Int32Array;
  /** K ≥ 2 */
  readonly classCount: number;
}

export interface RegressionSettings {
  /** λ ≥ 0 */
  readonly l2: number;
  /** Iterations of L-BFGS at most. */
  readonly maxIter: number;
  /** Converged when no entry of ∂J is larger than this times the number of training rows. */
  readonly tol: number;
}

/** A fitted regression: logits of x are W (x − offset) / factor + b. */
export interface SoftmaxRegression {
  /** W row by row `[K, d]`. */
  readonly weights: Float64Array;
  /** b `[K]` */
  readonly bias: Float64Array;
  readonly units: ColumnUnits;
  /** J at the end. */
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Fits it. Keeps a float64 copy of the rows. */
export async function fitSoftmaxRegression(
  { x, classes, classCount }: LabeledRows,
  units: ColumnUnits,
  { l2, maxIter, tol }: RegressionSettings,
): Promise<SoftmaxRegression> {
  const compiled = await compileObjective(inUnits(x, units), classes, classCount, l2);
  try {
    const start = new Float64Array(classCount * (x.cols + 1));
    const fitted = await lbfgs(compiled.objective, start, { maxIter, tol: tol * x.rows });
    return {
      weights: fitted.x.slice(0, classCount * x.cols),
      bias: fitted.x.slice(classCount * x.cols),
      units,
      objective: fitted.value,
      iterations: fitted.iterations,
      converged: fitted.converged,
    };
  } finally {
    await compiled.release();
  }
}

/** J and ∂J as one compiled graph of the parameters `[W row by row, b]`. */
async function compileObjective(
  features: NdArray,
  labels: Int32Array,
  classCount: number,
  l2: number,
): Promise<{ objective: Objective; release: () => Promise<void> }> {
  const d = features.shape[1]!;
  const x = input("x", features.shape, "float64");
  const w = input("w", [classCount, d], "float64");
  const b = input("b", [classCount], "float64");

  // Σᵢ (w_{yᵢ} · xᵢ + b_{yᵢ}) is linear in the parameters: it needs only the sums and counts of each class.
  const { sums, counts } = classTotals(features, labels, classCount);
  const logPartition = sum(logSumExp(affine(x, w, b, { transposeB: true }), 1));
  const ofOwnClass = add(sum(mul(w, constant(sums))), sum(mul(b, constant(counts))));
  const penalty = mul(sum(square(w)), l2 / 2);
  const loss = add(sub(logPartition, ofOwnClass), penalty);
  const [gradW, gradB] = gradient(loss, [w, b]);

  const rt = await runtime();
  const program = await rt.program({ loss, gradW: gradW!, gradB: gradB! });
  const split = classCount * d;
  return {
    async objective(parameters) {
      const results = await program.run({
        x: features,
        w: float64([classCount, d], parameters.subarray(0, split)),
        b: float64([classCount], parameters.subarray(split)),
      });
      const grad = new Float64Array(parameters.length);
      grad.set(results.gradW!.data as Float64Array);
      grad.set(results.gradB!.data as Float64Array, split);
      return { value: results.loss!.data[0] as number, gradient: grad };
    },
    release: () => program.release(),
  };
}

/** Σ xᵢ and the number of rows of each class, shapes `[K, d]` and `[K]`. */
function classTotals(
  { data, shape }: NdArray,
  labels: Int32Array,
  classCount: number,
): { sums: NdArray; counts: NdArray } {
  const d = shape[1]!;
  const sums = new Float64Array(classCount * d);
  const counts = new Float64Array(classCount);
  labels.forEach((label, i) => {
    counts[label]! += 1;
    for (let j = 0; j < d; j++) sums[label * d + j]! += data[i * d + j] as number;
  });
  return {
    sums: float64([classCount, d], sums),
    counts: float64([classCount], counts),
  };
}

/** (x − offset) / factor in float64. */
function inUnits({ data, rows, cols }: Numbers, { offset, factor }: ColumnUnits): NdArray {
  const out = new Float64Array(data.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) out[at] = (data[at]! - offset[j]!) / factor[j]!;
  }
  return float64([rows, cols], out);
}

/** The class of the largest logit for each row `[m]`; of equal ones the first. */
export function classify(
  { weights, bias, units: { offset, factor } }: Pick<SoftmaxRegression, "weights" | "bias" | "units">,
  { data, rows, cols }: Numbers,
): Int32Array {
  const predicted = new Int32Array(rows);
  const scaled = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) scaled[j] = (data[i * cols + j]! - offset[j]!) / factor[j]!;
    let best = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < bias.length; c++) {
      let logit = bias[c]!;
      for (let j = 0; j < cols; j++) logit += weights[c * cols + j]! * scaled[j]!;
      if (logit > best) {
        best = logit;
        predicted[i] = c;
      }
    }
  }
  return predicted;
}
