/**
 * @file The fast path of the CSV reader: lines without quotes, numbers straight from bytes to float64, correctly rounded.
 *
 * A decimal m · 10^e with m < 10^15 and |e| ≤ 22 is exact in one float64 operation (Clinger 1990, "How to read
 * floating point numbers accurately"). With up to 18 digits m is a sum of two float64, and its product or quotient with 10^|e| is
 * found as such a sum, too, by exact products (Dekker 1971, "A floating-point technique for extending the available
 * precision"); where that lies too near the middle between two float64 to be sure of, and for all else, the slow path decides.
 *
 * papaparse does not serve here: on 100 MB of numbers, papaparse and `Number` read at 0.26 (7 digits) and 0.38 (17 digits)
 * of the speed of pandas' C parser (bench/csv.ts, bench/results/csv*.json).
 */
import { PLAIN } from "../table/number-style.js";
import { decoded } from "../table/texts.js";
import type { CsvRows } from "./rows.js";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const ZERO = 48;
const POINT = 46 - ZERO;
const COMMA = 44 - ZERO;
/** A value that no byte less `ZERO` has. */
const OTHER = -1000;
const LETTER_E = 101;

// Powers of ten up to this are exact in float64.
const LARGEST_POWER = 22;
const POWERS = Float64Array.from({ length: LARGEST_POWER + 1 }, (_, k) => Number(`1e${k}`));
/** The upper and lower halves of the digits of each, whose products are exact. */
const SPLITTER = 2 ** 27 + 1;
const HIGH_HALVES = POWERS.map((power) => SPLITTER * power - (SPLITTER * power - power));
const LOW_HALVES = POWERS.map((power, k) => power - HIGH_HALVES[k]!);
// Rounding of a sum is sure where the rest could be larger by this share without changing it.
const SURE = 1 + 2 ** -20;

/**
 * Reads the lines in `[start, end)` of bytes that hold no quote and end with a line break at `end`.
 * @returns where it stopped: `end`, or the start of the first line it leaves to the general path.
 */
export function readPlainLines(bytes: Uint8Array, start: number, end: number, rows: CsvRows): number {
  const { styles, comment } = rows.layout;
  const delimiter = rows.layout.delimiter.charCodeAt(0);
  const last = styles.length - 1;
  // Byte of the decimal point; 0 for numbers in another style, which are left to the slow path; -1 for text.
  const points = Int32Array.from(styles, (style) => {
    if (!style) return -1;
    if (style === PLAIN) return POINT;
    const { decimal, thousands, prefix, suffix } = style;
    return thousands + prefix + suffix === "" && decimal === "," ? COMMA : OTHER;
  });
  const commentByte = comment === undefined ? -1 : comment.charCodeAt(0);
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
    // Looked at in full by the general path.
    if (bytes[pos] === commentByte) return lineStart;
    rows.startRow();
    const block = rows.numbers;
    let at = rows.at;

    for (let j = 0; j <= last; j++) {
      const pointByte = points[j]!;
      const fieldStart = pos;
      let done = false;
      if (pointByte > OTHER && pointByte !== -1) {
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
            if (digit !== pointByte || point >= 0) break;
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
            if (digits <= 15) {
              if (exponent === 0) value = mantissa;
              else if (exponent < 0 && exponent >= -LARGEST_POWER) value = mantissa / POWERS[-exponent]!;
              else if (exponent > 0 && exponent <= LARGEST_POWER) value = mantissa * POWERS[exponent]!;
              else if (mantissa === 0) value = 0;
            } else if (dropped === 0 && exponent < 0 && exponent >= -LARGEST_POWER) {
              // The product of the high digits is exact, and so is what the sum leaves over.
              const rest = low - (mantissa - high * POWERS[digits - 9]!);
              const k = -exponent;
              const power = POWERS[k]!;
              const quotient = mantissa / power;
              const split = SPLITTER * quotient;
              const upper = split - (split - quotient);
              const lower = quotient - upper;
              const product = quotient * power;
              const lost =
                upper * HIGH_HALVES[k]! -
                product +
                upper * LOW_HALVES[k]! +
                lower * HIGH_HALVES[k]! +
                lower * LOW_HALVES[k]!;
              const correction = (mantissa - product - lost + rest) / power;
              const sum = quotient + correction;
              const over = correction - (sum - quotient);
              if (sum + over * SURE === sum) value = sum;
            }
            done = value - value === 0;
            if (done) block[at++] = sign === MINUS ? -value : value;
          } else if (pos === fieldStart) {
            block[at++] = Number.NaN;
            done = true;
          }
        }
      }
      if (!done) {
        pos = fieldEnd(bytes, fieldStart, delimiter);
        if (pointByte !== -1) block[at++] = rows.number(j, decoded(bytes, fieldStart, pos));
        else rows.addBytes(j, bytes, fieldStart, pos);
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
