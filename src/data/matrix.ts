/**
 * @file Matrix: rows of float32 numbers, one sample a row; `NaN` marks a missing value. And Numbers: rows as they were
 * given, before they are centered and scaled, in float64 where float32 would round them.
 */
import { checkedElements, MAX_ELEMENTS, MemoryError } from "../parallel/memory.js";
import { quoted } from "./quoted.js";

/** Row-major float32 matrix, shape `[rows, cols]`: samples are rows, `NaN` is a missing value. */
export interface Matrix {
  /** Numbers row by row, length rows · cols. */
  readonly data: Float32Array;
  /** Number of rows, n. */
  readonly rows: number;
  /** Number of columns, d. */
  readonly cols: number;
}

/**
 * Rows as they were given, before scaling, shape `[rows, cols]`, row-major: float64 where float32 would round them. `NaN`
 * is a missing value. Every `Matrix` is one.
 */
export interface Numbers {
  /** Numbers row by row, length rows · cols. */
  readonly data: Float32Array | Float64Array;
  /** Number of rows, n. */
  readonly rows: number;
  /** Number of columns, d. */
  readonly cols: number;
}

/** An array of numbers of any type. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Data as every public call takes it: a `Matrix`, nested arrays, or a typed array with its shape. */
export type MatrixLike =
  | Matrix
  | {
      /** Numbers row by row, length rows · cols. */
      readonly data: NumericArray;
      /** Number of rows, n. */
      readonly rows: number;
      /** Number of columns, d. */
      readonly cols: number;
    }
  | {
      /** Numbers row by row, length rows · cols. */
      readonly data: NumericArray;
      /** `[rows, cols]` */
      readonly shape: readonly [number, number];
    }
  | readonly (readonly number[])[]
  | readonly (Float32Array | Float64Array)[];

/**
 * Checks a shape before anything of that size is allocated.
 * @returns rows · cols.
 * @throws RangeError if a size is no whole number ≥ 0, or the product exceeds `MAX_ELEMENTS`.
 */
export function checkedSize(rows: number, cols: number, where: string): number {
  for (const size of [rows, cols]) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`${where}: a size must be a whole number ≥ 0, got ${rows} × ${cols}`);
    }
  }
  if (rows * cols > MAX_ELEMENTS) {
    throw new MemoryError(`${where}: at most ${MAX_ELEMENTS} numbers fit one matrix, got ${rows} × ${cols}`);
  }
  return rows * cols;
}

/**
 * Makes a matrix of zeros, or one over `data` (not copied).
 * @throws RangeError for sizes that are none, do not fit `data`, or ask for more memory than there is.
 */
export function matrix(rows: number, cols: number, data?: Float32Array): Matrix {
  const size = checkedSize(rows, cols, "matrix");
  if (data && data.length !== size) {
    throw new RangeError(`matrix: ${rows} × ${cols} wants ${size} numbers, got ${data.length}`);
  }
  return { data: data ?? new Float32Array(checkedElements([rows, cols], 4, "matrix")), rows, cols };
}

/**
 * Reads anything matrix-like as a `Matrix`. A `Matrix` comes back as it is; all else is copied.
 * @param where names the caller in errors.
 * @throws TypeError for what is no matrix, RangeError for ragged rows, a length that does not fit the shape, or a number
 * past the range of float32.
 */
export function toMatrix(x: MatrixLike, where = "data"): Matrix {
  return rounded(toNumbers(x, where), where);
}

/** A matrix of numbers rounded to float32; one of float32 comes back as it is. @throws RangeError for one past its range. */
export function rounded(x: Numbers, where: string): Matrix {
  if (isMatrix(x)) return x;
  const { data, rows, cols } = x;
  const out = { data: Float32Array.from(data), rows, cols };
  refuseOverflow(out, (i) => data[i]!, where);
  return out;
}

function isMatrix(x: Numbers): x is Matrix {
  return x.data instanceof Float32Array;
}

/**
 * Reads anything matrix-like as `Numbers`, none of them rounded: as float32 where that holds every number exactly, else
 * as float64. What is of the type already is not copied.
 * @param where names the caller in errors.
 * @throws TypeError for what is no matrix, RangeError for ragged rows or a length that does not fit the shape.
 */
export function toNumbers(x: MatrixLike, where = "data"): Numbers {
  if (Array.isArray(x)) return fromRows(x as readonly ArrayLike<number>[], where);
  if (typeof x !== "object" || x === null || !("data" in x)) {
    throw new TypeError(`${where}: want a Matrix, an array of rows, or { data, shape }, got ${kindOf(x)}`);
  }
  const { data } = x;
  if (!isNumericArray(data)) {
    throw new TypeError(`${where}: data must be a typed array of numbers, got ${kindOf(data)}`);
  }
  const shape: unknown = "shape" in x ? x.shape : [x.rows, x.cols];
  if (!Array.isArray(shape) || shape.length !== 2) {
    const got = Array.isArray(shape) ? `[${shape.join(", ")}]` : kindOf(shape);
    throw new RangeError(`${where}: want a shape of two sizes, [rows, cols], got ${got}`);
  }
  const [rows, cols] = shape as [number, number];
  const size = checkedSize(rows, cols, where);
  if (data.length !== size) {
    throw new RangeError(`${where}: ${rows} × ${cols} wants ${size} numbers, got ${data.length}`);
  }
  if (data instanceof Float32Array) return { data, rows, cols };
  if (isExact(data)) return { data: Float32Array.from(data), rows, cols };
  return { data: data instanceof Float64Array ? data : Float64Array.from(data), rows, cols };
}

/** True if float32 holds every number. */
function isExact(data: NumericArray): boolean {
  if (data.BYTES_PER_ELEMENT < 4) return true;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Math.fround(value) !== value && !Number.isNaN(value)) return false;
  }
  return true;
}

function fromRows(rowsIn: readonly ArrayLike<number>[], where: string): Numbers {
  const rows = rowsIn.length;
  // Rows are taken by index: `forEach` passes over the holes of an array.
  for (let i = 0; i < rows; i++) {
    const row: unknown = rowsIn[i];
    if (!Array.isArray(row) && !isNumericArray(row)) {
      throw new TypeError(`${where}: row ${i} is no array of numbers but ${kindOf(row)}${insteadOf(row)}`);
    }
    const cols = rowsIn[0]!.length;
    if (row.length !== cols) {
      throw new RangeError(`${where}: row ${i} has ${row.length} numbers, row 0 has ${cols}`);
    }
  }
  const cols = rows === 0 ? 0 : rowsIn[0]!.length;
  const data = new Float64Array(checkedSize(rows, cols, where));
  for (let i = 0; i < rows; i++) {
    const row = rowsIn[i]!;
    for (let j = 0; j < cols; j++) {
      const value: unknown = row[j];
      if (typeof value !== "number") {
        const hint = value === undefined || value === null ? " (NaN is a missing number)" : "";
        throw new TypeError(`${where}: row ${i} column ${j} is no number but ${kindOf(value)}${hint}`);
      }
      data[i * cols + j] = value;
    }
  }
  return { data: isExact(data) ? Float32Array.from(data) : data, rows, cols };
}

/**
 * Refuses numbers that became infinite when they were rounded to float32.
 * @param valueAt what number `i` of `x` was before.
 * @throws RangeError with row and column, from 0.
 */
export function refuseOverflow(x: Matrix, valueAt: (i: number) => number, where: string): void {
  for (let i = 0; i < x.data.length; i++) {
    if (Math.abs(x.data[i]!) !== Number.POSITIVE_INFINITY) continue;
    const value = valueAt(i);
    if (!Number.isFinite(value)) continue;
    const place = `row ${Math.floor(i / x.cols)} column ${i % x.cols}`;
    throw new RangeError(`${where}: ${place}: ${value} is too large for float32 (at most 3.4e38)`);
  }
}

/** True of typed arrays of numbers, not of bigints, in this realm or another. */
function isNumericArray(x: unknown): x is NumericArray {
  return ArrayBuffer.isView(x) && !/DataView|BigInt/.test(tagOf(x));
}

function tagOf(x: unknown): string {
  return Object.prototype.toString.call(x).slice("[object ".length, -1);
}

/** A way out for the commonest things that are no rows. */
function insteadOf(row: unknown): string {
  if (typeof row === "number") return " (numbers in one array want a shape: { data, shape: [rows, cols] })";
  return kindOf(row) === "an object" ? " (want its numbers in an array, or a table: recordsTable(rows))" : "";
}

/** A value as errors say it: `"34"`, `null`, `an object (Promise)`. */
export function kindOf(x: unknown): string {
  if (Array.isArray(x)) return "an array";
  if (typeof x === "string") return quoted(x);
  if (typeof x === "bigint") return `${quoted(String(x)).slice(1, -1)}n`;
  if (typeof x === "function" || typeof x === "symbol") return `a ${typeof x}`;
  if (typeof x !== "object" || x === null) return x === undefined ? "missing" : String(x);
  return tagOf(x) === "Object" ? "an object" : `an object (${tagOf(x)})`;
}

/** Row `i` as a view, shape `[cols]`: writing to it writes to the matrix. */
export function row(x: Matrix, i: number): Float32Array;
export function row(x: Numbers, i: number): Float32Array | Float64Array;
export function row(x: Numbers, i: number): Float32Array | Float64Array {
  return x.data.subarray(i * x.cols, (i + 1) * x.cols);
}

/** A copy of the rows named, in the order named. */
export function takeRows(x: Matrix, indices: ArrayLike<number>): Matrix;
export function takeRows(x: Numbers, indices: ArrayLike<number>): Numbers;
export function takeRows(x: Numbers, indices: ArrayLike<number>): Numbers {
  const out = zerosLike(x, indices.length, x.cols);
  for (let i = 0; i < indices.length; i++) out.data.set(row(x, indices[i]!), i * x.cols);
  return out;
}

/** A copy of the columns named, in the order named. */
export function takeColumns(x: Matrix, indices: ArrayLike<number>): Matrix;
export function takeColumns(x: Numbers, indices: ArrayLike<number>): Numbers;
export function takeColumns(x: Numbers, indices: ArrayLike<number>): Numbers {
  const out = zerosLike(x, x.rows, indices.length);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < indices.length; j++) {
      out.data[i * indices.length + j] = x.data[i * x.cols + indices[j]!]!;
    }
  }
  return out;
}

/** Zeros of the precision of `x`. */
function zerosLike({ data }: Numbers, rows: number, cols: number): Numbers {
  if (data instanceof Float32Array) return matrix(rows, cols);
  checkedSize(rows, cols, "matrix");
  return { data: new Float64Array(checkedElements([rows, cols], 8, "matrix")), rows, cols };
}

/** True if all numbers are finite: v · 0 is 0 for them and NaN for all others, so one sum without branches tells. */
export function allFinite(data: Float32Array | Float64Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += data[i]! * 0;
    b += data[i + 1]! * 0;
    c += data[i + 2]! * 0;
    d += data[i + 3]! * 0;
  }
  for (let i = whole; i < data.length; i++) a += data[i]! * 0;
  return a + b + c + d === 0;
}

/** Place and value of the first number that is not finite, or `undefined` if all are finite. */
export function firstNonFinite(x: Numbers): { row: number; column: number; value: number } | undefined {
  for (let i = 0; i < x.data.length; i++) {
    const value = x.data[i]!;
    if (!Number.isFinite(value)) return { row: Math.floor(i / x.cols), column: i % x.cols, value };
  }
  return undefined;
}

/** Mean of every column in float64, shape `[cols]`. */
export function columnMeans(x: Numbers): Float64Array {
  const sums = new Float64Array(x.cols);
  for (let i = 0, at = 0; i < x.rows; i++) for (let j = 0; j < x.cols; j++, at++) sums[j] += x.data[at]!;
  return sums.map((sum) => sum / x.rows);
}

/** Columns of `a`, then those of `b`, of as many rows. */
export function beside(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, a.cols + b.cols);
  for (let i = 0; i < a.rows; i++) {
    row(out, i).set(row(a, i));
    row(out, i).set(row(b, i), a.cols);
  }
  return out;
}
