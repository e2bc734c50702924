/**
 * @file The scatter matrix of data, n times its covariance: S = Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ, in float64 from float32 rows.
 *
 * A point c near the mean is taken off before the product, a block of rows at a time, and what is left of the mean after
 * it: XᵀX − n μμᵀ would lose what digits the mean has on the spread. Float32 products of blocks are summed in float64, so that rounding does not grow with n (compare
 * pairwise summation, Higham 2002, "Accuracy and stability of numerical algorithms", §4.2).
 *
 * Our own code, since loops in JavaScript are 30 to 100 times slower than the engine's products.
 */
import { checkedSize, columnMeans, firstNonFinite, type Matrix, takeRows } from "../data/matrix.js";
import { float32 } from "../engine/arrays.js";
import {
  cast,
  compileOnce,
  input,
  matmul,
  type NdArray,
  type Program,
  reshape,
  slice,
  sub,
  sum as sumOver,
} from "../engine/index.js";
import type { Breathing } from "./breathing.js";
import { type Dense, dense } from "./dense.js";

/** Options of `scatterMatrix`. */
export interface ScatterOptions extends Breathing {
  /** Subtract the column means. Default: true. */
  readonly center?: boolean | undefined;
  /**
   * `float64` computes in float64 throughout. `mixed` multiplies in float32 and sums in float64, in half the time:
   * entries are then off by up to 1e-6 of the largest, sums of eigenvalues mostly by 1e-8 to 1e-7 of themselves
   * (measured on 60000 × 784 images). Default: "float64".
   */
  readonly precision?: "float64" | "mixed" | undefined;
}

/** A scatter matrix and the mean it was taken about. */
export interface Scatter {
  /** Exactly symmetric, shape `[d, d]`. */
  readonly matrix: Dense;
  /** Zero if not centered, shape `[d]`. */
  readonly mean: Float64Array;
}

/**
 * Rows to a call: two products of half as many, since two cores that work on products of their own need not wait for
 * each other's numbers.
 */
const BLOCK_ROWS = 4096;
const PRODUCTS = 2;
/** From so many columns on it pays to leave out most products below the diagonal, in strips of columns. */
const STRIPED_COLUMNS = 256;
const STRIPS = 2;

/**
 * Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ over the rows of `x`; divide by n or n − 1 for the covariance.
 * @param x shape `[n, d]`, finite.
 * @throws RangeError naming the first number that is missing or infinite.
 */
export async function scatterMatrix(
  x: Matrix,
  { center = true, precision = "float64", breathe }: ScatterOptions = {},
): Promise<Scatter> {
  const d = x.cols;
  const sum = new Float64Array(checkedSize(d, d, "scatterMatrix"));
  const shifted = new Float64Array(d);
  const shift = center && x.rows > 0 ? sampledMeans(x) : new Float64Array(d);
  const strips = stripsOf(d);
  const dtype = precision === "mixed" ? "float32" : "float64";
  const c = { dtype, shape: [d], data: dtype === "float32" ? Float32Array.from(shift) : shift } as const;
  /** Outputs of the last block with so many products, to be written over: fresh memory takes time. */
  const room = new Map<number, Record<string, NdArray>>();
  for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
    if (breathe) await breathe();
    const rows = Math.min(BLOCK_ROWS, x.rows - from);
    const data = x.data.subarray(from * d, (from + rows) * d);
    const count = rows % PRODUCTS === 0 ? PRODUCTS : 1;
    const product = await blockProduct(dtype, count, d, strips);
    const feeds = { x: float32([count, rows / count, d], data), c };
    const block = await product.run(feeds, room.get(count));
    room.set(count, block);
    strips.forEach((strip, i) => {
      addStrip(sum, d, strip, block[`s${i}`]!.data as Float64Array);
    });
    block.sums!.data.forEach((value, j) => {
      shifted[j]! += Number(value);
    });
  }
  const mean = center ? moveToMean(sum, shifted, c.data, x.rows) : shift;
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) sum[i * d + j] = sum[j * d + i]!;
  for (let j = 0; j < d; j++) refuseUnsquarable(x, sum[j * d + j]!, j, "scatterMatrix");
  return { matrix: dense(d, d, sum), mean };
}

/** Rows that tell where the mean is to a sixteenth of the deviations, so that no digits are lost. */
const SAMPLE_ROWS = 256;

/** Means of the columns over a few rows from all over the data: near the mean, at little cost. */
function sampledMeans(x: Matrix): Float64Array {
  const rows = Math.min(x.rows, SAMPLE_ROWS);
  const stride = x.rows / rows;
  return columnMeans(
    takeRows(
      x,
      Array.from({ length: rows }, (_, i) => Math.floor(i * stride)),
    ),
  );
}

interface Strip {
  readonly start: number;
  readonly end: number;
}

function stripsOf(d: number): Strip[] {
  const count = d < STRIPED_COLUMNS ? 1 : STRIPS;
  return Array.from({ length: count }, (_, i) => ({
    start: Math.floor((i * d) / count),
    end: Math.floor(((i + 1) * d) / count),
  }));
}

/** For every strip of columns its products with the columns from its own start on, and the sums of all columns. */
function blockProduct(
  dtype: "float32" | "float64",
  count: number,
  d: number,
  strips: readonly Strip[],
): Promise<Program> {
  return compileOnce(`scatterMatrix ${dtype} ${count} ${d}`, () => {
    const x = input("x", [count, "n", d], "float32");
    const shifted = sub(cast(x, dtype), input("c", [d], dtype));
    const products = strips.map(({ start, end }) =>
      matmul(slice(shifted, 2, start, end), slice(shifted, 2, start, d), { transposeA: true }),
    );
    const outputs = products.map((product, i) => [`s${i}`, product] as const);
    return { ...Object.fromEntries(outputs), sums: sumOver(reshape(shifted, ["n", d]), 0) };
  });
}

/** Adds a strip's products `[count, end − start, d − start]` to the upper triangle. */
function addStrip(total: Float64Array, d: number, { start, end }: Strip, products: ArrayLike<number>): void {
  const width = d - start;
  const size = (end - start) * width;
  for (let first = 0; first < products.length; first += size) {
    for (let i = start; i < end; i++) {
      const row = first + (i - start) * width - start;
      for (let j = i; j < d; j++) total[i * d + j]! += products[row + j]!;
    }
  }
}

/** Σ(x − c)(x − c)ᵀ less n(μ − c)(μ − c)ᵀ, in the upper triangle; gives μ. */
function moveToMean(
  total: Float64Array,
  shifted: Float64Array,
  c: ArrayLike<number>,
  n: number,
): Float64Array {
  const d = shifted.length;
  const distance = shifted.map((value) => (n > 0 ? value / n : 0));
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) total[i * d + j]! -= n * distance[i]! * distance[j]!;
  }
  return distance.map((value, j) => c[j]! + value);
}

/** @throws RangeError where a sum of squares is not finite, naming the first number that is not, or the column. */
export function refuseUnsquarable(x: Matrix, squares: number, column: number, where: string): void {
  if (Number.isFinite(squares)) return;
  const at = firstNonFinite(x);
  if (at) {
    throw new RangeError(
      `${where}: row ${at.row} column ${at.column} is ${at.value}, want finite numbers (impute or drop missing ones)`,
    );
  }
  throw new RangeError(`${where}: column ${column} is too large to square, its sum is ${squares}`);
}
