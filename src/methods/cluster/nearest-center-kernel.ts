/**
 * @file The nearest centre of rows, from float32 products and yet exact, and bounds on their distances.
 *
 * A product gives ranks ‖c‖² − 2 x·c, each within e = (d + 16) u (‖x‖² + max ‖c‖²) of the truth, u = 2⁻²⁴: the usual
 * bound of a dot product (Higham 2002, "Accuracy and stability of numerical algorithms", section 3.1) and some more for the
 * rounding of centres and sums. Centres whose ranks are within 2e of the least are measured again in float64.
 */

const UNIT_ROUNDOFF = 2 ** -24;
/** More than underflow can take from a product of float32 numbers. */
const UNDERFLOW = 2 ** -100;

/** The share of (‖x‖² + max ‖c‖²) by which a rank may be wrong. */
export function relativeError(d: number): number {
  return (d + 16) * UNIT_ROUNDOFF;
}

/** ‖x − c‖² in float64, of row i and centre c. */
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

/** What is known of every row since it was last measured. */
export interface RowBounds {
  /** No less than the distance to the row's centre `[n]`. */
  readonly upper: Float64Array;
  /** No more than the distance to any other centre `[n]`. */
  readonly second: Float64Array;
  /** No more than the distance to each centre, the own at ∞ `[n, k]`; empty if not kept. */
  readonly lower: Float32Array;
}

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

/**
 * Labels of `count` rows by their ranks `[count, k]`; of equally near centres the first.
 * @param which the rows; `undefined`: `count` of them from row `from` on.
 * @param labels `[count]`, written.
 * @param bounds written for these rows, if given.
 */
export function labelRows(
  rows: RankedRows,
  ranks: Float32Array,
  which: Int32Array | undefined,
  from: number,
  count: number,
  labels: Int32Array,
  bounds: RowBounds | undefined,
): void {
  const { x, norms, d, centers, k, largestNorm } = rows;
  const relative = relativeError(d);
  for (let r = 0, at = 0; r < count; r++, at += k) {
    const i = which ? which[from + r]! : from + r;
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
    const { lower } = bounds;
    if (lower.length === 0) continue;
    const base = norm - error;
    for (let c = 0, to = i * k; c < k; c++, to++) {
      const square = base + ranks[at + c]!;
      lower[to] = square > 0 ? Math.sqrt(square) : 0;
    }
    lower[i * k + label] = Number.POSITIVE_INFINITY;
  }
}

/** How far centres have moved since rows were measured. */
export interface Drift {
  /** `[stamps, k]` */
  readonly distances: Float64Array;
  /** The largest of each stamp `[stamps]`. */
  readonly largest: Float64Array;
}

/**
 * Rows from `from` to `to` whose nearest centre may be another now: some lower bound no longer exceeds the upper one.
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
  { upper, second, lower }: RowBounds,
  { distances, largest }: Drift,
  k: number,
  from: number,
  to: number,
  out: Int32Array,
  at: number,
): number {
  const each = lower.length > 0;
  let end = at;
  for (let i = from; i < to; i++) {
    const stamp = stamps[i]!;
    const first = stamp * k;
    const most = upper[i]! + distances[first + labels[i]!]!;
    if (second[i]! - largest[stamp]! > most) continue;
    if (each) {
      let p = i * k;
      let q = first;
      const stop = p + k;
      while (p < stop && lower[p]! - distances[q]! > most) {
        p++;
        q++;
      }
      if (p === stop) continue;
    }
    out[end++] = i;
  }
  return end;
}
