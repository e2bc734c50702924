/**
 * @file The safetensors format: named arrays and text, in one file that runs no code when it is read.
 *
 * 8 bytes header length (little-endian), a JSON header with type, shape and byte range of each array, then the bytes.
 * Source: https://github.com/huggingface/safetensors#format
 */
import type { ArrayData, DType, NdArray } from "../engine/tensor.js";

export interface SafetensorsContent {
  readonly tensors: Readonly<Record<string, NdArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const CODE: Partial<Record<DType, string>> = {
  float32: "F32",
  float64: "F64",
  int64: "I64",
  int32: "I32",
  uint8: "U8",
};
const MAX_HEADER = 100_000_000;

/** Arrays are written sorted by name and aligned to 8 bytes: the same content gives the same bytes. */
export function writeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array {
  const names = Object.keys(tensors).sort();
  const header: Record<string, unknown> = { __metadata__: metadata };
  // Wider types first keep every array aligned, with no gaps, which the format forbids.
  names.sort((a, b) => width(tensors[b]!) - width(tensors[a]!) || (a < b ? -1 : 1));
  let end = 0;
  for (const name of names) {
    const { dtype, shape, data } = tensors[name]!;
    const code = CODE[dtype];
    if (!code) throw new TypeError(`safetensors: there is no ${dtype} in the file format ("${name}")`);
    header[name] = { dtype: code, shape, data_offsets: [end, (end += data.byteLength)] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let at = 8 + padded;
  for (const name of names) {
    const { data } = tensors[name]!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

const width = ({ data }: NdArray) => data.BYTES_PER_ELEMENT;

const ARRAY: Record<string, { dtype: DType; make: (buffer: ArrayBuffer) => ArrayData; bytes: number }> = {
  F32: { dtype: "float32", make: (b) => new Float32Array(b), bytes: 4 },
  F64: { dtype: "float64", make: (b) => new Float64Array(b), bytes: 8 },
  I64: { dtype: "int64", make: (b) => new BigInt64Array(b), bytes: 8 },
  I32: { dtype: "int32", make: (b) => new Int32Array(b), bytes: 4 },
  U8: { dtype: "uint8", make: (b) => new Uint8Array(b), bytes: 1 },
};

/**
 * Reads a safetensors file; every size is checked against the bytes there are before anything is allocated.
 * @param name names the file in errors.
 * @throws RangeError for a file that is not whole and in order.
 */
export function readSafetensors(bytes: Uint8Array, name = "model"): SafetensorsContent {
  const fail = (what: string): never => {
    throw new RangeError(`${name}: not a safetensors file: ${what}`);
  };
  if (bytes.length < 8) fail(`want at least 8 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER, bytes.length - 8))) {
    fail(`its header wants ${length} bytes, the file has ${bytes.length}`);
  }
  const start = 8 + Number(length);
  const header = parseHeader(bytes.subarray(8, start), fail);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTextRecord(metadata)) return fail("its metadata is not text");
  const body = bytes.subarray(start);
  const layouts = Object.entries(entries).map(([key, entry]) => layoutOf(key, entry, body.length, fail));
  // Arrays that lie on one another could ask for far more memory than the file has bytes.
  let end = 0;
  for (const { key, from, to } of layouts.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) fail(`"${key}" begins at byte ${from}, want ${end}`);
    end = to;
  }
  if (end !== body.length) fail(`its arrays take ${end} bytes, the file has ${body.length}`);
  const tensors = layouts.map(({ key, kind, shape, from, to }) => {
    // A copy: views want alignment, and the model must not change with the caller's bytes.
    const data = kind.make(new Uint8Array(body.subarray(from, to)).buffer);
    return [key, { dtype: kind.dtype, shape, data }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

function isTextRecord(value: unknown): value is Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

function parseHeader(bytes: Uint8Array, fail: (what: string) => never): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    fail("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) fail("its header is no object");
  return header as Record<string, unknown>;
}

interface Layout {
  key: string;
  kind: (typeof ARRAY)[string];
  shape: number[];
  /** Bytes of the body. */
  from: number;
  to: number;
}

function layoutOf(key: string, entry: unknown, available: number, fail: (what: string) => never): Layout {
  const { dtype, shape, data_offsets: range } = (entry ?? {}) as Record<string, unknown>;
  const kind =
    typeof dtype === "string" && Object.hasOwn(ARRAY, dtype)
      ? ARRAY[dtype]!
      : fail(`"${key}" has the unknown type ${String(dtype)}`);
  const whole = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!whole(shape) || !whole(range) || range.length !== 2)
    return fail(`"${key}" has no proper shape and byte range`);
  const [from, to] = range as [number, number];
  const size = shape.reduce((product, n) => product * n, kind.bytes);
  if (to < from || to > available || to - from !== size) {
    return fail(
      `"${key}" of shape [${shape.join(", ")}] wants ${size} bytes, its range is [${from}, ${to}) of ${available}`,
    );
  }
  return { key, kind, shape, from, to };
}
