/**
 * @file Computing tensors over parameters, outside of training.
 */
import { firstNonFinite, type Matrix, type MatrixLike, toMatrix } from "../data/matrix.js";
import { applyScale, type Scaling } from "../data/scale.js";
import { float32 } from "../engine/arrays.js";
import { type Program, type Runtime, runtime } from "../engine/session.js";
import { constant, input, type NdArray, type Tensor } from "../engine/tensor.js";
import type { Parameters, Symbols } from "./method.js";

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

/** Numbers in one block of rows. */
const BLOCK = 2 ** 20;

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
    const rows = toMatrix(given, name);
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
    const scaled: Matrix = applyScale(rows, scaling);
    const out = new Float32Array(rows.rows);
    const block = Math.max(1, Math.floor(BLOCK / inputDim));
    for (let at = 0; at < rows.rows; at += block) {
      const count = Math.min(block, rows.rows - at);
      const data = scaled.data.subarray(at * inputDim, (at + count) * inputDim);
      const { y } = await compiled.run({ x: float32([count, inputDim], data) });
      out.set(y!.data as Float32Array, at);
    }
    return out;
  };
}
