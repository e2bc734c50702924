/**
 * @file Linear probe: how well a linear classifier tells the classes apart from the codes alone.
 *
 * Multinomial logistic regression on features x standardized by the training rows:
 *
 *   J(W, b) = Σᵢ [ log Σ_c exp(w_c · xᵢ + b_c) − (w_{yᵢ} · xᵢ + b_{yᵢ}) ] + λ/2 ‖W‖²
 *
 * W is `[K, d]`, the intercepts b are not penalized, λ is `l2`. With λ = 1/C this is the objective of scikit-learn's
 * LogisticRegression (multinomial); its minimum is unique in W.
 * Sources: Alain & Bengio (2016), "Understanding intermediate layers using linear classifier probes",
 * arXiv:1610.01644; Bishop (2006), "Pattern recognition and machine learning", section 4.3.4.
 */
import type { Matrix } from "../data/matrix.js";
import { fitScale, type Scaling } from "../data/scale.js";
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
import { accuracy, labeledSplit } from "./classes.js";
import { lbfgs, type Objective } from "./lbfgs.js";

/** Options of `linearProbe`. */
export interface LinearProbeOptions {
  /** Penalty λ ≥ 0 on the weights, 1/C in scikit-learn. Default: 1. */
  l2?: number | undefined;
  /** Iterations of L-BFGS at most, an integer ≥ 1. Default: 500. */
  maxIter?: number | undefined;
  /** Converged when no entry of ∂J is larger than this times the number of training rows, > 0. Default: 10⁻⁵. */
  tol?: number | undefined;
}

/** Accuracy of a linear probe, and how its fit ended. */
export interface LinearProbeResult {
  /** Share of test rows whose label is predicted, in [0, 1]. */
  readonly accuracy: number;
  /** J at the end, a sum over the training rows. */
  readonly objective: number;
  /** Iterations of L-BFGS that were taken. */
  readonly iterations: number;
  /** False if `maxIter` was reached first. */
  readonly converged: boolean;
  /** The K different training labels. */
  readonly classes: readonly string[];
  /** Label of every test row `[m]`. */
  readonly predictions: readonly string[];
}

/**
 * Fits the probe on training rows and gives its accuracy on test rows. It keeps a float64 copy of `train`.
 * @param train `[n, d]`; `trainLabels` n labels of at least two kinds.
 * @param test `[m, d]`; `testLabels` m labels. One that no training row has counts as not predicted.
 * @throws RangeError for sizes that do not fit, missing labels, fewer than two classes, features that are not
 *   finite, or an option out of range.
 */
export async function linearProbe(
  train: Matrix,
  trainLabels: readonly string[],
  test: Matrix,
  testLabels: readonly string[],
  { l2 = 1, maxIter = 500, tol = 1e-5 }: LinearProbeOptions = {},
): Promise<LinearProbeResult> {
  checkOptions(l2, maxIter, tol);
  const classes = labeledSplit(train, trainLabels, test, testLabels, "linearProbe");
  const classCount = classes.names.length;
  const scaling = fitScale(train, "standard");
  const compiled = await compileObjective(standardized(train, scaling), classes.train, classCount, l2);
  try {
    const start = new Float64Array(classCount * (train.cols + 1));
    const fitted = await lbfgs(compiled.objective, start, { maxIter, tol: tol * train.rows });
    const predicted = predict(test, scaling, fitted.x, classCount);
    return {
      accuracy: accuracy(predicted, classes.test),
      objective: fitted.value,
      iterations: fitted.iterations,
      converged: fitted.converged,
      classes: classes.names,
      predictions: Array.from(predicted, (index) => classes.names[index]!),
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
function standardized({ data, rows, cols }: Matrix, { offset, factor }: Scaling): NdArray {
  const out = new Float64Array(data.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) out[at] = (data[at]! - offset[j]!) / factor[j]!;
  }
  return float64([rows, cols], out);
}

/** The class of the largest logit for each row; of equal ones the first. */
function predict(
  { data, rows, cols }: Matrix,
  { offset, factor }: Scaling,
  parameters: Float64Array,
  classCount: number,
): Int32Array {
  const predicted = new Int32Array(rows);
  const scaled = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) scaled[j] = (data[i * cols + j]! - offset[j]!) / factor[j]!;
    let best = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classCount; c++) {
      let logit = parameters[classCount * cols + c]!;
      for (let j = 0; j < cols; j++) logit += parameters[c * cols + j]! * scaled[j]!;
      if (logit > best) {
        best = logit;
        predicted[i] = c;
      }
    }
  }
  return predicted;
}

function checkOptions(l2: number, maxIter: number, tol: number): void {
  if (!(l2 >= 0 && Number.isFinite(l2))) {
    throw new RangeError(`linearProbe: l2 must be a number ≥ 0, got ${l2}`);
  }
  if (!(Number.isInteger(maxIter) && maxIter >= 1)) {
    throw new RangeError(`linearProbe: maxIter must be an integer ≥ 1, got ${maxIter}`);
  }
  if (!(tol > 0)) throw new RangeError(`linearProbe: tol must be a number > 0, got ${tol}`);
}
