/**
 * @file Matrix factorization: a dictionary B and a code zᵢ for every row, with no encoder between.
 *
 *   min over B ∈ ℝ^{d×k}, z₁ … z_n of  1/n Σᵢ ‖xᵢ − μ − B zᵢ‖²
 *
 * Solved by alternating least squares, Z ← X B (BᵀB)⁻¹ and Bᵀ ← (ZᵀZ)⁻¹ZᵀX, or trained by gradients of B and Z. New
 * rows are encoded by least squares, z = B⁺ (x − μ). B spans the subspace of PCA, in a basis of its own.
 * Source: Gabriel & Zamir (1979), "Lower rank approximation of matrices by least squares", Technometrics.
 */
import { columnMeans, type Matrix } from "../../data/matrix.js";
import { float32, float64 } from "../../engine/arrays.js";
import { compileOnce } from "../../engine/kept-programs.js";
import { add, square, sub } from "../../engine/ops/arithmetic.js";
import { gather } from "../../engine/ops/gather.js";
import { matmul } from "../../engine/ops/matmul.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import { input, type NdArray, type Tensor } from "../../engine/tensor.js";
import { type Dense, dense, identity, transpose } from "../../linalg/dense.js";
import { leastSquares } from "../../linalg/least-squares.js";
import type { Random } from "../../random.js";
import { array, once } from "../initial.js";
import type { FitContext, Method, Solved, Trained } from "../method.js";
import type { Coder } from "../model.js";
import { boolean, checkOptions, integer, number, type OptionTable, oneOf } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";
import { pointWithOffset } from "../places.js";

/** Options of `factorization`. */
export interface FactorizationOptions {
  /** Columns of the dictionary k, ≥ 1. */
  latentDim: number;
  /** Subtract the mean μ first. Default true. */
  center?: boolean | undefined;
  /** Solver: `als`, alternating least squares (default), or `gradient`, which trains B and Z at once. */
  solver?: "als" | "gradient" | undefined;
  /** For `als`: the most rounds, ≥ 1. Default 500. */
  maxIter?: number | undefined;
  /** For `als`: stop when a round lowers the squared error by less than this share of Σ‖xᵢ − μ‖², ≥ 0. Default 1e-9. */
  tol?: number | undefined;
}

export const factorizationOptions: OptionTable<FactorizationOptions> = {
  latentDim: integer({ min: 1, help: "columns of the dictionary" }),
  center: boolean({ default: true, help: "subtract the mean first" }),
  solver: oneOf(["als", "gradient"], { default: "als", help: "alternating least squares, or gradients" }),
  maxIter: integer({ min: 1, default: 500, help: "als: most rounds" }),
  tol: number({
    default: 1e-9,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "als: least progress of a round",
  }),
};

/** A fitted factorization. */
export interface Factorization extends Coder {
  /** B `[d, k]`. */
  readonly dictionary: Matrix;
  /** μ `[d]`; zeros if not centered. */
  readonly mean: Float32Array;
}

/**
 * Matrix factorization: a dictionary B `[d, k]` and a code zᵢ for every row, with no encoder between. B spans the
 * subspace of PCA, in a basis of its own.
 *
 *   min over B, z₁ … z_n of  1/n Σᵢ ‖xᵢ − μ − B zᵢ‖²
 *
 * Source: Gabriel & Zamir (1979), "Lower rank approximation of matrices by least squares", Technometrics.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function factorization(options: FactorizationOptions): Method<Factorization> {
  const checked = checkOptions("factorization", factorizationOptions, options);
  return {
    name: "factorization",
    options: checked,
    shiftInvariant: checked.center,
    codeSize: () => checked.latentDim,
    fitting: checked.solver === "als" ? byLeastSquares(checked) : byGradients(checked),
    parts: () => ({
      encode: (x, p) => matmul(sub(x, p.mean!), p.encoder!, { transposeB: true }),
      decode: (z, p) => add(matmul(z, p.dictionary!, { transposeB: true }), p.mean!),
    }),
    results: (parameters, _d, { scaling }) => ({
      dictionary: parameterMatrix(parameters, "dictionary"),
      mean: pointWithOffset(parameters.mean!.data as Float32Array, scaling),
    }),
  };
}

function byGradients({ latentDim: k, center }: Required<FactorizationOptions>): Trained {
  return {
    kind: "trained",
    defaults: { epochs: 2000, batchSize: 0, learningRate: 1e-2, optimizer: { name: "adam" } },
    fixed: ["mean"],
    initial: (x, random) => ({
      dictionary: normalArray([x.cols, k], random.fork("dictionary"), 1 / Math.sqrt(k)),
      codes: normalArray([x.rows, k], random.fork("codes"), 1),
      mean: meanOf(x, center),
    }),
    loss(batch, p) {
      if (!batch.training) {
        throw new RangeError("factorization: no validation loss: rows that are not trained on have no codes");
      }
      const z = gather(p.codes!, batch.rows());
      const xHat = add(matmul(z, p.dictionary!, { transposeB: true }), p.mean!);
      return { loss: mean(sum(square(sub(batch.data.x!, xHat)), 1)) };
    },
    async finish({ dictionary, mean: center }, { breathe }) {
      const [d] = dictionary!.shape as [number, number];
      const b = dense(d, k, Float64Array.from(dictionary!.data as Float32Array));
      return withEncoder(b, center!, breathe);
    },
  };
}

function byLeastSquares({ latentDim: k, center, maxIter, tol }: Required<FactorizationOptions>): Solved {
  return {
    kind: "solved",
    async solve(x, { random, breathe }: FitContext) {
      const mu = meanOf(x, center);
      const start = random.fork("dictionary");
      let b = dense(x.cols, k);
      for (let i = 0; i < b.data.length; i++) b.data[i] = start.normal();
      let before = Number.POSITIVE_INFINITY;
      for (let round = 0; round < maxIter; round++) {
        await breathe();
        const { zx, zz, total } = await products(x, mu, await pseudoinverse(b, breathe), breathe);
        const bt = await leastSquares(zz, zx, { breathe });
        b = transpose(bt);
        // At the least-squares B, Σ‖x − Bz‖² = Σ‖x‖² − ⟨Bᵀ, ZᵀX⟩.
        const error = total - bt.data.reduce((s, value, i) => s + value * zx.data[i]!, 0);
        if (before - error <= tol * total) break;
        before = error;
      }
      return withEncoder(b, mu, breathe);
    },
  };
}

/** Rows to a product, so that float64 copies of them stay small. */
const BLOCK_ROWS = 2048;

/** ZᵀX and ZᵀZ for Z = (X − 1μᵀ) B⁺ᵀ, and Σ‖x − μ‖², a block of rows at a time in float64. */
async function products(
  x: Matrix,
  mu: NdArray,
  encoder: Dense,
  breathe: FitContext["breathe"],
): Promise<{ zx: Dense; zz: Dense; total: number }> {
  const k = encoder.rows;
  const zx = dense(k, x.cols);
  const zz = dense(k, k);
  let total = 0;
  const a: NdArray = float64([k, x.cols], encoder.data);
  for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
    await breathe();
    const rows = Math.min(BLOCK_ROWS, x.rows - from);
    const data = x.data.subarray(from * x.cols, (from + rows) * x.cols);
    const program = await compileOnce("factorization products", productsGraph, { rows, d: x.cols, k });
    const block = await program.run({ x: float32([rows, x.cols], data), mu, a });
    addTo(zx.data, block.zx!);
    addTo(zz.data, block.zz!);
    total += block.total!.data[0] as number;
  }
  return { zx, zz, total };
}

function productsGraph(): Record<string, Tensor> {
  const x = input("x", ["rows", "d"]);
  const mu = input("mu", ["d"]);
  const a = input("a", ["k", "d"], "float64");
  const centered = cast(sub(x, mu), "float64");
  const z = matmul(centered, a, { transposeB: true });
  return {
    zx: matmul(z, centered, { transposeA: true }),
    zz: matmul(z, z, { transposeA: true }),
    total: sum(square(centered)),
  };
}

function addTo(sum: Float64Array, { data }: NdArray): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += data[i] as number;
}

/** B⁺ `[k, d]`. */
function pseudoinverse(b: Dense, breathe: FitContext["breathe"]): Promise<Dense> {
  return leastSquares(b, identity(b.rows), { breathe });
}

async function withEncoder(b: Dense, mu: NdArray, breathe: FitContext["breathe"]): Promise<Parameters> {
  return {
    dictionary: matrixParameter(b),
    encoder: matrixParameter(await pseudoinverse(b, breathe)),
    mean: mu,
  };
}

function meanOf(x: Matrix, center: boolean): NdArray {
  const means = once(() => columnMeans(x));
  return array([x.cols], center ? (j) => means()[j]! : undefined);
}

function normalArray(shape: readonly number[], random: Random, deviation: number): NdArray {
  return array(shape, () => random.normal() * deviation);
}
