/**
 * @file Greedy k-means++: centers drawn among the rows one after the other, far ones more likely.
 *
 *   P(row i) = Dᵢ² / Σ D²,   Dᵢ the distance to the nearest center so far
 *
 * The one of 2 + ⌊ln k⌋ rows drawn that lowers Σ D² most is taken.
 * Source: Arthur & Vassilvitskii (2007), "k-means++: the advantages of careful seeding", SODA, and section 5 there for
 * several draws a step.
 */
import { log } from "../../elementary.js";
import type { Random } from "../../random.js";
import { type CenteredRows, squaredNorms } from "./centered-rows.js";
import { relativeError, squaredDistance } from "./nearest-center-kernel.js";
import { ranking } from "./ranking.js";

/** Centers `[k, d]`, in the centering of the rows; they are rows, and different ones while there are such. */
export async function kMeansPlusPlus(
  rows: CenteredRows,
  k: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const { rows: n, cols: d } = rows;
  const draws = drawsOf(k);
  const centers = new Float64Array(k * d);
  // Before there is a center, all rows are as far.
  const distances = new Float64Array(n).fill(1);
  let total = n;
  let candidates = [random.integer(n)];
  for (let c = 0; c < k; c++) {
    const found = await squaredDistances(rows, candidates, breathe);
    const first = c === 0;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let which = 0; which < candidates.length; which++) {
      const sum = potential(found, which, candidates.length, first ? undefined : distances);
      if (sum < least) {
        least = sum;
        best = which;
      }
    }
    for (let i = 0; i < n; i++) {
      const distance = found[i * candidates.length + best]!;
      if (first || distance < distances[i]!) distances[i] = distance;
    }
    total = least;
    takeRow(rows, candidates[best]!, centers, c);
    candidates = Array.from({ length: draws }, () => drawFar(distances, total, random));
  }
  return centers;
}

/** Rows to draw for one center. */
export const drawsOf = (k: number): number => 2 + Math.floor(-log(1 / k));

/** k different rows, all equally likely, `[k, d]`. */
export function randomRows(rows: CenteredRows, k: number, random: Random): Float64Array {
  const centers = new Float64Array(k * rows.cols);
  const order = random.permutation(rows.rows);
  for (let c = 0; c < k; c++) takeRow(rows, order[c]!, centers, c);
  return centers;
}

/** Makes a row center c. */
export function takeRow({ data, cols }: CenteredRows, row: number, centers: Float64Array, c: number): void {
  for (let j = 0; j < cols; j++) centers[c * cols + j] = data[row * cols + j]!;
}

/** A row, as likely as its share of the total; where all are 0, any. */
export function drawFar(distances: Float64Array, total: number, random: Random): number {
  if (!(total > 0)) return random.integer(distances.length);
  let left = random.uniform() * total;
  let last = 0;
  for (let i = 0; i < distances.length; i++) {
    const distance = distances[i]!;
    if (distance === 0) continue;
    last = i;
    left -= distance;
    if (left < 0) break;
  }
  return last;
}

/** Σ D² if this candidate were a center too. */
function potential(
  found: Float32Array,
  which: number,
  count: number,
  distances: Float64Array | undefined,
): number {
  let sum = 0;
  if (!distances) {
    for (let at = which; at < found.length; at += count) sum += found[at]!;
    return sum;
  }
  for (let i = 0, at = which; i < distances.length; i++, at += count) {
    const distance = found[at]!;
    const before = distances[i]!;
    sum += Math.min(distance, before);
  }
  return sum;
}

/**
 * Squared distances of every row to every candidate `[n, candidates]`, measured where rounding might hide more than an
 * eighth of them.
 */
export async function squaredDistances(
  rows: CenteredRows,
  candidates: readonly number[],
  breathe: () => Promise<void>,
): Promise<Float32Array> {
  const { rows: n, cols: d, data, norms } = rows;
  const count = candidates.length;
  const points = new Float64Array(count * d);
  for (let c = 0; c < count; c++) takeRow(rows, candidates[c]!, points, c);
  const { ranks, blockRows } = await ranking(rows, points);
  const pointNorms = squaredNorms(points, d);
  const relative = 8 * relativeError(d);
  const out = new Float32Array(n * count);
  for (let from = 0; from < n; from += blockRows) {
    const size = Math.min(blockRows, n - from);
    const block = await ranks(data, from, size);
    for (let r = 0, at = 0, to = from * count; r < size; r++) {
      const norm = norms[from + r]!;
      for (let c = 0; c < count; c++, at++, to++) {
        const square = norm + block[at]!;
        const certain = square > relative * (norm + pointNorms[c]!);
        out[to] = certain ? square : squaredDistance(data, from + r, points, c, d);
      }
    }
    await breathe();
  }
  return out;
}
