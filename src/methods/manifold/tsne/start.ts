/**
 * @file Start of an embedding: at the leading principal components, or at random; so small that no pair is far.
 *
 * Source: Kobak & Linderman (2021), "Initialization is critical for preserving global data structure in both t-SNE
 * and UMAP", Nature Biotechnology 39.
 */
import { type Matrix, row } from "../../../data/matrix.js";
import { truncatedSvd } from "../../../linalg/truncated-svd.js";
import type { FitContext } from "../../method.js";

/** Standard deviation of the first coordinate. */
const SIZE = 1e-4;
/** Noise on principal components, as a share of `SIZE`: equal rows would never part. */
const JITTER = 0.01;

/** Places `[n, dims]`. */
export async function start(
  x: Matrix,
  init: "pca" | "random",
  dims: number,
  { random, breathe }: Pick<FitContext, "random" | "breathe">,
): Promise<Float64Array> {
  const y = new Float64Array(x.rows * dims);
  const noise = random.fork("start");
  const scale = init === "random" ? SIZE : SIZE * JITTER;
  for (let i = 0; i < y.length; i++) y[i] = scale * noise.normal();
  if (init === "random") return y;
  const k = Math.min(dims, x.rows, x.cols);
  const seed = random.fork("pca").bits();
  const { vt, mean } = await truncatedSvd(x, k, { center: true, seed, breathe });
  const scores = Array.from({ length: k }, (_, c) => project(x, mean, row(vt, c)));
  const first = scores[0]!;
  const deviation = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / x.rows);
  if (deviation === 0) return y;
  scores.forEach((column, axis) => {
    for (let i = 0; i < x.rows; i++) y[i * dims + axis]! += (SIZE / deviation) * column[i]!;
  });
  return y;
}

function project(
  { data, rows, cols }: Matrix,
  mean: Float64Array,
  direction: ArrayLike<number>,
): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++, at++) sum += (data[at]! - mean[j]!) * direction[j]!;
    out[i] = sum;
  }
  return out;
}
