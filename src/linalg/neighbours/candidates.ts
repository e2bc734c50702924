/**
 * @file Rows that may be among the k nearest of a query, kept as lower bounds of squared distances come in.
 *
 * With ℓ ≤ true squared distance ≤ ℓ + eᵢ + eⱼ, row j can be left out for query i once ℓᵢⱼ exceeds the k-th smallest of
 * ℓᵢ. + eᵢ + e. seen so far. A list has room for 2 k + 32 rows; when it is full, those that can be left out are.
 */
import { sharedInt32, sharedUint32 } from "../../parallel/shared.js";

/** In `counts`: more rows than there is room for are equally near, within the error. */
export const TOO_MANY = -1;

/** Room that must be left after cleaning up, so that lists are not cleaned up for every row that comes. */
const LEAST_ROOM = 8;

/** Entries of a tile that are looked at in one go: three times as fast as one by one. */
const SPAN = 8;

export function listSize(k: number): number {
  return 2 * k + 32;
}

export class Candidates {
  /** `[queries, listSize(k)]`, in no order. */
  readonly rows: Uint32Array;
  /** `[queries]`: how many of the list are used, or TOO_MANY. */
  readonly counts: Int32Array;
  readonly #k: number;
  readonly #size: number;
  readonly #lower: Float32Array;
  /** `[queries]`: what a lower bound must not exceed to get into the list. */
  readonly #limits: Float64Array;
  readonly #queryErrors: Float64Array;
  readonly #rowErrors: Float64Array;
  readonly #scratch: Float64Array;

  /** @param queryErrors `[queries]`, eᵢ. @param rowErrors `[n]`, eⱼ. Both may change between `clear`s. */
  constructor(k: number, queryErrors: Float64Array, rowErrors: Float64Array) {
    const queries = queryErrors.length;
    this.#k = k;
    this.#size = listSize(k);
    this.rows = sharedUint32(queries * this.#size);
    this.counts = sharedInt32(queries);
    this.#lower = new Float32Array(queries * this.#size);
    this.#limits = new Float64Array(queries).fill(Number.POSITIVE_INFINITY);
    this.#queryErrors = queryErrors;
    this.#rowErrors = rowErrors;
    this.#scratch = new Float64Array(this.#size);
  }

  clear(): void {
    this.counts.fill(0);
    this.#limits.fill(Number.POSITIVE_INFINITY);
  }

  /**
   * Takes a tile of lower bounds `[queries, cols]`, of all queries and the rows from `firstRow` on.
   * @param firstSelf the row that the first query itself is, if they are rows: no row is its own neighbour. It may change
   *   the tile.
   */
  addTile(tile: Float32Array, queries: number, cols: number, firstRow: number, firstSelf?: number): void {
    const limits = this.#limits;
    for (let i = 0; i < queries; i++) {
      let limit = limits[i]!;
      const from = i * cols;
      const self = firstSelf === undefined ? -1 : firstSelf + i - firstRow;
      if (self >= 0 && self < cols) tile[from + self] = Number.POSITIVE_INFINITY;
      for (let j = 0; j < cols; ) {
        const stop = Math.min(cols, j + SPAN);
        if (stop - j === SPAN && allAbove(tile, from + j, limit)) {
          j = stop;
          continue;
        }
        for (; j < stop; j++) {
          const lower = tile[from + j]!;
          if (!(lower <= limit)) continue;
          this.#add(i, firstRow + j, lower);
          limit = limits[i]!;
        }
      }
    }
  }

  /**
   * The same of a set with itself, `[rows, cols]` from row `first` and column `firstCol` ≥ `first`: what is right of the
   * diagonal counts for both.
   */
  addSymmetricTile(tile: Float32Array, rows: number, cols: number, first: number, firstCol: number): void {
    const limits = this.#limits;
    // Limits only fall: the highest of some columns stays one for all of them.
    const highest = new Float64Array(Math.ceil(cols / SPAN)).fill(Number.NEGATIVE_INFINITY);
    for (let j = 0; j < cols; j++) {
      const span = Math.floor(j / SPAN);
      highest[span] = Math.max(highest[span]!, limits[firstCol + j]!);
    }
    for (let i = first; i < first + rows; i++) {
      const from = (i - first) * cols;
      let limit = limits[i]!;
      for (let c = Math.max(0, i + 1 - firstCol); c < cols; ) {
        const span = Math.floor(c / SPAN);
        const stop = Math.min(cols, (span + 1) * SPAN);
        if (stop - c === SPAN && allAbove(tile, from + c, Math.max(limit, highest[span]!))) {
          c = stop;
          continue;
        }
        for (; c < stop; c++) {
          const lower = tile[from + c]!;
          const j = firstCol + c;
          if (lower <= limit) {
            this.#add(i, j, lower);
            limit = limits[i]!;
          }
          if (lower <= limits[j]!) this.#add(j, i, lower);
        }
      }
    }
  }

  /** Leaves out what can be left out. */
  finish(): void {
    for (let i = 0; i < this.counts.length; i++) if (this.counts[i]! > this.#k) this.#tidy(i);
  }

  #add(i: number, row: number, lower: number): void {
    const at = i * this.#size + this.counts[i]!;
    this.rows[at] = row;
    this.#lower[at] = lower;
    if (++this.counts[i]! < this.#size) return;
    this.#tidy(i);
    if (this.counts[i]! + LEAST_ROOM <= this.#size) return;
    this.counts[i] = TOO_MANY;
    this.#limits[i] = Number.NEGATIVE_INFINITY;
  }

  #tidy(i: number): void {
    const [from, to] = [i * this.#size, i * this.#size + this.counts[i]!];
    const { rows } = this;
    const [lower, errors, upper] = [this.#lower, this.#rowErrors, this.#scratch];
    for (let at = from; at < to; at++) upper[at - from] = lower[at]! + errors[rows[at]!]!;
    const limit = smallest(upper, to - from, this.#k) + this.#queryErrors[i]!;
    let end = from;
    for (let at = from; at < to; at++) {
      if (lower[at]! > limit) continue;
      lower[end] = lower[at]!;
      rows[end++] = rows[at]!;
    }
    this.counts[i] = end - from;
    this.#limits[i] = limit;
  }
}

/** Whether the next SPAN entries exceed the limit. */
function allAbove(tile: Float32Array, at: number, limit: number): boolean {
  return !(
    tile[at]! <= limit ||
    tile[at + 1]! <= limit ||
    tile[at + 2]! <= limit ||
    tile[at + 3]! <= limit ||
    tile[at + 4]! <= limit ||
    tile[at + 5]! <= limit ||
    tile[at + 6]! <= limit ||
    tile[at + 7]! <= limit
  );
}

/** The k-th smallest of the first n values, which are reordered: Hoare (1961), "Algorithm 65: find". */
function smallest(values: Float64Array, n: number, k: number): number {
  let [low, high] = [0, n - 1];
  while (low < high) {
    const pivot = values[k - 1]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const moved = values[left]!;
      values[left++] = values[right]!;
      values[right--] = moved;
    }
    if (right < k - 1) low = left;
    if (left > k - 1) high = right;
  }
  return values[k - 1]!;
}
