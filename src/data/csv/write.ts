/**
 * @file `Table` to CSV: the shortest decimals that read back as the same float32, a missing value as an empty field.
 */
import { formatNumber, type Table } from "../table.js";

const FLUSH_CHARACTERS = 2 ** 20;

/** Writes a table as UTF-8 CSV with a header, commas and `\n`. */
export function writeCsv(table: Pick<Table, "columns" | "x">): Uint8Array {
  const { columns, x } = table;
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let text = `${columns.map(({ name }) => quote(name)).join(",")}\n`;
  // An empty field alone on its line would be a blank line, which is no row.
  const empty = columns.length === 1 ? '""' : "";
  for (let i = 0; i < x.rows; i++) {
    columns.forEach((column, j) => {
      if (j > 0) text += ",";
      if (column.kind === "text") text += quote(column.values[i]!) || empty;
      else {
        const value = x.data[i * x.cols + column.at]!;
        text += Number.isNaN(value) ? empty : formatNumber(value);
      }
    });
    text += "\n";
    if (text.length >= FLUSH_CHARACTERS) {
      pieces.push(encoder.encode(text));
      text = "";
    }
  }
  pieces.push(encoder.encode(text));
  return join(pieces);
}

function quote(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
