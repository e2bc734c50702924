/**
 * @file Table: named columns. The numeric ones form a `Matrix`, the text ones are carried along.
 */
import { nearestNames } from "../nearest-names.js";
import { type Matrix, takeColumns } from "./matrix.js";
import { quoted } from "./quoted.js";

/** A column of numbers: column `at` of the table's matrix. */
export interface NumberColumn {
  /** Name of the column. */
  readonly name: string;
  /** Marks a column of numbers. */
  readonly kind: "number";
  /** Column of the table's matrix that holds the numbers, from 0. */
  readonly at: number;
}

/** A column of text, one string a row; `""` is a missing value. */
export interface TextColumn {
  /** Name of the column. */
  readonly name: string;
  /** Marks a column of text. */
  readonly kind: "text";
  /** Text of every row `[n]`. */
  readonly values: readonly string[];
}

/** A column of a table, told apart by `kind`. */
export type Column = NumberColumn | TextColumn;

/** Named columns, in the order of the file. */
export interface Table {
  /** Columns in the order of the file. */
  readonly columns: readonly Column[];
  /** The numeric columns, shape `[rows, number of numeric columns]`; `NaN` is a missing value. */
  readonly x: Matrix;
  /** Names of columns of the file that were not read: not asked for, or of a kind that is not read. */
  readonly unread: readonly string[];
}

/** Parts of a table that a method is given. */
export interface TableMatrix {
  /** The chosen columns, shape `[n, d]`. */
  readonly x: Matrix;
  /** Names of the columns of `x`. */
  readonly columns: readonly string[];
  /** The label column as text, one a row. */
  readonly labels?: readonly string[];
  /** Text columns that are not the label. */
  readonly carried: readonly TextColumn[];
  /** Names of columns that are left out. */
  readonly unused: readonly string[];
}

/** Options of `tableToMatrix`. */
export interface TableMatrixOptions {
  /** Columns of `x` by name, or by position from 1. Default: every numeric column but the label. */
  readonly columns?: readonly string[] | undefined;
  /** The label column by name, or by position from 1. It is no column of `x`. */
  readonly label?: string | undefined;
}

/**
 * Chooses what is learned from, what is the label and what is carried along.
 * @throws RangeError for an unknown column, TypeError for a text column among `columns`.
 */
export function tableToMatrix(table: Table, options: TableMatrixOptions = {}): TableMatrix {
  const names = [...table.columns.map(({ name }) => name), ...table.unread];
  const label = options.label === undefined ? undefined : findColumn(names, options.label, "label");
  const chosen = options.columns && findColumns(names, options.columns, "columns");
  const numbers: NumberColumn[] = [];
  const taken = new Set<Column>();
  const carried: TextColumn[] = [];
  const unused: string[] = [...table.unread];

  for (const wanted of chosen ?? []) {
    if (wanted === label) continue;
    const column = table.columns[wanted];
    if (!column) throw new RangeError(`columns: ${quoted(names[wanted]!)} was not read`);
    if (column.kind === "text") {
      throw new TypeError(`columns: ${quoted(column.name)} is a column of text, not of numbers`);
    }
    if (!taken.has(column)) numbers.push(column);
    taken.add(column);
  }
  table.columns.forEach((column, index) => {
    if (index === label) return;
    if (column.kind === "text") carried.push(column);
    else if (!chosen) numbers.push(column);
    else if (!taken.has(column)) unused.push(column.name);
  });

  const everyColumn = numbers.length === table.x.cols && numbers.every(({ at }, index) => at === index);
  const x = everyColumn
    ? table.x
    : takeColumns(
        table.x,
        numbers.map(({ at }) => at),
      );
  const labels = label === undefined ? undefined : columnText(table, label);
  return {
    x,
    columns: numbers.map(({ name }) => name),
    ...(labels ? { labels } : {}),
    carried,
    unused,
  };
}

function columnText(table: Table, index: number): readonly string[] {
  const column = table.columns[index];
  if (!column) throw new RangeError(`label: column ${index + 1} was not read`);
  if (column.kind === "text") return column.values;
  const labels = new Array<string>(table.x.rows);
  for (let i = 0; i < table.x.rows; i++) {
    const value = table.x.data[i * table.x.cols + column.at]!;
    labels[i] = Number.isNaN(value) ? "" : formatNumber(value);
  }
  return labels;
}

/**
 * Finds a column by name, or by position from 1 where no column bears that name.
 * @returns the index from 0.
 * @throws RangeError naming the nearest names.
 */
export function findColumn(names: readonly string[], wanted: string, where: string): number {
  return findColumns(names, [wanted], where)[0]!;
}

/** Finds many columns at once, see `findColumn`: in files of a hundred thousand, one by one takes minutes. */
export function findColumns(names: readonly string[], wanted: readonly string[], where: string): number[] {
  const places = new Map<string, number>();
  for (const [j, name] of names.entries()) if (!places.has(name)) places.set(name, j);
  return wanted.map((one) => {
    const index = places.get(one);
    if (index !== undefined) return index;
    if (/^[1-9]\d{0,9}$/.test(one) && Number(one) <= names.length) return Number(one) - 1;
    const near = nearestNames(names, one).map(quoted);
    throw new RangeError(`${where}: no column is called ${quoted(one)} (near: ${near.join(", ")})`);
  });
}

/** Indices of the first two that are the same name. */
export function firstTwice(names: readonly string[]): readonly [number, number] | undefined {
  const places = new Map<string, number>();
  for (const [j, name] of names.entries()) {
    const earlier = places.get(name);
    if (earlier !== undefined) return [earlier, j];
    places.set(name, j);
  }
  return undefined;
}

/** A float32 as the shortest decimal of at least 7 digits' precision that reads back as the same float32. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 24)
    return Object.is(value, -0) ? "-0" : String(value);
  for (let digits = 7; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * A table over a matrix `[n, d]` (not copied), text columns first: what is written out beside results.
 * @throws RangeError if names and columns, or rows and texts, do not agree in number.
 */
export function matrixTable(x: Matrix, names: readonly string[], text: readonly TextColumn[] = []): Table {
  if (names.length !== x.cols) throw new RangeError(`table: ${names.length} names for ${x.cols} columns`);
  const odd = text.find(({ values }) => values.length !== x.rows);
  if (odd) throw new RangeError(`table: ${odd.values.length} texts in "${odd.name}" for ${x.rows} rows`);
  const numbers = names.map((name, at): Column => ({ name, kind: "number", at }));
  return { columns: [...text, ...numbers], x, unread: [] };
}
