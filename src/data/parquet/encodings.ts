/**
 * @file The encodings of values in a page, each length and each count held against the bytes that are there.
 *
 * A damaged page must not make a decoder run on: hyparquet believes run lengths, byte lengths and indices. All numbers
 * are little-endian, and so are the machines that this runs on.
 * Source: Apache Parquet, "Parquet encoding definitions".
 */
import type { ParquetType } from "hyparquet";
import { Damage, want } from "./damage.js";

export type Values =
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly boolean[]
  | readonly bigint[]
  | readonly Uint8Array[];

const WIDTHS: Partial<Record<ParquetType, number>> = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };
// Prefixes let few bytes stand for many; what a page may unpack to is bounded.
const MOST_TEXT = 2 ** 28;
const MOST_PADDING = 8;

/**
 * Runs of equal numbers and of bit-packed ones, as levels and dictionary indices are written.
 * @param end where the bytes of the runs end; what is packed in the last of them may be cut off behind the last number.
 * @param width bits of a number, 0 to 32.
 */
export function readRuns(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  count: number,
): Uint32Array {
  want(width <= 32, `numbers of ${width} bits`);
  const numbers = new Uint32Array(count);
  if (width === 0) return numbers;
  const reader = new Varints(bytes.subarray(0, end), start);
  for (let seen = 0; seen < count; ) {
    want(reader.at < end, `runs hold ${seen} of ${count} numbers`);
    const head = reader.unsigned();
    const left = count - seen;
    if (head % 2 === 1) {
      const packed = ((head - 1) / 2) * 8;
      const here = Math.min(packed, left);
      want(
        Math.ceil((here * width) / 8) <= end - reader.at,
        `a run of ${packed} numbers does not fit its page`,
      );
      unpackBits(bytes, reader.at, width, numbers.subarray(seen, seen + here));
      reader.at += (packed * width) / 8;
      seen += here;
    } else {
      const run = head / 2;
      want(run <= left, `a run of ${run} where ${left} of ${count} numbers are left`);
      const size = Math.ceil(width / 8);
      want(size <= end - reader.at, "a run is cut off");
      let value = 0;
      for (let i = 0; i < size; i++) value += bytes[reader.at++]! * 2 ** (8 * i);
      want(value < 2 ** width, `the number ${value} in a run of ${width} bits`);
      numbers.fill(value, seen, seen + run);
      seen += run;
    }
  }
  return numbers;
}

function unpackBits(bytes: Uint8Array, start: number, width: number, numbers: Uint32Array): void {
  let at = start;
  let shift = 0;
  const size = 2 ** width;
  for (let i = 0; i < numbers.length; i++) {
    const low = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    // A number of more than 25 bits may reach into a fifth byte.
    numbers[i] =
      width <= 25
        ? (low >>> shift) & (size - 1)
        : Math.floor(((low >>> 0) + (bytes[at + 4] ?? 0) * 2 ** 32) / 2 ** shift) % size;
    shift += width;
    at += shift >> 3;
    shift &= 7;
  }
}

/** Values as they are, side by side. */
export function readPlain(bytes: Uint8Array, type: ParquetType, length: number, count: number): Values {
  if (type === "BOOLEAN") {
    wantEnd(bytes, Math.ceil(count / 8), count);
    return Array.from({ length: count }, (_, i) => ((bytes[i >> 3]! >> (i & 7)) & 1) === 1);
  }
  if (type === "BYTE_ARRAY") {
    want(count <= bytes.length / 4, `${count} texts in ${bytes.length} bytes`);
    const view = viewOf(bytes);
    const values: Uint8Array[] = new Array(count);
    let at = 0;
    for (let i = 0; i < count; i++) {
      if (at + 4 > bytes.length) throw new Damage(`holds ${i} of ${count} texts`);
      const size = view.getUint32(at, true);
      at += 4;
      if (size > bytes.length - at) throw new Damage(`a text of ${size} bytes does not fit its page`);
      values[i] = bytes.subarray(at, at + size);
      at += size;
    }
    wantEnd(bytes, at, count);
    return values;
  }
  const width = type === "FIXED_LEN_BYTE_ARRAY" ? length : WIDTHS[type]!;
  wantEnd(bytes, count * width, count);
  if (type === "FIXED_LEN_BYTE_ARRAY") {
    return Array.from({ length: count }, (_, i) => bytes.subarray(i * width, (i + 1) * width));
  }
  if (type === "INT96") {
    const view = viewOf(bytes);
    return Array.from({ length: count }, (_, i) => {
      return (BigInt(view.getInt32(i * 12 + 8, true)) << 64n) | view.getBigUint64(i * 12, true);
    });
  }
  return arrayOf(bytes.slice(0, count * width).buffer as ArrayBuffer, type);
}

/** All first bytes, then all second bytes, and so on. */
export function readByteStreams(bytes: Uint8Array, type: ParquetType, length: number, count: number): Values {
  const width = type === "FIXED_LEN_BYTE_ARRAY" ? length : WIDTHS[type];
  want(width !== undefined && type !== "INT96", `byte streams of ${type}`);
  wantEnd(bytes, count * width, count);
  const whole = new Uint8Array(count * width);
  for (let stream = 0; stream < width; stream++) {
    for (let i = 0; i < count; i++) whole[i * width + stream] = bytes[stream * count + i]!;
  }
  return readPlain(whole, type, length, count);
}

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

class Varints {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** A number below 2³². */
  unsigned(): number {
    const number = this.#read(5);
    want(number < 2n ** 32n, "a number is too large");
    return Number(number);
  }

  zigzag(): bigint {
    const folded = BigInt.asUintN(64, this.#read(10));
    return (folded >> 1n) ^ -(folded & 1n);
  }

  #read(longest: number): bigint {
    let result = 0n;
    for (let i = 0; i < longest; i++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Damage("a number is cut off");
      result |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return result;
    }
    throw new Damage(`a number is longer than ${longest} bytes`);
  }
}

/** What is left over tells that the page was read for what it is not; but fastparquet adds zeros. */
function wantEnd(bytes: Uint8Array, end: number, count: number): void {
  const rest = bytes.subarray(end);
  want(
    end <= bytes.length && rest.length <= MOST_PADDING && rest.every((byte) => byte === 0),
    `${bytes.length} bytes for ${count} values, want ${end}`,
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function arrayOf(buffer: ArrayBuffer, type: ParquetType): Values {
  if (type === "INT32") return new Int32Array(buffer);
  if (type === "INT64") return new BigInt64Array(buffer);
  return type === "FLOAT" ? new Float32Array(buffer) : new Float64Array(buffer);
}
