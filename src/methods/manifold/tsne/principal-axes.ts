/**
 * @file The leading principal axes of rows, and the coordinates of rows along them.
 *
 * Source: van der Maaten & Hinton (2008), section 4.2, where rows are reduced so before t-SNE.
 */
import { type Matrix, matrix } from "../../../data/matrix.js";
import type { Breathing } from "../../../linalg/breathing.js";
import { scatterMatrix } from "../../../linalg/covariance.js";
import { type Dense, toFloat32, transpose } from "../../../linalg/dense.js";
import { gemm32 } from "../../../linalg/gemm.js";
import { randomizedSvd } from "../../../linalg/randomized-svd.js";
import { topEigenpairs } from "../../../linalg/top-eigenpairs.js";
import type { FitContext } from "../../method.js";

/** Columns up to which a covariance is less work than a randomized decomposition. */
const COVARIANCE_COLUMNS = 2000;
/** Rows to a product. */
const BLOCK_ROWS = 512;

export interface PrincipalAxes {
  /** `[d, k]` */
  readonly components: Matrix;
  /** `[d]` */
  readonly mean: Float64Array;
}

/** The k leading axes, k ≤ min(n, d), and their share of the variance of `x`, 1 where there is none. */
export async function principalAxes(
  x: Matrix,
  k: number,
  { random, breathe }: Pick<FitContext, "random" | "breathe">,
): Promise<PrincipalAxes & { readonly keptVariance: number }> {
  if (x.cols > COVARIANCE_COLUMNS) {
    const { vt, s, mean } = await randomizedSvd(x, k, {
      center: true,
      seed: random.fork("pca").bits(),
      breathe,
    });
    return axesOf(transpose(vt), mean, sum(s.map((sigma) => sigma * sigma)), squareSum(x, mean));
  }
  const { matrix: scatter, mean } = await scatterMatrix(x, { precision: "mixed", breathe });
  const { values, vectors } = await topEigenpairs(scatter, k, { breathe });
  const variances = Float64Array.from(mean, (_, j) => scatter.data[j * x.cols + j]!);
  return axesOf(vectors, mean, sum(values), sum(variances));
}

function axesOf(axes: Dense, mean: Float64Array, kept: number, all: number) {
  return { components: toFloat32(axes), mean, keptVariance: all > 0 ? Math.min(1, kept / all) : 1 };
}

/** Coordinates `[n, k]` of rows; those of a row are the same bits whichever rows it stands among. */
export async function scores(
  { data, rows, cols }: Matrix,
  { components, mean }: PrincipalAxes,
  { breathe }: Breathing,
): Promise<Matrix> {
  const k = components.cols;
  const out = matrix(rows, k);
  const centered = matrix(BLOCK_ROWS, cols);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const end = Math.min(rows, from + BLOCK_ROWS) * cols;
    // All products are of one shape: what is left of the block before is not looked at.
    for (let at = from * cols, to = 0; at < end; )
      for (let j = 0; j < cols; j++, at++, to++) centered.data[to] = data[at]! - mean[j]!;
    const product = await gemm32(centered, components);
    out.data.set(product.data.subarray(0, Math.min(BLOCK_ROWS, rows - from) * k), from * k);
    await breathe?.();
  }
  return out;
}

const sum = (numbers: Float64Array): number => numbers.reduce((total, value) => total + value, 0);

function squareSum({ data, cols }: Matrix, mean: Float64Array): number {
  let total = 0;
  for (let at = 0; at < data.length; at += cols)
    for (let j = 0; j < cols; j++) total += (data[at + j]! - mean[j]!) ** 2;
  return total;
}
