/**
 * @file Fitted models: a method's graphs over fixed parameters, run in blocks of rows.
 */
import { type Matrix, type MatrixLike, matrix, toMatrix } from "../data/matrix.js";
import { emit } from "../engine/onnx.js";
import { add, div, mul, square, sub } from "../engine/ops/arithmetic.js";
import { sum } from "../engine/ops/reduce.js";
import { cast, isMissing, where } from "../engine/ops/select.js";
import { type Program, runtime } from "../engine/session.js";
import { constant, input, sameShape, show, type Tensor } from "../engine/tensor.js";
import { type ModelRecord, writeModelFile } from "../files/model-file.js";
import type { Coder, Method, PartName, Symbols } from "../methods/method.js";
import { refuseNonFinite } from "./finite.js";

/** Numbers in one block, few enough for blocks and what is computed from them to stay in cache. */
const BLOCK = 2 ** 21;

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

type InternalPart = PartName | "squaredError";

class FittedCoder implements Coder {
  readonly #method: Method;
  readonly #record: ModelRecord;
  readonly #programs = new Map<InternalPart, Promise<Program>>();

  constructor(method: Method, record: ModelRecord) {
    this.#method = method;
    this.#record = record;
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
  get imageShape() {
    return this.#record.imageShape;
  }
  get parameters() {
    return this.#record.parameters;
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

  async encode(x: MatrixLike): Promise<Matrix> {
    return asMatrix(await this.#run("encode", x, this.latentDim), this.latentDim);
  }

  async decode(z: MatrixLike): Promise<Matrix> {
    return asMatrix(await this.#run("decode", z, this.inputDim), this.inputDim);
  }

  async reconstruct(x: MatrixLike): Promise<Matrix> {
    return asMatrix(await this.#run("reconstruct", x, this.inputDim), this.inputDim);
  }

  async score(x: MatrixLike): Promise<Float32Array> {
    return (await this.#run("score", x, 1)) as Float32Array;
  }

  async squaredErrors(x: MatrixLike): Promise<Float64Array> {
    return (await this.#run("squaredError", x, 1)) as Float64Array;
  }

  /** Builds the graphs of all parts, and with them checks every shape. */
  checkParts(): void {
    const parts = this.#method.parts(this.inputDim);
    const cols = {
      encode: this.latentDim,
      decode: this.inputDim,
      reconstruct: this.inputDim,
      score: undefined,
    };
    for (const part of Object.keys(cols) as PartName[]) {
      const exists = parts[part] || (parts.encode && parts.decode) || (part === "score" && parts.reconstruct);
      if (!exists) continue;
      const { y } = this.#graph(part);
      const want = ["rows", ...(cols[part] === undefined ? [] : [cols[part]])];
      if (!sameShape(y.shape, want))
        throw new RangeError(`${part} gives ${show(y.shape)}, want ${show(want)}`);
    }
  }

  /** The graph of a part from rows in the user's units to results in the user's units. */
  #graph(part: InternalPart): { x: Tensor; y: Tensor } {
    const x = part === "decode" ? input("z", ["rows", this.latentDim]) : input("x", ["rows", this.inputDim]);
    return { x, y: this.#symbolic(part, x) };
  }

  #symbolic(part: InternalPart, x: Tensor): Tensor {
    const parts = this.#method.parts(this.inputDim);
    const p: Symbols = Object.fromEntries(
      Object.entries(this.parameters).map(([name, a]) => [name, constant(a)]),
    );
    const missing = (what: PartName): never => {
      throw new RangeError(`${this.method}: this method has no ${what}`);
    };
    const { encode, decode } = parts;
    const reconstruct =
      parts.reconstruct ??
      ((t: Tensor) => {
        if (!encode || !decode) return missing("reconstruct");
        return decode(encode(t, p), p);
      });
    if (part === "decode") return cast(this.#unscaled((decode ?? missing(part))(x, p)), "float32");
    const scaled = this.#scaled(x);
    if (part === "encode") return cast((encode ?? missing(part))(scaled, p), "float32");
    if (part === "reconstruct") return cast(this.#unscaled(reconstruct(scaled, p)), "float32");
    if (part === "score" && parts.score) return cast(parts.score(scaled, p), "float32");
    const xHat = reconstruct(scaled, p);
    if (part === "score") return cast(rowErrors(cast(scaled, xHat.dtype), xHat), "float32");
    return rowErrors(cast(x, "float64"), cast(this.#unscaled(xHat), "float64"));
  }

  // Scaling runs in float64, so that encoding a row gives the very numbers that training saw.
  #scaled(x: Tensor): Tensor {
    const { kind, offset, factor } = this.#record.scale;
    if (kind === "none") return x;
    const centred = sub(cast(x, "float64"), constant(offset, "float64"));
    return cast(div(centred, constant(factor, "float64")), "float32");
  }

  #unscaled(xHat: Tensor): Tensor {
    const { kind, offset, factor } = this.#record.scale;
    if (kind === "none") return xHat;
    return add(mul(cast(xHat, "float64"), constant(factor, "float64")), constant(offset, "float64"));
  }

  async #run(
    part: InternalPart,
    given: MatrixLike,
    outputCols: number,
  ): Promise<Float32Array | Float64Array> {
    const called = part === "squaredError" ? "squaredErrors" : part;
    const rowsIn = toMatrix(given, called);
    const cols = part === "decode" ? this.latentDim : this.inputDim;
    if (rowsIn.cols !== cols) {
      throw new RangeError(`${this.method}.${called}: rows must have ${cols} numbers, got ${rowsIn.cols}`);
    }
    const missing = this.acceptsMissing;
    const refuse = () => refuseNonFinite(rowsIn, `${this.method}.${called}`, { missing });
    if (missing) refuse();
    const program = await this.#program(part);
    const out =
      part === "squaredError" ? new Float64Array(rowsIn.rows) : new Float32Array(rowsIn.rows * outputCols);
    const name = part === "decode" ? "z" : "x";
    const block = Math.max(1, Math.floor(BLOCK / Math.max(cols, outputCols)));
    for (let at = 0; at < rowsIn.rows; at += block) {
      const rows = Math.min(block, rowsIn.rows - at);
      const data = rowsIn.data.subarray(at * cols, (at + rows) * cols);
      const { y, nothing } = await program.run({ [name]: { dtype: "float32", shape: [rows, cols], data } });
      if (!missing && nothing!.data[0] !== 0) refuse();
      out.set(y!.data as Float32Array, at * outputCols);
    }
    return out;
  }

  #program(part: InternalPart): Promise<Program> {
    let program = this.#programs.get(part);
    if (!program) {
      const { x, y } = this.#graph(part);
      // 0 · x is 0 for finite numbers alone, and the engine sums it faster than a loop here would look at each.
      const model = emit({ y, nothing: sum(mul(x, 0)) }, { inputs: [x] });
      program = runtime().then((loaded) => loaded.compile(model));
      this.#programs.set(part, program);
    }
    return program;
  }
}

/** ‖x − x̂‖² of every row, over the entries that are not missing. */
function rowErrors(x: Tensor, xHat: Tensor): Tensor {
  return sum(square(where(isMissing(x), 0, sub(x, xHat))), 1);
}

function asMatrix(data: Float32Array | Float64Array, cols: number): Matrix {
  return matrix(data.length / cols, cols, data as Float32Array);
}
