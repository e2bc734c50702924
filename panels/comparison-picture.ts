/**
 * @file Methods side by side: their errors by the size of the codes, as reconstructions of images, or as points at their codes.
 */
import type { Dataset } from "../src/data/dataset.js";
import { rounded, takeRows } from "../src/data/matrix.js";
import type { Split } from "../src/metrics/split.js";
import type { ComparisonEntry, Shown } from "../src/tasks/compare.js";
import { reconstructionSheet, shownRows } from "./image-sheet.js";
import { svgOfAll } from "./picture-file.js";
import type { CurvesPanel, ScatterPanel } from "./report.js";
import { nameOf } from "./sections/map.js";
import { mapOf } from "./sections/model.js";

/** Sizes that far apart are drawn by their logarithms. */
const WIDE = 8;

/** Error on held-out rows by the size of the codes, a line for every method; the means of the columns are a level. */
export function errorPanel(entries: readonly ComparisonEntry[], input: Pick<Dataset, "name">): CurvesPanel {
  const told = entries.filter(({ figures }) => figures.heldOutError !== undefined);
  const sizes = [...new Set(told.map(({ latentDim }) => latentDim).filter((size) => size > 0))];
  const x = sizes.sort((a, b) => a - b);
  const errorAt = (name: string, size: number) =>
    told.find((entry) => entry.name === name && [0, size].includes(entry.latentDim))?.figures.heldOutError;
  // Sorted, so that colors do not change with the order of the table.
  const names = [...new Set(told.map(({ name }) => name))].sort();
  return {
    kind: "curves",
    title: `${nameOf(input)}: error by size of code`,
    see: "A line for every method: its squared error on held-out rows, by the numbers in a code. Lower is better.",
    xName: "numbers in a code",
    yName: "held-out error",
    x,
    series: names.map((name) => ({ name, values: x.map((size) => errorAt(name, size) ?? Number.NaN) })),
    logX: x.length > 1 && x.at(-1)! / x[0]! >= WIDE,
  };
}

/** The codes of every method. @param count rows whose content may be told. */
export function codesPanels(shown: readonly Shown[], input: Dataset, count = 0): ScatterPanel[] {
  return shown.map(({ model, codes }) => mapOf(model, input, { codes, count }));
}

/** SVG of them. */
export function codesPicture(shown: readonly Shown[], input: Dataset): string {
  return svgOfAll(codesPanels(shown, input));
}

/** PNG of held-out images, and under them what each method that reconstructs makes of them. */
export function comparisonSheet(
  { x, labels, rowShape }: Pick<Dataset, "x" | "labels" | "rowShape">,
  { test }: Split,
  entries: readonly Shown[],
): Promise<Uint8Array> {
  const shown = shownRows(test.length, labels && Array.from(test, (row) => labels[row]!));
  const originals = rounded(
    takeRows(
      x,
      shown.map((i) => test[i]!),
    ),
    "originals",
  );
  const remakers = entries.flatMap(({ name, reconstruction }) =>
    reconstruction ? [{ name, reconstruction }] : [],
  );
  const remade = remakers.map(({ name, reconstruction }) => rounded(takeRows(reconstruction, shown), name));
  return reconstructionSheet(originals, remade, rowShape!);
}
