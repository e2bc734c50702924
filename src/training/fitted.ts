/**
 * @file Fitted models: a method's graphs over fixed parameters, run in blocks of rows, and its procedures.
 */

import { isDataset, isTable, type RowsLike } from "../data/dataset.js";
import { givenRows, inPlaces } from "../data/given-rows.js";
import {
  kindOf,
  type Matrix,
  type MatrixLike,
  matrix,
  type Numbers,
  rounded,
  toNumbers,
} from "../data/matrix.js";
import { applyScale, type ColumnMoments, isIdentity, undoScale, undoScaleWide } from "../data/scale.js";
import type { Sequences } from "../data/sequences.js";
import { scaledRows, type TableEncoding } from "../data/table/encoding.js";
import type { Table } from "../data/table/table.js";
import { float32 } from "../engine/arrays.js";
import { emit } from "../engine/onnx.js";
import { add, div, mul, square, sub } from "../engine/ops/arithmetic.js";
import { sum } from "../engine/ops/reduce.js";
import { cast, isMissing, where } from "../engine/ops/select.js";
import { type Program, runtime } from "../engine/session.js";
import { constant, input, type NdArray, sameShape, show, type Tensor } from "../engine/tensor.js";
import { type ModelRecord, writeModelFile } from "../files/model-file.js";
import type { Breathing } from "../linalg/breathing.js";
import { blocksOf, rowBlocks } from "../methods/evaluate.js";
import { type Method, type Procedures, partNames } from "../methods/method.js";
import type { Coder, PartName } from "../methods/model.js";
import type { Symbols } from "../methods/parameters.js";
import { checkedElements } from "../parallel/memory.js";
import { breather } from "./breather.js";
import { refuseNonFinite } from "./finite.js";

/** A model of `method` with the parameters of `record`, and the method's own results beside them. */
export function fittedModel<Model>(method: Method<Model>, record: ModelRecord): Model {
  const d = record.data.cols;
  const model = new FittedCoder(method, record);
  const results = method.results(record.parameters, d, { model, scaling: record.scale }) as object;
  return Object.defineProperties(model, Object.getOwnPropertyDescriptors(results)) as Model;
}

/**
 * As `fittedModel`, of a record from a file, whose arrays may be any.
 * @throws RangeError or TypeError if they are not those of the method.
 */
export function checkedModel<Model>(method: Method<Model>, record: ModelRecord): Model {
  // Before the results: what is made of arrays of wrong shape could be of any size.
  new FittedCoder(method, record).checkParts();
  return fittedModel(method, record);
}

/**
 * The method of a fitted model and all that its file holds, for what is trained further.
 * @throws TypeError for what is no fitted model.
 */
export function insideOf(model: unknown, where: string): { method: Method; record: ModelRecord } {
  const inside = FittedCoder.inside(model);
  if (!inside) throw new TypeError(`${where}: want a fitted model, as fit gives it, got ${kindOf(model)}`);
  return inside;
}

/** Beside the parts: ‖x − x̂‖² and x̂ in float64, in the user's units; and parts from and to the units of fitting. */
type InternalPart =
  | PartName
  | "squaredError"
  | "wideDecode"
  | "wideReconstruct"
  | "scaledEncode"
  | "scaledDecode";

const PART_BEHIND: Readonly<Record<InternalPart, PartName>> = {
  encode: "encode",
  decode: "decode",
  reconstruct: "reconstruct",
  score: "score",
  squaredError: "reconstruct",
  wideDecode: "decode",
  wideReconstruct: "reconstruct",
  scaledEncode: "encode",
  scaledDecode: "decode",
};

class FittedCoder implements Coder {
  readonly #method: Method;
  readonly #record: ModelRecord;
  readonly #procedures: Procedures;
  readonly #programs = new Map<string, Promise<Program>>();

  constructor(method: Method, record: ModelRecord) {
    this.#method = method;
    this.#record = record;
    this.#procedures = method.procedures?.(record.data.cols) ?? {};
  }

  static inside(model: unknown): { method: Method; record: ModelRecord } | undefined {
    const fitted = typeof model === "object" && model !== null && #record in model;
    return fitted
      ? { method: (model as FittedCoder).#method, record: (model as FittedCoder).#record }
      : undefined;
  }

  get method() {
    return this.#method.name;
  }
  get options() {
    return this.#method.options;
  }
  get acceptsMissing() {
    return this.#method.acceptsMissing === true;
  }
  get sequential() {
    return this.#method.sequential === true;
  }
  get partNames() {
    return partNames(this.#method, this.inputDim);
  }
  get inputDim() {
    return this.#record.data.cols;
  }
  get latentDim() {
    return this.#method.codeSize(this.inputDim)!;
  }
  get seed() {
    return this.#record.seed;
  }
  get history() {
    return this.#record.history;
  }
  get columns() {
    return this.#record.columns;
  }
  get encoding() {
    return this.#record.encoding;
  }
  get rowShape() {
    return this.#record.rowShape;
  }
  get scaling() {
    return this.#record.scale;
  }
  get columnMoments(): ColumnMoments | undefined {
    const { scale, data } = this.#record;
    if (scale.kind === "standard") return { means: scale.offset, deviations: scale.factor };
    const { means, deviations } = data;
    return means && deviations && { means, deviations };
  }
  get metrics() {
    const results = this as Readonly<Record<string, unknown>>;
    return Object.fromEntries((this.#method.metrics ?? []).map((name) => [name, results[name] as number]));
  }
  get notes() {
    return this.#record.notes ?? [];
  }
  get parameters() {
    return this.#record.parameters;
  }

  /** One line: the method, its sizes, what it can do and what it has found. */
  toString(): string {
    const { method, inputDim, latentDim, seed } = this;
    const code = latentDim === undefined ? "" : `, codes of ${latentDim}`;
    const results = Object.keys(this);
    const found = results.length > 0 ? `; ${results.join(", ")}` : "";
    return `${method}: rows of ${inputDim}${code}, seed ${seed}; ${this.partNames.join(", ")}${found}`;
  }

  /** For `console.log` in Node, which would print every array. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `FittedModel { ${this} }`;
  }

  save(): Uint8Array {
    return writeModelFile(this.#record);
  }

  toOnnx(part: PartName): Uint8Array {
    const { method, inputDim } = this;
    const { x, y } = this.#graph(part);
    const name = { encode: "z", decode: "x_hat", reconstruct: "x_hat", score: "score" }[part];
    return emit(
      { [name]: y },
      { inputs: [x], documentation: `${part} of ${method} on rows of ${inputDim} numbers` },
    );
  }

  part(part: PartName): (rows: Tensor) => Tensor {
    const wanted = part === "decode" ? this.latentDim : this.inputDim;
    return (rows) => {
      if (rows.shape.length !== 2 || rows.shape[1] !== wanted || rows.dtype !== "float32") {
        throw new RangeError(
          `${this.method}.part("${part}"): want float32 [rows, ${wanted}], got ${rows.dtype} ${show(rows.shape)}`,
        );
      }
      return this.#symbolic(part, rows);
    };
  }

  async encode(x: RowsLike): Promise<Matrix> {
    const { encoding } = this;
    const isPlain = encoding && !(encoding.rows || encoding.time || encoding.group !== undefined);
    if (isTable(x) && isPlain && this.#isGraph("encode") && !this.acceptsMissing) {
      const codes = await this.#encodeTable(x, encoding);
      if (codes) return codes;
    }
    return asMatrix(await this.#compute("encode", x, this.latentDim), this.latentDim);
  }

  async decode(z: MatrixLike): Promise<Matrix> {
    return asMatrix(await this.#compute("decode", z, this.inputDim), this.inputDim);
  }

  async reconstruct(x: RowsLike): Promise<Matrix> {
    return asMatrix(await this.#compute("reconstruct", x, this.inputDim), this.inputDim);
  }

  async score(x: RowsLike): Promise<Float32Array> {
    return (await this.#compute("score", x, 1)) as Float32Array;
  }

  async squaredErrors(x: RowsLike): Promise<Float64Array> {
    return (await this.#compute("squaredError", x, 1)) as Float64Array;
  }

  async decodeWide(z: MatrixLike): Promise<Numbers> {
    const data = await this.#compute("wideDecode", z, this.inputDim);
    return { data, rows: data.length / this.inputDim, cols: this.inputDim };
  }

  async reconstructWide(x: RowsLike): Promise<Numbers> {
    const data = await this.#compute("wideReconstruct", x, this.inputDim);
    return { data, rows: data.length / this.inputDim, cols: this.inputDim };
  }

  /** Builds the graphs of all parts, and with them checks every shape; and those of what procedures work with. */
  checkParts(): void {
    this.#checkShapes();
    const cols = {
      encode: this.latentDim,
      decode: this.inputDim,
      reconstruct: this.inputDim,
      score: undefined,
    };
    for (const part of this.partNames) {
      if (!this.#isGraph(part)) continue;
      const { y } = this.#graph(part);
      const want = ["rows", ...(cols[part] === undefined ? [] : [cols[part]])];
      if (!sameShape(y.shape, want))
        throw new RangeError(`${part} gives ${show(y.shape)}, want ${show(want)}`);
    }
  }

  #checkShapes(): void {
    const sizes = new Map<string, number>();
    for (const [name, want] of Object.entries(this.#method.procedureShapes?.(this.inputDim) ?? {})) {
      const shape = this.parameters[name]?.shape;
      const fits =
        shape?.length === want.length &&
        want.every((size, i) => {
          if (typeof size === "number") return shape[i] === size;
          if (!sizes.has(size)) sizes.set(size, shape[i]!);
          return shape[i] === sizes.get(size);
        });
      if (!fits) throw new RangeError(`${name} is ${shape ? show(shape) : "missing"}, want ${show(want)}`);
    }
  }

  /** The graph of a part from rows in the user's units to results in the user's units. */
  #graph(part: InternalPart, dtype: RowType = "float32"): { x: Tensor; y: Tensor } {
    const x = takesCodes(part)
      ? input("z", ["rows", this.latentDim])
      : input("x", ["rows", this.inputDim], dtype);
    return { x, y: this.#symbolic(part, x) };
  }

  #symbolic(part: InternalPart, x: Tensor): Tensor {
    this.#requirePart(part);
    if (!this.#isGraph(part))
      throw new RangeError(`${this.method}: ${part} is a search, and no graph that could be exported`);
    const parts = this.#method.parts(this.inputDim);
    const p: Symbols = Object.fromEntries(
      Object.entries(this.parameters).map(([name, a]) => [name, constant(a)]),
    );
    const { encode, decode } = parts;
    const reconstruct = parts.reconstruct ?? ((t: Tensor) => decode!(encode!(t, p), p));
    if (part === "decode") return cast(this.#unscaled(decode!(x, p)), "float32");
    if (part === "wideDecode") return cast(this.#unscaled(decode!(x, p)), "float64");
    if (part === "scaledDecode") return cast(decode!(x, p), "float32");
    if (part === "scaledEncode") return cast(encode!(x, p), "float32");
    const scaled = this.#scaled(x);
    if (part === "encode") return cast(encode!(scaled, p), "float32");
    if (part === "reconstruct") return cast(this.#unscaled(reconstruct(scaled, p)), "float32");
    if (part === "wideReconstruct") return cast(this.#unscaled(reconstruct(scaled, p)), "float64");
    if (part === "score" && parts.score) return cast(parts.score(scaled, p), "float32");
    const xHat = reconstruct(scaled, p);
    if (part === "score") return cast(rowErrors(cast(scaled, xHat.dtype), xHat), "float32");
    return rowErrors(cast(x, "float64"), cast(this.#unscaled(xHat), "float64"));
  }

  // Scaling runs in float64, so that encoding a row gives the very numbers that training saw.
  #scaled(x: Tensor): Tensor {
    const { offset, factor } = this.#record.scale;
    if (isIdentity(this.#record.scale)) return cast(x, "float32");
    const centered = sub(cast(x, "float64"), constant(offset, "float64"));
    return cast(div(centered, constant(factor, "float64")), "float32");
  }

  #unscaled(xHat: Tensor): Tensor {
    const { offset, factor } = this.#record.scale;
    if (isIdentity(this.#record.scale)) return xHat;
    return add(mul(cast(xHat, "float64"), constant(factor, "float64")), constant(offset, "float64"));
  }

  #requirePart(part: InternalPart): void {
    const needed = PART_BEHIND[part];
    if (!this.partNames.includes(needed))
      throw new RangeError(`${this.method}: this method has no ${needed}`);
  }

  /** True for a part that is one graph. */
  #isGraph(part: InternalPart): boolean {
    const own = this.#procedures;
    const parts = this.#method.parts(this.inputDim);
    const reconstructs = !own.reconstruct && (parts.reconstruct || !(own.encode || own.decode));
    switch (part) {
      case "reconstruct":
      case "wideReconstruct":
      case "squaredError":
        return Boolean(reconstructs);
      case "score":
        return !own.score && Boolean(parts.score || reconstructs);
      case "scaledEncode":
      case "scaledDecode":
        return true;
      case "wideDecode":
        return !own.decode;
      default:
        return !own[part];
    }
  }

  async #compute(
    part: Exclude<InternalPart, "scaledEncode" | "scaledDecode">,
    given: RowsLike,
    outputCols: number,
  ): Promise<Float32Array | Float64Array> {
    const called = CALLED[part] ?? part;
    const where = `${this.method}.${called}`;
    this.#requirePart(part);
    const codes = takesCodes(part);
    const told = codes ? { x: toNumbers(given as MatrixLike, called) } : givenRows(given, this, called);
    const numbers = told.x;
    const cols = codes ? this.latentDim : this.inputDim;
    if (numbers.cols !== cols) {
      throw new RangeError(`${where}: rows must have ${cols} numbers, got ${numbers.cols}`);
    }
    const rows = codes ? rounded(numbers, where) : numbers;
    const refuseUnfit = () => {
      refuseNonFinite(rows, where, { missing: this.acceptsMissing, empty: this.sequential });
      if (!codes) this.#method.checkMissing?.(rows, where);
    };
    const refuse = () => {
      refuseUnfit();
      if (!codes) applyScale(rows, this.#record.scale, where);
    };
    const { sequences = [rows.rows] } = told;
    if (sequences.length > 1 && !this.sequential && !isDataset(given) && !isTable(given))
      throw new TypeError(`${where}: rows of ${this.method} stand by themselves: sequences does not apply`);
    if (this.#isGraph(part)) return inPlaces(await this.#run(part, rows, outputCols, refuse), told.order);
    refuseUnfit();
    return inPlaces(await this.#proceed(part, rows, sequences, where), told.order);
  }

  /** Codes of a table, whose rows become numbers a block at a time; `undefined` if some are missing or too large. */
  async #encodeTable(table: Table, encoding: TableEncoding): Promise<Matrix | undefined> {
    const source = scaledRows(table, encoding, this.#record.scale);
    const { rows, cols } = source;
    const k = this.latentDim;
    const program = await this.#program("scaledEncode", "float32");
    const out = matrix(rows, k);
    const breathe = breather();
    for (const { from, to } of blocksOf(rows, Math.max(cols, k))) {
      await breathe();
      const { y, nothing } = await program.run({ x: float32([to - from, cols], source.block(from, to)) });
      if (nothing!.data[0] !== 0) return undefined;
      out.data.set(y!.data as Float32Array, from * k);
    }
    return out;
  }

  /** A part with a procedure in it; rows and results in the user's units. */
  async #proceed(
    part: InternalPart,
    rows: Numbers,
    sequences: Sequences,
    where: string,
  ): Promise<Float32Array | Float64Array> {
    const { scale } = this.#record;
    const pauses = { breathe: breather() };
    if (takesCodes(part)) {
      const decoded = await this.#scaledDecode(rounded(rows, where), pauses);
      return (part === "wideDecode" ? undoScaleWide(decoded, scale) : undoScale(decoded, scale)).data;
    }
    const x = applyScale(rows, scale, where);
    const { parameters } = this;
    if (part === "encode") return (await this.#scaledEncode(x, pauses, sequences)).data;
    if (part === "score" && this.#procedures.score)
      return this.#procedures.score(x, parameters, pauses, sequences);
    const whole = await this.#procedures.reconstruct?.(x, parameters, pauses, sequences);
    const codes = whole ? undefined : await this.#scaledEncode(x, pauses, sequences);
    const reconstructed = async (from: number, to: number) =>
      codes ? this.#scaledDecode(rowsOfBlock(codes, from, to), pauses) : rowsOfBlock(whole!, from, to);
    if (part === "reconstruct") return undoScale(await reconstructed(0, x.rows), scale).data;
    if (part === "wideReconstruct") return undoScaleWide(await reconstructed(0, x.rows), scale).data;
    // A block at a time, so that no second matrix is made.
    const errors = new Float64Array(x.rows);
    for (const { from, to } of blocksOf(x.rows, x.cols)) {
      const xHat = await reconstructed(from, to);
      const [given, found] = part === "score" ? [x, xHat] : [rows, undoScaleWide(xHat, scale)];
      errors.set(squaredDistances(rowsOfBlock(given, from, to), found), from);
    }
    return part === "score" ? Float32Array.from(errors) : errors;
  }

  async #scaledEncode(x: Matrix, pauses: Breathing, sequences: Sequences): Promise<Matrix> {
    if (this.#procedures.encode) return this.#procedures.encode(x, this.parameters, pauses, sequences);
    return asMatrix(await this.#run("scaledEncode", x, this.latentDim), this.latentDim);
  }

  async #scaledDecode(z: Matrix, pauses: Breathing): Promise<Matrix> {
    if (this.#procedures.decode) return this.#procedures.decode(z, this.parameters, pauses);
    return asMatrix(await this.#run("scaledDecode", z, this.inputDim), this.inputDim);
  }

  /** A graph, in blocks of rows. @param refuse throws if a number is not what the model takes. */
  async #run(
    part: InternalPart,
    rowsIn: Numbers,
    outputCols: number,
    refuse?: () => void,
  ): Promise<Float32Array | Float64Array> {
    const missing = this.acceptsMissing;
    if (missing) refuse?.();
    const wide = part === "squaredError" || part === "wideReconstruct" || part === "wideDecode";
    const program = await this.#program(part, rowsIn.data instanceof Float64Array ? "float64" : "float32");
    const size = checkedElements([rowsIn.rows, outputCols], wide ? 8 : 4, `${this.method}: ${part} of`);
    const out = wide ? new Float64Array(size) : new Float32Array(size);
    const name = takesCodes(part) ? "z" : "x";
    const breathe = breather();
    /** Results of the block before, to be written over: fresh memory takes time. */
    let room: Record<string, NdArray> | undefined;
    let height = 0;
    for (const { from, block } of rowBlocks(rowsIn, outputCols)) {
      await breathe();
      room = await program.run({ [name]: block }, block.shape[0] === height ? room : undefined);
      height = block.shape[0] as number;
      if (!missing && room.nothing!.data[0] !== 0) refuse?.();
      out.set(room.y!.data as Float32Array, from * outputCols);
    }
    return out;
  }

  #program(part: InternalPart, dtype: RowType): Promise<Program> {
    const key = `${part} ${dtype}`;
    let program = this.#programs.get(key);
    if (!program) {
      const { x, y } = this.#graph(part, dtype);
      // 0 · x is 0 for finite numbers alone, and the engine sums it faster than a loop here would look at each.
      const looked = takesCodes(part) || part === "scaledEncode" ? x : this.#scaled(x);
      const outputs = { y, nothing: sum(mul(looked, 0)) };
      program = runtime().then((loaded) => loaded.program(outputs, { inputs: [x] }));
      this.#programs.set(key, program);
    }
    return program;
  }
}

/** Type of the rows that a graph takes. */
type RowType = "float32" | "float64";

const takesCodes = (part: InternalPart): boolean => PART_BEHIND[part] === "decode";

/** Parts by the names of the functions that give them, where those differ. */
const CALLED: Readonly<Partial<Record<InternalPart, string>>> = {
  squaredError: "squaredErrors",
  wideDecode: "decode",
  wideReconstruct: "reconstruct",
};

/** ‖x − x̂‖² of every row, over the entries that are not missing. */
function rowErrors(x: Tensor, xHat: Tensor): Tensor {
  return sum(square(where(isMissing(x), 0, sub(x, xHat))), 1);
}

/** The same of numbers `[n]`. */
/** Rows `from` to `to`, which is not among them; not copied. */
function rowsOfBlock(x: Matrix, from: number, to: number): Matrix;
function rowsOfBlock(x: Numbers, from: number, to: number): Numbers;
function rowsOfBlock({ data, cols }: Numbers, from: number, to: number): Numbers {
  return { data: data.subarray(from * cols, to * cols), rows: to - from, cols };
}

function squaredDistances(x: Numbers, xHat: Numbers): Float64Array {
  const out = new Float64Array(x.rows);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++, at++) {
      if (!Number.isNaN(x.data[at]!)) out[i]! += (x.data[at]! - xHat.data[at]!) ** 2;
    }
  }
  return out;
}

function asMatrix(data: Float32Array | Float64Array, cols: number): Matrix {
  return matrix(data.length / cols, cols, data as Float32Array);
}
