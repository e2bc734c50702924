/**
 * @file Standard deviation of the noise of images, from patches that show little but noise.
 *
 * Patches of a clean image lie near a subspace, and white noise of variance σ² adds σ² to every eigenvalue of their covariance: the least ones are
 * σ² alone. They are those behind the largest ones whose mean is no more than their median. Texture as fine as noise is left out before, by turns: a
 * patch counts whose squared gradients sum to no more than noise of the present σ reaches in 99 of 100 patches. Where numbers are cut off at limits, noise
 * near these is less than elsewhere, and patches count whose mean is 1.5 σ away from them.
 * Sources: Liu, Tanaka & Okutomi (2013), "Single-image noise level estimation for blind denoising", IEEE Transactions on Image Processing 22(12), for the choice
 * of patches; Chen, Zhu & Heng (2015), "An efficient statistical method for image noise level estimation", ICCV, for the eigenvalues; Wilson & Hilferty (1931),
 * "The distribution of chi-square", PNAS 17(12), for the quantile.
 */
import { type Matrix, matrix, type Numbers, takeRows } from "../../data/matrix.js";
import type { Breathing } from "../../linalg/breathing.js";
import { scatterMatrix } from "../../linalg/covariance.js";
import { dense } from "../../linalg/dense.js";
import { eigh } from "../../linalg/eigh.js";

const SIDE = 7;
/** Patches that are looked at, at most: every so many-th. */
const MOST_PATCHES = 2 ** 16;
/** Patches to a number of one, at least: fewer tell no covariance. */
const PATCHES_A_NUMBER = 4;
const MOST_TURNS = 20;
/** Standard deviations from a limit up to which noise is cut off there. */
const FROM_LIMITS = 1.5;
/** Quantile .99 of the normal distribution. */
const NORMAL_99 = 2.3263478740408408;
/** Change of σ², of itself, that ends the turns. */
const SETTLED = 1e-3;

/** Sides that an image must have. */
export const LEAST_SIDE = 3;

/**
 * Standard deviation of white noise in images, all of the same.
 * @param x images `[n, d]`, finite. @param shape of a row: `[height, width]` or `[channels, height, width]`, sides ≥ 3.
 * @param range limits that numbers were cut off at, if they were.
 */
export async function imageNoise(
  x: Numbers,
  shape: readonly number[],
  { range, breathe }: Breathing & { readonly range?: readonly [number, number] | undefined } = {},
): Promise<number> {
  const [height, width] = shape.slice(-2) as [number, number];
  const side = Math.min(SIDE, height, width);
  const patches = somePatches(x, height, width, side);
  const { energies, limit } = gradients(patches, side);
  const means = meansOf(patches);
  const fewest = PATCHES_A_NUMBER * side * side;
  let variance = await leastVariance(patches, breathe);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const plain = Uint32Array.from(energies.keys()).filter((i) => energies[i]! <= limit * variance);
    const inside = range && insideOf(plain, means, range, FROM_LIMITS * Math.sqrt(variance));
    const weak = inside && inside.length >= fewest ? inside : plain;
    if (weak.length < fewest) break;
    const next = await leastVariance(takeRows(patches, weak), breathe);
    const settled = Math.abs(next - variance) <= SETTLED * variance;
    variance = next;
    if (settled) break;
  }
  return Math.sqrt(variance);
}

/** Patches `[m, side²]` of all planes of all images, evenly taken. */
function somePatches({ data, rows, cols }: Numbers, height: number, width: number, side: number): Matrix {
  const plane = height * width;
  const planes = (rows * cols) / plane;
  const [down, across] = [height - side + 1, width - side + 1];
  const all = planes * down * across;
  // An odd step, so that columns of an even width take turns.
  const step = Math.ceil(all / MOST_PATCHES) | 1;
  const out = matrix(Math.ceil(all / step), side * side);
  for (let place = 0, to = 0; place < all; place += step) {
    const image = Math.floor(place / (down * across));
    const within = place % (down * across);
    const from = image * plane + Math.floor(within / across) * width + (within % across);
    for (let u = 0; u < side; u++)
      for (let v = 0; v < side; v++) out.data[to++] = data[from + u * width + v]!;
  }
  return out;
}

function meansOf({ data, rows, cols }: Matrix): Float64Array {
  const means = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++) means[i]! += data[at++]! / cols;
  return means;
}

/** Those of some patches whose mean is far enough from the limits. */
function insideOf(
  patches: Uint32Array,
  means: Float64Array,
  [low, high]: readonly [number, number],
  far: number,
): Uint32Array {
  return patches.filter((i) => means[i]! >= low + far && means[i]! <= high - far);
}

/** Sums of squared gradients of patches, and what those of noise of variance 1 stay below. */
function gradients({ data, rows, cols }: Matrix, side: number) {
  const pairs: [number, number][] = [];
  for (let u = 0; u < side; u++)
    for (let v = 1; v < side - 1; v++)
      pairs.push([u * side + v - 1, u * side + v + 1], [(v - 1) * side + u, (v + 1) * side + u]);
  const energies = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (const [a, b] of pairs) sum += ((data[i * cols + b]! - data[i * cols + a]!) / 2) ** 2;
    energies[i] = sum;
  }
  // The sum is xᵀ Q x; of noise its mean is tr Q and its variance 2 tr Q², as of a gamma distribution.
  const q = new Float64Array(cols * cols);
  for (const [a, b] of pairs) {
    q[a * cols + a]! += 0.25;
    q[b * cols + b]! += 0.25;
    q[a * cols + b]! -= 0.25;
    q[b * cols + a]! -= 0.25;
  }
  let [trace, squares] = [0, 0];
  for (let a = 0; a < cols; a++) trace += q[a * cols + a]!;
  for (const value of q) squares += value * value;
  const shape = trace ** 2 / (2 * squares);
  const root = 1 - 1 / (9 * shape) + NORMAL_99 / (3 * Math.sqrt(shape));
  return { energies, limit: trace * root * root * root };
}

/** Mean of the eigenvalues of the covariance that are noise alone. */
async function leastVariance(patches: Matrix, breathe: Breathing["breathe"]): Promise<number> {
  const { rows, cols } = patches;
  const { matrix: scatter } = await scatterMatrix(patches, { breathe });
  const covariance = dense(
    cols,
    cols,
    scatter.data.map((value) => value / rows),
  );
  const { values } = await eigh(covariance, { breathe });
  for (let i = 0; ; i++) {
    const rest = values.subarray(i);
    const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
    const middle = (rest[Math.floor((rest.length - 1) / 2)]! + rest[Math.ceil((rest.length - 1) / 2)]!) / 2;
    if (mean <= middle || rest.length === 1) return Math.max(0, mean);
  }
}
