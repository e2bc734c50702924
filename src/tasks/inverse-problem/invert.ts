/**
 * @file Inverse problems with a generative prior: of all rows that a fitted decoder can make, the one whose measurement
 * comes closest.
 *
 *   min over z of  ℓ(y, f(g(z))) + Σ Ω(z),   x̂ = g(ẑ)
 *
 * for measurements y = f(x), many at once. The problem is not convex: it is descended by Adam from several starts, and
 * the best end counts. The codes are coordinates of where the model's codes lie (code-space.ts).
 * Source: Bora, Jalal, Price & Dimakis (2017), "Compressed sensing using generative models", ICML; the MAP estimate of a
 * code: Tipping & Bishop (1999), "Probabilistic principal component analysis", JRSS B, for the linear case.
 */

import { type Matrix, type MatrixLike, matrix, toMatrix } from "../../data/matrix.js";
import { cos } from "../../elementary.js";
import { float32 } from "../../engine/arrays.js";
import { compileTraining } from "../../engine/compile-training.js";
import { add } from "../../engine/ops/arithmetic.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { optimizer } from "../../engine/optimizers.js";
import { type Program, runtime } from "../../engine/session.js";
import { constant, input, int64Array, type NdArray, show, type Tensor } from "../../engine/tensor.js";
import type { TrainingProgram } from "../../engine/training-program.js";
import { ownScalars } from "../../engine/training-step.js";
import { type Loss, lossOf, lossOption } from "../../methods/losses.js";
import type { Coder } from "../../methods/model.js";
import { checkOptions, integer, number, type OptionTable, optional } from "../../methods/options.js";
import { type Penalty, penaltiesOf, penaltiesOption } from "../../methods/penalties.js";
import { checkedElements } from "../../parallel/memory.js";
import { random } from "../../random.js";
import { type CodeSpace, spaceOf, standardNormal } from "./code-space.js";
import { type Descent, descend, type InversionProgress } from "./descend.js";
import { identity, type Measurement } from "./measurements.js";
import { drawSeed, measured } from "./observations.js";

/** Options of `invert`. */
export interface InvertOptions {
  /** f, the way rows were measured. Default `identity()`: y is x, with missing values (NaN) where it was not seen. */
  measurement?: Measurement | undefined;
  /** ℓ between y and f(x̂): `squaredError` (default), `unsquared`, `huber`, `meanSquared`, or one of your own. */
  loss?: string | Loss | undefined;
  /**
   * Ω, such as `l2(0.01)` or in words `l2:0.01`, of the codes in coordinates in which `codes` are standard normal; what
   * they call x is x̂ here. Default none.
   */
  penalties?: readonly (Penalty | string)[] | undefined;
  /**
   * Codes `[r, latentDim]`, r ≥ 2, of rows like those looked for: `await model.encode(x)`. They say where starts are drawn
   * from and how long a step is. Default: the codes are taken to be standard normal, as a variational autoencoder's are.
   */
  codes?: MatrixLike | undefined;
  /** Descents from different starts, ≥ 1: the first from the mean of the codes, the others drawn. Default 4. */
  starts?: number | undefined;
  /** Steps of every descent, ≥ 1. Default 500. */
  steps?: number | undefined;
  /**
   * Learning rate of the first step, > 0, in standard deviations of the codes; it falls along half a cosine to 0.
   * Default 0.1.
   */
  learningRate?: number | undefined;
  /** Whole number in [0, 2⁵³): same seed, same bits. Default: drawn. */
  seed?: number | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
  /** Told of the descent after every 10 steps. */
  onProgress?: ((progress: InversionProgress) => void) | undefined;
}

/** Rows found from n measurements. */
export interface Inversion {
  /** x̂ `[n, d]`, in the units of the model's data. */
  readonly x: Matrix;
  /** ẑ `[n, latentDim]`. */
  readonly z: Matrix;
  /** ℓ + Σ Ω at ẑ `[n]`. */
  readonly objective: Float64Array;
  /** ℓ(y, f(x̂)) alone `[n]`. */
  readonly misfit: Float64Array;
  /** The start that each came from `[n]`, from 0. */
  readonly start: Uint32Array;
  /** The seed that was used, also when it was drawn. */
  readonly seed: number;
}

type Checked = Omit<InvertOptions, "codes" | "measurement" | "signal" | "onProgress">;

const TABLE: OptionTable<Checked> = {
  loss: lossOption({ default: "squaredError", help: "between measurements and those of the result" }),
  penalties: penaltiesOption(),
  starts: integer({ min: 1, default: 4, help: "descents from different starts" }),
  steps: integer({ min: 1, default: 500, help: "of every descent" }),
  learningRate: number({ default: 0.1, want: "a number > 0", test: (v) => v > 0, help: "of the first step" }),
  seed: optional(integer({ min: 0, help: "of the starts" })),
};

/** Numbers of x̂ in one descent at most: what is computed from them stays in memory. */
const BLOCK = 2 ** 21;

/**
 * Finds rows from their measurements.
 * @param model any fitted model with a decoder.
 * @param y measurements `[n, m]`; missing values (NaN) are left out.
 * @throws RangeError or TypeError for measurements or options that do not fit.
 */
export async function invert(model: Coder, y: MatrixLike, options: InvertOptions = {}): Promise<Inversion> {
  const { codes, measurement = identity(), signal, onProgress, ...rest } = options;
  const checked = checkOptions("invert", TABLE, rest);
  const { starts, steps, learningRate, seed = drawSeed() } = checked;
  const given = toMatrix(y, "invert");
  const [d, k, n] = [model.inputDim, model.latentDim, given.rows];
  const m = measurement.size(d);
  if (given.cols !== m)
    throw new RangeError(
      `invert: ${measurement.name} of ${d} numbers gives ${m}, the measurements have ${given.cols}`,
    );
  const space = codes === undefined ? standardNormal : await spaceOf(checkedCodes(codes, k));
  const { values, observed } = measured(given, measurement, "invert");
  const problem = problemOf(model, measurement, space, checked, observed !== undefined);
  const u = drawStarts(n, k, starts, seed);

  const found = {
    x: matrix(n, d),
    z: matrix(n, k),
    objective: new Float64Array(n),
    misfit: new Float64Array(n),
    start: new Uint32Array(n),
    seed,
  };
  const block = Math.max(1, Math.floor(BLOCK / (d * starts)));
  for (let from = 0; from < n; from += block) {
    const rows = Math.min(block, n - from);
    const part = (data: Float32Array): NdArray =>
      float32([rows, m], data.subarray(from * m, (from + rows) * m));
    const data = { y: part(values), ...(observed && { observed: part(observed) }) };
    const prepared = await PreparedInversion.of(problem, {
      k,
      m,
      rows,
      starts,
      masked: observed !== undefined,
    });
    try {
      const first = u.subarray(from * starts * k, (from + rows) * starts * k);
      const codes = await prepared.descend(first, data, {
        ...{ steps, learningRate, seed, signal },
        onRun(_, step, objective) {
          onProgress?.({ fraction: (from * steps + rows * step) / (n * steps), step, steps, objective });
        },
      });
      const ends = await prepared.ends(codes, data);
      for (let i = 0; i < rows; i++) keepBest(found, from + i, ends, i, starts);
    } finally {
      await prepared.release();
    }
  }
  return found;
}

/** Settings of a descent, beside where it begins. */
export interface DescentOptions extends Pick<Descent, "steps" | "signal" | "onRun"> {
  /** Rate of the first step; it falls along half a cosine to 0. */
  readonly learningRate: number;
  readonly seed: number;
}

/** Sizes of a prepared inversion. */
export interface InversionSizes {
  /** Numbers in a code, and in a measurement. */
  readonly k: number;
  readonly m: number;
  /** Measurements at a time, and descents of each. */
  readonly rows: number;
  readonly starts: number;
  /** Some numbers of the measurements do not count. */
  readonly masked: boolean;
}

/** A search for codes, compiled once, for measurements that come one after the other. @internal */
export class PreparedInversion {
  readonly #problem: Problem;
  readonly #sizes: InversionSizes;
  readonly #program: TrainingProgram;
  #ends: Promise<Program> | undefined;

  private constructor(problem: Problem, sizes: InversionSizes, program: TrainingProgram) {
    this.#problem = problem;
    this.#sizes = sizes;
    this.#program = program;
  }

  /** @internal */
  static async of(problem: Problem, sizes: InversionSizes): Promise<PreparedInversion> {
    const { k, m, rows, starts, masked } = sizes;
    const all = rows * starts;
    const program = await compileTraining(
      {
        data: { y: [m], ...(masked && { observed: [m] }) },
        state: { codes: [all, k] },
        trainable: ["codes"],
        batchSize: all,
        optimizer: optimizer({ name: "adam" }),
        loss(batch, p) {
          const { objective } = problem(p.codes!, batch.data.y!, batch.data.observed);
          // A sum: every row descends as it would alone.
          return { loss: sum(objective), report: mean(objective) };
        },
      },
      await runtime(),
    );
    return new PreparedInversion(problem, sizes, program);
  }

  /**
   * Codes `[rows · starts, k]`, in coordinates in which codes are standard normal, at the end of descents.
   * @param first where they begin. @param data y and, where some do not count, observed, `[rows, m]` each.
   */
  async descend(
    first: Float32Array,
    data: Readonly<Record<string, NdArray>>,
    { steps, learningRate, seed, signal, onRun }: DescentOptions,
  ): Promise<NdArray> {
    const { k, rows, starts } = this.#sizes;
    const all = rows * starts;
    const state = await descend({
      name: "invert",
      program: this.#program,
      state: { codes: float32([all, k], first), ...this.#program.initialSlots() },
      data,
      order: int64Array(Uint32Array.from({ length: all }, (_, i) => Math.floor(i / starts))),
      steps,
      // Half a cosine, (1 + cos 2t) / 2 = cos² t.
      learningRate: (step) => learningRate * cos((Math.PI * (step - 1)) / (2 * steps)) ** 2,
      random: random(seed),
      signal,
      onRun,
    });
    return state.codes!;
  }

  /** Everything about codes `[rows · starts, k]`. */
  async ends(codes: NdArray, data: Readonly<Record<string, NdArray>>): Promise<Record<keyof Terms, NdArray>> {
    const { starts } = this.#sizes;
    const repeated = Object.fromEntries(
      Object.entries(data).map(([name, { shape, data }]) => [
        name,
        repeatRows(shape, data as Float32Array, starts),
      ]),
    );
    this.#ends ??= this.#compileEnds(codes, repeated);
    const results = await (await this.#ends).run({ codes, ...repeated });
    return results as Record<keyof Terms, NdArray>;
  }

  async release(): Promise<void> {
    await this.#program.release();
    await (await this.#ends)?.release();
  }

  async #compileEnds(codes: NdArray, repeated: Readonly<Record<string, NdArray>>): Promise<Program> {
    const u = input("codes", codes.shape);
    const inputs = Object.fromEntries(
      Object.entries(repeated).map(([name, { shape }]) => [name, input(name, shape)]),
    );
    const terms = this.#problem(u, inputs.y!, inputs.observed);
    return (await runtime()).program({ ...terms }, { inputs: [u, ...Object.values(inputs)] });
  }
}

/**
 * A search by a model whose codes are standard normal, one row at a time, of which some numbers do not count.
 * @param penalties those of `invert`. @internal
 */
export function prepareInversion(
  model: Coder,
  starts: number,
  penalties: readonly (Penalty | string)[],
): Promise<PreparedInversion> {
  const problem = problemOf(model, identity(), standardNormal, { loss: "squaredError", penalties }, true);
  const { latentDim: k, inputDim: m } = model;
  return PreparedInversion.of(problem, { k, m, rows: 1, starts, masked: true });
}

interface Terms {
  readonly z: Tensor;
  readonly x: Tensor;
  /** One number a row. */
  readonly misfit: Tensor;
  readonly objective: Tensor;
}

type Problem = (u: Tensor, y: Tensor, observed: Tensor | undefined) => Terms;

/** The objective as a graph, for coordinates u `[rows, k]` and measurements y `[rows, m]`. */
function problemOf(
  model: Coder,
  measurement: Measurement,
  space: CodeSpace,
  options: { loss: string | Loss; penalties: readonly (Penalty | string)[] },
  masked: boolean,
): Problem {
  const decode = model.part("decode");
  const loss = lossOf(options.loss);
  if (loss.link) {
    throw new RangeError(
      `invert: loss ${loss.name} takes a decoder's output before its last function, want another`,
    );
  }
  if (masked && loss.rows.length < 3)
    throw new RangeError(`invert: loss ${loss.name} cannot leave out numbers that are missing`);
  const penalties = penaltiesOf(options.penalties);
  const parameters = Object.fromEntries(
    Object.entries(model.parameters).map(([name, value]) => [name, constant(value)]),
  );
  return (u, y, observed) => {
    const z = space(u);
    const x = decode(z);
    const misfit = loss.rows(y, measurement.apply(x), observed);
    const terms = penalties.map((penalty) => {
      const term = penalty.term({ x, z: u, xHat: x, parameters, scalar: ownScalars });
      if (term.shape.length === 1) return term;
      throw new RangeError(
        `invert: penalty ${penalty.name} gives ${show(term.shape)}, want one number a row, since rows are problems of their own`,
      );
    });
    return { z, x, misfit, objective: [misfit, ...terms].reduce(add) };
  };
}

function repeatRows([rows, cols]: readonly number[], data: Float32Array, times: number): NdArray {
  const out = new Float32Array(rows! * times * cols!);
  for (let i = 0; i < rows! * times; i++) {
    const from = Math.floor(i / times) * cols!;
    out.set(data.subarray(from, from + cols!), i * cols!);
  }
  return float32([rows! * times, cols!], out);
}

/** Keeps the end of least objective of row i. */
function keepBest(
  found: Inversion,
  row: number,
  ends: Record<keyof Terms, NdArray>,
  i: number,
  starts: number,
): void {
  const objective = ends.objective.data as Float32Array;
  let best = i * starts;
  for (let at = best + 1; at < (i + 1) * starts; at++) if (objective[at]! < objective[best]!) best = at;
  found.objective[row] = objective[best]!;
  found.misfit[row] = (ends.misfit.data as Float32Array)[best]!;
  found.start[row] = best - i * starts;
  for (const [name, { cols, data }] of [["x", found.x] as const, ["z", found.z] as const]) {
    data.set((ends[name].data as Float32Array).subarray(best * cols, (best + 1) * cols), row * cols);
  }
}

/** Starts u `[n, starts, k]`: the mean of the codes first, then drawn from where codes lie. */
function drawStarts(n: number, k: number, starts: number, seed: number): Float32Array {
  const u = new Float32Array(checkedElements([n, starts, k], 4, "invert: starts"));
  for (let s = 1; s < starts; s++) {
    const drawn = random(seed)
      .fork("start", s)
      .fillNormal(new Float32Array(n * k));
    for (let i = 0; i < n; i++) u.set(drawn.subarray(i * k, (i + 1) * k), (i * starts + s) * k);
  }
  return u;
}

function checkedCodes(given: MatrixLike, k: number): Matrix {
  const codes = toMatrix(given, "invert: codes");
  if (codes.cols !== k || codes.rows < 2)
    throw new RangeError(`invert: codes must be [≥ 2, ${k}], got ${codes.rows} × ${codes.cols}`);
  if (!codes.data.every(Number.isFinite)) throw new RangeError("invert: codes must be finite numbers");
  return codes;
}
