/**
 * @file Labels as classes: text labels become class numbers, shared by the metrics that compare with labels.
 */
import { firstNonFinite, type Matrix } from "../data/matrix.js";

/** Labels as numbers 0 … K−1. */
export interface Classes {
  /** The K different labels, in code-unit order: the order of rows does not matter. */
  readonly names: readonly string[];
  /** For each row its class, an index into `names`. */
  readonly indices: Int32Array;
}

/** Training and test rows of one labeled problem, as class numbers of the training labels. */
export interface LabeledSplit {
  /** The K ≥ 2 different training labels. */
  readonly names: readonly string[];
  /** Class of each training row. */
  readonly train: Int32Array;
  /** Class of each test row; −1 for a label that no training row has, which no prediction can hit. */
  readonly test: Int32Array;
}

/**
 * Numbers the different labels.
 * @param where names the labels in errors.
 * @throws RangeError if a label is missing (empty).
 */
export function classesOf(labels: readonly string[], where: string): Classes {
  checkPresent(labels, where);
  const names = [...new Set(labels)].sort();
  return { names, indices: numbered(labels, names) };
}

/**
 * Checks features and labels of a labeled problem.
 * @param train `[n, d]`, finite; `trainLabels` has n entries of at least two kinds.
 * @param test `[m, d]`, finite; `testLabels` has m entries.
 * @throws RangeError if sizes do not fit, a part is empty, a feature is not finite, a label is missing, or the
 *   training rows have fewer than two classes.
 */
export function labeledSplit(
  train: Matrix,
  trainLabels: readonly string[],
  test: Matrix,
  testLabels: readonly string[],
  where: string,
): LabeledSplit {
  checkPart(train, trainLabels, `${where}: training`);
  checkPart(test, testLabels, `${where}: test`);
  if (test.cols !== train.cols) {
    throw new RangeError(`${where}: test rows have ${test.cols} columns, training rows ${train.cols}`);
  }
  const { names, indices } = classesOf(trainLabels, `${where}: training`);
  checkPresent(testLabels, `${where}: test`);
  if (names.length < 2) {
    throw new RangeError(
      `${where}: want at least 2 classes among the training labels, got only "${names[0]}"`,
    );
  }
  return { names, train: indices, test: numbered(testLabels, names) };
}

/** Share of rows whose predicted class is the true one. */
export function accuracy(predicted: Int32Array, actual: Int32Array): number {
  let hits = 0;
  for (let i = 0; i < actual.length; i++) if (predicted[i] === actual[i]) hits++;
  return hits / actual.length;
}

function numbered(labels: readonly string[], names: readonly string[]): Int32Array {
  const numbers = new Map(names.map((name, index) => [name, index]));
  return Int32Array.from(labels, (label) => numbers.get(label) ?? -1);
}

function checkPresent(labels: readonly string[], where: string): void {
  const missing = labels.indexOf("");
  if (missing >= 0) throw new RangeError(`${where} row ${missing} has no label`);
}

function checkPart(x: Matrix, labels: readonly string[], where: string): void {
  if (labels.length !== x.rows)
    throw new RangeError(`${where} has ${x.rows} rows but ${labels.length} labels`);
  if (x.rows === 0 || x.cols === 0) {
    throw new RangeError(`${where} data is empty: ${x.rows} rows, ${x.cols} columns`);
  }
  const bad = firstNonFinite(x);
  if (bad)
    throw new RangeError(`${where} row ${bad.row} column ${bad.column} is ${bad.value}, want finite numbers`);
}
