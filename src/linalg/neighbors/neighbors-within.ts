/**
 * @file Neighbors within a set, exact or approximate as is faster.
 */
import type { Matrix } from "../../data/matrix.js";
import { random } from "../../random.js";
import { type ApproximateNeighbors, approximateNeighbors } from "./approximate.js";
import { checkRows, kNearestWithin, type NeighborOptions, suitsTree } from "./nearest-neighbors.js";

/** Rows from which on `auto` looks for approximate neighbors. */
export const APPROXIMATE_ROWS = 20_000;
/** Neighbors that a row may want of so many: lists of more of them leave little to save. */
const ROWS_TO_NEIGHBOR = 100;

/** Who is looked for: the k nearest rows, or nearly all of them. */
export type NeighborSearch = "auto" | "exact" | "approximate";

/** Options of `neighborsWithin`. */
export interface NeighborsWithinOptions extends NeighborOptions {
  /**
   * `exact`: the k nearest rows; `approximate`: near rows, 98 % of them the nearest by a sample, or exact ones where that is no
   * slower. `auto` (default) is `exact` below 20,000 rows, and where exact neighbors are as fast: of up to 8 columns, and of
   * more than a hundredth of the rows.
   */
  readonly search?: NeighborSearch | undefined;
  /** Seed of the approximate search, a whole number in [0, 2⁵³). Default: 0. */
  readonly seed?: number | undefined;
}

/**
 * The k rows nearest to each row, the row itself left out; rows equal to it count. The same seed gives the same bits on any number
 * of threads. Memory of an approximate search beside the result: two copies of the rows, 8 bytes for each neighbor, and at most
 * some 300 MB.
 * @param x `[n, d]`, finite, d ≥ 1.
 * @param k in [1, n − 1].
 * @returns indices and distances `[n, k]`, nearest first, distances as float64 gives them; and `recall`, the share of the true
 *   neighbors among them as a sample of 512 rows tells it, 1 where they are exact.
 * @throws RangeError for sizes that do not fit, or numbers that are not finite; MemoryError if they do not fit into 4 GiB.
 */
export async function neighborsWithin(
  x: Matrix,
  k: number,
  { search = "auto", seed = 0, ...options }: NeighborsWithinOptions = {},
): Promise<ApproximateNeighbors> {
  checkRows(x, k, x.rows - 1, "neighborsWithin");
  const worthIt = x.rows >= APPROXIMATE_ROWS && k * ROWS_TO_NEIGHBOR <= x.rows && !suitsTree(x, k, options);
  if (search === "approximate" || (search === "auto" && worthIt)) {
    const stream = random(seed).fork("neighborsWithin");
    const found = await approximateNeighbors(x, k, stream, options);
    if (found) return found;
  }
  return { ...(await kNearestWithin(x, k, options)), recall: 1 };
}
