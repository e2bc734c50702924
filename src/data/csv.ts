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
  let held: Uint8Array = new Uint8Array(0);
  let rows: CsvRows | undefined;

  function take(bytes: Uint8Array, last: boolean): void {
    held = concat(held, bytes);
    if (!rows) {
      const enough = held.length >= SAMPLE_BYTES && lineBreaks(held, skipRows + 3) === skipRows + 3;
      if (!enough && !last) {
        guardRecord();
        return;
      }
      rows = start(last);
    }
    // Copied, because the caller may use its buffer again.
    held = held.slice(readRecords(rows, held, last));
    guardRecord();
  }

  function guardRecord(): void {
    if (held.length <= LONGEST_RECORD) return;
    const line = rows?.line ?? skipRows + 1;
    throw new RangeError(`${name}:${line}: no end of this record in 64 MiB (is a quote not closed?)`);
  }

  /** Decides the layout from `held`, and leaves in `held` what follows the header. */
  function start(last: boolean): CsvRows {
    if (held.length === 0) throw new RangeError(`${name}: the file is empty`);
    refuseBinary(held, name);
    let at = held[0] === 0xef && held[1] === 0xbb && held[2] === 0xbf ? 3 : 0;
    for (let skipped = 0; skipped < skipRows && at < held.length; skipped++) at = lineEnd(held, at);
    held = held.subarray(at);
    if (last && held.length > 0 && !isBreak(held[held.length - 1]!))
      held = concat(held, Uint8Array.of(NEWLINE));
    const sampleEnd = last && held.length <= SAMPLE_BYTES ? held.length : lastLineEnd(held, SAMPLE_BYTES);
    const sample = utf8.decode(held.subarray(0, sampleEnd));
    const layout = decideLayout(sample, last && sampleEnd === held.length, { ...options, name });
    const started = new CsvRows(name, layout, options.missing ?? []);
    if (layout.header) {
      let end = 0;
      while (end < held.length && isBlank(held, end)) {
        end = lineEnd(held, end);
        started.line++;
      }
      const header = end;
      end = recordsEnd(held, header, 0) ?? held.length;
      const text = utf8.decode(held.subarray(header, end));
      started.line = splitRecords(text, layout.delimiter, started.line, () => {}, malformed);
      held = held.subarray(end);
    }
    return started;
  }

  /** Reads the complete records and returns where they end. */
  function readRecords(into: CsvRows, source: Uint8Array, last: boolean): number {
    let bytes = source;
    if (last && bytes.length > 0 && !isBreak(bytes[bytes.length - 1]!)) {
      bytes = concat(bytes, Uint8Array.of(NEWLINE));
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    let at = 0;
    while (at < bytes.length) {
      const quote = bytes.indexOf(QUOTE, at);
      const plainEnd = quote < 0 ? end : bytes.lastIndexOf(NEWLINE, quote) + 1;
      if (at < plainEnd) at = readPlainLines(bytes, at, plainEnd, into);
      if (at >= bytes.length) break;
      const generalEnd = recordsEnd(bytes, at, GENERAL_BYTES) ?? (last ? bytes.length : undefined);
      if (generalEnd === undefined) break;
      const text = utf8.decode(bytes.subarray(at, generalEnd));
      const next = splitRecords(
        text,
        into.layout.delimiter,
        into.line,
        (fields, line) => {
          into.line = line;
          into.addRecord(fields);
        },
        malformed,
      );
      into.line = next;
      at = generalEnd;
    }
    return Math.min(at, source.length);
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
      take(new Uint8Array(0), true);
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

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
