/**
 * @file Parts of a model over parameters that change: graphs that are compiled once and given the parameters with the rows.
 */
import { type Matrix, type MatrixLike, matrix, rounded, toNumbers } from "../data/matrix.js";
import { applyScale, undoScale } from "../data/scale.js";
import { cast } from "../engine/ops/select.js";
import type { Program } from "../engine/session.js";
import { input, type Tensor } from "../engine/tensor.js";
import { rowBlocks } from "../methods/evaluate.js";
import { partNames, type Trained } from "../methods/method.js";
import type { Coder, PartName } from "../methods/model.js";
import type { Parameters } from "../methods/parameters.js";
import { refuseNonFinite } from "./finite.js";
import { fittedModel } from "./fitted.js";
import type { Preparation } from "./preparation.js";

/** Parts that give rows or codes. */
export type Computed = Exclude<PartName, "score">;

/** Parts of the models of one training. */
export class SnapshotParts {
  readonly #prepared: Preparation<unknown>;
  readonly #programs = new Map<Computed, Program>();

  constructor(prepared: Preparation<unknown>) {
    this.#prepared = prepared;
  }

  /** @param rows in the units of the data, or codes. @param given parameters as training has them. */
  async compute(part: Computed, rows: MatrixLike, given: Parameters): Promise<Matrix> {
    const { method, info, context, raw } = this.#prepared;
    const d = raw.cols;
    if (!partNames(method, d).includes(part))
      throw new RangeError(`${method.name}: this method has no ${part}`);
    const parameters = (await (method.fitting as Trained).finish?.(given, context)) ?? given;
    const procedures = method.procedures?.(d);
    if (procedures && (["encode", "decode", "reconstruct"] as const).some((name) => procedures[name])) {
      const model = fittedModel(method, { ...info, history: [], parameters }) as Coder;
      return model[part](rows);
    }
    const width = part === "decode" ? method.codeSize(d)! : d;
    const where = `${method.name}.${part}`;
    const numbers = toNumbers(rows, where);
    if (numbers.cols !== width)
      throw new RangeError(`${where}: rows must have ${width} numbers, got ${numbers.cols}`);
    refuseNonFinite(numbers, where, { missing: method.acceptsMissing === true && part !== "decode" });
    const x = part === "decode" ? rounded(numbers, where) : applyScale(numbers, info.scale, where);
    const program = await this.#programOf(part, width, parameters);
    const outWidth = part === "encode" ? method.codeSize(d)! : d;
    const out = matrix(x.rows, outWidth);
    for (const { from, block } of rowBlocks(x, outWidth)) {
      const { y } = await program.run({ ...fed(parameters), rows: block });
      out.data.set(y!.data as Float32Array, from * outWidth);
    }
    return part === "encode" ? out : undoScale(out, info.scale);
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await program.release();
    this.#programs.clear();
  }

  async #programOf(part: Computed, width: number, parameters: Parameters): Promise<Program> {
    const made = this.#programs.get(part);
    if (made) return made;
    const { method, raw, context } = this.#prepared;
    const rows = input("rows", ["rows", width]);
    const p = Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, dtype }]) => [name, input(fedAs(name), shape, dtype)]),
    );
    const { encode, decode, reconstruct = (x: Tensor) => decode!(encode!(x, p), p) } = method.parts(raw.cols);
    const y = { encode, decode, reconstruct }[part]!(rows, p);
    const program = await context.runtime.program(
      { y: cast(y, "float32") },
      { inputs: [rows, ...Object.values(p)] },
    );
    this.#programs.set(part, program);
    return program;
  }
}

/** Inputs of a graph of parts have names of their own. */
const fedAs = (name: string): string => `parameter.${name}`;

const fed = (parameters: Parameters) =>
  Object.fromEntries(Object.entries(parameters).map(([name, array]) => [fedAs(name), array]));
