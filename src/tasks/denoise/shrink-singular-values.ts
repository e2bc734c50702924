/**
 * @file Rows freed of noise by what their columns have in common: the singular values of the centered rows shrunk as is best for noise of one variance.
 *
 * For X + σ Z of shape `[n, d]`, with Z white, m = min(n, d), M = max(n, d), β = m / M and singular values s = √M σ y of X + σ Z,
 *
 *   s ↦ √M σ √((y² − β − 1)² − 4 β) / y   where y > 1 + √β,   0 elsewhere
 *
 * has the least squared error of all functions of the singular values, as n and d grow. Where σ is not known it is told by the median of those of noise
 * alone, σ = s_median / √(M μ_β), with the median μ_β of the Marchenko–Pastur distribution: of all of them at first, then, by turns, without those that the
 * present σ does not explain, and the rows and columns that these take.
 * Source: Gavish & Donoho (2017), "Optimal shrinkage of singular values", IEEE Transactions on Information Theory 63(4); for σ Gavish & Donoho (2014),
 * "The optimal hard threshold for singular values is 4/√3", IEEE Transactions on Information Theory 60(8), and for the turns Kritchman & Nadler (2008), "Determining the
 * number of components in a factor model from limited noisy data", Chemometrics and Intelligent Laboratory Systems 94(1).
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import type { Breathing } from "../../linalg/breathing.js";
import { scatterMatrix } from "../../linalg/covariance.js";
import { dense, toDense, toFloat32, transpose } from "../../linalg/dense.js";
import { eigh } from "../../linalg/eigh.js";
import { gemm } from "../../linalg/gemm.js";
import { marchenkoPasturMedian } from "./marchenko-pastur.js";

/** Share of the largest singular value that is rounding of float32. */
const ROUNDING = 1e-6;
/** Singular values that noise is told by, at least. */
const LEAST_OF_NOISE = 2;
/** Rows and columns that tell noise, at least. */
export const LEAST_SIZE = 4;

/** Rows and what was found in them. */
export interface ShrunkRows {
  /** Rows without noise `[n, d]`. */
  readonly x: Matrix;
  /** Standard deviation of the noise. */
  readonly noise: number;
  /** Singular values that are left. */
  readonly rank: number;
}

/**
 * @param x rows `[n, d]`, n ≥ 2, finite. @param noise its standard deviation. Default: told by the singular values.
 */
export async function shrinkSingularValues(
  x: Matrix,
  noise: number | undefined,
  { breathe }: Breathing = {},
): Promise<ShrunkRows> {
  const { rows, cols } = x;
  const mean = new Float64Array(cols);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++) mean[j]! += x.data[at++]! / rows;
  const centered = matrix(
    rows,
    cols,
    x.data.map((value, at) => value - mean[at % cols]!),
  );
  const wide = toDense(centered);
  // The smaller of XᵀX and XXᵀ has the singular values, squared, and one side of the vectors.
  const tall = rows >= cols;
  const { matrix: scatter } = await scatterMatrix(tall ? centered : toFloat32(transpose(wide)), {
    center: false,
    breathe,
  });
  const { values, vectors } = await eigh(scatter, { breathe });
  const [m, most] = [Math.min(rows, cols), Math.max(rows, cols)];
  const s = values.map((value) => Math.sqrt(Math.max(0, value)));
  // Columns that are sums of others, as the indicators of a category, have no noise of their own.
  const free = s.findLastIndex((value) => value > ROUNDING * s[0]!) + 1;
  const beta = Math.max(1, free) / most;
  const sigma = noise ?? (free > 0 ? noiseOf(s.subarray(0, free), most) : 0);
  const unit = Math.sqrt(most) * sigma;
  const shares = s.map((value) => (unit > 0 ? shareLeft(value / unit, beta) : 1));
  const rank = shares.reduce((count, share) => count + Number(share > 0), 0);
  // V diag(shares) Vᵀ, to be multiplied from the right, or from the left.
  const weighted = dense(
    m,
    m,
    vectors.data.map((value, at) => value * shares[at % m]!),
  );
  const filter = await gemm(weighted, vectors, { transposeB: true });
  const product = await (tall ? gemm(wide, filter) : gemm(filter, wide));
  const out = Float32Array.from(product.data, (value, at) => value + mean[at % cols]!);
  return { x: matrix(rows, cols, out), noise: sigma, rank };
}

/** The shrunk value as a share of y. */
function shareLeft(y: number, beta: number): number {
  if (!(y > 1 + Math.sqrt(beta))) return 0;
  return Math.sqrt(Math.max(0, (y * y - beta - 1) ** 2 - 4 * beta)) / (y * y);
}

/** Standard deviation of noise by singular values, descending. */
function noiseOf(s: Float64Array, most: number): number {
  const m = s.length;
  let rank = 0;
  for (;;) {
    const [left, size] = [m - rank, most - rank];
    const median = (s[rank + Math.floor((left - 1) / 2)]! + s[rank + Math.ceil((left - 1) / 2)]!) / 2;
    const sigma = median / Math.sqrt(size * marchenkoPasturMedian(left / size));
    const edge = sigma * (Math.sqrt(most) + Math.sqrt(m));
    const above = s.findLastIndex((value) => value > edge) + 1;
    if (above <= rank || above > m - LEAST_OF_NOISE) return sigma;
    rank = above;
  }
}
