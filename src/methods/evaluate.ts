/**
 * @file Computing tensors over parameters, outside of training.
 */
import { firstNonFinite, type MatrixLike, type Numbers, toNumbers } from "../data/matrix.js";
import { applyScale, type Scaling } from "../data/scale.js";
import { float32, float64 } from "../engine/arrays.js";
import { type Program, type Runtime, runtime } from "../engine/session.js";
import { constant, input, type NdArray, type Tensor } from "../engine/tensor.js";
import type { Parameters, Symbols } from "./parameters.js";

/** Parameters as constants of a graph. */
export function asConstants(parameters: Parameters): Symbols {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, constant(value)]));
}

/** The value of a tensor that depends on constants alone. */
export async function evaluate(tensor: Tensor, runtime: Runtime): Promise<NdArray> {
  const program = await runtime.program({ value: tensor });
  const { value } = await program.run({});
  await program.release();
  return value!;
}

/** Numbers in one block of rows, few enough for it and what is computed of it to stay in cache. */
const BLOCK = 2 ** 19;

/**
 * Rows `[n, d]` in blocks `[rows, d]` one after the other, with where each begins, so that what a program takes and makes of
 * them stays small.
 * @param outputCols how many numbers are made of a row.
 */
export function* rowBlocks(
  { data, rows, cols }: Numbers,
  outputCols: number,
): Generator<{ from: number; block: NdArray }> {
  for (const { from, to } of blocksOf(rows, Math.max(cols, outputCols))) {
    const count = to - from;
    const [start, end] = [from * cols, (from + count) * cols];
    const block =
      data instanceof Float64Array
        ? float64([count, cols], data.subarray(start, end))
        : float32([count, cols], data.subarray(start, end));
    yield { from, block };
  }
}

/** Spans of rows, few enough for `width` numbers of each to stay small. */
export function* blocksOf(rows: number, width: number): Generator<{ from: number; to: number }> {
  const most = Math.max(1, Math.floor(BLOCK / width));
  for (let from = 0; from < rows; from += most) yield { from, to: Math.min(rows, from + most) };
}

/** One number for every row, and how it is computed of a fitted model. */
export interface RowFunction {
  /** For errors: `contractiveAutoencoder.jacobianNorms`. */
  readonly name: string;
  /** d */
  readonly inputDim: number;
  readonly scaling: Scaling;
  readonly parameters: Parameters;
  /** `[rows]` of x `[rows, d]`, scaled. */
  f(x: Tensor, p: Symbols): Tensor;
}

/** The function of rows `[n, d]` in the user's units, compiled at its first call. */
export function rowFunction({ name, inputDim, scaling, parameters, f }: RowFunction) {
  let program: Promise<Program> | undefined;
  return async (given: MatrixLike): Promise<Float32Array> => {
    const rows = toNumbers(given, name);
    if (rows.cols !== inputDim)
      throw new RangeError(`${name}: rows must have ${inputDim} numbers, got ${rows.cols}`);
    const bad = firstNonFinite(rows);
    if (bad)
      throw new RangeError(
        `${name}: row ${bad.row} column ${bad.column} is ${bad.value}; want finite numbers`,
      );
    const x = input("x", ["rows", inputDim]);
    program ??= runtime().then((loaded) =>
      loaded.program({ y: f(x, asConstants(parameters)) }, { inputs: [x] }),
    );
    const compiled = await program;
    const scaled = applyScale(rows, scaling, name);
    const out = new Float32Array(rows.rows);
    for (const { from, block } of rowBlocks(scaled, 1)) {
      const { y } = await compiled.run({ x: block });
      out.set(y!.data as Float32Array, from);
    }
    return out;
  };
}
