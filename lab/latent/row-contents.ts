/**
 * @file Rows as people look at them: cells of columns, or images.
 */
import { cellText } from "../../src/data/csv/write.js";
import { columnNames, type Dataset, rowInFile } from "../../src/data/dataset.js";
import { isImage } from "../../src/data/image.js";
import type { Numbers } from "../../src/data/matrix.js";
import {
  type Column,
  makeTable,
  numberColumns,
  type Table,
  takeTableRows,
} from "../../src/data/table/table.js";
import { Texts } from "../../src/data/table/texts.js";
import type { RowContents, RowImage } from "./latent-words.js";

/** Columns of a row that are shown where none are chosen. */
const USUAL_COLUMNS = 6;
/** Columns that can be chosen from. */
const MOST_COLUMNS = 1000;

/** The columns there are, of a table or of an array; the label first if it stands beside them. */
export function columnsOf(data: Dataset): Column[] {
  const { x, table, labels, labelName = "label" } = data;
  if (table && table.rows === x.rows) return table.columns.slice(0, MOST_COLUMNS);
  const label: Column[] = labels ? [{ name: labelName, kind: "text", values: Texts.from(labels) }] : [];
  const names = columnNames(data.columns, x.cols).slice(0, MOST_COLUMNS);
  return [...label, ...numberColumns(x, names)];
}

/** Names of the columns that are shown of a row where none are chosen: those that name it first. */
export function usualColumns(data: Dataset): string[] {
  const { guesses, table, labelName, rowShape } = data;
  if (!table) {
    const names = columnsOf(data).map(({ name }) => name);
    return names.slice(0, isImage(rowShape) ? (data.labels ? 1 : 0) : USUAL_COLUMNS);
  }
  const rank = (j: number) =>
    guesses?.[j]?.type === "id" ? 0 : table.columns[j]!.name === labelName ? 1 : 2;
  return table.columns
    .map((_, j) => j)
    .sort((a, b) => rank(a) - rank(b) || a - b)
    .slice(0, USUAL_COLUMNS)
    .map((j) => table.columns[j]!.name);
}

/** Content of some rows. */
export function contentsOfRows(
  data: Dataset,
  rows: readonly number[],
  names: readonly string[],
): RowContents {
  const columns = columnsOf(data).filter(({ name }) => names.includes(name));
  return {
    columns: ["row", ...columns.map(({ name }) => name)],
    cells: rows.map((i) => [String(rowInFile(data, i)), ...columns.map((column) => cellText(column, i))]),
    images: isImage(data.rowShape) ? rows.map((i) => rowImage(data.x, i, data)) : undefined,
  };
}

/** Row `i` as an image, its levels between the ends of the data's range or its own. */
export function rowImage(
  { data, cols }: Numbers,
  i: number,
  { rowShape, range }: Pick<Dataset, "rowShape" | "range">,
): RowImage {
  const [height, width] = rowShape!.slice(-2) as [number, number];
  const own = data.subarray(i * cols, (i + 1) * cols);
  let [low, high] = range ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  if (!range) for (const value of own) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const size = width * height;
  const pixels = new Uint8ClampedArray(4 * size).fill(255);
  const channels = cols / size;
  const factor = high > low ? 255 / (high - low) : 0;
  for (let p = 0; p < size; p++)
    for (let c = 0; c < 3; c++)
      pixels[4 * p + c] = (own[p + (channels === 3 ? c * size : 0)]! - low) * factor;
  return { width, height, pixels };
}

/** Some rows as a table, with their numbers in the file before them where these tell anything. */
export function tableOfRows(data: Dataset, rows: Uint32Array): Table {
  const { x, table } = data;
  if (table && table.rows === x.rows) return takeTableRows(table, rows);
  const { labels, labelName = "label" } = data;
  const label: Column[] = labels ? [{ name: labelName, kind: "text", values: Texts.from(labels) }] : [];
  const names = columnNames(data.columns, x.cols);
  const whole = makeTable([...label, ...numberColumns(x, names)], { name: data.name });
  return takeTableRows(whole, rows);
}
