/**
 * @file Results with one line a row: the input with more columns, as CSV on standard output or in the format a file's name says.
 */
import { extname } from "node:path";
import type { Dataset, RowOrder } from "../src/data/dataset.js";
import { resultPieces } from "../src/data/format.js";
import { OUTPUT_ENDINGS, outputFormat } from "../src/data/formats/all.js";
import { type Numbers, takeRows } from "../src/data/matrix.js";
import {
  type Column,
  distinctNames,
  numberColumns,
  type Table,
  takeColumnRows,
} from "../src/data/table/table.js";
import { Texts } from "../src/data/table/texts.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import type { Sized } from "./outputs.js";

// More columns that a file leaves out are counted.
const MOST_NAMES = 6;

/** Flags of how results are written. */
export interface TableFlags {
  /** Only the new columns, and labels. */
  readonly onlyNew?: boolean;
}

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

/** @throws UsageError for a file name that says no format, or where there is none and standard output is taken. */
export function checkTableOutput(path: string | undefined, { json = false }: { json?: boolean }): void {
  if (path === undefined) {
    if (json) throw new UsageError("--json takes standard output, so the result wants a file: -o FILE");
    return;
  }
  if (!outputFormat(path)) refuseEnding(path, OUTPUT_ENDINGS);
}

/**
 * @param said before the path in the error, such as the flag.
 * @throws UsageError for a file name with another ending.
 */
export function checkEnding(path: string, endings: readonly string[], said = ""): void {
  if (!endings.includes(extname(path).toLowerCase())) refuseEnding(path, endings, said);
}

function refuseEnding(path: string, endings: readonly string[], said = ""): never {
  const wanted = endings.join(", ").replace(/, (?=[^,]*$)/, " or ");
  throw new UsageError(`${said}${path}: the name must end in ${wanted}`);
}

/** The rows that results are of, as far as they are given back. */
export type TableInput = Pick<Dataset, "table" | "labels" | "labelName" | "order">;

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

/** Results as a file, in the format that a path says, CSV without one, rows in the order of their file. @param input that they are of, if it is to be given back. */
export function tableFile(
  path: string | undefined,
  results: RowsTable,
  input: TableInput | undefined,
  { onlyNew = false }: TableFlags,
  messages: Messages,
): Sized {
  const { order } = input ?? {};
  if (order)
    return tableFile(path, inFileOrder(results, order), rowsOfFile(input!, order), { onlyNew }, messages);
  const name = path ?? "standard-output.csv";
  const { format } = outputFormat(name)!;
  const table = onlyNew ? undefined : input?.table;
  const added = withLabels(results.added, input, table);
  if (format.name === "npy") {
    const { rows, cols } = results.numbers;
    const left = [...(table?.columns ?? []), ...added].filter(
      (column) => !results.added.includes(column) || column.kind === "text",
    );
    if (left.length > 0) {
      const names = left.slice(0, MOST_NAMES).map((column) => column.name);
      const more = left.length > names.length ? `, … (${left.length - names.length} more)` : "";
      messages.note(`${name}: .npy holds numbers alone, without ${names.join(", ")}${more}`);
    }
    return { pieces: () => resultPieces({ ...results, added: [] }, name), size: sizeText(rows, cols) };
  }
  const renamed = afresh(added, table, messages, name);
  const rows = table?.rows ?? results.numbers.rows;
  return {
    pieces: () => resultPieces({ ...results, table, added: renamed }, name),
    size: sizeText(rows, (table?.columns.length ?? 0) + renamed.length),
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

/** The new columns under names that the table does not have. */
function afresh(
  added: readonly Column[],
  table: Table | undefined,
  messages: Messages,
  file: string,
): Column[] {
  const own = table?.columns.map(({ name }) => name) ?? [];
  const { names, changed } = distinctNames([...own, ...added.map(({ name }) => name)]);
  for (const [old, name] of changed)
    messages.note(`${file}: there is a column "${old}" already, the new one is "${name}"`);
  return added.map((column, j) => ({ ...column, name: names[own.length + j]! }));
}

function sizeText(rows: number, columns: number): string {
  return `${rows} ${rows === 1 ? "row" : "rows"} × ${columns} ${columns === 1 ? "column" : "columns"}`;
}
