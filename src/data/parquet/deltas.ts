/**
 * @file Integers as differences, and texts whose lengths are such integers.
 *
 * Source: Apache Parquet, "Parquet encoding definitions", "Delta Encoding" to "Incremental Encoding".
 */
import { Damage, want } from "./damage.js";
import { unpackBits, wantEnd } from "./encodings.js";
import { Varints } from "./varints.js";

// Prefixes let few bytes stand for many; what a page may unpack to is bounded.
const MOST_TEXT = 2 ** 28;

/** Differences of integers in blocks, packed with as few bits as they need; integers wrap around at their size. */
export function readDeltas(
  bytes: Uint8Array,
  start: number,
  type: "INT32" | "INT64",
  count: number,
): { values: Int32Array | BigInt64Array; end: number } {
  const reader = new Varints(bytes, start);
  const block = reader.unsigned();
  const parts = reader.unsigned();
  const total = reader.unsigned();
  want(
    block > 0 && block <= 2 ** 20 && parts > 0 && block % (32 * parts) === 0,
    `blocks of ${block} differences in ${parts} parts`,
  );
  want(total === count, `holds ${total} of ${count} differences`);
  const first = reader.zigzag();
  const wide = type === "INT64" ? new BigInt64Array(count) : undefined;
  const narrow = new Int32Array(wide ? 0 : count);
  let value = first;
  let low = Number(BigInt.asIntN(32, first));
  if (wide) wide[0] = value;
  else narrow[0] = low;
  const perPart = block / parts;
  const differences = new Uint32Array(perPart);
  for (let seen = Math.min(1, count); seen < count; ) {
    const least = reader.zigzag();
    const leastLow = Number(BigInt.asIntN(32, least));
    want(parts <= bytes.length - reader.at, "a block of differences is cut off");
    const widths = bytes.subarray(reader.at, reader.at + parts);
    reader.at += parts;
    for (let part = 0; part < parts && seen < count; part++) {
      const width = widths[part]!;
      want(width <= 64, `differences of ${width} bits`);
      const here = Math.min(perPart, count - seen);
      want(Math.ceil((here * width) / 8) <= bytes.length - reader.at, "a block of differences is cut off");
      const few = differences.subarray(0, here);
      if (width <= 32) unpackBits(bytes, reader.at, width, few);
      for (let i = 0; i < here; i++) {
        if (wide) {
          const difference = width <= 32 ? BigInt(few[i]!) : wideBits(bytes, reader.at, width, i);
          value = BigInt.asIntN(64, value + least + difference);
          wide[seen++] = value;
        } else {
          const difference =
            width <= 32 ? few[i]! : Number(BigInt.asUintN(32, wideBits(bytes, reader.at, width, i)));
          low = (low + leastLow + difference) | 0;
          narrow[seen++] = low;
        }
      }
      reader.at = Math.min(bytes.length, reader.at + (perPart * width) / 8);
    }
  }
  return { values: wide ?? narrow, end: reader.at };
}

/** The `index`th number of more than 32 bits. */
function wideBits(bytes: Uint8Array, start: number, width: number, index: number): bigint {
  const bit = index * width;
  const from = start + (bit >> 3);
  const to = start + Math.ceil((bit + width) / 8);
  let whole = 0n;
  for (let at = to - 1; at >= from; at--) whole = (whole << 8n) | BigInt(bytes[at]!);
  return BigInt.asUintN(width, whole >> BigInt(bit & 7));
}

/** Lengths as differences, then all texts side by side. */
export function readTexts(bytes: Uint8Array, start: number, count: number): Uint8Array[] {
  if (count === 0) return [];
  const { values: lengths, end } = readDeltas(bytes, start, "INT32", count);
  let at = end;
  return Array.from(lengths as Int32Array, (length, i) => {
    if (!(length >= 0 && length <= bytes.length - at)) {
      throw new Damage(`a text of ${length} bytes does not fit its page`);
    }
    at += length;
    if (i === count - 1) wantEnd(bytes, at, count);
    return bytes.subarray(at - length, at);
  });
}

/** Each text as the length of what it shares with the one before, and the rest. */
export function readPrefixedTexts(bytes: Uint8Array, count: number): Uint8Array[] {
  if (count === 0) return [];
  const { values: prefixes, end } = readDeltas(bytes, 0, "INT32", count);
  const suffixes = readTexts(bytes, end, count);
  let before = new Uint8Array(0);
  let total = 0;
  return suffixes.map((suffix, i) => {
    const shared = prefixes[i] as number;
    if (!(shared >= 0 && shared <= before.length)) {
      throw new Damage(`a text shares ${shared} of ${before.length} bytes`);
    }
    total += shared + suffix.length;
    if (total > MOST_TEXT) throw new Damage(`texts of one page grow beyond ${MOST_TEXT} bytes`);
    const text = new Uint8Array(shared + suffix.length);
    text.set(before.subarray(0, shared));
    text.set(suffix, shared);
    before = text;
    return text;
  });
}
