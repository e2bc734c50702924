/**
 * @file Results with one line a row: the input with more columns, as CSV on standard output or in the format a file's name says.
 */
import { extname } from "node:path";
import { distinctlyNamed, placedResults, type RowsTable, type TableInput } from "../panels/row-results.js";
import { resultPieces } from "../src/data/format.js";
import { OUTPUT_ENDINGS, outputFormat } from "../src/data/formats/all.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import type { Sized } from "./outputs.js";

export {
  codeNames,
  numbersTable,
  type RowsTable,
  type TableInput,
  textColumn,
} from "../panels/row-results.js";

// More columns that a file leaves out are counted.
const MOST_NAMES = 6;

/** Flags of how results are written. */
export interface TableFlags {
  /** Only the new columns, and labels. */
  readonly onlyNew?: boolean;
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

/** Results as a file, in the format that a path says, CSV without one, rows in the order of their file. @param input that they are of, if it is to be given back. */
export function tableFile(
  path: string | undefined,
  results: RowsTable,
  input: TableInput | undefined,
  { onlyNew = false }: TableFlags,
  messages: Messages,
): Sized {
  const { results: placed, table, added } = placedResults(results, input, onlyNew);
  const name = path ?? "standard-output.csv";
  const { format } = outputFormat(name)!;
  if (format.name === "npy") {
    const { rows, cols } = placed.numbers;
    const left = [...(table?.columns ?? []), ...added].filter(
      (column) => !placed.added.includes(column) || column.kind === "text",
    );
    if (left.length > 0) {
      const names = left.slice(0, MOST_NAMES).map((column) => column.name);
      const more = left.length > names.length ? `, … (${left.length - names.length} more)` : "";
      messages.note(`${name}: .npy holds numbers alone, without ${names.join(", ")}${more}`);
    }
    return { pieces: () => resultPieces({ ...placed, added: [] }, name), size: sizeText(rows, cols) };
  }
  const { columns, changed } = distinctlyNamed(added, table);
  for (const [old, other] of changed)
    messages.note(`${name}: there is a column "${old}" already, the new one is "${other}"`);
  const rows = table?.rows ?? placed.numbers.rows;
  return {
    pieces: () => resultPieces({ ...placed, table, added: columns }, name),
    size: sizeText(rows, (table?.columns.length ?? 0) + columns.length),
  };
}

function sizeText(rows: number, columns: number): string {
  return `${rows} ${rows === 1 ? "row" : "rows"} × ${columns} ${columns === 1 ? "column" : "columns"}`;
}
