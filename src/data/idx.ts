/**
 * @file IDX files, the format of MNIST and its kin, to `Matrix` and back.
 *
 * Two zero bytes, a type byte, the number of axes, the axes as big-endian 32-bit sizes, then the numbers.
 * Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", file format section.
 */
import { asBytes, type BytesLike } from "./bytes.js";
import { checkedSize, type Matrix } from "./matrix.js";
import type { ArrayRows } from "./npy.js";

const TYPES: Readonly<Record<number, { readonly size: number; read(view: DataView, at: number): number }>> = {
  8: { size: 1, read: (view, at) => view.getUint8(at) },
  9: { size: 1, read: (view, at) => view.getInt8(at) },
  11: { size: 2, read: (view, at) => view.getInt16(at) },
  12: { size: 4, read: (view, at) => view.getInt32(at) },
  13: { size: 4, read: (view, at) => view.getFloat32(at) },
  14: { size: 8, read: (view, at) => view.getFloat64(at) },
};

/** As many as NumPy takes. */
const MOST_AXES = 32;

/** True if the bytes start as an IDX file does. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[0] === 0 && bytes[1] === 0 && bytes[2]! in TYPES && bytes[3]! > 0;
}

/**
 * Reads an IDX file: the first axis is rows, the rest one long row; one axis alone is one column.
 * @throws RangeError if the header is wrong or promises other than the bytes that follow it.
 */
export function readIdx(source: BytesLike, name = "idx"): ArrayRows {
  const bytes = asBytes(source, name);
  if (!isIdx(bytes)) throw new RangeError(`${name}: no IDX file (its first bytes are wrong)`);
  const type = TYPES[bytes[2]!]!;
  const rank = bytes[3]!;
  if (rank > MOST_AXES) throw new RangeError(`${name}: ${rank} axes, want 1 to ${MOST_AXES}`);
  const dataStart = 4 + 4 * rank;
  if (bytes.length < dataStart) throw new RangeError(`${name}: cut off in its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const rows = shape[0]!;
  const cols = shape.slice(1).reduce((product, size) => product * size, 1);
  const size = checkedSize(rows, cols, name);
  const present = bytes.length - dataStart;
  if (present !== size * type.size) {
    const promised = `${shape.join(" × ")} is ${size * type.size} bytes`;
    throw new RangeError(`${name}: ${promised}, the file has ${present} after its header`);
  }
  // Float32 holds the first digits alone of integers of four bytes and of doubles.
  const data = type.size === 8 || bytes[2] === 12 ? new Float64Array(size) : new Float32Array(size);
  if (bytes[2] === 8) data.set(bytes.subarray(dataStart));
  else for (let i = 0; i < size; i++) data[i] = type.read(view, dataStart + i * type.size);
  return { x: { data, rows, cols }, shape, ...(bytes[2] === 8 && { bytes: true }) };
}

/**
 * Writes an IDX file of bytes or float32. `shape` defaults to `[rows, cols]`.
 * @throws RangeError for `u1` if a number is no whole number in [0, 255].
 */
export function writeIdx(
  x: Matrix,
  type: "u1" | "f4" = "f4",
  shape: readonly number[] = [x.rows, x.cols],
): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== x.data.length || shape.length > 255) {
    throw new RangeError(`writeIdx: shape (${shape.join(", ")}) does not hold ${x.data.length} numbers`);
  }
  const dataStart = 4 + 4 * shape.length;
  const bytes = new Uint8Array(dataStart + x.data.length * (type === "u1" ? 1 : 4));
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type === "u1" ? 8 : 13, shape.length]);
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  x.data.forEach((value, i) => {
    if (type === "f4") view.setFloat32(dataStart + 4 * i, value);
    else if (Number.isInteger(value) && value >= 0 && value <= 255) bytes[dataStart + i] = value;
    else throw new RangeError(`writeIdx: number ${i} is ${value}, want a whole number in [0, 255]`);
  });
  return bytes;
}
