/**
 * @file The general path of the CSV reader: records one at a time, with quoted fields (RFC 4180).
 *
 * A field that begins with a quote ends at the next quote that is not doubled; spaces may follow, nothing else. In any
 * other field a quote is a character like others, as in Python's csv module. Fields and ends of records are found in the
 * same pass, because two that disagree about one quote would lose what lies between.
 *
 * papaparse does not serve here: after a wrong quote it goes on to one that would do, over the ends of lines, so that one mistake
 * takes rows with it; it looks at the rest of the line again at every quote; and it cannot be told where a piece ends.
 */
import { decoded, NotUtf8 } from "../table/texts.js";

export interface CsvRecord {
  /** The texts of its fields; none for a blank line. */
  readonly fields: readonly string[];
  /** Its first byte, and the first byte after its line break. */
  readonly start: number;
  readonly end: number;
  /** Line breaks in it, its own included. */
  readonly lines: number;
  /** Says why its quotes are wrong; `fields` are those before, and `end` is that of the line. */
  readonly malformed?: string;
}

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/**
 * The record that starts at `start`.
 * @param delimiter one byte.
 * @param last says that the file ends with `bytes`.
 * @returns `undefined` if the record is not complete, or nothing is left.
 */
export function readRecord(
  bytes: Uint8Array,
  start: number,
  delimiter: number,
  last: boolean,
): CsvRecord | undefined {
  if (start >= bytes.length) return undefined;
  const fields: string[] = [];
  let lines = 1;
  let pos = start;
  let wrongByte = 0;
  for (;;) {
    if (bytes[pos] === QUOTE) {
      const inside = pos + 1;
      const close = closingQuote(bytes, inside, last);
      if (close === undefined)
        return last ? malformed("a quoted field is not closed", bytes.length) : undefined;
      const inner = textOf(inside, close);
      if (inner === undefined) return notUtf8(pos);
      let text = inner;
      if (text.includes('"')) text = text.replaceAll('""', '"');
      if (text.includes("\r")) text = text.replace(/\r\n?/g, "\n");
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
      pos = close + 1;
      while (bytes[pos] === SPACE && delimiter !== SPACE) pos++;
      fields.push(text + " ".repeat(pos - close - 1));
    } else {
      const from = pos;
      while (pos < bytes.length && bytes[pos] !== delimiter && !isBreak(bytes[pos]!)) pos++;
      const text = textOf(from, pos);
      if (text === undefined) return notUtf8(pos);
      fields.push(text);
    }
    if (pos === bytes.length) return last ? record(pos) : undefined;
    const byte = bytes[pos++]!;
    if (byte === delimiter) continue;
    if (byte === NEWLINE) return record(pos);
    if (byte === RETURN) {
      // A return at the very end may be half of a line break.
      if (pos === bytes.length && !last) return undefined;
      return record(bytes[pos] === NEWLINE ? pos + 1 : pos);
    }
    while (pos < bytes.length && !isBreak(bytes[pos]!)) pos++;
    return malformed("a quote inside a quoted field is not doubled", Math.min(pos + 1, bytes.length));
  }

  function textOf(from: number, to: number): string | undefined {
    try {
      return decoded(bytes, from, to);
    } catch (error) {
      if (!(error instanceof NotUtf8)) throw error;
      wrongByte = bytes[from + error.at]!;
      return undefined;
    }
  }
  function notUtf8(from: number): CsvRecord {
    let end = from;
    while (end < bytes.length && !isBreak(bytes[end]!)) end++;
    return malformed(notUtf8Text(wrongByte), Math.min(end + 1, bytes.length));
  }
  function record(end: number): CsvRecord {
    const blank = fields.length === 1 && bytes[start] !== QUOTE && !/[^ ]/.test(fields[0]!);
    return { fields: blank ? [] : fields, start, end, lines };
  }
  function malformed(reason: string, end: number): CsvRecord {
    return { fields, start, end, lines, malformed: reason };
  }
}

/** The reason to refuse a byte that belongs to no character. */
export function notUtf8Text(byte: number): string {
  const code = byte.toString(16).toUpperCase().padStart(2, "0");
  return `byte 0x${code} is not UTF-8 (use --encoding latin1, or the encoding it has)`;
}

/**
 * The end of the line that starts at `start`, if it begins with `comment`; `start` if it does not, and `undefined` if that
 * cannot be known yet.
 */
export function commentEnd(
  bytes: Uint8Array,
  start: number,
  comment: string | undefined,
  last: boolean,
): number | undefined {
  if (comment === undefined) return start;
  for (let i = 0; i < comment.length; i++) {
    if (start + i >= bytes.length) return last ? start : undefined;
    if (bytes[start + i] !== comment.charCodeAt(i)) return start;
  }
  let end = start;
  while (end < bytes.length && !isBreak(bytes[end]!)) end++;
  // A return at the very end may be half of a line break.
  if (end + 1 >= bytes.length && bytes[end] !== NEWLINE) return last ? bytes.length : undefined;
  return bytes[end] === RETURN && bytes[end + 1] === NEWLINE ? end + 2 : end + 1;
}

/** End of a quoted field whose text starts at `from`; `undefined` if it does not, or may not be known yet. */
function closingQuote(bytes: Uint8Array, from: number, last: boolean): number | undefined {
  for (let at = bytes.indexOf(QUOTE, from); at >= 0; at = bytes.indexOf(QUOTE, at + 2)) {
    if (at + 1 === bytes.length && !last) return undefined;
    if (bytes[at + 1] !== QUOTE) return at;
  }
  return undefined;
}

function isBreak(byte: number): boolean {
  return byte === NEWLINE || byte === RETURN;
}
