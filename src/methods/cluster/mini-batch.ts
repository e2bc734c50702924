/**
 * @file Mini-batch k-means: centers move towards the rows of a batch, each with a step that shrinks as its rows add up.
 *
 *   for a batch M:  aᵢ ← argmin_c ‖xᵢ − c‖²,   then for i in M:  v_a ← v_a + 1,  c_a ← c_a + (xᵢ − c_a) / v_a
 *
 * so that a center is the mean of all rows it was ever given.
 * Source: Sculley (2010), "Web-scale k-means clustering", WWW, algorithm 1.
 */
import type { Random } from "../../random.js";
import type { CenteredRows } from "./centered-rows.js";
import { labelRows, squaredDistance } from "./nearest-center-kernel.js";
import { ranking } from "./ranking.js";

export interface MiniBatchOptions {
  readonly batchSize: number;
  /** The most passes over the rows. */
  readonly maxIter: number;
  readonly random: Random;
  readonly breathe: () => Promise<void>;
  readonly onIteration?: ((iteration: number, meanSquaredDistance: number) => void) | undefined;
}

/** Batches in a row without a lower mean distance, after which it stops. */
const PATIENCE = 10;

/** @returns centers `[k, d]`, and the passes begun. */
export async function miniBatchKMeans(
  rows: CenteredRows,
  initial: Float64Array,
  { batchSize, maxIter, random, breathe, onIteration }: MiniBatchOptions,
): Promise<{ centers: Float64Array; iterations: number }> {
  const { rows: n, cols: d, data } = rows;
  const k = initial.length / d;
  const size = Math.min(batchSize, n);
  const centers = initial.slice();
  const counts = new Float64Array(k);
  const batch = new Int32Array(size);
  const labels = new Int32Array(size);
  const distances = new Float64Array(size);
  const gathered = new Float32Array(size * d);
  // The mean over batches, smoothed over about a pass, as batches differ more than centers move.
  const weight = Math.min(1, (2 * size) / (n + 1));
  let smoothed: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  let waited = 0;
  for (let pass = 1; pass <= maxIter; pass++) {
    const order = random.permutation(n);
    for (let from = 0; from + size <= n; from += size) {
      for (let r = 0; r < size; r++) {
        batch[r] = order[from + r]!;
        const start = batch[r]! * d;
        gathered.set(data.subarray(start, start + d), r * d);
      }
      const ranked = await ranking(rows, centers.slice());
      for (let at = 0; at < size; at += ranked.blockRows) {
        const count = Math.min(ranked.blockRows, size - at);
        const values = await ranked.ranks(gathered, at, count);
        labelRows(ranked, { values, first: undefined }, batch, at, count, labels.subarray(at), undefined);
      }
      for (let r = 0; r < size; r++)
        distances[r] = squaredDistance(data, batch[r]!, ranked.centers, labels[r]!, d);
      moveCenters(centers, counts, gathered, labels, d);
      await breathe();
      const mean = distances.reduce((a, b) => a + b, 0) / size;
      smoothed = smoothed === undefined ? mean : smoothed + weight * (mean - smoothed);
      waited = smoothed < least ? 0 : waited + 1;
      least = Math.min(least, smoothed);
      if (waited >= PATIENCE) return { centers, iterations: pass };
    }
    fillUnused(centers, counts, gathered, distances);
    onIteration?.(pass, smoothed!);
  }
  return { centers, iterations: maxIter };
}

/** One step of a batch. */
function moveCenters(
  centers: Float64Array,
  counts: Float64Array,
  batch: Float32Array,
  labels: Int32Array,
  d: number,
): void {
  for (let r = 0; r < labels.length; r++) {
    const c = labels[r]!;
    const step = 1 / ++counts[c]!;
    for (let j = 0, p = r * d, q = c * d; j < d; j++, p++, q++)
      centers[q]! += step * (batch[p]! - centers[q]!);
  }
}

/** Centers that no row has come to yet go to the rows of the batch that are farthest from theirs. */
function fillUnused(
  centers: Float64Array,
  counts: Float64Array,
  batch: Float32Array,
  distances: Float64Array,
): void {
  const d = centers.length / counts.length;
  for (let c = 0; c < counts.length; c++) {
    if (counts[c]! > 0) continue;
    let farthest = 0;
    for (let r = 1; r < distances.length; r++) if (distances[r]! > distances[farthest]!) farthest = r;
    for (let j = 0; j < d; j++) centers[c * d + j] = batch[farthest * d + j]!;
    distances[farthest] = 0;
  }
}
