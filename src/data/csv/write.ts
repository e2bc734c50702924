/**
 * @file Columns to CSV: numbers as the shortest decimals that read back as the same, a missing value as an empty field; and the
 * file a table came from, as it stands, with more columns.
 */
import { formatNumber } from "../table/format-number.js";
import { formatStyled } from "../table/number-style.js";
import type { Column, Origin, Table } from "../table/table.js";

const FLUSH_CHARACTERS = 2 ** 20;
const LONG_TEXT = 1024;
const QUOTE = 34;
const NONE: readonly never[] = [];

/** Text of a cell, without quotes; `""` where it is missing. */
export function cellText(column: Column, i: number): string {
  if (column.kind === "text") return column.values.at(i);
  const value = column.values.at(i);
  if (Number.isNaN(value)) return "";
  const digits = formatNumber(value, column.values.data);
  return column.style ? formatStyled(digits, column.style) : digits;
}

/** A table as UTF-8 CSV with a header, and `\n` at the end of a line, in pieces. */
export function* csvPieces(
  table: Pick<Table, "columns" | "rows">,
  delimiter = ",",
): Generator<Uint8Array<ArrayBuffer>> {
  const { columns, rows } = table;
  const out = new ByteWriter();
  out.text(`${columns.map(({ name }) => quote(name, delimiter)).join(delimiter)}\n`);
  // An empty field alone on its line would be a blank line, which is no row.
  const empty = columns.length === 1 ? '""' : "";
  for (let i = 0; i < rows; i++) {
    let line = "";
    columns.forEach((column, j) => {
      if (j > 0) line += delimiter;
      line += quote(cellText(column, i), delimiter) || empty;
    });
    out.text(`${line}\n`);
    yield* out.full();
  }
  yield* out.rest();
}

/** Columns to write into a file that is given back. */
export interface Additions {
  /** Columns that are put behind those of the file. */
  readonly added: readonly Column[];
  /** Values that stand where the file has none, by the place of their column in it; missing where they are not wanted. */
  readonly filled?: ReadonlyMap<number, Column> | undefined;
}

/**
 * The file of a table with more columns, in pieces: what it holds is copied character by character.
 * @throws RangeError if the file has other rows than when it was read.
 */
export async function* extendedPieces(
  { name, columns, rows }: Table,
  origin: Origin,
  { added, filled }: Additions,
  delimiter = origin.delimiter,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const out = new ByteWriter();
  const own = origin.names ?? columns.map((column) => column.name);
  const names = [...own, ...added.map((column) => column.name)];
  out.text(`${names.map((text) => quote(text, delimiter)).join(delimiter)}\n`);
  let i = 0;
  for await (const record of origin.records()) {
    if (i >= rows) break;
    const fills = [...(filled ?? [])].flatMap(([j, column]): [number, string][] => {
      const text = cellText(column, i);
      return text === "" ? [] : [[j, text]];
    });
    if (delimiter === origin.delimiter && fills.length === 0)
      out.copy(record.bytes, record.start, record.end);
    else {
      const fields = record.fields();
      if (fields.length !== columns.length) break;
      const fillAt = new Map(fills);
      fields.forEach(([start, end], j) => {
        if (j > 0) out.text(delimiter);
        const fill = fillAt.get(j);
        if (fill !== undefined) out.text(quote(fill, delimiter));
        else if (delimiter === origin.delimiter || record.bytes[start] === QUOTE)
          out.copy(record.bytes, start, end);
        else out.text(quote(new TextDecoder().decode(record.bytes.subarray(start, end)), delimiter));
      });
    }
    let rest = "";
    for (const column of added) rest += delimiter + quote(cellText(column, i), delimiter);
    out.text(`${rest}\n`);
    yield* out.full();
    i++;
  }
  if (i !== rows) throw new RangeError(`${name}: the file has changed since it was read`);
  yield* out.rest();
}

function quote(text: string, delimiter: string): string {
  const special = text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text);
  return special ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text and bytes put one behind the other. */
class ByteWriter {
  readonly #encoder = new TextEncoder();
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #text = "";
  #buffer = new Uint8Array(2 ** 16);
  #used = 0;

  text(text: string): void {
    this.#text += text;
    if (this.#text.length >= FLUSH_CHARACTERS) this.#flushText();
  }

  copy(bytes: Uint8Array, start: number, end: number): void {
    if (this.#text !== "") this.#flushText();
    this.#take(bytes.subarray(start, end));
  }

  /** Pieces that are full, each given once. */
  full(): readonly Uint8Array<ArrayBuffer>[] {
    if (this.#pieces.length === 0) return NONE;
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  /** All that is left. */
  rest(): readonly Uint8Array<ArrayBuffer>[] {
    this.#flushText();
    return [...this.full(), this.#buffer.subarray(0, this.#used)];
  }

  #flushText(): void {
    const text = this.#text;
    this.#text = "";
    if (text.length > LONG_TEXT) {
      this.#take(this.#encoder.encode(text));
      return;
    }
    // Short texts go straight to where they belong.
    this.#room(3 * text.length);
    this.#used += this.#encoder.encodeInto(text, this.#buffer.subarray(this.#used)).written;
  }

  #take(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #room(size: number): void {
    if (this.#used + size <= this.#buffer.length) return;
    this.#pieces.push(this.#buffer.subarray(0, this.#used));
    this.#buffer = new Uint8Array(Math.max(size, 2 ** 20));
    this.#used = 0;
  }
}
