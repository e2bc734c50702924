/**
 * @file The minimum spanning tree of mutual reachability, by Prim's algorithm.
 *
 *   d(a, b) = max(core(a), core(b), ‖a − b‖),   core(a) = distance to the m-th nearest row, the row itself the first
 *
 * All is compared in squares, which are summed column by column in float64, so that the distance of two rows is the same number
 * wherever it is asked for: as core distance, and from either side.
 * Sources: Prim (1957), "Shortest connection networks and some generalizations", Bell System Technical Journal 36; mutual
 * reachability: Campello, Moulavi & Sander (2013), PAKDD.
 */
import type { Matrix } from "../../data/matrix.js";
import { kNearestWithin } from "../../linalg/neighbors/nearest-neighbors.js";
import type { SpanningTree } from "./condensed-tree.js";

/** ‖a − b‖² of two rows of one or two sets. */
export function squaredDistance(
  a: ArrayLike<number>,
  atA: number,
  b: ArrayLike<number>,
  atB: number,
  d: number,
): number {
  let square = 0;
  for (let j = 0; j < d; j++) {
    const difference = a[atA + j]! - b[atB + j]!;
    square += difference * difference;
  }
  return square;
}

/** core(a)² of every row `[n]`. @param m ≥ 1, at most n. */
export async function coreSquares(x: Matrix, m: number, breathe: () => Promise<void>): Promise<Float64Array> {
  const { data, rows: n, cols: d } = x;
  const squares = new Float64Array(n);
  if (m === 1) return squares;
  const { indices } = await kNearestWithin(x, m - 1, { breathe });
  for (let i = 0; i < n; i++) {
    // Summed otherwise, the nearest may be in another order by a last bit.
    for (let r = i * (m - 1); r < (i + 1) * (m - 1); r++)
      squares[i] = Math.max(squares[i]!, squaredDistance(data, i * d, data, indices[r]! * d, d));
  }
  return squares;
}

/** Distances that are taken between two pauses. */
const PAUSE = 2 ** 22;

/** @param cores `[n]`: squares of the core distances. */
export async function spanningTree(
  x: Matrix,
  cores: Float64Array,
  breathe: (share: number) => Promise<void>,
): Promise<SpanningTree> {
  const { rows: n, cols: d } = x;
  const ends = new Int32Array(2 * (n - 1));
  const lengths = new Float64Array(n - 1);
  // Rows that are not in the tree yet, side by side: numbers, core, the tree's nearest and how near that is.
  const data = Float64Array.from(x.data);
  const core = cores.slice();
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const nearest = new Int32Array(n);
  const squares = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const point = new Float64Array(d);
  let [next, since] = [n - 1, 0];
  for (let left = n - 1; left > 0; left--) {
    const [row, own] = [rows[next]!, core[next]!];
    for (let j = 0; j < d; j++) point[j] = data[next * d + j]!;
    // The last takes the place of the one that joins the tree.
    rows[next] = rows[left]!;
    core[next] = core[left]!;
    nearest[next] = nearest[left]!;
    squares[next] = squares[left]!;
    for (let j = 0; j < d; j++) data[next * d + j] = data[left * d + j]!;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < left; i++) {
      let best = squares[i]!;
      const bound = Math.max(own, core[i]!);
      if (bound < best) {
        let square = 0;
        for (let j = 0, at = i * d; j < d; j++, at++) {
          const difference = data[at]! - point[j]!;
          square += difference * difference;
        }
        if (square < bound) square = bound;
        if (square < best) {
          best = square;
          squares[i] = square;
          nearest[i] = row;
        }
      }
      if (best < least) {
        least = best;
        next = i;
      }
    }
    const edge = n - 1 - left;
    ends[2 * edge] = nearest[next]!;
    ends[2 * edge + 1] = rows[next]!;
    lengths[edge] = Math.sqrt(least);
    since += left;
    if (since < PAUSE) continue;
    since = 0;
    await breathe(1 - (left / n) ** 2);
  }
  return { ends, lengths };
}
