/**
 * @file Methods side by side: as reconstructions of images, or as points at their codes.
 */
import type { Dataset } from "../src/data/dataset.js";
import { rounded, takeRows } from "../src/data/matrix.js";
import type { Split } from "../src/metrics/split.js";
import type { Contender } from "../src/tasks/compare.js";
import { reconstructionSheet, shownRows } from "./image-sheet.js";
import { svgOfAll } from "./picture-file.js";
import type { ScatterPanel } from "./report.js";
import { mapOf } from "./sections/model.js";

/** The codes of every method. @param count rows whose content may be told. */
export function codesPanels(contenders: readonly Contender[], input: Dataset, count = 0): ScatterPanel[] {
  return contenders.map(({ model, codes }) => mapOf(model, input, { codes, count }));
}

/** SVG of them. */
export function codesPicture(contenders: readonly Contender[], input: Dataset): string {
  return svgOfAll(codesPanels(contenders, input));
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
