/**
 * @file Patches of photographs as the field prepares them for dictionaries: brightness and contrast taken off each patch,
 * then ZCA whitening, x ↦ E (Λ + ε)^−½ Eᵀ (x − μ) by the eigenvectors of the patches' covariance.
 *
 * Source: Bell & Sejnowski (1997), "The independent components of natural scenes are edge filters", Vision Research; Coates,
 * Ng & Lee (2011), "An analysis of single-layer networks in unsupervised feature learning", AISTATS, section 3.
 */
import { readFileSync } from "node:fs";
import { sharedFile } from "../bench/shared-data.js";
import { type Matrix, matrix, readNetpbm } from "../src/data/index.js";
import { random } from "../src/index.js";
import { type Dense, dense, eigh, gemm, scatterMatrix, toDense, toFloat32 } from "../src/linalg/index.js";

export const SIDE = 8;
/** Added to the variance of a patch of gray levels 0 … 255, and to that of a principal component. */
const [CONTRAST_FLOOR, WHITENING_FLOOR] = [10, 0.1];

/** `rows` patches from both photographs `[rows, 64]`, each of mean 0 and variance near 1. */
export function photoPatches(rows: number, seed: number): Matrix {
  const photos = ["china", "flower"].map((name) => {
    const path = sharedFile(`data/photos/${name}.pgm`);
    return readNetpbm(readFileSync(path), path);
  });
  const stream = random(seed).fork("patches");
  const out = matrix(rows, SIDE * SIDE);
  for (let i = 0; i < rows; i++) {
    const { width, height, pixels } = photos[i % photos.length]!;
    const [left, top] = [stream.integer(width - SIDE + 1), stream.integer(height - SIDE + 1)];
    const patch = Float64Array.from(
      { length: SIDE * SIDE },
      (_, j) => pixels[(top + Math.floor(j / SIDE)) * width + left + (j % SIDE)]!,
    );
    const mean = patch.reduce((a, b) => a + b) / patch.length;
    const variance = patch.reduce((t, v) => t + (v - mean) ** 2, 0) / patch.length;
    out.data.set(
      patch.map((v) => (v - mean) / Math.sqrt(variance + CONTRAST_FLOOR)),
      i * out.cols,
    );
  }
  return out;
}

/** A whitening of patches. */
export interface Whitening {
  readonly mean: Float64Array;
  /** Symmetric `[64, 64]`. */
  readonly matrix: Dense;
}

export async function fitWhitening(x: Matrix): Promise<Whitening> {
  const { matrix: scatter, mean } = await scatterMatrix(x);
  const { values, vectors } = await eigh(
    dense(
      x.cols,
      x.cols,
      scatter.data.map((value) => value / x.rows),
    ),
  );
  const scaled = dense(
    x.cols,
    x.cols,
    vectors.data.map((value, i) => value / Math.sqrt(values[i % x.cols]! + WHITENING_FLOOR)),
  );
  return { mean, matrix: await gemm(scaled, vectors, { transposeB: true }) };
}

export async function whiten(x: Matrix, { mean, matrix: w }: Whitening): Promise<Matrix> {
  const centered = toDense(x);
  for (let i = 0; i < centered.data.length; i++) centered.data[i]! -= mean[i % x.cols]!;
  return toFloat32(await gemm(centered, w));
}
