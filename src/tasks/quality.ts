/**
 * @file Quality of a model on data: what it gives back, and what its codes know of labels.
 */
import { type Matrix, type Numbers, takeRows } from "../data/matrix.js";
import { fitScale } from "../data/scale.js";
import { neighborsAccuracy } from "../metrics/neighbors-accuracy.js";
import { linearProbe } from "../metrics/probe.js";
import { explainedVarianceRatio, squaredErrorPerSample } from "../metrics/reconstruction.js";
import type { Split } from "../metrics/split.js";

/** @param mean `[d]`; default: that of x. */
export function reconstructionMetrics(
  x: Numbers,
  xHat: Numbers,
  mean: ArrayLike<number> = columnCenter(x),
): { squaredErrorPerSample: number; explainedVarianceRatio: number } {
  return {
    squaredErrorPerSample: squaredErrorPerSample(x, xHat),
    explainedVarianceRatio: explainedVarianceRatio(x, xHat, mean),
  };
}

/** Means of the columns over what is not missing. */
export function columnCenter(x: Numbers): readonly number[] {
  return fitScale(x, "standard").offset;
}

/**
 * Accuracies with which codes tell the labels apart: fitted on one part of the rows, counted on the other.
 * @param codes `[n, k]`. @param labels one a row.
 */
export async function labelMetrics(
  codes: Matrix,
  labels: readonly string[],
  { train, test }: Split,
): Promise<{ probeAccuracy: number; knnAccuracy: number }> {
  const labelsOf = (rows: Uint32Array) => Array.from(rows, (row) => labels[row]!);
  const [learned, unseen] = [takeRows(codes, train), takeRows(codes, test)];
  const parts = [learned, labelsOf(train), unseen, labelsOf(test)] as const;
  const nNeighbors = Math.min(5, train.length);
  return {
    probeAccuracy: (await linearProbe(...parts)).accuracy,
    knnAccuracy: await neighborsAccuracy(...parts, { nNeighbors }),
  };
}
