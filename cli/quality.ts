/**
 * @file The metrics that every command reports of a model on data.
 */
import type { Matrix } from "../src/data/matrix.js";
import { fitScale } from "../src/data/scale.js";
import type { FittedModel } from "../src/methods/method.js";
import { neighboursAccuracy } from "../src/metrics/neighbours-accuracy.js";
import { linearProbe } from "../src/metrics/probe.js";
import { explainedVarianceRatio, squaredErrorPerSample } from "../src/metrics/reconstruction.js";

/** @param mean `[d]`; default: that of x. */
export function reconstructionMetrics(
  x: Matrix,
  xHat: Matrix,
  mean: ArrayLike<number> = columnCentre(x),
): { squaredErrorPerSample: number; explainedVarianceRatio: number } {
  return {
    squaredErrorPerSample: squaredErrorPerSample(x, xHat),
    explainedVarianceRatio: explainedVarianceRatio(x, xHat, mean),
  };
}

/** Means of the columns over what is not missing. */
export function columnCentre(x: Matrix): readonly number[] {
  return fitScale(x, "standard").offset;
}

/** What a method tells of its fit itself, under the names that every command uses. */
const OWN_METRICS = ["inertia", "klDivergence", "objective", "reconstructionError", "stress"] as const;

/** Those of them that the model has. */
export function ownMetrics(model: FittedModel): Record<string, number> {
  const results = model as Partial<Record<(typeof OWN_METRICS)[number], unknown>>;
  return Object.fromEntries(
    OWN_METRICS.flatMap((name) => {
      const value = results[name];
      return typeof value === "number" ? [[name, value]] : [];
    }),
  );
}

export interface LabelledCodes {
  readonly codes: Matrix;
  readonly labels: readonly string[];
}

/** How well codes tell the labels apart: fitted on one part of the rows, counted on the other. */
export async function labelMetrics(
  train: LabelledCodes,
  test: LabelledCodes,
): Promise<{ probeAccuracy: number; knnAccuracy: number }> {
  const parts = [train.codes, train.labels, test.codes, test.labels] as const;
  const nNeighbors = Math.min(5, train.codes.rows);
  return {
    probeAccuracy: (await linearProbe(...parts)).accuracy,
    knnAccuracy: await neighboursAccuracy(...parts, { nNeighbors }),
  };
}
