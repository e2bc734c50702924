/**
 * @file CSV and its kin to `Table`: whole, or in pieces as they arrive.
 *
 * Lines without quotes take the fast path over bytes (`csv/plain-lines.ts`), all else the general one
 * (`csv/records.ts`); both give the same table. Kinds of columns are decided from the first quarter of a megabyte. A column of
 * numbers in which a text comes later is read once more, as text.
 */
import { asBytes, type BytesLike } from "./bytes.js";
import { toUtf8 } from "./csv/encoding.js";
import { type CsvOptions, decideLayout, type Layout } from "./csv/layout.js";
import { readPlainLines } from "./csv/plain-lines.js";
import { type CsvRecord, commentEnd, readRecord } from "./csv/records.js";
import { CsvRows } from "./csv/rows.js";
import { quoted } from "./quoted.js";
import type { Table } from "./table/table.js";

export type { CsvOptions } from "./csv/layout.js";

/** A table, the layout of its file, and columns that must be read again, as text. */
export interface CsvReading {
  readonly table: Table;
  readonly layout: Layout;
  readonly mixed: readonly string[];
}

/** Takes a CSV file piece by piece. */
export interface CsvReader {
  /** Reads what is complete of the file so far. The bytes are not kept. */
  push(bytes: Uint8Array): void;
  /** Reads the rest and gives the table. */
  end(): CsvReading;
}

const SAMPLE_BYTES = 2 ** 18;
const SLICE_BYTES = 2 ** 20;
const GENERAL_BYTES = 2 ** 16;
// A longer record is a quote that was never closed, or no CSV.
const LONGEST_RECORD = 2 ** 26;

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const HASH = 35;

/**
 * Reads a CSV file from memory: text, or bytes in UTF-8, or in UTF-16 with a byte order mark.
 * @returns numbers correctly rounded to float64; texts as they stand.
 * @throws RangeError with file and line for anything that is no clean table.
 */
export function readCsv(source: BytesLike | string, options: CsvOptions = {}): Table {
  const text = typeof source === "string";
  const given = text ? new TextEncoder().encode(source) : asBytes(source, options.name ?? "csv");
  const bytes = text ? given : toUtf8(given, options.name ?? "csv");
  const known = new Map(options.known);
  for (;;) {
    const reader = csvReader({ ...options, known, size: bytes.length });
    reader.push(bytes);
    const { table, mixed } = reader.end();
    if (mixed.length === 0) return table;
    for (const name of mixed) known.set(name, "text");
  }
}

/**
 * Reads a CSV file, in UTF-8, as it arrives, in pieces cut anywhere. Keeps the numbers and texts and no more than a record of
 * bytes.
 * @param options `size`: bytes of the whole file, if they are known, to ask for memory once.
 * @throws RangeError if `skipRows` is no whole number ≥ 0, or `delimiter` no single ASCII character.
 */
export function csvReader(options: CsvOptions & { readonly size?: number } = {}): CsvReader {
  const name = options.name ?? "csv";
  const skipRows = options.skipRows ?? 0;
  if (!Number.isSafeInteger(skipRows) || skipRows < 0) {
    throw new RangeError(`csv: skipRows must be a whole number ≥ 0, got ${skipRows}`);
  }
  const { delimiter = "auto" } = options;
  if (
    delimiter !== "auto" &&
    !(typeof delimiter === "string" && /^[\t\x20-\x7e]$/.test(delimiter) && !/["\w.+-]/.test(delimiter))
  ) {
    const got = quoted(String(delimiter));
    throw new RangeError(
      `csv: delimiter must be "auto" or one character that is no letter, digit, quote, point or sign, got ${got}`,
    );
  }
  let buffer = new Uint8Array(0);
  /** The part of `buffer` that is not read yet. */
  let held: Uint8Array = buffer;
  let rows: CsvRows | undefined;
  /** Bytes to hold before it is worth looking for the end of a record. */
  let worthwhile = 0;

  function take(bytes: Uint8Array, last: boolean): void {
    append(bytes);
    if (!rows) refuseBinary(held, held.length - bytes.length, name);
    if (held.length > LONGEST_RECORD) {
      const line = rows?.line ?? skipRows + 1;
      throw new RangeError(`${name}:${line}: no end of this record in 64 MiB (is a quote not closed?)`);
    }
    if (!last && held.length < worthwhile) return;
    const before = held.length;
    const enough = () => held.length >= SAMPLE_BYTES && lineBreaks(held, skipRows + 3) === skipRows + 3;
    if (!rows && (last || enough())) start(last);
    if (rows) held = held.subarray(readRecords(rows, held, last));
    // A long record is looked at again when it has doubled, so that its bytes are not counted over and over.
    worthwhile = held.length < before ? 0 : 2 * held.length;
  }

  /** Moves what is held to the front of the one buffer that is used again and again, and adds to it. */
  function append(bytes: Uint8Array): void {
    const size = held.length + bytes.length;
    if (size > buffer.length) {
      const larger = new Uint8Array(Math.max(size, 2 * buffer.length));
      larger.set(held);
      buffer = larger;
    } else if (held.byteOffset > 0) buffer.copyWithin(0, held.byteOffset, held.byteOffset + held.length);
    buffer.set(bytes, held.length);
    held = buffer.subarray(0, size);
  }

  /** Decides the layout from `held`, and leaves in `held` what follows the header; does neither if that takes more bytes. */
  function start(last: boolean): void {
    if (held.length === 0) throw new RangeError(`${name}: the file is empty`);
    const top = topOf(held, skipRows, options);
    const content = held.subarray(top.at);
    const { said, ...found } = top;
    const layoutOf = (length: number) =>
      decideLayout(content.subarray(0, length), last && length === content.length, {
        ...options,
        name,
        ...(found.delimiter !== undefined && { delimiter: found.delimiter }),
        comment: found.comment,
        start: top.at,
        firstLine: top.line,
      });
    const short = last && content.length <= SAMPLE_BYTES;
    // Texts of many lines may leave no record whole in the usual sample.
    const layout =
      layoutOf(short ? content.length : lastLineEnd(content, SAMPLE_BYTES)) ?? layoutOf(content.length);
    if (!layout) return;
    rows = new CsvRows(
      name,
      { ...layout, notes: [...said, ...layout.notes] },
      options.missing ?? [],
      options.size,
    );
    held = content;
    for (let header = layout.header; header; ) {
      const record = next(rows, held, 0, last)!;
      held = held.subarray(record.end);
      rows.line += record.lines;
      header = record.fields.length === 0;
    }
  }

  /** Reads the complete records and returns where they end. */
  function readRecords(into: CsvRows, bytes: Uint8Array, last: boolean): number {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    let at = 0;
    while (at < bytes.length) {
      const quote = bytes.indexOf(QUOTE, at);
      const plainEnd = quote < 0 ? end : bytes.lastIndexOf(NEWLINE, quote) + 1;
      if (at < plainEnd) at = readPlainLines(bytes, at, plainEnd, into);
      const general = readGeneral(into, bytes, at, last);
      if (general === at) break;
      at = general;
    }
    return at;
  }

  /** Reads records from `start` for some way, and returns where the last of them ends. */
  function readGeneral(into: CsvRows, bytes: Uint8Array, start: number, last: boolean): number {
    let at = start;
    while (at < start + GENERAL_BYTES) {
      const record = next(into, bytes, at, last);
      if (!record) break;
      if (record.fields.length > 0) into.addRecord(record.fields);
      into.line += record.lines;
      at = record.end;
    }
    return at;
  }

  /** The next record; a line of comment is one without fields. */
  function next(from: CsvRows, bytes: Uint8Array, at: number, last: boolean): CsvRecord | undefined {
    const passed = commentEnd(bytes, at, from.layout.comment, last);
    if (passed === undefined) return undefined;
    if (passed > at) return { fields: [], start: at, end: passed, lines: 1 };
    const record = readRecord(bytes, at, from.layout.delimiter.charCodeAt(0), last);
    if (record?.malformed) throw new RangeError(`${name}:${from.line}: ${record.malformed}`);
    return record;
  }

  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; at += SLICE_BYTES)
        take(bytes.subarray(at, at + SLICE_BYTES), false);
    },
    end() {
      // A last line without a break gets one; to a file that has one it is a blank line.
      if (held.length > 0 || rows) append(Uint8Array.of(NEWLINE));
      take(new Uint8Array(0), true);
      const { layout } = rows!;
      return { table: rows!.finish(), layout, mixed: [...rows!.mixed].map((j) => layout.names[j]!) };
    },
  };
}

/** The place of the first record, after a byte order mark, lines to skip, Excel's `sep=;` and remarks. */
function topOf(bytes: Uint8Array, skipRows: number, { delimiter, comment }: CsvOptions) {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let line = 1;
  for (; line <= skipRows && at < bytes.length; line++) at = lineEnd(bytes, at);
  line = skipRows + 1;
  const said: string[] = [];
  const lineAt = (start: number) =>
    new TextDecoder()
      .decode(bytes.subarray(start, Math.min(lineEnd(bytes, start), start + 2 ** 12)))
      .replace(/[\r\n]+$/, "");
  const separator = /^sep=(.)$/i.exec(lineAt(at))?.[1];
  if (separator !== undefined) {
    at = lineEnd(bytes, at);
    line++;
    return { at, line, comment, delimiter: delimiter ?? separator, said };
  }
  if (comment !== undefined || bytes[at] !== HASH) return { at, line, comment, delimiter, said };
  // Remarks at the top: lines with # that have not as many fields as the first one without.
  let end = at;
  let remarks = 0;
  while (bytes[end] === HASH) {
    end = lineEnd(bytes, end);
    remarks++;
  }
  const fieldsOf = (text: string) => text.split(/[,;\t|]/).length;
  const first = lineAt(end);
  if (remarks > 0 && end < bytes.length && fieldsOf(lineAt(at)) !== fieldsOf(first)) {
    said.push(`${remarks === 1 ? "a line" : `${remarks} lines`} of remarks at the top passed over (# …)`);
    return { at: end, line: line + remarks, comment: "#", delimiter, said };
  }
  return { at, line, comment, delimiter, said };
}

/** @param from the first byte that was not looked at before. */
function refuseBinary(bytes: Uint8Array, from: number, name: string): void {
  const zero = bytes.indexOf(0, from);
  if (zero >= 0)
    throw new RangeError(`${name}: byte ${zero} is 0, this is no text (UTF-16? use --encoding utf-16)`);
}

const isBreak = (byte: number) => byte === NEWLINE || byte === RETURN;

/** End of the line that starts at `start`, its line break included. */
function lineEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] === NEWLINE || (bytes[at] === RETURN && bytes[at + 1] !== NEWLINE)) return at + 1;
  }
  return bytes.length;
}

function lastLineEnd(bytes: Uint8Array, near: number): number {
  const before = bytes.lastIndexOf(NEWLINE, near) + 1;
  if (before > 0 && lineBreaks(bytes.subarray(0, before), 3) === 3) return before;
  return bytes.lastIndexOf(NEWLINE) + 1 || bytes.length;
}

/** Counts line breaks, up to `most`. */
function lineBreaks(bytes: Uint8Array, most: number): number {
  let count = 0;
  for (let at = 0; at < bytes.length && count < most; count++) {
    at = lineEnd(bytes, at);
    if (!isBreak(bytes[at - 1]!)) break;
  }
  return count;
}
