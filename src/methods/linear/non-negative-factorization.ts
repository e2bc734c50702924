/**
 * @file Non-negative matrix factorization: parts that only add up.
 *
 *   min over B ≥ 0 ∈ ℝ^{d×k}, z₁ … z_n ≥ 0 of  ½ Σᵢ ‖xᵢ − B zᵢ‖²
 *
 * Solved by hierarchical alternating least squares: every column of Z, and then of B, in turn to its minimum with all else fixed,
 * some sweeps over Z for one product X B, which costs more. New rows have the code of non-negative least squares,
 * z = argmin_{z ≥ 0} ‖x − B z‖², to the end (feature-sign-search.ts).
 * Source: Cichocki & Phan (2009), "Fast local algorithms for large scale nonnegative matrix and tensor factorizations", IEICE
 * Transactions E92-A; Gillis & Glineur (2012), "Accelerated multiplicative updates and hierarchical ALS algorithms for
 * nonnegative matrix factorization", Neural Computation 24(4).
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float32, float64 } from "../../engine/arrays.js";
import { compileOnce } from "../../engine/kept-programs.js";
import { matmul } from "../../engine/ops/matmul.js";
import { cast } from "../../engine/ops/select.js";
import { input } from "../../engine/tensor.js";
import type { Breathing } from "../../linalg/breathing.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { gemm, gemm32 } from "../../linalg/gemm.js";
import { CHUNK_ROWS, l1QuadraticArgs, l1QuadraticRows } from "../../linalg/l1-quadratic/rows-kernel.js";
import { gatherTeam } from "../../parallel/team.js";
import { float32On, float64On, wasmMemory } from "../../parallel/wasm.js";
import type { Random } from "../../random.js";
import type { FitContext, Method } from "../method.js";
import type { Coder } from "../model.js";
import { checkOptions, integer, number, type OptionTable, oneOf } from "../options.js";
import { type Parameters, parameterMatrix } from "../parameters.js";
import { ofRange } from "../range.js";
import { coordinateDescent, DESCENT_ROWS, gramPitch } from "./coordinate-descent-kernel.js";
import { nndsvd } from "./nndsvd.js";

/** Options of `nonNegativeFactorization`. */
export interface NonNegativeFactorizationOptions {
  /** Columns of the dictionary k, ≥ 1; at most min(n, d) unless the start is `random`. */
  latentDim: number;
  /**
   * Start of B and Z: `nndsvd`, from a singular value decomposition (default); `nndsvda`, the same with the mean of the
   * data for 0; or `random`.
   */
  init?: "nndsvd" | "nndsvda" | "random" | undefined;
  /** The most rounds, ≥ 1. Default 200. */
  maxIter?: number | undefined;
  /** Stop when the projected gradient of a round is below this share of that of the first, ≥ 0. Default 1e-4. */
  tol?: number | undefined;
}

export const nonNegativeFactorizationOptions: OptionTable<NonNegativeFactorizationOptions> = {
  latentDim: integer({ min: 1, help: "columns of the dictionary" }),
  init: oneOf(["nndsvd", "nndsvda", "random"], {
    default: "nndsvd",
    help: "start: a singular value decomposition, or random numbers",
  }),
  maxIter: integer({ min: 1, default: 200, help: "most rounds" }),
  tol: number({
    default: 1e-4,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "least projected gradient, as a share of the first",
  }),
};

/** A fitted non-negative factorization. */
export interface NonNegativeFactorization extends Coder {
  /** B `[d, k]`, ≥ 0, columns of norm 1; one that no row uses is 0. */
  readonly dictionary: Matrix;
}

/**
 * Non-negative matrix factorization: parts that only add up. Rows `[n, d]` must be ≥ 0, and so are codes `[n, k]` and
 * dictionary `[d, k]`.
 *
 *   min over B ≥ 0, z₁ … z_n ≥ 0 of  ½ Σᵢ ‖xᵢ − B zᵢ‖²
 *
 * Source: Cichocki & Phan (2009), IEICE Transactions E92-A; Gillis & Glineur (2012), Neural Computation 24(4).
 * @throws RangeError or TypeError for options that are not as described.
 */
export function nonNegativeFactorization(
  options: NonNegativeFactorizationOptions,
): Method<NonNegativeFactorization> {
  const checked = checkOptions("nonNegativeFactorization", nonNegativeFactorizationOptions, options);
  const { latentDim: k, init } = checked;
  return {
    name: "nonNegativeFactorization",
    options: checked,
    codeSize: () => k,
    checkSize(rows, cols) {
      if (init !== "random" && k > Math.min(rows, cols)) {
        throw new RangeError(
          `nonNegativeFactorization: latentDim ${k} exceeds min(rows, columns) of the data, ${Math.min(rows, cols)}, from ${init} (random takes more)`,
        );
      }
    },
    ...ofRange("nonNegativeFactorization:", "non-negative"),
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({ decode: (z, p) => matmul(z, p.dictionary!, { transposeB: true }) }),
    procedures: () => ({ encode: codesOf }),
    procedureShapes: (d) => ({ dictionary: [d, k] }),
    notes({ parameters }) {
      const { data } = parameterMatrix(parameters, "dictionary");
      const used = new Set(
        Array.from(data.keys())
          .filter((at) => data[at]! > 0)
          .map((at) => at % k),
      ).size;
      if (used === k) return [];
      return [
        `nonNegativeFactorization: ${k - used} of ${k} atoms are 0, since no row uses them; take latentDim ${Math.max(1, used)}, or init random`,
      ];
    },
    results: (parameters) => ({ dictionary: parameterMatrix(parameters, "dictionary") }),
  };
}

/** One factor: Z `[n, k]` or B `[d, k]`. */
interface Factor {
  readonly rows: number;
  readonly values: Float64Array;
  /** Transposed, `[k, rows]`. */
  readonly rounded: Float32Array;
  /** Moves it towards its minimum with the other fixed. @returns Σ |projected gradient| before. */
  improve(other: Factor, product: Float32Array, iteration: number): Promise<number>;
  release(): void;
}

/** While the dictionary is far from its own, codes that fit it to the end lead to worse minima. */
const GENTLE_ROUNDS = 50;
/** More hardly lower the objective of a round. */
const MOST_SWEEPS = 4;

/** @param cost numbers in a row of the data that a row of the factor is made from. */
function factor(rows: number, k: number, cost: number): Factor {
  const memory = wasmMemory();
  const values = float64On(memory, rows * k);
  const rounded = float32On(memory, rows * k);
  const right = float32On(memory, rows * k);
  const pitch = gramPitch(k);
  const gram = float64On(memory, k * pitch);
  const chunks = Math.ceil(rows / DESCENT_ROWS);
  const violations = float64On(memory, chunks);
  const team = gatherTeam(coordinateDescent, { memory, gram, right, z: values, rounded, violations, k });
  // Half of what the products cost, in sweeps: Gillis & Glineur (2012), section 3.2.
  const most = Math.min(MOST_SWEEPS, Math.floor(1 + cost / (2 * (k + 1))));
  return {
    rows,
    values,
    rounded,
    async improve(other, product, iteration) {
      const { data } = await gramOf(other, k);
      for (let j = 0; j < k; j++) gram.set(data.subarray(j * k, (j + 1) * k), j * pitch);
      right.set(product);
      team.run(chunks, iteration <= GENTLE_ROUNDS ? 1 : most);
      return violations.reduce((sum, value) => sum + value, 0);
    },
    release: () => team.release(),
  };
}

/** Its columns' products with each other. */
function gramOf({ rows, values }: Factor, k: number): Promise<Dense> {
  // The engine takes no shared memory.
  const columns = dense(rows, k, values.slice());
  return gemm(columns, columns, { transposeA: true });
}

async function solve(
  x: Matrix,
  { latentDim: k, init, maxIter, tol }: Required<NonNegativeFactorizationOptions>,
  { random, breathe, onIteration }: FitContext,
): Promise<Parameters> {
  const z = factor(x.rows, k, x.cols);
  const b = factor(x.cols, k, x.rows);
  try {
    const mean = x.data.reduce((sum, value) => sum + value, 0) / x.data.length;
    if (init === "random") draw(Math.sqrt(mean / k), random, z.values, b.values);
    else await nndsvd(x, k, z.values, b.values, breathe);
    if (init === "nndsvda") {
      for (const { values } of [z, b]) values.set(values.map((value) => value || mean));
    }
    setTransposed(b.rounded, b.values, k);
    // A quarter of the time of a product that transposes as it goes, and as ZᵀX its bits would depend on the threads.
    const xt: Matrix = { data: new Float32Array(x.data.length), rows: x.cols, cols: x.rows };
    setTransposed(xt.data, x.data, x.cols);
    const squares = x.data.reduce((sum, value) => sum + value * value, 0);
    let first = 0;
    for (let iteration = 1; iteration <= maxIter; iteration++) {
      await breathe();
      let violation = await z.improve(b, await timesFactor(x, b, k), iteration);
      const zx = await timesFactor(xt, z, k);
      violation += await b.improve(z, zx, iteration);
      if (iteration === 1) first = violation;
      if (onIteration) {
        const objective = await objectiveOf(squares, z, b, zx, k);
        onIteration({ iteration, iterations: maxIter, objective, fraction: iteration / maxIter });
      }
      if (violation <= tol * first) break;
    }
    return { dictionary: float32([x.cols, k], normalized(b.values, k)) };
  } finally {
    z.release();
    b.release();
  }
}

/** ½ Σ ‖x − B z‖² = ½ (Σ ‖x‖² − 2 ⟨B, XᵀZ⟩ + ⟨BᵀB, ZᵀZ⟩) */
async function objectiveOf(squares: number, z: Factor, b: Factor, zx: Float32Array, k: number) {
  const [ofZ, ofB] = [await gramOf(z, k), await gramOf(b, k)];
  const cross = b.values.reduce((sum, value, at) => sum + value * zx[at]!, 0);
  const norms = ofZ.data.reduce((sum, value, at) => sum + value * ofB.data[at]!, 0);
  return (squares - 2 * cross + norms) / 2;
}

function draw(size: number, random: Random, z: Float64Array, b: Float64Array): void {
  const [ofZ, ofB] = [random.fork("codes"), random.fork("dictionary")];
  for (let at = 0; at < z.length; at++) z[at] = size * Math.abs(ofZ.normal());
  for (let at = 0; at < b.length; at++) b[at] = size * Math.abs(ofB.normal());
}

/** X F `[rows, k]` of a factor that has as many rows as X columns. */
async function timesFactor(x: Matrix, { rows, rounded }: Factor, k: number): Promise<Float32Array> {
  const transposed: Matrix = { data: rounded.slice(), rows: k, cols: rows };
  return (await gemm32(x, transposed, { transposeB: true })).data;
}

/** @param to `[cols, rows]`, filled. @param from `[rows, cols]`. */
function setTransposed(to: Float32Array, from: Float64Array | Float32Array, cols: number): void {
  const rows = from.length / cols;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) to[j * rows + i] = from[at]!;
  }
}

/** Columns over their norms, in float32. */
function normalized(b: Float64Array, k: number): Float32Array {
  const squares = new Float64Array(k);
  for (let at = 0; at < b.length; at++) squares[at % k]! += b[at]! ** 2;
  return Float32Array.from(b, (value, at) => (value > 0 ? value / Math.sqrt(squares[at % k]!) : 0));
}

/** Rows to a product in float64. */
const BLOCK_ROWS = 2048;

/** argmin_{z ≥ 0} ‖x − B z‖² `[rows, k]`. */
async function codesOf(x: Matrix, p: Parameters, { breathe }: Breathing): Promise<Matrix> {
  const [d, k] = p.dictionary!.shape as [number, number];
  const b = dense(d, k, Float64Array.from(p.dictionary!.data as Float32Array));
  const rightSides = () => ({
    y: matmul(cast(input("x", ["n", "d"]), "float64"), input("b", ["d", "k"], "float64")),
  });
  const codes = matrix(x.rows, k);
  const rows = Math.min(BLOCK_ROWS, x.rows);
  const block = l1QuadraticArgs(rows, k);
  block.gram.set((await gemm(b, b, { transposeA: true })).data);
  const team = gatherTeam(l1QuadraticRows, block);
  try {
    for (let from = 0; from < x.rows; from += rows) {
      const count = Math.min(rows, x.rows - from);
      const data = x.data.subarray(from * d, (from + count) * d);
      const sizes = { n: count, d, k };
      const program = await compileOnce("non-negative factorization right sides", rightSides, sizes);
      const { y } = await program.run({
        x: float32([count, d], data),
        b: float64([d, k], b.data),
      });
      block.codes.fill(0);
      block.correlations.set(y!.data as Float64Array);
      await team.runInPieces(breathe, Math.ceil(count / CHUNK_ROWS), count, 0, 1);
      codes.data.set(block.codes.subarray(0, count * k), from * k);
    }
  } finally {
    team.release();
  }
  return codes;
}
