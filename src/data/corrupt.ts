/**
 * @file Corruptions of data, for denoising and for filling in: each is a new matrix and a mask of what was touched.
 */
import { random } from "../random.js";
import { type Matrix, matrix, type Numbers } from "./matrix.js";

/** Corrupted data, and where they differ from what they were. */
export interface Corrupted<Rows extends Numbers = Matrix> {
  /** Shape `[n, d]`, as the input. */
  readonly x: Rows;
  /** Row-major, length n · d: 1 where `x` was changed, 0 elsewhere. */
  readonly mask: Uint8Array;
}

/**
 * Adds independent normal noise to every entry: x̃ = x + σ ε. Missing values stay missing.
 * @param options `sigma` ≥ 0 in the units of the data; `seed` default 0.
 * @throws RangeError for a sigma that is no number ≥ 0.
 */
export function gaussianNoise(x: Matrix, options: { sigma: number; seed?: number }): Corrupted {
  const { sigma, seed = 0 } = options;
  if (!(sigma >= 0 && sigma < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`gaussianNoise: sigma must be a number ≥ 0, got ${sigma}`);
  }
  const out = random(seed).fork("gaussian noise").fillNormal(new Float32Array(x.data.length));
  const mask = new Uint8Array(x.data.length);
  for (let i = 0; i < out.length; i++) {
    const value = x.data[i]!;
    out[i] = value + sigma * out[i]!;
    if (sigma > 0 && !Number.isNaN(value)) mask[i] = 1;
  }
  return { x: matrix(x.rows, x.cols, out), mask };
}

/**
 * Sets each entry to 0 with a probability, independently. Missing values stay missing.
 * Source: Vincent et al. (2008), "Extracting and composing robust features with denoising autoencoders", ICML.
 * @param options `probability` in [0, 1]; `seed` default 0.
 * @throws RangeError for a probability outside of [0, 1].
 */
export function zeroMask(x: Matrix, options: { probability: number; seed?: number }): Corrupted {
  return replaceSome(x, options.probability, options.seed ?? 0, 0, "zeroMask");
}

/**
 * Hides each entry, as `NaN`, with a probability, independently. What is missing already is not in the mask.
 * @param options `probability` in [0, 1]; `seed` default 0.
 * @throws RangeError for a probability outside of [0, 1].
 */
export function hideEntries(x: Matrix, options: { probability: number; seed?: number }): Corrupted;
export function hideEntries(x: Numbers, options: { probability: number; seed?: number }): Corrupted<Numbers>;
export function hideEntries(x: Numbers, options: { probability: number; seed?: number }): Corrupted<Numbers> {
  return replaceSome(x, options.probability, options.seed ?? 0, Number.NaN, "hideEntries");
}

function replaceSome<Rows extends Numbers>(
  x: Rows,
  probability: number,
  seed: number,
  by: number,
  where: string,
): Corrupted<Rows> {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`${where}: probability must be in [0, 1], got ${probability}`);
  }
  const stream = random(seed).fork("masked entries");
  const data = x.data.slice();
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    // Drawn for missing values too, so that the mask of the rest does not depend on them.
    const drawn = stream.uniform() < probability;
    if (!drawn || Number.isNaN(data[i])) continue;
    data[i] = by;
    mask[i] = 1;
  }
  return { x: { data, rows: x.rows, cols: x.cols } as Rows, mask };
}
