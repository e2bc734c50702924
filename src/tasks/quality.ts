/**
 * @file Quality of a model on data: what it gives back.
 */

import { deviations } from "../data/columns/measures.js";
import type { Dataset, SequencesLike } from "../data/dataset.js";
import type { Numbers } from "../data/matrix.js";
import { fitScale } from "../data/scale.js";
import type { ReconstructionFigures } from "../methods/method.js";
import type { Coder } from "../methods/model.js";

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
