/**
 * @file A way out of local minima: a center is given up, a row becomes one instead, Lloyd's algorithm goes on from there.
 *
 * Rows are drawn as k-means++ draws them, and each is tried in place of every center: with D the distance to the nearest
 * center and E that to the second nearest, center c replaced by row q leaves
 *
 *   Σᵢ min(‖xᵢ − q‖², Dᵢ²)  +  Σ_{aᵢ = c} [ min(‖xᵢ − q‖², Eᵢ²) − min(‖xᵢ − q‖², Dᵢ²) ]
 *
 * and the best pair is taken; every other attempt after a failure takes any pair, since the best may be the same over and
 * over. What Lloyd's algorithm makes of it is kept if it is better.
 * Sources: Lattanzi & Sohler (2019), "A better k-means++ algorithm via local search", ICML; Fränti (2018), "Efficiency of
 * random swap clustering", Journal of Big Data.
 */
import type { Random } from "../../random.js";
import { type CenteredRows, squaredNorms } from "./centered-rows.js";
import { drawFar, drawsOf, squaredDistances, takeRow } from "./k-means-plus-plus.js";
import { type Clustering, type LloydOptions, lloyd } from "./lloyd.js";
import { relativeError, squaredDistance } from "./nearest-center-kernel.js";
import { ranking } from "./ranking.js";

export interface SwapOptions extends Omit<LloydOptions, "onIteration" | "goal"> {
  /** Attempts in a row without gain, after which it ends. */
  readonly attempts: number;
  readonly random: Random;
  readonly onAttempt: (failures: number, inertia: number) => void;
}

export async function swapCenters(
  rows: CenteredRows,
  start: Clustering,
  { attempts, random, onAttempt, ...options }: SwapOptions,
): Promise<Clustering> {
  let best = start;
  let distances = await twoNearest(rows, best, options.breathe);
  for (let failures = 0; failures < attempts && best.inertia > 0; ) {
    const centers =
      failures % 2 === 0
        ? await bestSwap(rows, best, distances, random, options.breathe)
        : randomSwap(rows, best, distances, random);
    const found = await lloyd(rows, centers, { ...options, goal: best.inertia });
    if (found.inertia < best.inertia * (1 - GAIN)) {
      best = { ...found, iterations: best.iterations };
      distances = await twoNearest(rows, best, options.breathe);
      failures = 0;
    } else failures++;
    onAttempt(failures, best.inertia);
  }
  return best;
}

/** Gains below this share are rounding. */
const GAIN = 1e-9;

interface TwoNearest {
  /** D² and E² `[n]`. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Σ D² */
  readonly total: number;
}

function randomSwap(
  rows: CenteredRows,
  { centers }: Clustering,
  { first, total }: TwoNearest,
  random: Random,
): Float64Array {
  const swapped = centers.slice();
  takeRow(rows, drawFar(first, total, random), swapped, random.integer(centers.length / rows.cols));
  return swapped;
}

async function bestSwap(
  rows: CenteredRows,
  { centers, labels }: Clustering,
  { first, second, total }: TwoNearest,
  random: Random,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const { rows: n, cols: d } = rows;
  const k = centers.length / d;
  const candidates = Array.from({ length: drawsOf(k) }, () => drawFar(first, total, random));
  const count = candidates.length;
  const found = await squaredDistances(rows, candidates, breathe);
  const more = new Float64Array(k);
  let [least, row, replaced] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let which = 0; which < count; which++) {
    more.fill(0);
    let kept = 0;
    for (let i = 0, at = which; i < n; i++, at += count) {
      const distance = found[at]!;
      const withAll = Math.min(distance, first[i]!);
      kept += withAll;
      more[labels[i]!]! += Math.min(distance, second[i]!) - withAll;
    }
    for (let c = 0; c < k; c++) {
      if (kept + more[c]! >= least) continue;
      least = kept + more[c]!;
      row = candidates[which]!;
      replaced = c;
    }
  }
  const swapped = centers.slice();
  takeRow(rows, row, swapped, replaced);
  return swapped;
}

async function twoNearest(
  rows: CenteredRows,
  { centers, labels }: Clustering,
  breathe: () => Promise<void>,
): Promise<TwoNearest> {
  const { rows: n, cols: d, data, norms } = rows;
  const { ranks, blockRows, k } = await ranking(rows, centers);
  const centerNorms = squaredNorms(centers, d);
  const relative = 8 * relativeError(d);
  const first = new Float64Array(n);
  const second = new Float64Array(n);
  let total = 0;
  for (let from = 0; from < n; from += blockRows) {
    const size = Math.min(blockRows, n - from);
    const block = await ranks(data, from, size);
    for (let r = 0, at = 0; r < size; r++, at += k) {
      const i = from + r;
      const own = labels[i]!;
      let next = -1;
      for (let c = 0; c < k; c++) if (c !== own && (next < 0 || block[at + c]! < block[at + next]!)) next = c;
      const square = (c: number) => {
        const found = norms[i]! + block[at + c]!;
        return found > relative * (norms[i]! + centerNorms[c]!)
          ? found
          : squaredDistance(data, i, centers, c, d);
      };
      first[i] = square(own);
      second[i] = next < 0 ? Number.POSITIVE_INFINITY : Math.max(first[i]!, square(next));
      total += first[i]!;
    }
    await breathe();
  }
  return { first, second, total };
}
