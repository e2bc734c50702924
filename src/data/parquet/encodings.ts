/**
 * @file The encodings of values in a page, each length and each count held against the bytes that are there.
 *
 * A damaged page must not make a decoder run on: hyparquet believes run lengths, byte lengths and indices. All numbers
 * are little-endian, and so are the machines that this runs on.
 * Source: Apache Parquet, "Parquet encoding definitions".
 */
import type { ParquetType } from "hyparquet";
import { Damage, want } from "./damage.js";
import { Varints } from "./varints.js";

export type Values =
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly boolean[]
  | readonly bigint[]
  | readonly Uint8Array[];

const WIDTHS: Partial<Record<ParquetType, number>> = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };
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

/** Fills `numbers` with numbers of `width` bits, at most 32, from byte `start` on. */
export function unpackBits(bytes: Uint8Array, start: number, width: number, numbers: Uint32Array): void {
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

/** Refuses bytes left over: the page was read for what it is not. Zeros may be left, since fastparquet adds them. */
export function wantEnd(bytes: Uint8Array, end: number, count: number): void {
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
