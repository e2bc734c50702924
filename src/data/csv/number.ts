/**
 * @file Numbers in a CSV file, and reasons to refuse a text that looks like one.
 *
 *   number = [+|-] (digits [. [digits]] | . digits) [(e|E) [+|-] digits]
 *
 * Its value is that of the decimal, rounded to float64 and then to float32.
 *
 * No pattern here can match a text in two ways, so that each takes time in proportion to its length: a field may be as
 * long as the file.
 */

import { quoted } from "../quoted.js";

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const LOOKALIKES: readonly (readonly [RegExp, string])[] = [
  [
    /^[+-]?\d[\d. ]*,\d[\d.,]*(?:[eE][+-]?\d+)?$|^[+-]?,\d+$/,
    "has a comma (write 1.5, and 1234 for a thousand)",
  ],
  [/^[+-]?\d{1,3}(?:[\s'’_]\d{3})+(?:\.\d*)?$/, "has thousands separators (write 1234)"],
  [/^[+-]?\d{1,3}(?:\.\d{3}){2,}$/, "has thousands separators (write 1234)"],
  [/^[+-]?0[xX][\da-fA-F]+$/, "is hexadecimal (write decimal numbers)"],
  [/^[+-]?(?:inf(?:inity)?|∞)$/i, "is not finite"],
];

/**
 * The float32 a field stands for.
 * @param text without spaces around it.
 * @returns `undefined` if it is no number, or one too large for float32.
 */
export function parseNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Math.fround(Number(text));
  return Number.isFinite(value) ? value : undefined;
}

/** True of numbers and of what somebody meant as one: decimal commas, hexadecimal, infinity, NaN. */
export function looksNumeric(text: string): boolean {
  return NUMBER.test(text) || /^[+-]?nan$/i.test(text) || LOOKALIKES.some(([pattern]) => pattern.test(text));
}

/** The reason why `parseNumber` refused a text, and what to do, to stand after the text in a message. */
export function whyNoNumber(text: string): string {
  if (NUMBER.test(text)) return "is too large for float32 (at most 3.4e38)";
  const reason = LOOKALIKES.find(([pattern]) => pattern.test(text))?.[1];
  if (reason) return reason;
  const token = /^[\w./-]{1,40}$/.test(text) ? text : quoted(text);
  return `is not a number (use --missing ${token} or --columns)`;
}
