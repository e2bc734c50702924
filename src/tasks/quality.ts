/**
 * @file Quality of a model on data: what it gives back, and what its codes know of labels.
 */

import { deviations } from "../data/columns/measures.js";
import type { Dataset, SequencesLike } from "../data/dataset.js";
import { areMeasured } from "../data/labels.js";
import { type Matrix, type Numbers, takeRows } from "../data/matrix.js";
import { fitScale } from "../data/scale.js";
import type { ReconstructionFigures } from "../methods/method.js";
import type { Coder } from "../methods/model.js";
import { neighborsAccuracy } from "../metrics/neighbors-accuracy.js";
import { linearProbe } from "../metrics/probe.js";
import type { Split } from "../metrics/split.js";

/**
 * Errors of a model's reconstruction, of which no more than a block of rows is made at a time. See `squaredErrorPerSample` and
 * `explainedVarianceRatio` of the metrics.
 * @param data rows, and lengths of their sequences. @param mean `[d]`; default: that of x.
 */
export async function reconstructionMetrics(
  model: Coder,
  data: Pick<Dataset, "x" | "sequences">,
  mean: ArrayLike<number> = columnCenter(data.x),
): Promise<ReconstructionFigures> {
  const { x } = data;
  const errors = await model.squaredErrors(ofModel(model, data));
  const bad = errors.findIndex(Number.isNaN);
  if (bad >= 0)
    throw new RangeError(`${model.method}: the reconstruction of row ${bad} has numbers that are NaN`);
  const error = errors.reduce((sum, value) => sum + value, 0);
  const total = deviations(x, mean).squares.reduce((sum, value) => sum + value, 0);
  return { squaredErrorPerSample: error / x.rows, explainedVarianceRatio: 1 - error / total };
}

/** Rows for a model: with the lengths of their sequences, where it is one of sequences. */
export function ofModel(
  { sequential }: Coder,
  { x, sequences }: Pick<Dataset, "x" | "sequences">,
): Numbers | SequencesLike {
  return sequential ? { x, sequences } : x;
}

/** Means of the columns over what is not missing. */
export function columnCenter(x: Numbers): readonly number[] {
  return fitScale(x, "standard").offset;
}

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
