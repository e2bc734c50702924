/**
 * @file CSV and TSV to `Table`: whole, or in pieces as they arrive.
 *
 * Lines without quotes take the fast path over bytes (`csv/plain-lines.ts`), all else goes through papaparse
 * (`csv/records.ts`); both give the same table. Column kinds are decided from the first half megabyte: a column
 * in which no value is a number is text, one in which only some are is refused at the first value of the
 * minority. Bytes are UTF-8.
 */
import { type CsvOptions, decideLayout } from "./csv/layout.js";
import { readPlainLines } from "./csv/plain-lines.js";
import { splitRecords } from "./csv/records.js";
import { CsvRows } from "./csv/rows.js";
import type { Table } from "./table.js";

export type { CsvOptions, Delimiter } from "./csv/layout.js";
export { writeCsv } from "./csv/write.js";

/** Takes a CSV file piece by piece. */
export interface CsvReader {
  /** Reads what is complete of the file so far. The bytes are not kept. */
  push(bytes: Uint8Array): void;
  /** Reads the rest and gives the table. */
  end(): Table;
}

const SAMPLE_BYTES = 2 ** 19;
const SLICE_BYTES = 2 ** 20;
const GENERAL_BYTES = 2 ** 16;
// A longer record is a quote that was never closed, or no CSV.
const LONGEST_RECORD = 2 ** 26;

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/**
 * Reads a CSV file from memory.
 * @returns all numbers correctly rounded to float32.
 * @throws RangeError with file, line and column for anything that is no clean table.
 */
export function readCsv(source: Uint8Array | string, options: CsvOptions = {}): Table {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const reader = csvReader(options);
  reader.push(bytes);
  return reader.end();
}

/**
 * Reads a CSV file as it arrives, in pieces cut anywhere. Keeps the numbers and no more than a record of bytes.
 * @throws RangeError if `skipRows` is no whole number ≥ 0.
 */
export function csvReader(options: CsvOptions = {}): CsvReader {
  const name = options.name ?? "csv";
  const skipRows = options.skipRows ?? 0;
  if (!Number.isSafeInteger(skipRows) || skipRows < 0) {
    throw new RangeError(`csv: skipRows must be a whole number ≥ 0, got ${skipRows}`);
  }
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  let buffer = new Uint8Array(0);
  /** What of `buffer` is not read yet. */
  let held: Uint8Array = buffer;
  let rows: CsvRows | undefined;
  /** Bytes to hold before it is worth looking for the end of a record. */
  let worthwhile = 0;

  function take(bytes: Uint8Array, last: boolean): void {
    append(bytes);
    if (!rows) refuseBinary(held, name);
    if (held.length > LONGEST_RECORD) {
      const line = rows?.line ?? skipRows + 1;
      throw new RangeError(`${name}:${line}: no end of this record in 64 MiB (is a quote not closed?)`);
    }
    if (!last && held.length < worthwhile) return;
    const before = held.length;
    const enough = () => held.length >= SAMPLE_BYTES && lineBreaks(held, skipRows + 3) === skipRows + 3;
    if (!rows && (last || enough())) rows = start(last);
    if (rows) held = held.subarray(readRecords(rows, held));
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
    } else buffer.copyWithin(0, held.byteOffset, held.byteOffset + held.length);
    buffer.set(bytes, held.length);
    held = buffer.subarray(0, size);
  }

  /** Decides the layout from `held`, and leaves in `held` what follows the header. */
  function start(last: boolean): CsvRows {
    if (held.length === 0) throw new RangeError(`${name}: the file is empty`);
    let at = held[0] === 0xef && held[1] === 0xbb && held[2] === 0xbf ? 3 : 0;
    for (let skipped = 0; skipped < skipRows && at < held.length; skipped++) at = lineEnd(held, at);
    held = held.subarray(at);
    const sampleEnd = last && held.length <= SAMPLE_BYTES ? held.length : lastLineEnd(held, SAMPLE_BYTES);
    const sample = utf8.decode(held.subarray(0, sampleEnd));
    const layout = decideLayout(sample, last && sampleEnd === held.length, { ...options, name });
    const started = new CsvRows(name, layout, options.missing ?? []);
    if (layout.header) {
      let header = 0;
      while (isBlank(held, header)) {
        header = lineEnd(held, header);
        started.line++;
      }
      const end = recordsEnd(held, header, 0) ?? held.length;
      const text = utf8.decode(held.subarray(header, end));
      started.line = splitRecords(text, layout.delimiter, started.line, () => {}, malformed);
      held = held.subarray(end);
    }
    return started;
  }

  /** Reads the complete records and returns where they end. */
  function readRecords(into: CsvRows, bytes: Uint8Array): number {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    let at = 0;
    while (at < bytes.length) {
      const quote = bytes.indexOf(QUOTE, at);
      const plainEnd = quote < 0 ? end : bytes.lastIndexOf(NEWLINE, quote) + 1;
      if (at < plainEnd) at = readPlainLines(bytes, at, plainEnd, into);
      if (at >= bytes.length) break;
      const generalEnd = recordsEnd(bytes, at, GENERAL_BYTES);
      if (generalEnd === undefined) break;
      readGeneral(into, bytes.subarray(at, generalEnd));
      at = generalEnd;
    }
    return at;
  }

  function readGeneral(into: CsvRows, bytes: Uint8Array): void {
    const { delimiter } = into.layout;
    const keep = (fields: readonly string[], line: number) => {
      into.line = line;
      into.addRecord(fields);
    };
    into.line = splitRecords(utf8.decode(bytes), delimiter, into.line, keep, malformed);
  }

  function malformed(line: number, reason: string): never {
    throw new RangeError(`${name}:${line}: ${reason}`);
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
      // What is left has a quote that is not closed.
      if (held.length > 0) readGeneral(rows!, held);
      return rows!.finish();
    },
  };
}

function refuseBinary(bytes: Uint8Array, name: string): void {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new RangeError(`${name}: the text is UTF-16, want UTF-8`);
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new RangeError(`${name}: byte ${zero} is 0, this is no text`);
}

const isBreak = (byte: number) => byte === NEWLINE || byte === RETURN;

function isBlank(bytes: Uint8Array, start: number): boolean {
  let at = start;
  while (bytes[at] === SPACE) at++;
  return at < bytes.length && isBreak(bytes[at]!);
}

/** Where the line that starts at `start` ends, its line break included. */
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

/**
 * Where records end that start at `start`: the last line break outside quotes before `start + atLeast`, or the
 * first one after it. A doubled quote counts as two, so it changes nothing.
 * @returns `undefined` if no record is complete.
 */
function recordsEnd(bytes: Uint8Array, start: number, atLeast: number): number | undefined {
  let inQuotes = false;
  let end: number | undefined;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) inQuotes = !inQuotes;
    else if (!inQuotes && isBreak(byte)) {
      // Whether a return at the very end is half of a line break is not known yet.
      if (byte === RETURN && (at + 1 === bytes.length || bytes[at + 1] === NEWLINE)) continue;
      if (end !== undefined && at + 1 > start + atLeast) return end;
      end = at + 1;
      if (end >= start + atLeast) return end;
    }
  }
  return end;
}
