/**
 * @file Results with one line a row: CSV on standard output, or the format a file's name says.
 */
import { extname } from "node:path";
import { type ResultTable, writeTable } from "../src/data/result-table.js";
import type { TextColumn } from "../src/data/table.js";
import { UsageError } from "./exit.js";
import type { Input } from "./input.js";
import type { Messages } from "./messages.js";

/** Text columns that go before the results: what was carried along, then the labels. */
export function textColumns({ carried, labels, labelName }: Input): TextColumn[] {
  return labels ? [...carried, { name: labelName, kind: "text", values: labels }] : [...carried];
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
  const format = path === undefined ? ".csv" : extname(path).toLowerCase();
  const { texts } = table;
  if (format === ".npy" && texts.length > 0)
    messages.note(`${path}: .npy holds numbers only, without ${texts.map(({ name }) => name)}`);
  return writeTable(format, table);
}
