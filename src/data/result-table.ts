/**
 * @file A table of results, one line a row, and its bytes in the formats that tables are written in.
 */
import { writeCsv } from "./csv.js";
import { type Matrix, matrix } from "./matrix.js";
import { writeNpy } from "./npy.js";
import { writeParquet } from "./parquet.js";
import type { Column, TextColumn } from "./table.js";

export interface ResultTable {
  /** Carried text and labels. */
  readonly texts: readonly TextColumn[];
  /** Names of the columns of `x`. */
  readonly names: readonly string[];
  readonly x: Matrix;
  /** Shape of a row, where it is an image; an npy file keeps it. */
  readonly rowShape?: readonly number[];
}

/** `z1`, `z2`, … */
export function codeNames(latentDim: number): string[] {
  return Array.from({ length: latentDim }, (_, j) => `z${j + 1}`);
}

/** `[n, 1]` over the numbers given. */
export function oneColumn(values: Float32Array): Matrix {
  return matrix(values.length, 1, values);
}

/**
 * Bytes of a table, or its text.
 * @param format `.csv`, `.parquet` or `.npy`, which holds the numbers alone.
 */
export function writeTable(format: string, { texts, names, x, rowShape }: ResultTable): Uint8Array | string {
  if (format === ".npy") return writeNpy(x, rowShape ? [x.rows, ...rowShape] : undefined);
  const columns = [...texts, ...names.map((name, at): Column => ({ name, kind: "number", at }))];
  return format === ".csv" ? writeCsv({ columns, x }) : writeParquet({ columns, x });
}
