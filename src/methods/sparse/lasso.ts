/**
 * @file Exact sparse codes with a given dictionary: the lasso of every row, in float64.
 *
 *   min over z of  P(z) = ‖x − D z‖² + λ ‖z‖₁
 *
 * by accelerated proximal steps (FISTA), whose momentum starts again where it points uphill. A row is done when its
 * duality gap is small: for r = x − D z and ν = r min(1, λ / ‖2 Dᵀ r‖_∞), the optimum is at least 2 νᵀx − ‖ν‖².
 * scikit-learn's lasso, ½ ‖x − D z‖² + α ‖z‖₁, is half of this with λ = 2 α.
 * Source: Beck & Teboulle (2009), "A fast iterative shrinkage-thresholding algorithm", SIAM J. Imaging Sciences;
 * restarts: O'Donoghue & Candès (2015), Foundations of Computational Mathematics; gap: Kim et al. (2007), IEEE JSTSP.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float64, int64 } from "../../engine/arrays.js";
import { compileOnce } from "../../engine/kept-programs.js";
import { relu } from "../../engine/ops/activations.js";
import { abs, add, div, mul, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { loop } from "../../engine/ops/loop.js";
import { matmul } from "../../engine/ops/matmul.js";
import { max, sum } from "../../engine/ops/reduce.js";
import { cast, greater } from "../../engine/ops/select.js";
import { input, type NdArray, type Shape, type Tensor } from "../../engine/tensor.js";
import { toDense } from "../../linalg/dense.js";
import { gemm } from "../../linalg/gemm.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";
import { softThreshold } from "./shrinkage.js";

/** Limits of the solver of the lasso. */
export interface LassoOptions {
  /** The most proximal steps, ≥ 1. Default 10000. */
  readonly maxIter?: number | undefined;
  /** A row is done when its duality gap is at most this share of its objective, > 0. Default 1e-6. */
  readonly tol?: number | undefined;
}

/** Steps between looks at the gap. */
const STEPS = 25;
/** Rows at a time: few enough for their codes to stay in cache. */
const BLOCK_ROWS = 1024;

/**
 * The codes z `[n, k]` of rows x `[n, d]` with a dictionary D `[d, k]` and the weight λ ≥ 0 of the L1 norm.
 * @throws RangeError for an impossible maxIter or tol.
 */
export async function lassoCodes(
  x: Matrix,
  dictionary: Matrix,
  weight: number,
  { maxIter = 10_000, tol = 1e-6 }: LassoOptions = {},
): Promise<Matrix> {
  if (!(Number.isSafeInteger(maxIter) && maxIter >= 1))
    throw new RangeError(`inferCodes: maxIter must be an integer ≥ 1, got ${maxIter}`);
  if (!(tol > 0)) throw new RangeError(`inferCodes: tol must be a number > 0, got ${tol}`);
  const k = dictionary.cols;
  const constants = {
    dictionary: asDouble(dictionary.data, [dictionary.rows, k]),
    weight: asDouble([weight], []),
    lipschitz: asDouble([2 * (await largestSquare(dictionary))], []),
    tol: asDouble([tol], []),
  };
  const codes = matrix(x.rows, k);
  for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
    // Numbers of the rows that are not done.
    let open = Array.from({ length: Math.min(BLOCK_ROWS, x.rows - from) }, (_, i) => from + i);
    let state: State = {
      x: asDouble(x.data.subarray(from * x.cols, (from + open.length) * x.cols), [open.length, x.cols]),
      z: asDouble(new Float64Array(open.length * k), [open.length, k]),
      y: asDouble(new Float64Array(open.length * k), [open.length, k]),
      t: asDouble(new Float64Array(open.length).fill(1), [open.length, 1]),
    };
    for (let taken = 0; taken < maxIter && open.length > 0; taken += STEPS) {
      const count = BigInt64Array.of(BigInt(Math.min(STEPS, maxIter - taken)));
      const steps: NdArray = int64([], count);
      const sizes = { rows: open.length, d: x.cols, k };
      const program = await compileOnce("lasso steps", stepsGraph, sizes);
      const next = await program.run({ ...constants, ...state, steps });
      const z = next.z1!.data as Float64Array;
      open.forEach((row, i) => {
        codes.data.set(z.subarray(i * k, (i + 1) * k), row * k);
      });
      const left = [...open.keys()].filter((i) => (next.excess!.data[i] as number) > 0);
      open = left.map((i) => open[i]!);
      state = {
        x: rowsOf(state.x, left),
        z: rowsOf(next.z1!, left),
        y: rowsOf(next.y1!, left),
        t: rowsOf(next.t1!, left),
      };
    }
  }
  return codes;
}

/** What one row's steps go on from. */
interface State extends Readonly<Record<string, NdArray>> {
  readonly x: NdArray;
  readonly z: NdArray;
  readonly y: NdArray;
  readonly t: NdArray;
}

function rowsOf({ data, shape }: NdArray, rows: readonly number[]): NdArray {
  const cols = shape[1]!;
  if (rows.length === shape[0]) return { dtype: "float64", shape, data };
  const taken = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    taken.set((data as Float64Array).subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return asDouble(taken, [rows.length, cols]);
}

function stepsGraph(): Record<string, Tensor> {
  const double = (name: string, shape: Shape) => input(name, shape, "float64");
  const [x, d] = [double("x", ["rows", "d"]), double("dictionary", ["d", "k"])];
  const [weight, lipschitz, tol] = [double("weight", []), double("lipschitz", []), double("tol", [])];
  const before = [double("z", ["rows", "k"]), double("y", ["rows", "k"]), double("t", ["rows", 1])];
  const residual = (z: Tensor) => sub(x, matmul(z, d, { transposeB: true }));
  const { state } = loop(input("steps", [], "int64"), before, (_i, [z, y, t]) => {
    const downhill = add(y!, div(mul(matmul(residual(y!), d), 2), lipschitz));
    const next = softThreshold(downhill, div(weight, lipschitz));
    const move = sub(next, z!);
    const uphill = greater(sum(mul(sub(y!, next), move), 1, { keepDims: true }), 0);
    const momentum = sub(1, cast(uphill, "float64"));
    const t1 = mul(add(sqrt(add(mul(square(t!), 4), 1)), 1), 0.5);
    const share = mul(div(sub(t!, 1), t1), momentum);
    return { state: [next, add(next, mul(share, move)), add(mul(sub(t1, 1), momentum), 1)] };
  });
  const [z, y, t] = state as [Tensor, Tensor, Tensor];
  const r = residual(z);
  const primal = add(sum(square(r), 1), mul(sum(abs(z), 1), weight));
  const steepest = max(abs(mul(matmul(r, d), 2)), 1, { keepDims: true });
  // min(1, a) as 1 − max(0, 1 − a).
  const feasible = sub(1, relu(sub(1, div(weight, add(steepest, 1e-300)))));
  const nu = mul(r, feasible);
  const dual = sum(mul(nu, sub(mul(x, 2), nu)), 1);
  const excess = sub(sub(primal, dual), mul(primal, tol));
  return { z1: z, y1: y, t1: t, excess };
}

/** σ_max(D)² */
async function largestSquare(dictionary: Matrix): Promise<number> {
  const d = toDense(dictionary);
  const wide = d.cols > d.rows;
  const gram = await gemm(d, d, wide ? { transposeB: true } : { transposeA: true });
  const { values } = await topEigenpairs(gram, 1);
  // A dictionary of zeros has codes of zeros at any step.
  return values[0]! || 1;
}

function asDouble(values: ArrayLike<number>, shape: readonly number[]): NdArray {
  return float64(shape, Float64Array.from(values));
}
