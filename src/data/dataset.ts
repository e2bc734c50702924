/**
 * @file Dataset: what every reader gives, whatever the format.
 */
import type { Matrix } from "./matrix.js";
import type { ArrayRows } from "./npy.js";
import { type Column, type Table, type TableMatrixOptions, type TextColumn, tableToMatrix } from "./table.js";

/** Format of data: that of a file, `images` for a folder of them, `embedded` for a set that comes with the package. */
export type DataFormat = "csv" | "npy" | "idx" | "parquet" | "netpbm" | "images" | "embedded";

/** Data to learn from, with what came along with it. */
export interface Dataset {
  /** Name of the file, or of the embedded set. */
  readonly name: string;
  /** Format that it was read from. */
  readonly format: DataFormat;
  /** Shape `[n, d]`; `NaN` is a missing value. */
  readonly x: Matrix;
  /** Names of the columns of `x`, where the format has names. */
  readonly columns?: readonly string[];
  /** One label a row. */
  readonly labels?: readonly string[];
  /** Shape of a row that is more than a list: `[height, width]`, `[channels, height, width]`, `[steps, features]`. */
  readonly rowShape?: readonly number[];
  /** Columns of text, to be written out again beside the results. */
  readonly carried: readonly TextColumn[];
  /** One line each, for the user: what was left out. */
  readonly warnings: readonly string[];
}

/** @throws RangeError if no column is left to learn from. */
export function tableDataset(
  table: Table,
  name: string,
  format: DataFormat,
  options: TableMatrixOptions,
): Dataset {
  const { x, columns, labels, carried } = tableToMatrix(table, options);
  if (columns.length === 0) throw new RangeError(`${name}: no column of numbers`);
  const warnings: string[] = [];
  if (carried.length > 0) {
    warnings.push(`${name}: text, carried along unused: ${carried.map((column) => column.name).join(", ")}`);
  }
  if (table.unread.length > 0 && !options.columns) {
    warnings.push(`${name}: not read, neither numbers nor plain text: ${table.unread.join(", ")}`);
  }
  return { name, format, x, columns, ...(labels ? { labels } : {}), carried, warnings };
}

/** Columns of an array have no names; where they are chosen they answer to `x1`, `x2`, … or 1, 2, … */
export function arrayDataset(
  { x, shape }: ArrayRows,
  name: string,
  format: DataFormat,
  options: TableMatrixOptions,
): Dataset {
  // Without rows a header may claim any number of columns.
  if (x.rows === 0) throw new RangeError(`${name}: no rows`);
  if (options.columns || options.label !== undefined) {
    const columns = Array.from({ length: x.cols }, (_, at): Column => {
      return { name: `x${at + 1}`, kind: "number", at };
    });
    return tableDataset({ columns, x, unread: [] }, name, format, options);
  }
  if (x.cols === 0) throw new RangeError(`${name}: no column of numbers`);
  const shaped = shape.length > 2 ? { rowShape: shape.slice(1) } : {};
  return { name, format, x, ...shaped, carried: [], warnings: [] };
}
