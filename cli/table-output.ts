/**
 * @file Results with one line a row: CSV on standard output, or the format a file's name says.
 */
import { extname } from "node:path";
import { writeFileAtomic } from "../node/write.js";
import { writeCsv } from "../src/data/csv.js";
import { type Matrix, matrix } from "../src/data/matrix.js";
import { writeNpy } from "../src/data/npy.js";
import { writeParquet } from "../src/data/parquet.js";
import type { Column, TextColumn } from "../src/data/table.js";
import { UsageError } from "./exit.js";
import type { Input } from "./input.js";
import { type Messages, printResult } from "./messages.js";
import { checkOutput } from "./output-path.js";
import { printableLines } from "./printable.js";

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

/** @throws UsageError for a file name that says no format; else as `checkOutput`. */
export async function checkTableOutput(
  path: string | undefined,
  { force = false, json = false }: { force?: boolean; json?: boolean },
  inputs: readonly string[],
): Promise<void> {
  if (path === undefined) {
    if (json) throw new UsageError("--json takes standard output, so the result wants a file: -o FILE");
    return;
  }
  if (!FORMATS.includes(extname(path).toLowerCase())) {
    throw new UsageError(`${path}: the name must end in .csv, .npy or .parquet`);
  }
  await checkOutput(path, force, inputs);
}

export async function writeTable(
  path: string | undefined,
  table: ResultTable,
  messages: Messages,
  force: boolean,
): Promise<void> {
  if (path === undefined) {
    const csv = writeCsv(asTable(table));
    // Data stays what it is; only a terminal is not made to obey it.
    return printResult(process.stdout.isTTY ? printableLines(new TextDecoder().decode(csv)) : csv);
  }
  const { x, texts, rowShape } = table;
  const format = extname(path).toLowerCase();
  if (format === ".npy") {
    if (texts.length > 0)
      messages.note(`${path}: .npy holds numbers only, without ${texts.map(({ name }) => name)}`);
    await writeFileAtomic(path, writeNpy(x, rowShape ? [x.rows, ...rowShape] : undefined), { force });
  } else {
    const bytes = format === ".csv" ? writeCsv(asTable(table)) : writeParquet(asTable(table));
    await writeFileAtomic(path, bytes, { force });
  }
}

function asTable({ texts, names, x }: ResultTable): { columns: Column[]; x: Matrix } {
  return { columns: [...texts, ...names.map((name, at): Column => ({ name, kind: "number", at }))], x };
}
