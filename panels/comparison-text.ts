/**
 * @file Methods side by side as a table.
 */
import type { Contender } from "../src/tasks/compare.js";
import { shownNumber, shownPercent, shownSeconds, textTable } from "./text-table.js";

/** Figures of each method in a line; accuracies where there are labels. */
export function comparisonTable(contenders: readonly Contender[]): string {
  const labeled = contenders[0]!.metrics.probeAccuracy !== undefined;
  const heading = ["method", "squared error per sample", "variance explained"];
  const cell = (value: number | undefined, show: (value: number) => string) =>
    value === undefined ? "–" : show(value);
  return textTable([
    [...heading, ...(labeled ? ["linear probe", "5 neighbors"] : []), "seconds"],
    ...contenders.map(({ name, metrics, seconds }) => [
      name,
      cell(metrics.squaredErrorPerSample, shownNumber),
      cell(metrics.explainedVarianceRatio, shownPercent),
      ...(labeled ? [shownPercent(metrics.probeAccuracy!), shownPercent(metrics.knnAccuracy!)] : []),
      shownSeconds(seconds),
    ]),
  ]);
}
