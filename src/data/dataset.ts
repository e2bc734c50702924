/**
 * @file Dataset: what is learned from, whatever it was read from: rows of numbers, what they stand for, and what came along.
 */

import { type Measures, measure } from "./columns/measures.js";
import type { MatrixLike, Numbers } from "./matrix.js";
import type { Sequences } from "./sequences.js";
import type { TableEncoding } from "./table/encoding.js";
import type { ColumnGuess } from "./table/guess.js";
import type { Table } from "./table/table.js";

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

/** Rows that were put in an order of their own, and the table as it was read. */
export interface RowOrder {
  /** Row of the table, from 0, that each row of `x` stood in `[n]`. */
  readonly rows: Uint32Array;
  /** The table as the file has it. */
  readonly table: Table;
}

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
  /** Lengths of sequences, where rows are moments of time in order: they stand one after the other. */
  readonly sequences?: Sequences;
  /** Places that rows had in the file, where they were put in order of time. */
  readonly order?: RowOrder;
  /** All that was read, where it has columns with names, its rows in the order of those of `x`. */
  readonly table?: Table;
  /** Types and roles of the table's columns. */
  readonly guesses?: readonly ColumnGuess[];
  /** One line each, for the user: what was noticed. */
  readonly notes: readonly string[];
}

/**
 * Rows for a fitted model: numbers, a data set (or as much of one as `{ x, sequences }`), or a table, whose columns it finds by
 * their names and makes numbers as it did with those it was fitted on. Without `sequences` all rows are one sequence to a method
 * of sequences.
 */
export type RowsLike = MatrixLike | SequencesLike | Table;

/** Rows, and lengths of the sequences that they are moments of. */
export interface SequencesLike {
  /** Shape `[n, d]`. */
  readonly x: MatrixLike;
  /** Lengths that add up to n. Default: one sequence of all rows. */
  readonly sequences?: Sequences | undefined;
}

/** Names of columns: those that there are, else `x1`, `x2`, … @param count of the columns. */
export function columnNames(names: readonly string[] | undefined, count: number): readonly string[] {
  return names ?? Array.from({ length: count }, (_, j) => `x${j + 1}`);
}

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

/** Row of the file, from 1, that a row of a data set stood in: errors and reports say it. */
export function rowInFile({ order }: Pick<Dataset, "order">, row: number): number {
  return (order ? order.rows[row]! : row) + 1;
}
