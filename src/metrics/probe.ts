/**
 * @file Linear probe: how well a linear classifier tells the classes apart from the codes alone.
 *
 * Multinomial logistic regression (softmax-regression.ts) on features standardized by the training rows.
 * Source: Alain & Bengio (2016), "Understanding intermediate layers using linear classifier probes", arXiv:1610.01644.
 */
import type { Matrix } from "../data/matrix.js";
import { fitScale } from "../data/scale.js";
import { accuracy, labeledSplit } from "./classes.js";
import { classify, fitSoftmaxRegression } from "./softmax-regression.js";

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
  const learned = { x: train, classes: classes.train, classCount: classes.names.length };
  const fitted = await fitSoftmaxRegression(learned, fitScale(train, "standard"), { l2, maxIter, tol });
  const predicted = classify(fitted, test);
  const { objective, iterations, converged } = fitted;
  return {
    accuracy: accuracy(predicted, classes.test),
    objective,
    iterations,
    converged,
    classes: classes.names,
    predictions: Array.from(predicted, (index) => classes.names[index]!),
  };
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
