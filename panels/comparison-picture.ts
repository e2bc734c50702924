/**
 * @file Methods side by side: as a table, as reconstructions of images, or as points at their codes.
 */
import type { Dataset } from "../src/data/dataset.js";
import { rounded, takeRows } from "../src/data/matrix.js";
import type { Split } from "../src/metrics/split.js";
import type { Contender } from "../src/tasks/compare.js";
import { reconstructionSheet, shownRows } from "./image-sheet.js";
import { scatterPlot } from "./scatter.js";
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

/** SVG of the codes of every method. */
export function codesPicture(
  contenders: readonly Contender[],
  labels: readonly string[] | undefined,
): string {
  const panels = contenders.map(({ name, codes }) => ({ title: name, codes }));
  return scatterPlot(panels, labels);
}

/** PNG of held-out images, and under them what each method that reconstructs makes of them. */
export function comparisonSheet(
  { x, labels, rowShape }: Pick<Dataset, "x" | "labels" | "rowShape">,
  { test }: Split,
  contenders: readonly Contender[],
): Promise<Uint8Array> {
  const shown = shownRows(test.length, labels && Array.from(test, (row) => labels[row]!));
  const originals = rounded(
    takeRows(
      x,
      shown.map((i) => test[i]!),
    ),
    "originals",
  );
  const remakers = contenders.flatMap(({ name, reconstruction }) =>
    reconstruction ? [{ name, reconstruction }] : [],
  );
  const remade = remakers.map(({ name, reconstruction }) => rounded(takeRows(reconstruction, shown), name));
  return reconstructionSheet(originals, remade, rowShape!);
}
