/**
 * @file Rows that a report shows: a sample to draw, and a few whose content is told.
 */
import { cellText } from "../../src/data/csv/write.js";
import { columnNames, type Dataset, rowInFile } from "../../src/data/dataset.js";
import { isQuantity } from "../../src/data/labels.js";
import { drawnRows, MOST_POINTS } from "../draw/drawn-rows.js";
import { shownRows } from "../image-sheet.js";
import type { Cell, ScatterPanel } from "../report.js";

/** Columns of a table that are told of a row: those that name it first. */
const MOST_COLUMNS = 8;

/** Rows to draw: all, or a sample of very many. */
export function sampleOf({ x }: Pick<Dataset, "x">): Uint32Array {
  return drawnRows(x.rows, MOST_POINTS);
}

/** Columns and cells of some rows. @param rows by their places in the data. */
export function contentsOf(
  { x, table, guesses, columns, labels, labelName = "label" }: Dataset,
  rows: Iterable<number>,
): { columns: readonly string[]; rows: ReadonlyMap<number, readonly Cell[]> } {
  const shown = Array.from(rows);
  if (table && table.rows === x.rows) {
    const rank = { id: 0, label: 1, feature: 2, carried: 3 };
    const rankOf = (j: number) =>
      guesses?.[j]?.type === "id" ? rank.id : rank[guesses?.[j]?.role ?? "feature"];
    const order = table.columns.map((_, j) => j).sort((a, b) => rankOf(a) - rankOf(b) || a - b);
    const told = order.slice(0, MOST_COLUMNS).map((j) => table.columns[j]!);
    return {
      columns: told.map(({ name }) => name),
      rows: new Map(shown.map((i) => [i, told.map((column) => cellText(column, i))])),
    };
  }
  const few = Math.min(MOST_COLUMNS - 1, x.cols);
  const names = columnNames(columns, few).slice(0, few);
  const cells = (i: number): Cell[] => [
    ...(labels ? [labels[i]!] : []),
    ...names.map((_, j) => Number(x.data[i * x.cols + j]!.toPrecision(6))),
  ];
  return {
    columns: [...(labels ? [labelName] : []), ...names],
    rows: new Map(shown.map((i) => [i, cells(i)])),
  };
}

/** A few rows of all: of every label in turn. */
export function fewRows({ x, labels }: Pick<Dataset, "x" | "labels">, count: number): Uint32Array {
  return shownRows(x.rows, labels, count);
}

/**
 * Color, numbers and contents of the points of rows.
 * @param drawn rows that are drawn, by their places. @param count rows whose content may be told; 0 where none may.
 */
export function pointsOf(
  input: Dataset,
  drawn: Uint32Array,
  count: number,
): Pick<ScatterPanel, "color" | "rowNumbers" | "details" | "rowsInAll"> {
  const { x, labels, labelName = "label" } = input;
  const own = labels && Array.from(drawn, (i) => labels[i]!);
  // Words that nearly all differ are names of rows.
  const few = count > 0 || (own && (isQuantity(own) || 2 * new Set(own).size <= own.length));
  const places = new Map(Array.from(drawn, (row, at) => [row, at]));
  const told = contentsOf(
    input,
    Array.from(fewRows(input, count)).filter((row) => places.has(row)),
  );
  return {
    ...(own && few && { color: { name: labelName, labels: own } }),
    ...((input.order || drawn.length < x.rows) && { rowNumbers: drawn.map((row) => rowInFile(input, row)) }),
    ...(count > 0 && {
      details: {
        columns: told.columns,
        rows: new Map([...told.rows].map(([row, cells]) => [places.get(row)!, cells])),
      },
    }),
    rowsInAll: x.rows,
  };
}
