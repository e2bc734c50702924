/**
 * @file Gaps of a table in a report: how many there were in each column, the ways to fill them, and how well each column is filled.
 */
import { columnNames, type Dataset } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import { type Numbers, rounded, takeRows } from "../../src/data/matrix.js";
import type { BestImputation } from "../../src/tasks/imputation/impute-by-best.js";
import { counted } from "../draw/words.js";
import { reconstructionSheet } from "../image-sheet.js";
import { shownOf } from "../imputation-text.js";
import type { BarsPanel, ImagePanel, Panel, Section } from "../report.js";
import { shownNumber } from "../text-table.js";

/** Images that are shown with what was filled. */
const MOST_IMAGES = 12;

/**
 * @param gaps values that were filled. @param filled the rows without them. @param count rows whose content may be shown.
 * @param found the comparison, where the way was chosen by one.
 */
export async function gapsSection(
  input: Dataset,
  gaps: number,
  filled: Numbers,
  count: number,
  found?: BestImputation,
): Promise<Section> {
  const error = found?.error;
  const judged =
    error === undefined
      ? ""
      : ` ${found!.method} filled them: on ${counted(found!.hidden, "value")} that ${found!.hidden === 1 ? "was" : "were"} hidden its error was ` +
        `${shownNumber(error)} of a column's standard deviation, that of the columns' means ${shownNumber(found!.errorOfMeans!)}.`;
  const images = count > 0 && gaps > 0 && isImage(input.rowShape);
  return {
    heading: "Gaps",
    text: `${counted(gaps, "gap")} filled. Values that were there stay as they are.${judged}`,
    panels: [
      images ? await filledImages(input, filled, input.rowShape!) : missingPanel(input),
      ...(found && error !== undefined ? [waysPanel(found), columnsPanel(found)] : []),
    ],
  };
}

/** Filled rows in one picture: images beside what was filled, of tables the share of each column that was missing. */
export function gapsPanel(input: Dataset, filled: Numbers): Promise<ImagePanel> | BarsPanel {
  const { rowShape, x } = input;
  return isImage(rowShape) && x.data.some(Number.isNaN)
    ? filledImages(input, filled, rowShape)
    : missingPanel(input);
}

async function filledImages(input: Dataset, filled: Numbers, shape: readonly number[]): Promise<ImagePanel> {
  const { data, rows, cols } = input.x;
  const hasGaps = (row: number) => data.subarray(row * cols, (row + 1) * cols).some(Number.isNaN);
  const shown = Uint32Array.from(
    Array.from({ length: rows }, (_, row) => row)
      .filter(hasGaps)
      .slice(0, MOST_IMAGES),
  );
  const whole = rounded(takeRows(filled, shown), input.name);
  const seen = rounded(takeRows(input.x, shown), input.name);
  // Gaps are drawn as the darkest that there is.
  const least = whole.data.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const holes = seen.data.map((value) => (Number.isNaN(value) ? least : value));
  return {
    kind: "image",
    title: "Images with gaps",
    see: "In the first line images as they were, black where pixels were missing; in the second with these filled.",
    png: await reconstructionSheet({ ...seen, data: holes }, [whole], shape),
    ...(shown.length === MOST_IMAGES && { caption: `the first ${MOST_IMAGES} with gaps` }),
  };
}

function missingPanel({ x, columns }: Dataset): BarsPanel {
  const { data, rows, cols } = x;
  const missing = new Array<number>(cols).fill(0);
  for (let at = 0; at < data.length; at++) if (Number.isNaN(data[at])) missing[at % cols]!++;
  return {
    kind: "bars",
    title: "Missing values of each column",
    see: "The share of the rows in which each column had no value.",
    valueName: "% of the rows",
    names: columnNames(columns, cols),
    series: [{ name: "missing", values: missing.map((count) => (100 * count) / Math.max(1, rows)) }],
    ranked: true,
  };
}

function waysPanel({ trials }: BestImputation): Panel {
  const allTried = trials.every(({ reason }) => reason === undefined);
  return {
    kind: "table",
    title: "Ways to fill",
    see: "Root mean square error on values that were hidden, in standard deviations of their columns, and its standard deviation over the repeats. Ways far behind were left out of later repeats.",
    columns: ["method", "error", "spread", "repeats", ...(allTried ? [] : ["not tried because"])],
    rows: trials.map(({ method, error, spread, repeats, reason }) => [
      ...[method, error, spread, repeats],
      ...(allTried ? [] : [reason]),
    ]),
  };
}

const columnsPanel = ({ columns }: BestImputation): Panel => ({
  kind: "table",
  title: "Error of each column",
  see: "Root mean square error in the units of the column, of categories the share that is wrong, beside that of the column's mean or most frequent level.",
  columns: ["column", "gaps", "error", "spread", "error of the mean"],
  rows: columns.map((column) => [
    column.name,
    column.gaps,
    shownOf(column, column.error),
    shownOf(column, column.spread),
    shownOf(column, column.errorOfMeans),
  ]),
});
