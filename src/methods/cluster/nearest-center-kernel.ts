/**
 * @file The nearest center of rows, from float32 products and yet exact, and bounds on their distances.
 *
 * A product gives ranks ‖c‖² − 2 x·c, each within e = (d + 16) u (‖x‖² + max ‖c‖²) of the truth, u = 2⁻²⁴: the usual
 * bound of a dot product (Higham 2002, "Accuracy and stability of numerical algorithms", section 3.1) and some more for the
 * rounding of centers and sums. Centers whose ranks are within 2e of the least are measured again in float64.
 */

const UNIT_ROUNDOFF = 2 ** -24;
/** More than underflow can take from a product of float32 numbers. */
const UNDERFLOW = 2 ** -100;

/** The share of (‖x‖² + max ‖c‖²) by which a rank may be wrong. */
export function relativeError(d: number): number {
  return (d + 16) * UNIT_ROUNDOFF;
}

/** ‖x − c‖² in float64, of row i and center c. */
export function squaredDistance(
  x: Float32Array,
  i: number,
  centers: Float64Array,
  c: number,
  d: number,
): number {
  let sum = 0;
  for (let p = i * d, q = c * d, end = p + d; p < end; p++, q++) {
    const difference = x[p]! - centers[q]!;
    sum += difference * difference;
  }
  return sum;
}

/** Bounds known of every row since it was last measured. */
export interface RowBounds {
  /** No less than the distance to the row's center `[n]`. */
  readonly upper: Float64Array;
  /** No more than the distance to any other center `[n]`. */
  readonly second: Float64Array;
  /** No more than the squared distance to each center, the own at ∞ `[n, k]`; empty if not kept. */
  readonly lower: Float32Array;
  /** The least of them for every group of `GROUP` centers `[n, ⌈k / GROUP⌉]`. */
  readonly groups: Float32Array;
}

/** Centers whose bounds are looked at together first. */
export const GROUP = 8;

export interface RankedRows {
  /** All rows `[n, d]` and their squared norms. */
  readonly x: Float32Array;
  readonly norms: Float64Array;
  readonly d: number;
  /** `[k, d]` */
  readonly centers: Float64Array;
  readonly k: number;
  /** max ‖c‖² */
  readonly largestNorm: number;
}

/** Ranks that are there `[·, k]`. */
export interface Ranks {
  readonly values: Float32Array;
  /** Those of row i are in row i − first; `undefined`: the rows asked for have theirs one after the other. */
  readonly first: number | undefined;
}

/**
 * Labels of rows by their ranks; of equally near centers the first.
 * @param which the rows are `which[from]` to `which[from + count − 1]`; `undefined`: rows `from` to `from + count − 1`.
 * @param labels `[count]`, written.
 * @param bounds written for these rows, if given.
 */
export function labelRows(
  rows: RankedRows,
  { values: ranks, first }: Ranks,
  which: Int32Array | undefined,
  from: number,
  count: number,
  labels: Int32Array,
  bounds: RowBounds | undefined,
): void {
  const { x, norms, d, centers, k, largestNorm } = rows;
  const relative = relativeError(d);
  for (let r = 0; r < count; r++) {
    const i = which ? which[from + r]! : from + r;
    const at = (first === undefined ? r : i - first) * k;
    let label = 0;
    let least = ranks[at]!;
    let next = Number.POSITIVE_INFINITY;
    for (let c = 1; c < k; c++) {
      const rank = ranks[at + c]!;
      if (rank < next) {
        if (rank < least) {
          next = least;
          least = rank;
          label = c;
        } else next = rank;
      }
    }
    const norm = norms[i]!;
    const error = relative * (norm + largestNorm) + UNDERFLOW;
    let own = least;
    let other = next;
    if (next - least <= 2 * error) {
      const limit = least + 2 * error;
      let nearest = Number.POSITIVE_INFINITY;
      for (let c = 0; c < k; c++) {
        if (ranks[at + c]! > limit) continue;
        const distance = squaredDistance(x, i, centers, c, d);
        if (distance < nearest) {
          nearest = distance;
          label = c;
        }
      }
      own = limit;
      other = least;
    }
    labels[r] = label;
    if (!bounds) continue;
    bounds.upper[i] = Math.sqrt(Math.max(0, norm + own + error));
    bounds.second[i] = Math.sqrt(Math.max(0, norm + other - error));
    if (bounds.lower.length > 0) keepLowerBounds(bounds, i, ranks, at, k, label, norm - error);
  }
}

function keepLowerBounds(
  { lower, groups }: RowBounds,
  i: number,
  ranks: Float32Array,
  at: number,
  k: number,
  label: number,
  base: number,
): void {
  const start = i * k;
  for (let c = 0; c < k; c++) {
    const square = base + ranks[at + c]!;
    lower[start + c] = Math.max(square, 0);
  }
  lower[start + label] = Number.POSITIVE_INFINITY;
  leastOfGroups(lower, groups, i, k);
}

function leastOfGroups(lower: Float32Array, groups: Float32Array, i: number, k: number): void {
  for (let from = i * k, end = from + k, g = i * Math.ceil(k / GROUP); from < end; from += GROUP, g++) {
    const to = Math.min(from + GROUP, end);
    let least = lower[from]!;
    for (let at = from + 1; at < to; at++) if (lower[at]! < least) least = lower[at]!;
    groups[g] = least;
  }
}

/** Takes from the bounds of row i what its centers have moved, and so counts them from where centers are now on. */
export function moveBounds(
  { upper, second, lower, groups }: RowBounds,
  i: number,
  label: number,
  moved: Float64Array,
  largest: number,
): void {
  const k = moved.length;
  upper[i]! += moved[label]!;
  second[i]! -= largest;
  if (lower.length === 0) return;
  for (let c = 0, at = i * k; c < k; c++, at++) {
    const distance = Math.sqrt(lower[at]!) - moved[c]!;
    lower[at] = distance > 0 ? distance * distance * (1 - FLOAT32_ROUNDING) : 0;
  }
  leastOfGroups(lower, groups, i, k);
}

const FLOAT32_ROUNDING = 2 ** -23;

/** Distances that centers have moved since rows were measured. */
export interface Drift {
  /** `[stamps, k]` */
  readonly distances: Float64Array;
  /** The largest of each stamp `[stamps]`. */
  readonly largest: Float64Array;
  /** And of each stamp and group `[stamps, ⌈k / GROUP⌉]`. */
  readonly groups: Float64Array;
}

/**
 * Rows from `from` to `to` whose nearest center may be another now: some lower bound no longer exceeds the upper one.
 * Source: Elkan (2003), "Using the triangle inequality to accelerate k-means", ICML, with the drift since a row was measured,
 * and not summed over iterations, as in Newling & Fleuret (2016), "Fast k-means with accurate bounds", ICML; the test
 * by `second` alone is Hamerly's (2010), "Making k-means even faster", SDM.
 * @param stamps `[n]`, when each row was measured.
 * @param out written from `at` on.
 * @returns where `out` ends.
 */
export function uncertainRows(
  labels: Int32Array,
  stamps: Int32Array,
  { upper, second, lower, groups }: RowBounds,
  { distances, largest, groups: groupDrift }: Drift,
  k: number,
  from: number,
  to: number,
  out: Int32Array,
  at: number,
): number {
  const each = lower.length > 0;
  const groupCount = Math.ceil(k / GROUP);
  let end = at;
  for (let i = from; i < to; i++) {
    const stamp = stamps[i]!;
    const most = upper[i]! + distances[stamp * k + labels[i]!]!;
    if (second[i]! - largest[stamp]! > most) continue;
    let open = !each;
    for (let g = 0, p = i * groupCount, q = stamp * groupCount; each && g < groupCount; g++, p++, q++) {
      const reach = most + groupDrift[q]!;
      if (groups[p]! > reach * reach) continue;
      const first = g * GROUP;
      const last = Math.min(first + GROUP, k);
      for (let c = first; c < last; c++) {
        const needed = most + distances[stamp * k + c]!;
        if (!(lower[i * k + c]! > needed * needed)) {
          open = true;
          break;
        }
      }
      if (open) break;
    }
    if (open) out[end++] = i;
  }
  return end;
}
