/**
 * @file Sums and sizes of clusters, kept up to date as rows change sides, in float64.
 */
import { type CenteredRows, squaredNorms } from "./centered-rows.js";

export class ClusterSums {
  /** Σ of the rows of every cluster `[k, d]`. */
  readonly sums: Float64Array;
  /** Rows of every cluster `[k]`. */
  readonly counts: Int32Array;
  /** Cluster of every row `[n]`; −1 before it has one. */
  readonly labels: Int32Array;
  readonly #rows: CenteredRows;
  readonly #d: number;

  constructor(rows: CenteredRows, k: number) {
    this.#rows = rows;
    this.#d = rows.cols;
    this.sums = new Float64Array(k * rows.cols);
    this.counts = new Int32Array(k);
    this.labels = new Int32Array(rows.rows).fill(-1);
  }

  /** Row i joins cluster `to`. */
  move(i: number, to: number): void {
    const from = this.labels[i]!;
    this.labels[i] = to;
    this.counts[to]!++;
    const d = this.#d;
    const { data } = this.#rows;
    const { sums } = this;
    const start = i * d;
    if (from < 0) {
      for (let j = 0, q = to * d; j < d; j++, q++) sums[q]! += data[start + j]!;
      return;
    }
    this.counts[from]!--;
    for (let j = 0, p = from * d, q = to * d; j < d; j++, p++, q++) {
      const value = data[start + j]!;
      sums[p]! -= value;
      sums[q]! += value;
    }
  }

  /**
   * Sums as if no row had ever been elsewhere, of rows that are not rounded: one that is far out leaves its rounding behind
   * when it goes. Where no row is, the sums have all their digits already, and stay.
   */
  recount(): void {
    const d = this.#d;
    const { data, source, offset, factor, norms, total } = this.#rows;
    const farthest = norms.reduce((most, norm) => Math.max(most, norm), 0);
    if (data === source.data && farthest * norms.length <= FAR_OUT ** 2 * total) return;
    this.sums.fill(0);
    for (let i = 0, at = 0; i < this.labels.length; i++) {
      const start = this.labels[i]! * d;
      for (let j = 0; j < d; j++, at++) this.sums[start + j]! += (source.data[at]! - offset[j]!) * factor;
    }
  }

  /** Means of the clusters `[k, d]`; a cluster without rows keeps its center. */
  means(centers: Float64Array): Float64Array {
    const d = this.#d;
    const means = centers.slice();
    for (let c = 0, at = 0; c < this.counts.length; c++) {
      const count = this.counts[c]!;
      if (count === 0) at += d;
      else for (const end = at + d; at < end; at++) means[at] = this.sums[at]! / count;
    }
    return means;
  }

  /**
   * Every cluster without rows takes over the row that is farthest from its own center, and would leave company behind.
   * @returns the rows that moved.
   */
  fillEmpty(centers: Float64Array): number[] {
    const empty = [...this.counts.keys()].filter((c) => this.counts[c] === 0);
    if (empty.length === 0) return [];
    const distances = this.#distances(centers);
    const moved: number[] = [];
    for (const c of empty) {
      let farthest = -1;
      for (let i = 0; i < distances.length; i++) {
        if (this.counts[this.labels[i]!]! > 1 && distances[i]! > (farthest < 0 ? 0 : distances[farthest]!))
          farthest = i;
      }
      if (farthest < 0) break;
      this.move(farthest, c);
      distances[farthest] = 0;
      moved.push(farthest);
    }
    return moved;
  }

  /** Mean over columns of their variances. */
  meanVariance(): number {
    const { rows, cols, total } = this.#rows;
    const mean = new Float64Array(cols);
    for (let at = 0; at < this.sums.length; at++) mean[at % cols]! += this.sums[at]! / rows;
    const offset = squaredNorms(mean, cols)[0]!;
    return Math.max(0, total / rows - offset) / cols;
  }

  /** Σ over rows of ‖x − c‖² for the center of its label. */
  inertia(centers: Float64Array): number {
    const { data, source, total } = this.#rows;
    const quick = this.quickInertia(centers);
    return data === source.data && quick > CANCELED * total
      ? quick
      : this.#distances(centers).reduce((a, b) => a + b, 0);
  }

  /** The same from the sums, as Σ‖x‖² − Σ_c (2 c·Σx − count ‖c‖²): where clusters are tight, few digits of it are right. */
  quickInertia(centers: Float64Array): number {
    const norms = squaredNorms(centers, this.#d);
    let sum = this.#rows.total;
    for (let c = 0; c < norms.length; c++) sum += this.counts[c]! * norms[c]!;
    for (let at = 0; at < centers.length; at++) sum -= 2 * centers[at]! * this.sums[at]!;
    return Math.max(0, sum);
  }

  /** Distances of rows that are not rounded. */
  #distances(centers: Float64Array): Float64Array {
    const d = this.#d;
    const { source, offset, factor } = this.#rows;
    return Float64Array.from(this.labels, (label, i) => {
      let sum = 0;
      for (let j = 0, p = i * d, q = label * d; j < d; j++, p++, q++)
        sum += ((source.data[p]! - offset[j]!) * factor - centers[q]!) ** 2;
      return sum;
    });
  }
}

/** A row so many times as long as others takes three of sixteen digits from sums that it has left. */
const FAR_OUT = 1000;
/** Below this share of all squares, an inertia computed as a difference has lost more than four digits of sixteen. */
const CANCELED = 1e-4;
