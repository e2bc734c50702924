/**
 * @file The scatter matrix of data, n times its covariance: S = Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ, in float64 from float32 rows.
 *
 * The mean is taken off before the product, a block of rows at a time: XᵀX − n μμᵀ would lose what digits the mean
 * has on the spread. Float32 products of blocks are summed in float64, so that rounding does not grow with n (compare
 * pairwise summation, Higham 2002, "Accuracy and stability of numerical algorithms", §4.2).
 *
 * Our own code, since loops in JavaScript are 30 to 100 times slower than the engine's products.
 */
import { checkedSize, columnMeans, firstNonFinite, type Matrix } from "../data/matrix.js";
import { cast, compileOnce, emit, input, matmul, type Program, sub } from "../engine/index.js";
import { type Dense, dense } from "./dense.js";

export interface ScatterOptions {
  /** Subtract the column means. Default: true. */
  readonly center?: boolean;
  /**
   * `float64` computes in float64 throughout. `mixed` multiplies in float32 and sums in float64, in half the time:
   * entries are then off by up to 1e-6 of the largest, sums of eigenvalues mostly by 1e-8 to 1e-7 of themselves
   * (measured on 60000 × 784 images). Default: "float64".
   */
  readonly precision?: "float64" | "mixed";
}

/** A scatter matrix and the mean it was taken about. */
export interface Scatter {
  /** Exactly symmetric, shape `[d, d]`. */
  readonly matrix: Dense;
  /** Zero if not centred, shape `[d]`. */
  readonly mean: Float64Array;
}

/** Rows to a product: enough for full speed, few enough for the centred copy to stay in cache. */
const BLOCK_ROWS = 2048;

/**
 * Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ over the rows of `x`; divide by n or n − 1 for the covariance.
 * @param x shape `[n, d]`, finite.
 * @throws RangeError naming the first number that is missing or infinite.
 */
export async function scatterMatrix(
  x: Matrix,
  { center = true, precision = "float64" }: ScatterOptions = {},
): Promise<Scatter> {
  const d = x.cols;
  const sum = new Float64Array(checkedSize(d, d, "scatterMatrix"));
  const mean = center && x.rows > 0 ? columnMeans(x) : new Float64Array(d);
  const dtype = precision === "mixed" ? "float32" : "float64";
  const product = await blockProduct(dtype);
  const shift = { dtype, shape: [d], data: dtype === "float32" ? Float32Array.from(mean) : mean } as const;
  for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, x.rows - from);
    const data = x.data.subarray(from * d, (from + rows) * d);
    const { s } = await product.run({ x: { dtype: "float32", shape: [rows, d], data }, mean: shift });
    const block = s!.data as Float32Array | Float64Array;
    for (let i = 0; i < sum.length; i++) sum[i]! += block[i]!;
  }
  symmetrize(sum, d);
  for (let j = 0; j < d; j++) if (!Number.isFinite(sum[j * d + j])) refuse(x, sum[j * d + j]!, j);
  return { matrix: dense(d, d, sum), mean };
}

function blockProduct(dtype: "float32" | "float64"): Promise<Program> {
  return compileOnce(`scatterMatrix ${dtype}`, () => {
    const x = input("x", ["n", "d"], "float32");
    const centred = sub(dtype === "float32" ? x : cast(x, dtype), input("mean", ["d"], dtype));
    return emit({ s: matmul(centred, centred, { transposeA: true }) });
  });
}

function symmetrize(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) a[i * n + j] = a[j * n + i] = (a[i * n + j]! + a[j * n + i]!) / 2;
  }
}

function refuse(x: Matrix, value: number, column: number): never {
  const at = firstNonFinite(x);
  if (at) {
    throw new RangeError(
      `scatterMatrix: row ${at.row} column ${at.column} is ${at.value}, want finite numbers (impute or drop missing ones)`,
    );
  }
  throw new RangeError(`scatterMatrix: column ${column} is too large to square, its sum is ${value}`);
}
