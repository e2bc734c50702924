/**
 * @file Accuracy of the k-nearest-neighbour classifier: do rows with equal labels lie close together?
 *
 * Euclidean distance, columns as they are; the majority of the k nearest training rows decides, of equally frequent
 * classes the one with the nearest member. Source: Cover & Hart (1967), "Nearest neighbor pattern classification",
 * IEEE Transactions on Information Theory 13(1).
 */
import type { Matrix } from "../data/matrix.js";
import { nearestNeighbours } from "../linalg/neighbours/nearest-neighbours.js";
import { accuracy, labelledSplit } from "./classes.js";

export interface NeighboursAccuracyOptions {
  /** Neighbours k that vote, an integer in [1, training rows]. Default: 5. */
  nNeighbors?: number;
}

/**
 * Share of test rows whose label the vote gives, in [0, 1].
 * @param train `[n, d]`; `trainLabels` n labels of at least two kinds.
 * @param test `[m, d]`; `testLabels` m labels. One that no training row has counts as missed.
 * @throws RangeError for sizes that do not fit, missing labels, fewer than two classes, features that are not
 *   finite, or nNeighbors out of range.
 */
export async function neighboursAccuracy(
  train: Matrix,
  trainLabels: readonly string[],
  test: Matrix,
  testLabels: readonly string[],
  { nNeighbors = 5 }: NeighboursAccuracyOptions = {},
): Promise<number> {
  const classes = labelledSplit(train, trainLabels, test, testLabels, "neighboursAccuracy");
  if (!(Number.isInteger(nNeighbors) && nNeighbors >= 1 && nNeighbors <= train.rows)) {
    throw new RangeError(
      `neighboursAccuracy: nNeighbors must be an integer in [1, ${train.rows}] (the training rows), got ${nNeighbors}`,
    );
  }
  const { indices } = await nearestNeighbours(train, test, nNeighbors);
  const predicted = new Int32Array(test.rows);
  const votes = new Uint32Array(classes.names.length);
  for (let i = 0; i < test.rows; i++) {
    const nearest = indices.subarray(i * nNeighbors, (i + 1) * nNeighbors);
    predicted[i] = majority(nearest, classes.train, votes);
  }
  return accuracy(predicted, classes.test);
}

/** The most frequent class of the rows, nearest first. */
function majority(nearest: Uint32Array, classOf: Int32Array, votes: Uint32Array): number {
  votes.fill(0);
  for (const row of nearest) votes[classOf[row]!]! += 1;
  let winner = classOf[nearest[0]!]!;
  for (const row of nearest) if (votes[classOf[row]!]! > votes[winner]!) winner = classOf[row]!;
  return winner;
}
