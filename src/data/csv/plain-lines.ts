/**
 * @file The fast path of the CSV reader: lines without quotes, numbers straight from bytes to float32.
 *
 * A decimal m · 10^e with m < 10^15 and |e| ≤ 22 is exact in one float64 operation (Clinger 1990, "How to read
 * floating point numbers accurately"). For more digits the product is off by a few units in the last place of
 * float64; it is used only where rounding it up and down by 2⁻⁴⁹ gives the same float32, so the answer is always
 * that of `parseNumber`.
 *
 * papaparse does not serve here: on 100 MB of numbers, papaparse and `Number` read at 0.26 (7 digits) and 0.38 (17 digits)
 * of the speed of pandas' C parser, this file at 1.2 and 1.3 (bench/csv.ts, bench/results/csv*.json).
 */
import type { CsvRows } from "./rows.js";
import { decode } from "./text.js";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const ZERO = 48;
const POINT = 46 - ZERO;
const LETTER_E = 101;

const LARGEST_POWER = 64;
const POWERS = Float64Array.from({ length: LARGEST_POWER + 1 }, (_, k) => Number(`1e${k}`));
const SLACK = 2 ** -49;

/**
 * Reads the lines in `[start, end)` of bytes that hold no quote and end with a line break at `end`.
 * @returns where it stopped: `end`, or the start of the first line it leaves to the general path.
 */
export function readPlainLines(bytes: Uint8Array, start: number, end: number, rows: CsvRows): number {
  const { kinds } = rows.layout;
  const delimiter = rows.layout.delimiter.charCodeAt(0);
  const last = kinds.length - 1;
  let pos = start;

  while (pos < end) {
    const lineStart = pos;
    while (bytes[pos] === SPACE) pos++;
    const breakLength = lineBreak(bytes, pos);
    if (breakLength > 0) {
      pos += breakLength;
      rows.line++;
      continue;
    }
    pos = lineStart;
    rows.startRow();
    const block = rows.block;
    let at = rows.at;

    for (let j = 0; j <= last; j++) {
      const kind = kinds[j];
      const fieldStart = pos;
      let done = false;
      if (kind === "number") {
        while (bytes[pos] === SPACE) pos++;
        const sign = bytes[pos]!;
        if (sign === MINUS || sign === PLUS) pos++;
        const numberStart = pos;
        let point = -1;
        let digits = 0;
        let dropped = 0;
        // Two halves of up to nine digits each: 32-bit integers are faster than float64 here.
        let high = 0;
        let low = 0;
        for (;;) {
          const digit = bytes[pos]! - ZERO;
          if (digit >>> 0 > 9) {
            if (digit !== POINT || point >= 0) break;
            point = pos;
          } else if (digits < 9) {
            high = (high * 10 + digit) | 0;
            if (high !== 0) digits++;
          } else if (digits < 18) {
            low = (low * 10 + digit) | 0;
            digits++;
          } else dropped++;
          pos++;
        }
        const numberLength = pos - numberStart - (point >= 0 ? 1 : 0);
        let exponent = dropped - (point >= 0 ? pos - point - 1 : 0);
        let wellFormed = numberLength > 0;
        if ((bytes[pos]! | 32) === LETTER_E) {
          pos++;
          const exponentSign = bytes[pos]!;
          if (exponentSign === MINUS || exponentSign === PLUS) pos++;
          const exponentStart = pos;
          let written = 0;
          for (; (bytes[pos]! - ZERO) >>> 0 <= 9; pos++) {
            written = Math.min(9999, written * 10 + bytes[pos]! - ZERO);
          }
          wellFormed &&= pos > exponentStart;
          exponent += exponentSign === MINUS ? -written : written;
        }
        while (bytes[pos] === SPACE) pos++;
        const next = bytes[pos]!;
        if (next === delimiter || next === NEWLINE || next === RETURN) {
          if (wellFormed) {
            const mantissa = digits <= 9 ? high : high * POWERS[digits - 9]! + low;
            let value = Number.NaN;
            if (exponent === 0) value = mantissa;
            else if (exponent < 0 && exponent >= -LARGEST_POWER) value = mantissa / POWERS[-exponent]!;
            else if (exponent > 0 && exponent <= LARGEST_POWER) value = mantissa * POWERS[exponent]!;
            const rounded = Math.fround(value);
            done =
              rounded - rounded === 0 &&
              ((digits <= 15 && exponent >= -22 && exponent <= 22) ||
                Math.fround(value * (1 - SLACK)) === Math.fround(value * (1 + SLACK)));
            if (done) block[at++] = sign === MINUS ? -rounded : rounded;
          } else if (pos === fieldStart) {
            block[at++] = Number.NaN;
            done = true;
          }
        }
      }
      if (!done) {
        pos = fieldEnd(bytes, fieldStart, delimiter);
        if (kind === "number") block[at++] = rows.number(j, decode(bytes, fieldStart, pos));
        else if (kind === "text") rows.addText(j, decode(bytes, fieldStart, pos));
      }
      if (j < last && bytes[pos] === delimiter) pos++;
      else if (j < last || lineBreak(bytes, pos) === 0) {
        const fields = countFields(bytes, lineStart, delimiter);
        if (fields > 0) throw rows.ragged(fields);
        rows.dropRow();
        return lineStart;
      }
    }
    pos += lineBreak(bytes, pos);
    rows.at = at;
    rows.count++;
    rows.line++;
  }
  return pos;
}

/** Length of the line break at `pos`: 1, 2, or 0 where there is none; a return alone is left to the general path. */
function lineBreak(bytes: Uint8Array, pos: number): number {
  if (bytes[pos] === NEWLINE) return 1;
  return bytes[pos] === RETURN && bytes[pos + 1] === NEWLINE ? 2 : 0;
}

function fieldEnd(bytes: Uint8Array, start: number, delimiter: number): number {
  let pos = start;
  for (; ; pos++) {
    const byte = bytes[pos];
    if (byte === delimiter || byte === NEWLINE || byte === RETURN || byte === undefined) return pos;
  }
}

/** Fields of the line that starts at `start`, or 0 if it has a return that is no part of a line break. */
function countFields(bytes: Uint8Array, start: number, delimiter: number): number {
  let fields = 1;
  for (let pos = start; lineBreak(bytes, pos) === 0; pos++) {
    if (bytes[pos] === RETURN || bytes[pos] === undefined) return 0;
    if (bytes[pos] === delimiter) fields++;
  }
  return fields;
}
