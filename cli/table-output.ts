/**
 * @file Results with one line a row: CSV on standard output, or the format a file's name says.
 */
import { extname } from "node:path";
import { writeCsv } from "../src/data/csv.js";
import { type Matrix, matrix } from "../src/data/matrix.js";
import { writeNpy } from "../src/data/npy.js";
import { writeParquet } from "../src/data/parquet.js";
import type { Column, TextColumn } from "../src/data/table.js";
import { UsageError } from "./exit.js";
import type { Input } from "./input.js";
import type { Messages } from "./messages.js";

export interface ResultTable {
  /** Carried text and labels. */
  readonly texts: readonly TextColumn[];
  /** Names of the columns of `x`. */
  readonly names: readonly string[];
  readonly x: Matrix;
  /** Shape of a row, where it is an image; an npy file keeps it. */
  readonly rowShape?: readonly number[];
}

/** Text columns that go before the results: what was carried along, then the labels. */
export function textColumns({ carried, labels, labelName }: Input): TextColumn[] {
  return labels ? [...carried, { name: labelName, kind: "text", values: labels }] : [...carried];
}

/** `z1`, `z2`, … */
export function codeNames(latentDim: number): string[] {
  return Array.from({ length: latentDim }, (_, j) => `z${j + 1}`);
}

/** `[n, 1]` over the numbers given. */
export function oneColumn(values: Float32Array): Matrix {
  return matrix(values.length, 1, values);
}

const FORMATS = [".csv", ".npy", ".parquet"];

/** @throws UsageError for a file name that says no format, or where there is none and standard output is taken. */
export function checkTableOutput(path: string | undefined, { json = false }: { json?: boolean }): void {
  if (path === undefined) {
    if (json) throw new UsageError("--json takes standard output, so the result wants a file: -o FILE");
    return;
  }
  checkEnding(path, FORMATS);
}

/**
 * @param said before the path in the error, such as the flag.
 * @throws UsageError for a file name with another ending.
 */
export function checkEnding(path: string, endings: readonly string[], said = ""): void {
  if (endings.includes(extname(path).toLowerCase())) return;
  const wanted = endings.join(", ").replace(/, (?=[^,]*$)/, " or ");
  throw new UsageError(`${said}${path}: the name must end in ${wanted}`);
}

/** A table in the format that a path says; CSV without one. */
export function tableBytes(
  path: string | undefined,
  table: ResultTable,
  messages: Messages,
): Uint8Array | string {
  const { x, texts, rowShape } = table;
  const format = path === undefined ? ".csv" : extname(path).toLowerCase();
  if (format === ".csv") return writeCsv(asTable(table));
  if (format === ".parquet") return writeParquet(asTable(table));
  if (texts.length > 0)
    messages.note(`${path}: .npy holds numbers only, without ${texts.map(({ name }) => name)}`);
  return writeNpy(x, rowShape ? [x.rows, ...rowShape] : undefined);
}

function asTable({ texts, names, x }: ResultTable): { columns: Column[]; x: Matrix } {
  return { columns: [...texts, ...names.map((name, at): Column => ({ name, kind: "number", at }))], x };
}
