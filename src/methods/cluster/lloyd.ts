/**
 * @file Lloyd's algorithm: assign every row to its nearest center, move every center to the mean of its rows, repeat.
 *
 *   aᵢ ← argmin_c ‖xᵢ − c‖²,   c ← mean of { xᵢ : aᵢ = c }
 *
 * Bounds tell which rows could have another nearest center than before; only those are measured, and only rows that
 * change sides are added to and taken from sums. Labels are exact, so every algorithm gives the same bits.
 * Source: Lloyd (1982), "Least squares quantization in PCM", IEEE Transactions on Information Theory.
 */
import type { CenteredRows } from "./centered-rows.js";
import { ClusterSums } from "./cluster-sums.js";
import {
  type Drift,
  GROUP,
  labelRows,
  moveBounds,
  type Ranks,
  type RowBounds,
  uncertainRows,
} from "./nearest-center-kernel.js";
import { type Ranking, ranking } from "./ranking.js";

export type LloydAlgorithm = "lloyd" | "hamerly" | "elkan";

export interface LloydOptions {
  readonly algorithm: LloydAlgorithm;
  readonly maxIter: number;
  /** Stop once Σ ‖c_new − c_old‖² is no more than this share of the columns' mean variance. */
  readonly tol: number;
  readonly breathe: () => Promise<void>;
  readonly onIteration?: ((iteration: number, inertia: number) => void) | undefined;
  /** Give up once so many more iterations as good as the last, see `PROSPECT`, would not get below this inertia. */
  readonly goal?: number | undefined;
}

const PROSPECT = 10;

export interface Clustering {
  /** `[k, d]`, in the centering of the rows. */
  readonly centers: Float64Array;
  /** The nearest center of every row `[n]`. */
  readonly labels: Int32Array;
  /** Σ ‖x − c‖². */
  readonly inertia: number;
  readonly iterations: number;
}

/** @param initial centers `[k, d]` to start from. */
export async function lloyd(
  rows: CenteredRows,
  initial: Float64Array,
  { algorithm, maxIter, tol, breathe, onIteration, goal }: LloydOptions,
): Promise<Clustering> {
  const k = initial.length / rows.cols;
  const clusters = new ClusterSums(rows, k);
  const search = new BoundedSearch(rows, k, algorithm);
  let centers = initial;
  let settled = false;
  let iterations = 0;
  let threshold = 0;
  let inertia = Number.POSITIVE_INFINITY;
  while (!settled && iterations < maxIter) {
    const changed = await search.assign(centers, clusters, breathe);
    const relocated = clusters.fillEmpty(centers);
    for (const row of relocated) search.forget(row);
    if (iterations++ === 0) threshold = tol * clusters.meanVariance();
    settled = changed === 0 && relocated.length === 0;
    if (settled) {
      clusters.recount();
      const exact = clusters.means(centers);
      if (squaredShift(exact, centers) === 0) break;
      centers = exact;
      settled = (await search.assign(centers, clusters, breathe)) === 0;
      if (settled) break;
    }
    const means = clusters.means(centers);
    const shift = squaredShift(means, centers);
    centers = means;
    const before = inertia;
    inertia = clusters.quickInertia(centers);
    onIteration?.(iterations, inertia);
    if (goal !== undefined && iterations > 1 && inertia - PROSPECT * (before - inertia) > goal)
      return { centers, labels: clusters.labels, inertia, iterations };
    if (shift <= threshold) break;
  }
  if (!settled) await search.assign(centers, clusters, breathe);
  return { centers, labels: clusters.labels, inertia: clusters.inertia(centers), iterations };
}

/** The nearest of these centers to every row `[n]`. */
export async function nearestCenters(rows: CenteredRows, centers: Float64Array): Promise<Int32Array> {
  const labels = new Int32Array(rows.rows);
  const ranked = await ranking(rows, centers);
  for (let from = 0; from < rows.rows; from += ranked.blockRows) {
    const count = Math.min(ranked.blockRows, rows.rows - from);
    const values = await ranked.ranks(rows.data, from, count);
    labelRows(ranked, { values, first: from }, undefined, from, count, labels.subarray(from), undefined);
  }
  return labels;
}

function squaredShift(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return sum;
}

/**
 * Up to this share of the rows, ranking them alone is worth copying them together: to copy a row costs as much as its
 * products with some 50 centers, and to read it as much as those with 10.
 */
const gatheredShare = (k: number): number => (k + 10) / (k + 60);

/** Past sets of centers of which the drift is known; rows measured before count from a later one on. */
const STAMPS = 16;

/** Assigns rows to centers time and again, measuring those alone of which bounds leave it open. */
class BoundedSearch {
  readonly #rows: CenteredRows;
  readonly #k: number;
  readonly #bounds: RowBounds | undefined;
  /** Time at which every row was measured: an index into `#past`. */
  readonly #stamps: Int32Array;
  readonly #past: Float64Array[] = [];
  readonly #uncertain: Int32Array;
  readonly #labels: Int32Array;
  #gathered: Float32Array | undefined;
  #time = 0;

  constructor(rows: CenteredRows, k: number, algorithm: LloydAlgorithm) {
    const n = rows.rows;
    this.#rows = rows;
    this.#k = k;
    this.#stamps = new Int32Array(n);
    this.#uncertain = new Int32Array(n);
    this.#labels = new Int32Array(n);
    if (algorithm === "lloyd") return;
    this.#bounds = {
      upper: new Float64Array(n),
      second: new Float64Array(n),
      lower: new Float32Array(algorithm === "elkan" ? n * k : 0),
      groups: new Float32Array(algorithm === "elkan" ? n * Math.ceil(k / GROUP) : 0),
    };
  }

  /** Row i is measured next time, whatever its bounds say. */
  forget(i: number): void {
    if (this.#bounds) this.#bounds.upper[i] = Number.POSITIVE_INFINITY;
  }

  /** Gives every row the label of its nearest center. @returns how many rows changed sides. */
  async assign(centers: Float64Array, clusters: ClusterSums, breathe: () => Promise<void>): Promise<number> {
    const { rows: n, cols: d, data } = this.#rows;
    const ranked = await ranking(this.#rows, centers);
    const { blockRows } = ranked;
    const which = this.#bounds && this.#time > 0 ? this.#uncertain : undefined;
    const count = which ? this.#find(centers, clusters.labels) : n;
    const slot = this.#time % STAMPS;
    this.#past[slot] = centers;
    this.#time++;
    let changed = 0;
    if (!which || count > gatheredShare(this.#k) * n) {
      for (let first = 0, from = 0; first < n; first += blockRows) {
        const size = Math.min(blockRows, n - first);
        let to = which ? from : first + size;
        while (which && to < count && which[to]! < first + size) to++;
        const values = await ranked.ranks(data, first, size);
        changed += this.#label(ranked, { values, first }, which, from, to, clusters, slot);
        from = to;
        await breathe();
      }
      return changed;
    }
    for (let from = 0; from < count; from += blockRows) {
      const size = Math.min(blockRows, count - from);
      const values = await ranked.ranks(this.#gather(which, from, size, d, blockRows), 0, size);
      changed += this.#label(ranked, { values, first: undefined }, which, from, from + size, clusters, slot);
      await breathe();
    }
    return changed;
  }

  /** Rows of one block. @returns how many changed sides. */
  #label(
    ranked: Ranking,
    ranks: Ranks,
    which: Int32Array | undefined,
    from: number,
    to: number,
    clusters: ClusterSums,
    slot: number,
  ): number {
    const labels = this.#labels;
    labelRows(ranked, ranks, which, from, to - from, labels, this.#bounds);
    let changed = 0;
    for (let r = 0; r < to - from; r++) {
      const i = which ? which[from + r]! : from + r;
      this.#stamps[i] = slot;
      if (labels[r] === clusters.labels[i]) continue;
      clusters.move(i, labels[r]!);
      changed++;
    }
    return changed;
  }

  /** Copies rows together. */
  #gather(which: Int32Array, from: number, count: number, d: number, blockRows: number): Float32Array {
    const { data } = this.#rows;
    this.#gathered ??= new Float32Array(Math.min(blockRows, this.#rows.rows) * d);
    const out = this.#gathered;
    for (let r = 0; r < count; r++) {
      const start = which[from + r]! * d;
      out.set(data.subarray(start, start + d), r * d);
    }
    return out;
  }

  /** Collects the rows to be measured against these centers. @returns how many. */
  #find(centers: Float64Array, labels: Int32Array): number {
    const { rows: n } = this.#rows;
    const bounds = this.#bounds!;
    if (this.#time >= STAMPS) this.#renew(this.#time % STAMPS, (this.#time - 1) % STAMPS, labels);
    const drift = this.#drift(centers);
    return uncertainRows(labels, this.#stamps, bounds, drift, this.#k, 0, n, this.#uncertain, 0);
  }

  #drift(centers: Float64Array): Drift {
    const k = this.#k;
    const groupCount = Math.ceil(k / GROUP);
    const distances = new Float64Array(STAMPS * k);
    const largest = new Float64Array(STAMPS);
    const groups = new Float64Array(STAMPS * groupCount);
    for (const [stamp, past] of this.#past.entries()) {
      const own = distances.subarray(stamp * k, (stamp + 1) * k);
      largest[stamp] = distancesBetween(past, centers, own);
      for (let c = 0; c < k; c++) {
        const g = stamp * groupCount + Math.floor(c / GROUP);
        groups[g] = Math.max(groups[g]!, own[c]!);
      }
    }
    return { distances, largest, groups };
  }

  /** Rows measured at the oldest stamp, whose place is needed now, count from the newest on. */
  #renew(oldest: number, newest: number, labels: Int32Array): void {
    const moved = new Float64Array(this.#k);
    const largest = distancesBetween(this.#past[oldest]!, this.#past[newest]!, moved);
    for (let i = 0; i < labels.length; i++) {
      if (this.#stamps[i] !== oldest) continue;
      this.#stamps[i] = newest;
      moveBounds(this.#bounds!, i, labels[i]!, moved, largest);
    }
  }
}

/** Distance of each center from its like, rounded upwards so that bounds stay bounds. @returns the largest. */
function distancesBetween(a: Float64Array, b: Float64Array, out: Float64Array): number {
  const d = a.length / out.length;
  let largest = 0;
  for (let c = 0; c < out.length; c++) {
    let sum = 0;
    for (let at = c * d, end = at + d; at < end; at++) sum += (a[at]! - b[at]!) ** 2;
    out[c] = Math.sqrt(sum) * (1 + FLOAT64_ROUNDING);
    largest = Math.max(largest, out[c]!);
  }
  return largest;
}

/** More than the sum of squares and its root lose, of up to 2²⁰ columns. */
const FLOAT64_ROUNDING = 2 ** -30;
