/**
 * @file Plain columns to JSON: an array of objects, or one object a line.
 */
import type { PlainColumn, PlainColumns } from "../plain-columns.js";
import { quoted } from "../quoted.js";
import { formatFloat32 } from "../table/format-number.js";

const ROWS_A_PIECE = 1000;

/**
 * Writes an array of objects, one a line.
 * @throws RangeError for two columns of one name, TypeError for a column without values.
 */
export function writeJson(table: PlainColumns): Uint8Array<ArrayBuffer> {
  return joined(table, "[\n", ",\n", "\n]\n");
}

/** Writes one object a line. See `writeJson`. */
export function writeJsonLines(table: PlainColumns): Uint8Array<ArrayBuffer> {
  return joined(table, "", "\n", table.rows > 0 ? "\n" : "");
}

/**
 * Numbers are the shortest decimals that read back as the same, infinities numbers too large for float64, and what is
 * missing is null.
 */
function joined({ rows, columns }: PlainColumns, start: string, between: string, end: string) {
  const names = new Set<string>();
  const writers = columns.map((column) => {
    if (names.has(column.name)) throw new RangeError(`JSON: two columns are called ${quoted(column.name)}`);
    names.add(column.name);
    return { key: `${JSON.stringify(column.name)}:`, write: writerOf(column) };
  });
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [encoder.encode(rows === 0 ? start.trim() : start)];
  for (let from = 0; from < rows; from += ROWS_A_PIECE) {
    const to = Math.min(rows, from + ROWS_A_PIECE);
    const lines: string[] = [];
    for (let i = from; i < to; i++) {
      lines.push(`{${writers.map(({ key, write }) => key + write(i)).join(",")}}`);
    }
    pieces.push(encoder.encode(lines.join(between) + (to < rows ? between : "")));
  }
  pieces.push(encoder.encode(rows === 0 ? end.trimStart() : end));
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function writerOf({ name, numbers, texts, type }: PlainColumn): (row: number) => string {
  if (texts) return (i) => (texts[i] === "" ? "null" : JSON.stringify(texts[i]));
  if (!numbers) throw new TypeError(`JSON: column ${quoted(name)} has no values`);
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
