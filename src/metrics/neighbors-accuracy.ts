/**
 * @file Accuracy of the k-nearest-neighbor classifier: do rows with equal labels lie close together?
 *
 * Euclidean distance, columns as they are; the majority of the k nearest training rows decides, of equally frequent
 * classes the one with the nearest member. Source: Cover & Hart (1967), "Nearest neighbor pattern classification",
 * IEEE Transactions on Information Theory 13(1).
 */
import type { Matrix } from "../data/matrix.js";
import { kNearestWithin, nearestNeighbors } from "../linalg/neighbors/nearest-neighbors.js";
import { accuracy, classesOf, labeledSplit } from "./classes.js";

/** Options of `neighborsAccuracy` and `leaveOneOutAccuracy`. */
export interface NeighborsAccuracyOptions {
  /** Neighbors k that vote, an integer in [1, training rows]. Default: 5. */
  nNeighbors?: number | undefined;
}

/**
 * Share of test rows whose label the vote gives, in [0, 1].
 * @param train `[n, d]`; `trainLabels` n labels of at least two kinds.
 * @param test `[m, d]`; `testLabels` m labels. One that no training row has counts as missed.
 * @throws RangeError for sizes that do not fit, missing labels, fewer than two classes, features that are not
 *   finite, or nNeighbors out of range.
 */
export async function neighborsAccuracy(
  train: Matrix,
  trainLabels: readonly string[],
  test: Matrix,
  testLabels: readonly string[],
  { nNeighbors = 5 }: NeighborsAccuracyOptions = {},
): Promise<number> {
  const classes = labeledSplit(train, trainLabels, test, testLabels, "neighborsAccuracy");
  if (!(Number.isInteger(nNeighbors) && nNeighbors >= 1 && nNeighbors <= train.rows)) {
    throw new RangeError(
      `neighborsAccuracy: nNeighbors must be an integer in [1, ${train.rows}] (the training rows), got ${nNeighbors}`,
    );
  }
  const { indices } = await nearestNeighbors(train, test, nNeighbors);
  return accuracy(votes(indices, nNeighbors, classes.train, classes.names.length), classes.test);
}

/**
 * Share of rows whose label the vote of all other rows' nearest gives, in [0, 1].
 * @param x `[n, d]`, finite. @param labels n.
 * @param options nNeighbors: in [1, n − 1]. Default: 5.
 * @throws RangeError for sizes that do not fit, missing labels, features that are not finite, or nNeighbors out of range.
 */
export async function leaveOneOutAccuracy(
  x: Matrix,
  labels: readonly string[],
  { nNeighbors = 5 }: NeighborsAccuracyOptions = {},
): Promise<number> {
  if (labels.length !== x.rows)
    throw new RangeError(`leaveOneOutAccuracy: ${x.rows} rows but ${labels.length} labels`);
  const classes = classesOf(labels, "leaveOneOutAccuracy:");
  if (!(Number.isInteger(nNeighbors) && nNeighbors >= 1 && nNeighbors < x.rows)) {
    throw new RangeError(
      `leaveOneOutAccuracy: nNeighbors must be an integer in [1, ${x.rows - 1}] (the other rows), got ${nNeighbors}`,
    );
  }
  const { indices } = await kNearestWithin(x, nNeighbors);
  return accuracy(votes(indices, nNeighbors, classes.indices, classes.names.length), classes.indices);
}

/** The class that the k nearest of every row give. */
function votes(indices: Uint32Array, k: number, classOf: Int32Array, classes: number): Int32Array {
  const counts = new Uint32Array(classes);
  return Int32Array.from({ length: indices.length / k }, (_, i) =>
    majority(indices.subarray(i * k, (i + 1) * k), classOf, counts),
  );
}

/** The most frequent class of the rows, nearest first. */
function majority(nearest: Uint32Array, classOf: Int32Array, votes: Uint32Array): number {
  votes.fill(0);
  for (const row of nearest) votes[classOf[row]!]! += 1;
  let winner = classOf[nearest[0]!]!;
  for (const row of nearest) if (votes[classOf[row]!]! > votes[winner]!) winner = classOf[row]!;
  return winner;
}
