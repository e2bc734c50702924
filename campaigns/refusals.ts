/**
 * @file Refusals as they should be: one line in our own words, that begins with what was read.
 */
import type { Outcome } from "./case-process.js";

/** Words of JavaScript engines, of zlib and of browsers' streams. */
const ENGINE_WORDS = [
  /invalid (typed )?array (buffer )?length|invalid string length|invalid array index/i,
  /outside the bounds|out of bounds|out of range|offset is/i,
  /cannot (read|set|perform|convert|destructure|access|mix)|not (a function|iterable|defined|a constructor)/i,
  /maximum call stack|allocation failed|too much recursion|invalid count value/i,
  /unexpected (token|end|non-whitespace)|in JSON at|unterminated/i,
  /incorrect (header|data|length) check|invalid (distance|block|code|stored|bit|literal|window)|too many length/i,
  /undefined|\[object|NaN ×/,
];

/** Why an outcome is no proper refusal, or `undefined` if it is one, or a value. */
export function improper(outcome: Outcome<unknown>, name: string): string | undefined {
  switch (outcome.kind) {
    case "value":
      return undefined;
    case "hung":
      return `no answer in ${outcome.seconds} s`;
    case "died":
      return `the process ended: ${outcome.reason}`;
    case "grew":
      return `took ${Math.round(outcome.resident / 2 ** 20)} MiB, and asked for ${Math.round(outcome.reserved / 2 ** 20)}`;
    case "error":
      return improperMessage(outcome.name, outcome.message, name);
  }
}

function improperMessage(kind: string, message: string, name: string): string | undefined {
  const shown = `${kind}: ${JSON.stringify(message.slice(0, 200))}`;
  if (kind !== "RangeError" && kind !== "TypeError") return `neither RangeError nor TypeError: ${shown}`;
  if (!message.startsWith(`${name}:`) && !message.startsWith(`${name} `)) return `no place in ${shown}`;
  if (/[\n\r\u2028\u2029]/.test(message)) return `more than one line in ${shown}`;
  if (message.length > 1000) return `a message of ${message.length} characters: ${shown}`;
  // Text quoted from the file may say anything.
  const own = message.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  const words = ENGINE_WORDS.find((pattern) => pattern.test(own));
  return words && `words of the engine in ${shown}`;
}
