/**
 * @file NumPy's .npy files to `Matrix` and back.
 *
 * Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", and `numpy.lib.format` for the
 * versions 2.0 (32-bit header length) and 3.0 (UTF-8 header).
 */

import { checkedElements, MAX_BUFFER } from "../parallel/memory.js";
import { asBytes, type BytesLike } from "./bytes.js";
import { checkedSize, type Numbers, type NumericArray } from "./matrix.js";
import { joinBytes } from "./pieces.js";
import { headOf, type Source } from "./source.js";

/** An array of any rank as rows: rank 1 is one column, above 2 the axes after the first are one long row. */
export interface ArrayRows {
  /** The array as rows `[n, d]`: float32 where that holds every number of its type, else float64. */
  readonly x: Numbers;
  /** The shape in the file; of rank 0 it is `[]`. */
  readonly shape: readonly number[];
  /** True if its numbers are bytes, 0 to 255. */
  readonly bytes?: boolean;
}

type ReadNumber = (view: DataView, at: number, little: boolean) => number;

const TYPES: Readonly<Record<string, { readonly size: number; readonly read: ReadNumber }>> = {
  b1: { size: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  u1: { size: 1, read: (view, at) => view.getUint8(at) },
  i1: { size: 1, read: (view, at) => view.getInt8(at) },
  u2: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  i2: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  u4: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  i4: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  u8: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f2: { size: 2, read: (view, at, little) => halfToNumber(view.getUint16(at, little)) },
  f4: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

/** Types that arrays of the platform hold, in its byte order. */
const NATIVE: Readonly<
  Record<string, new (buffer: ArrayBuffer, start: number, length: number) => NumericArray>
> = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** Types whose every number is a float32. */
const NARROW = ["b1", "u1", "i1", "u2", "i2", "f2", "f4"];

/** Bytes to a piece that is written. */
const PIECE_BYTES = 2 ** 24;

/** Bytes at the start of a file that hold any header that is read. */
const LARGEST_HEAD = 2 ** 16 + 12;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** True if the bytes start as a .npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/**
 * Reads a .npy file of bool, integers of 1 to 8 bytes, or floats of 2 to 8, either byte order, C or Fortran order.
 * The array may share memory with `source`.
 * @throws RangeError if the header is no plain header, or promises other than the bytes that follow it.
 */
export function readNpy(source: BytesLike, name = "npy"): ArrayRows {
  const bytes = asBytes(source, name);
  const { dataStart, ...layout } = layoutOf(bytes, bytes.length, name);
  return arrayOf(bytes.buffer, bytes.byteOffset + dataStart, layout);
}

/** Reads a .npy file of any size, its numbers into the memory that they stay in where their type lets them. See `readNpy`. */
export async function readNpyFrom(source: Source): Promise<ArrayRows> {
  const { name, size, fill } = source;
  if (size === undefined || !fill) return readNpy(await source.bytes(), name);
  const { dataStart, ...layout } = layoutOf(await headOf(source, LARGEST_HEAD), size, name);
  const buffer = new ArrayBuffer(checkedElements([size - dataStart], 1, name, MAX_BUFFER));
  await fill(buffer, dataStart);
  return arrayOf(buffer, 0, layout);
}

/** The numbers of a file as its header says they lie. */
interface Layout {
  readonly type: string;
  readonly little: boolean;
  /** True if the last axis is the fastest. */
  readonly rowMajor: boolean;
  readonly shape: readonly number[];
  readonly rows: number;
  readonly cols: number;
}

/** @param head the start of the file, or all of it. @param length of the file. */
function layoutOf(head: Uint8Array, length: number, name: string): Layout & { readonly dataStart: number } {
  const { shape, little, fortran, dataStart, type, descr } = readNpyHeader(head, name, length);
  const each = TYPES[type]?.size;
  if (each === undefined) {
    throw new RangeError(
      `${name}: dtype ${JSON.stringify(descr.replaceAll("'", ""))} is not read (want a bool, integer or float type)`,
    );
  }
  const rows = shape.length === 0 ? 1 : shape[0]!;
  const cols = shape.slice(1).reduce((product, size) => product * size, 1);
  const size = checkedSize(rows, cols, name);
  const present = length - dataStart;
  if (present !== size * each) {
    const promised = `(${shape.join(", ")}) of ${descr} is ${size * each} bytes`;
    throw new RangeError(`${name}: ${promised}, the file has ${present} after its header`);
  }
  // Fortran order differs from C order only where two axes are longer than 1.
  const rowMajor = !fortran || shape.filter((length) => length > 1).length < 2;
  return { type, little, rowMajor, shape, rows, cols, dataStart };
}

function arrayOf(
  buffer: ArrayBuffer,
  start: number,
  { type, little, rowMajor, shape, rows, cols }: Layout,
): ArrayRows {
  const size = rows * cols;
  const { size: each, read } = TYPES[type]!;
  const Native = little === platformIsLittle || each === 1 ? NATIVE[type] : undefined;
  const there = rowMajor && Native && start % each === 0 ? new Native(buffer, start, size) : undefined;
  if (there instanceof Float32Array || there instanceof Float64Array)
    return { x: { data: there, rows, cols }, shape };
  const data = NARROW.includes(type) ? new Float32Array(size) : new Float64Array(size);
  if (there) data.set(there);
  else {
    const view = new DataView(buffer, start, size * each);
    if (!rowMajor) readFortran(view, TYPES[type]!, little, shape, data);
    else for (let i = 0; i < size; i++) data[i] = read(view, i * each, little);
  }
  return { x: { data, rows, cols }, shape, ...(type === "u1" && { bytes: true }) };
}

/** Element (i₁, …, i_r) stands at i₁ + n₁ (i₂ + n₂ (i₃ + …)) in the file, and at ((i₁ n₂ + i₂) n₃ + …) in memory. */
function readFortran(
  view: DataView,
  type: { readonly size: number; readonly read: ReadNumber },
  little: boolean,
  shape: readonly number[],
  out: Float32Array | Float64Array,
): void {
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = type.read(view, from * type.size, little);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** Header of a .npy file. */
export interface NpyHeader {
  readonly descr: string;
  readonly type: string;
  readonly little: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly dataStart: number;
}

/** @param length of the file that starts with the bytes. @throws RangeError if the header is no plain header, or cut off. */
export function readNpyHeader(bytes: Uint8Array, name: string, length = bytes.length): NpyHeader {
  if (!isNpy(bytes)) throw new RangeError(`${name}: no .npy file (its first bytes are wrong)`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  const lengthSize = version === 1 ? 2 : 4;
  if (version === undefined || version < 1 || version > 3 || bytes[7] !== 0) {
    const got = bytes.length < 8 ? "missing" : `${version}.${bytes[7]}`;
    throw new RangeError(`${name}: .npy version ${got} is not known (want 1.0, 2.0 or 3.0)`);
  }
  const textStart = 8 + lengthSize;
  if (bytes.length < textStart) throw new RangeError(`${name}: cut off in its header`);
  const headerLength = lengthSize === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textStart + headerLength > length) {
    throw new RangeError(`${name}: a header of ${headerLength} bytes does not fit the file of ${length}`);
  }
  const text = new TextDecoder().decode(
    bytes.subarray(textStart, textStart + Math.min(headerLength, 2 ** 16)),
  );

  const entries = new Map<string, string>();
  const entry = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d\s,L]*\)|\[[^\]]*\])\s*(,|\})/y;
  let at = /^\s*\{/.exec(text)?.[0].length ?? -1;
  let closed = false;
  while (at >= 0 && !closed) {
    entry.lastIndex = at;
    const match = entry.exec(text);
    if (match && !entries.has(match[1]!)) entries.set(match[1]!, match[2]!);
    else if (!/^\s*\}/.test(text.slice(at))) break;
    closed = match?.[3] !== ",";
    at = match ? entry.lastIndex : text.indexOf("}", at) + 1;
  }
  closed &&= text.slice(at).trim() === "";
  const descr = entries.get("descr") ?? "";
  const order = entries.get("fortran_order");
  const shapeText = entries.get("shape") ?? "";
  const dtype = /^'([<>|=])([a-z]\d+)'$/.exec(descr);
  const shape = shapeOf(shapeText);
  if (!closed || entries.size !== 3 || descr === "" || (order !== "True" && order !== "False") || !shape) {
    throw new RangeError(`${name}: unreadable header ${JSON.stringify(text.trim().slice(0, 80))}`);
  }
  return {
    descr,
    type: dtype?.[2] ?? descr,
    little: dtype?.[1] === ">" ? false : dtype?.[1] === "=" ? platformIsLittle : true,
    fortran: order === "True",
    shape,
    dataStart: textStart + headerLength,
  };
}

/** The sizes in a tuple as Python writes it: `()`, `(3,)`, `(3, 4)`; Python 2 wrote `(3L, 4L)`. */
function shapeOf(text: string): number[] | undefined {
  const items = text.slice(1, -1).split(",");
  // One size without a comma is a number in brackets, and a comma may end the tuple.
  const blank = items.at(-1)!.trim() === "";
  if (blank) items.pop();
  if (text === "" || (items.length === 1 && !blank) || items.length > 32) return undefined;
  const sizes = items.map((item) =>
    /^(?:0+|[1-9]\d*)L?$/.test(item.trim()) ? Number.parseInt(item, 10) : Number.NaN,
  );
  return sizes.every(Number.isSafeInteger) ? sizes : undefined;
}

/**
 * Writes float32, or float64 where the numbers are, C order, version 1.0. `shape` defaults to `[rows, cols]`.
 * @throws RangeError for a shape that does not hold as many numbers as `x`; MemoryError for more bytes than one array holds.
 */
export function writeNpy(x: Numbers, shape?: readonly number[]): Uint8Array {
  return joinBytes([...npyPieces(x, shape)]);
}

/** The bytes of `writeNpy`, in pieces that are those of the numbers themselves. */
export function* npyPieces(
  { data, rows, cols }: Numbers,
  shape: readonly number[] = [rows, cols],
): Generator<Uint8Array<ArrayBuffer>> {
  if (shape.reduce((product, size) => product * size, 1) !== data.length) {
    throw new RangeError(`writeNpy: shape (${shape.join(", ")}) does not hold ${data.length} numbers`);
  }
  yield npyHeader(shape, data.BYTES_PER_ELEMENT as 4 | 8);
  const { buffer, byteOffset, byteLength } = data;
  for (let at = 0; at < byteLength; at += PIECE_BYTES) {
    const size = Math.min(PIECE_BYTES, byteLength - at);
    yield new Uint8Array(buffer as ArrayBuffer, byteOffset + at, size);
  }
}

/** The start of a file of float32 or float64 numbers. @param each bytes of a number. */
function npyHeader(shape: readonly number[], each: 4 | 8): Uint8Array<ArrayBuffer> {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const dict = `{'descr': '<f${each}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Data starts at a multiple of 64, so that it can be mapped into memory.
  const headerLength = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + headerLength);
  bytes.set([...MAGIC, 1, 0, headerLength & 255, headerLength >> 8]);
  bytes.set(new TextEncoder().encode(`${dict.padEnd(headerLength - 1)}\n`), 10);
  return bytes;
}

const platformIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
