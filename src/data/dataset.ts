/**
 * @file Dataset: what is learned from, whatever it was read from: rows of numbers, what they stand for, and what came along.
 */

import { type Measures, measure } from "./columns/measures.js";
import { type MatrixLike, type Numbers, toNumbers } from "./matrix.js";
import { named } from "./quoted.js";
import { chooseColumn } from "./table/choose.js";
import {
  type Encoded,
  encodeTable,
  featureGroups,
  featureNames,
  type TableEncoding,
} from "./table/encoding.js";
import { formatFloat32, formatNumber } from "./table/format-number.js";
import {
  type ColumnGuess,
  type ColumnOptions,
  encodingOf,
  guessColumns,
  refuseNothing,
} from "./table/guess.js";
import { type Column, makeTable, numberColumns, type Table } from "./table/table.js";
import { isMissingLabel } from "./table/words.js";

/** Format of data: that of a file, `images` for a folder of them, `embedded` for a set that comes with the package, `memory` for rows of a program. */
export type DataFormat =
  | "csv"
  | "json"
  | "jsonl"
  | "npy"
  | "npz"
  | "idx"
  | "parquet"
  | "netpbm"
  | "images"
  | "embedded"
  | "memory";

/** Data to learn from, with what came along with it. */
export interface Dataset {
  /** Name of the file, or of the embedded set. */
  readonly name: string;
  /** Format that it was read from. */
  readonly format: DataFormat;
  /** Shape `[n, d]`, before scaling; `NaN` is a missing value. */
  readonly x: Numbers;
  /** Names of the columns of `x`, where there are names. */
  readonly columns?: readonly string[];
  /** The way in which columns of the table became those of `x`. */
  readonly encoding?: TableEncoding;
  /** Spans `[from, to)` of columns of `x` that are indicators of one category. */
  readonly groups?: readonly (readonly [number, number])[];
  /** Least and greatest value that there may be, where it is known, as of the bytes of images. */
  readonly range?: readonly [number, number];
  /** One label a row; `""` where it is missing. */
  readonly labels?: readonly string[];
  /** Name of the column of labels. */
  readonly labelName?: string;
  /** Shape of a row that is more than a list: `[height, width]`, `[channels, height, width]`, `[steps, features]`. */
  readonly rowShape?: readonly number[];
  /** All that was read, where it has columns with names. */
  readonly table?: Table;
  /** Types and roles of the table's columns. */
  readonly guesses?: readonly ColumnGuess[];
  /** One line each, for the user: what was noticed. */
  readonly notes: readonly string[];
}

/**
 * Rows for a fitted model: numbers, a data set, or a table, whose columns it finds by their names and makes numbers as it did
 * with those it was fitted on.
 */
export type RowsLike = MatrixLike | Pick<Dataset, "x"> | Table;

/** True of a table, and not of rows of numbers or a data set. */
export function isTable(data: RowsLike): data is Table {
  return typeof data === "object" && data !== null && "unread" in data && "columns" in data;
}

/**
 * Facts that the scale depends on: kind of the data, least and greatest number.
 * @param measures of its rows, where they are known.
 */
export function factsOf(
  { x, range, encoding }: Dataset,
  measures?: Measures,
): {
  kind: "table" | "image" | "array";
  min: number;
  max: number;
} {
  if (range) return { kind: "image", min: range[0], max: range[1] };
  const { low, high } = measures ?? measure(x);
  const min = low.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const max = high.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return { kind: encoding ? "table" : "array", min, max };
}

/** True of a data set, and not of rows of numbers. */
export function isDataset(data: unknown): data is Dataset {
  return typeof data === "object" && data !== null && "x" in data && "format" in data && "notes" in data;
}

/**
 * The numbers of rows that a model is given.
 * @throws as `toNumbers` and `encodeTable`; TypeError for a table, if the model was not fitted on one.
 */
export function rowsOf(given: RowsLike, encoding: TableEncoding | undefined, where: string): Numbers {
  if (typeof given === "object" && given !== null && "x" in given) return toNumbers(given.x, where);
  if (!isTable(given)) return toNumbers(given, where);
  if (!encoding) throw new TypeError(`${where}: the model was not fitted on a table, want rows of numbers`);
  return encodeTable(given, encoding).x;
}

/** Choices of columns, and the encoding of a model, which then is applied. */
export interface DatasetOptions extends ColumnOptions {
  /** The encoding that a model was fitted with. Default: one is made of what the columns hold. */
  readonly encoding?: TableEncoding | undefined;
  /** Names of columns that are codes: they are taken as they are if all are there, else every number is. */
  readonly codes?: readonly string[] | undefined;
}

/** The encoding of columns that are numbers as they are. */
export function namedNumbers(columns: readonly string[]): TableEncoding {
  return { columns: columns.map((name) => ({ name, type: "number" })), missing: [] };
}

/**
 * The data set of a table: columns are typed, told what part they have, and made numbers.
 * @throws RangeError if no column is left to learn from, or columns do not fit the choices or the encoding.
 */
export function tableDataset(table: Table, format: DataFormat, options: DatasetOptions = {}): Dataset {
  const labelAt =
    options.label === undefined
      ? -1
      : chooseColumn(
          table.columns.map(({ name }) => name),
          options.label,
          `${table.name}: label`,
        );
  const label = table.columns[labelAt];
  if (options.codes) return codesDataset(table, format, options.codes);
  const guesses = options.encoding ? undefined : guessColumns(table, options);
  if (guesses) refuseNothing(table, guesses);
  const encoding = options.encoding ?? encodingOf(table, guesses!, options);
  const { x, notes }: Encoded = encodeTable(table, encoding);
  const unread = table.unread.map(
    ({ name, reason }) => `${table.name}: not read: ${named(name)} (${reason})`,
  );
  return {
    name: table.name,
    format,
    x,
    columns: featureNames(encoding),
    encoding,
    groups: featureGroups(encoding),
    ...(label && { labels: columnLabels(label, options.missing), labelName: label.name }),
    table,
    ...(guesses && { guesses }),
    notes: [...table.notes, ...unread, ...notes],
  };
}

/** Codes in a table: what is beside them is carried. */
function codesDataset(table: Table, format: DataFormat, codes: readonly string[]): Dataset {
  const numbers = table.columns.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const named = codes.every((name) => numbers.includes(name)) ? codes : numbers;
  if (named.length === 0) throw new RangeError(`${table.name}: no column of numbers`);
  const { x } = encodeTable(table, namedNumbers(named));
  return { name: table.name, format, x, columns: named, table, notes: table.notes };
}

/**
 * Labels in a column, one a row; `""` where they are missing.
 * @param missing texts that stand for a missing one, beside those that do so among words.
 */
export function columnLabels(column: Column, missing: readonly string[] = []): string[] {
  if (column.kind === "text") {
    const told = new Set(missing);
    const isMissing = isMissingLabel(new Set(Array.from(column.values, (text) => text.trim())));
    return Array.from(column.values, (text) => {
      const word = text.trim();
      return told.has(word) || isMissing(word) ? "" : text;
    });
  }
  const { values } = column;
  return Array.from(values, (value) => (Number.isNaN(value) ? "" : formatNumber(value, values.data)));
}

/** Rows of an array as it was read. */
export interface ArrayContent {
  readonly x: Numbers;
  /** Shape of a row, where it is more than a list. */
  readonly rowShape?: readonly number[];
  readonly range?: readonly [number, number];
  readonly labels?: readonly string[];
  readonly notes?: readonly string[];
}

/**
 * The data set of an array. Its columns have no names; where they are chosen they answer to `x1`, `x2`, … or 1, 2, …
 * @throws RangeError if it is empty, or for columns that are not there.
 */
export function arrayDataset(
  { x, rowShape, range, labels, notes = [] }: ArrayContent,
  name: string,
  format: DataFormat,
  options: DatasetOptions,
): Dataset {
  // Without rows a header may claim any number of columns.
  if (x.rows === 0) throw new RangeError(`${name}: no rows`);
  if (x.cols === 0) throw new RangeError(`${name}: no column of numbers`);
  const { columns, exclude, id, label, types, order } = options;
  if (columns ?? exclude ?? id ?? label ?? types ?? order) {
    const names = Array.from({ length: x.cols }, (_, j) => `x${j + 1}`);
    // The numbers of an array are no keys by themselves.
    const others = [...(exclude ?? []), ...(id ?? []), ...(label === undefined ? [] : [label])];
    const all = columns ?? ["*", ...others.map((word) => `!${word}`)];
    const table = makeTable(numberColumns(x, names), { name, notes });
    const made = tableDataset(table, format, { ...options, columns: all });
    return labels && !made.labels ? { ...made, labels, labelName: "label" } : made;
  }
  return {
    name,
    format,
    x,
    ...(rowShape && { rowShape }),
    ...(range && { range }),
    ...(labels && { labels, labelName: "label" }),
    notes,
  };
}

/** Labels of a column of numbers that was read as an array. */
export function labelsOfArray(x: Numbers): string[] {
  const write = x.data instanceof Float32Array ? formatFloat32 : String;
  return Array.from(x.data, (value) => (Number.isNaN(value) ? "" : write(value)));
}
