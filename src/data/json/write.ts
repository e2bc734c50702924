/**
 * @file Plain columns to JSON: an array of objects, or one object a line.
 */
import type { PartedColumn, PlainColumn } from "../plain-columns.js";
import { quoted } from "../quoted.js";
import { formatFloat32 } from "../table/format-number.js";

/** Values in a piece, at most: text of one string. */
const CELLS_A_PIECE = 2 ** 16;

/** Columns to be written. */
export interface PartedColumns {
  readonly rows: number;
  readonly columns: readonly PartedColumn[];
}

/**
 * An array of objects, one a line, in pieces.
 * @throws RangeError for two columns of one name.
 */
export function jsonPieces(table: PartedColumns): Generator<Uint8Array<ArrayBuffer>> {
  return pieces(table, "[\n", ",\n", "\n]\n");
}

/** One object a line. See `jsonPieces`. */
export function jsonLinesPieces(table: PartedColumns): Generator<Uint8Array<ArrayBuffer>> {
  return pieces(table, "", "\n", table.rows > 0 ? "\n" : "");
}

/**
 * Numbers are the shortest decimals that read back as the same, infinities numbers too large for float64, and what is
 * missing is null.
 */
function* pieces(
  { rows, columns }: PartedColumns,
  start: string,
  between: string,
  end: string,
): Generator<Uint8Array<ArrayBuffer>> {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name)) throw new RangeError(`JSON: two columns are called ${quoted(name)}`);
    names.add(name);
  }
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const encoder = new TextEncoder();
  yield encoder.encode(rows === 0 ? start.trim() : start);
  const most = Math.max(1, Math.floor(CELLS_A_PIECE / Math.max(1, columns.length)));
  for (let from = 0; from < rows; from += most) {
    const to = Math.min(rows, from + most);
    const writers = columns.map((column) => writerOf(column.part(from, to)));
    const lines: string[] = [];
    for (let i = 0; i < to - from; i++) {
      lines.push(`{${writers.map((write, j) => keys[j] + write(i)).join(",")}}`);
    }
    yield encoder.encode(lines.join(between) + (to < rows ? between : ""));
  }
  yield encoder.encode(rows === 0 ? end.trimStart() : end);
}

function writerOf({ numbers, texts = [], type }: PlainColumn): (row: number) => string {
  if (!numbers) return (i) => (texts[i] === "" ? "null" : JSON.stringify(texts[i]));
  const isShort = numbers instanceof Float32Array;
  return (i) => {
    const value = numbers[i]!;
    if (Number.isNaN(value)) return "null";
    if (type === "boolean") return value !== 0 ? "true" : "false";
    if (Object.is(value, -0)) return "-0";
    if (!Number.isFinite(value)) return value > 0 ? "1e999" : "-1e999";
    const text = isShort ? formatFloat32(value) : String(value);
    // Digits alone would be those of a whole number that float64 may not hold.
    return Number.isInteger(value) && !Number.isSafeInteger(value) && !text.includes("e")
      ? `${text}.0`
      : text;
  };
}
