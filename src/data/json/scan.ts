/**
 * @file A walk over the text of JSON, for what `JSON.parse` does not tell: the place of an error, the order of keys that look
 * like whole numbers, the digits of long ones, and the NaN that Python writes.
 *
 * Source: RFC 8259, "The JavaScript Object Notation (JSON) Data Interchange Format".
 */

const QUOTE = 34;
const BACKSLASH = 92;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
// Numbers that JSON does not have; Python's json writes and reads them, and so do others.
const BEYOND_JSON = /-?(?:NaN|Infinity)/y;
const LONG_INTEGER = /-?\d{16,}(?![\d.eE])/y;

/** A container that the walk is in. */
export interface Container {
  readonly kind: "{" | "[";
  /** In an object: the last key seen. */
  key: string;
}

/**
 * Walks over one JSON text.
 * @param onKey is told of each key in its order; the containers around it are given from the outermost on, the key's own last.
 * @returns where the text ceases to be JSON, or undefined if it is.
 */
export function scanJson(
  text: string,
  onKey?: (containers: readonly Container[]) => void,
): number | undefined {
  const stack: Container[] = [];
  let at = 0;
  const skipSpace = () => {
    while (isSpace(text.charCodeAt(at))) at++;
  };
  const passes = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const passesString = () => {
    if (text.charCodeAt(at) !== QUOTE) return false;
    for (at++; at < text.length; ) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        at++;
        return true;
      }
      if (code < 32) return false;
      if (code !== BACKSLASH) at++;
      else if (!passes(ESCAPE)) return false;
    }
    return false;
  };
  /** A key and its colon. */
  const passesKey = (container: Container) => {
    const start = at;
    if (!passesString()) return false;
    container.key = JSON.parse(text.slice(start, at)) as string;
    onKey?.(stack);
    skipSpace();
    if (text[at] !== ":") return false;
    at++;
    skipSpace();
    return true;
  };

  skipSpace();
  for (;;) {
    // A value is wanted here.
    const kind = text[at];
    if (kind === "{" || kind === "[") {
      const container: Container = { kind, key: "" };
      at++;
      skipSpace();
      if (text[at] === (kind === "{" ? "}" : "]")) at++;
      else {
        stack.push(container);
        if (kind === "{" && !passesKey(container)) return at;
        continue;
      }
    } else if (!(passesString() || passes(NUMBER) || passes(LITERAL))) return at;
    // A value has ended.
    for (;;) {
      skipSpace();
      const container = stack.at(-1);
      if (container === undefined) return at === text.length ? undefined : at;
      if (text[at] === ",") {
        at++;
        skipSpace();
        if (container.kind === "{" && !passesKey(container)) return at;
        break;
      }
      if (text[at] !== (container.kind === "{" ? "}" : "]")) return at;
      at++;
      stack.pop();
    }
  }
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** Stands before the digits of a whole number that float64 would round, in a string. */
export const LONG = "\ue000";

/** True if a text may have whole numbers that float64 would round. */
export function mayHaveLongIntegers(text: string): boolean {
  // Digits behind a point are no whole number, and doubles often have so many.
  return /(?:^|[^.\d])\d{16}/.test(text);
}

/**
 * The same JSON, with whole numbers that float64 would round as strings that begin with `LONG`, `NaN` as null, and the
 * infinities as numbers that are parsed as such.
 */
export function withoutLoss(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  const replace = (pattern: RegExp, by: (found: string) => string) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return false;
    parts.push(text.slice(copied, at), by(found));
    at += found.length;
    copied = at;
    return true;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at++;
      while (at < text.length && text.charCodeAt(at) !== QUOTE)
        at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
      at++;
    } else if (code === 45 || (code >= 48 && code <= 57)) {
      const done =
        replace(LONG_INTEGER, (digits) =>
          Number.isSafeInteger(Number(digits)) ? digits : `"${LONG}${digits}"`,
        ) || replace(BEYOND_JSON, beyond);
      if (!done) {
        NUMBER.lastIndex = at;
        at = NUMBER.test(text) ? NUMBER.lastIndex : at + 1;
      }
    } else if ((code === 78 || code === 73) && replace(BEYOND_JSON, beyond)) {
      // Both N and I begin a number that JSON does not have.
    } else at++;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(copied);
}

function beyond(found: string): string {
  if (found.endsWith("NaN")) return "null";
  return found.startsWith("-") ? "-1e999" : "1e999";
}

/** True if a text may have the numbers that JSON does not have. */
export function mayHaveBeyondJson(text: string): boolean {
  return /NaN|Infinity/.test(text);
}
