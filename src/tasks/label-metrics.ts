/**
 * @file Accuracies of labels that codes were not learned from.
 */
import { areMeasured } from "../data/labels.js";
import { type Matrix, takeRows } from "../data/matrix.js";
import { neighborsAccuracy } from "../metrics/neighbors-accuracy.js";
import { linearProbe } from "../metrics/probe.js";
import type { Split } from "../metrics/split.js";

/**
 * Accuracies with which codes tell the labels apart: fitted on one part of the rows, counted on the other.
 * @param codes `[n, k]`. @param labels one a row; rows whose label is missing (`""`) count in neither part.
 * @throws RangeError if fewer than two labels are left to learn from, or none to count on, or if they are measured numbers and no classes.
 */
export async function labelMetrics(
  codes: Matrix,
  labels: readonly string[],
  { train, test }: Split,
): Promise<{ probeAccuracy: number; knnAccuracy: number }> {
  const [told, judged] = [train, test].map((rows) => rows.filter((row) => labels[row] !== ""));
  if (areMeasured(labels))
    throw new RangeError("the labels are measured numbers, which tell no classes apart");
  const labelsOf = (rows: Uint32Array) => Array.from(rows, (row) => labels[row]!);
  if (new Set(labelsOf(told!)).size < 2 || judged!.length === 0) {
    const counts = `${told!.length} labeled rows to learn from and ${judged!.length} to count on`;
    throw new RangeError(`accuracies want two labels or more, and rows to count on; there are ${counts}`);
  }
  const [learned, unseen] = [takeRows(codes, told!), takeRows(codes, judged!)];
  const parts = [learned, labelsOf(told!), unseen, labelsOf(judged!)] as const;
  const nNeighbors = Math.min(5, told!.length);
  return {
    probeAccuracy: (await linearProbe(...parts)).accuracy,
    knnAccuracy: await neighborsAccuracy(...parts, { nNeighbors }),
  };
}
