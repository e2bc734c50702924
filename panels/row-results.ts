/**
 * @file Results with one line a row, before they are written: columns beside those of the input, in the order of its file.
 */
import type { Dataset, RowOrder } from "../src/data/dataset.js";
import { type Numbers, takeRows } from "../src/data/matrix.js";
import {
  type Column,
  distinctNames,
  numberColumns,
  type Table,
  takeColumnRows,
} from "../src/data/table/table.js";
import { Texts } from "../src/data/table/texts.js";

/** Results for the rows of an input. */
export interface RowsTable {
  /** New columns. */
  readonly added: readonly Column[];
  /** Values that stand where the input has none, by the place of their column. */
  readonly filled?: ReadonlyMap<number, Column>;
  /** The numbers of the results alone, for formats that hold nothing else. */
  readonly numbers: Numbers;
  /** Shape of a row of them, where it is an image; an npy file keeps it. */
  readonly rowShape?: readonly number[];
}

/** The rows that results are of, as far as they are given back. */
export type TableInput = Pick<Dataset, "table" | "labels" | "labelName" | "order">;

/** Results in the order of the file, and what stands beside them. */
export interface PlacedResults {
  readonly results: RowsTable;
  /** The table of the file, if it is given back. */
  readonly table: Table | undefined;
  /** Columns behind those of the table: labels that are none of them, then the new ones. */
  readonly added: readonly Column[];
}

/** `z1`, `z2`, … */
export function codeNames(latentDim: number): string[] {
  return Array.from({ length: latentDim }, (_, j) => `z${j + 1}`);
}

/** Results that are rows of numbers. */
export function numbersTable(
  numbers: Numbers,
  names: readonly string[],
  rowShape?: readonly number[],
): RowsTable {
  return { added: numberColumns(numbers, names), numbers, ...(rowShape && { rowShape }) };
}

/** A column of texts. */
export function textColumn(name: string, texts: Iterable<string>): Column {
  return { name, kind: "text", values: Texts.from(texts) };
}

/** Results beside their input, if it is to be given back. @param onlyNew the new columns and the labels alone. */
export function placedResults(
  results: RowsTable,
  input: TableInput | undefined,
  onlyNew: boolean,
): PlacedResults {
  const { order } = input ?? {};
  const own = order ? rowsOfFile(input!, order) : input;
  const placed = order ? inFileOrder(results, order) : results;
  const table = onlyNew ? undefined : own?.table;
  return { results: placed, table, added: withLabels(placed.added, own, table) };
}

/** New columns under names that the table does not have. @returns them, and the names that were changed. */
export function distinctlyNamed(
  added: readonly Column[],
  table: Table | undefined,
): { columns: Column[]; changed: readonly (readonly [old: string, name: string])[] } {
  const own = table?.columns.map(({ name }) => name) ?? [];
  const { names, changed } = distinctNames([...own, ...added.map(({ name }) => name)]);
  return {
    columns: added.map((column, j) => ({ ...column, name: names[own.length + j]! })),
    changed,
  };
}

/** Place among the rows of results of every row of the file. */
function placesOf({ rows }: RowOrder): Uint32Array {
  const places = new Uint32Array(rows.length);
  rows.forEach((row, i) => {
    places[row] = i;
  });
  return places;
}

function rowsOfFile({ labels, labelName }: TableInput, order: RowOrder): TableInput {
  const placed = labels && Array.from(placesOf(order), (i) => labels[i]!);
  return { table: order.table, ...(placed && { labels: placed }), ...(labelName && { labelName }) };
}

/** Results of rows that were put in an order of their own, in that of the file. */
function inFileOrder({ added, filled, numbers, rowShape }: RowsTable, order: RowOrder): RowsTable {
  const places = placesOf(order);
  const placed = (column: Column) => takeColumnRows(column, places);
  return {
    added: added.map(placed),
    ...(filled && { filled: new Map([...filled].map(([at, column]) => [at, placed(column)])) }),
    numbers: takeRows(numbers, places),
    ...(rowShape && { rowShape }),
  };
}

/** Labels that are no column of the table go before the results. */
function withLabels(
  added: readonly Column[],
  input: TableInput | undefined,
  table: Table | undefined,
): readonly Column[] {
  const { labels, labelName = "label" } = input ?? {};
  if (!labels || table?.columns.some(({ name }) => name === labelName)) return added;
  return [textColumn(labelName, labels), ...added];
}
