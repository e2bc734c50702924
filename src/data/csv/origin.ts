/**
 * @file The records of a CSV file as they stand, once more: what is given back is copied, not written anew.
 */
import type { Origin, OriginRecord } from "../table/table.js";
import type { Layout } from "./layout.js";
import { commentEnd } from "./records.js";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/** @param pieces the file in UTF-8, from its start. */
export function csvOrigin(
  layout: Pick<Layout, "delimiter" | "header" | "written" | "comment" | "start">,
  pieces: () => AsyncIterable<Uint8Array>,
): Origin {
  return { delimiter: layout.delimiter, names: layout.written, records: () => records(layout, pieces()) };
}

async function* records(
  { delimiter, header, comment, start }: Pick<Layout, "delimiter" | "header" | "comment" | "start">,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<OriginRecord> {
  const separator = delimiter.charCodeAt(0);
  let held = new Uint8Array(0);
  let skip = start;
  let names = header;
  async function* ending() {
    yield* pieces;
    // A last line without a break gets one.
    yield undefined;
  }
  for await (const piece of ending()) {
    const last = piece === undefined;
    const added =
      piece ?? (held.at(-1) === NEWLINE || held.length === 0 ? new Uint8Array(0) : Uint8Array.of(NEWLINE));
    const joined = new Uint8Array(held.length + added.length);
    joined.set(held);
    joined.set(added, held.length);
    let at = Math.min(skip, joined.length);
    skip -= at;
    for (;;) {
      const passed = commentEnd(joined, at, comment, last);
      if (passed === undefined) break;
      if (passed > at) {
        at = passed;
        continue;
      }
      const found = boundsOf(joined, at, separator, last);
      if (!found) break;
      if (!found.blank) {
        if (names) names = false;
        else yield recordAt(joined, at, found.contentEnd, separator);
      }
      at = found.end;
    }
    held = joined.slice(at);
  }
}

function recordAt(bytes: Uint8Array, start: number, end: number, separator: number): OriginRecord {
  return { bytes, start, end, fields: () => fieldsOf(bytes, start, end, separator) };
}

/** End of a record, without and with its line break; `undefined` if it is not complete. */
function boundsOf(bytes: Uint8Array, start: number, separator: number, last: boolean) {
  let pos = start;
  let fieldStart = true;
  let blank = true;
  for (; pos < bytes.length; pos++) {
    const byte = bytes[pos]!;
    if (byte === QUOTE && fieldStart) {
      pos = closing(bytes, pos + 1);
      if (pos < 0) return undefined;
      blank = false;
      fieldStart = false;
      continue;
    }
    if (byte === NEWLINE || byte === RETURN) {
      if (byte === RETURN && pos + 1 === bytes.length && !last) return undefined;
      const end = byte === RETURN && bytes[pos + 1] === NEWLINE ? pos + 2 : pos + 1;
      return { contentEnd: pos, end, blank };
    }
    fieldStart = byte === separator;
    if (byte !== SPACE) blank = false;
  }
  return undefined;
}

/** Place of the quote that closes a field; -1 if there is none. */
function closing(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at >= 0; at = bytes.indexOf(QUOTE, at + 2)) {
    if (bytes[at + 1] !== QUOTE) return at;
  }
  return -1;
}

function fieldsOf(bytes: Uint8Array, start: number, end: number, separator: number): [number, number][] {
  const fields: [number, number][] = [];
  let from = start;
  for (let pos = start; ; pos++) {
    if (pos === from && bytes[pos] === QUOTE && pos < end) pos = closing(bytes, pos + 1) + 1;
    while (pos < end && bytes[pos] !== separator) pos++;
    fields.push([from, pos]);
    if (pos >= end) return fields;
    from = pos + 1;
  }
}
