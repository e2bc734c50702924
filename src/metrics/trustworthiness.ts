/**
 * @file Are neighbors on a map neighbors in the data (trustworthiness), and the other way round (continuity)?
 *
 *   T = 1 − 2 / (n k (2n − 3k − 1)) Σᵢ Σ_{j among the k nearest of i on the map} max(0, r(i, j) − k)
 *
 * r(i, j) is the rank of j by distance from i in the data, 1 for the nearest. Continuity swaps data and map.
 * Source: Venna & Kaski (2001), "Neighborhood preservation in nonlinear projection methods: an experimental study",
 * ICANN.
 */
import type { Matrix } from "../data/matrix.js";
import { kNearestWithin } from "../linalg/neighbors/nearest-neighbors.js";
import { checkPoints, squaredDistances } from "./squared-distances.js";

/** Options of `trustworthiness` and `continuity`. */
export interface NeighborhoodOptions {
  /** Neighbors k that are looked at, an integer in [1, n / 2). Default: 5. */
  nNeighbors?: number | undefined;
}

/**
 * In [0, 1], 1 where all neighbors on the map are neighbors in the data. Euclidean; of equally distant rows the earlier
 * counts as nearer. It takes n² d multiplications, and memory for the rows in float64 and 64 MiB.
 * @param x `[n, d]`, the data. @param z `[n, k]`, the map.
 * @throws RangeError for row counts that differ, numbers that are not finite, or nNeighbors out of range.
 */
export async function trustworthiness(
  x: Matrix,
  z: Matrix,
  { nNeighbors = 5 }: NeighborhoodOptions = {},
): Promise<number> {
  return kept(x, z, nNeighbors, "trustworthiness");
}

/**
 * In [0, 1], 1 where all neighbors in the data are neighbors on the map; otherwise as `trustworthiness`.
 * @param x `[n, d]`, the data. @param z `[n, k]`, the map.
 * @throws RangeError as `trustworthiness`.
 */
export async function continuity(
  x: Matrix,
  z: Matrix,
  { nNeighbors = 5 }: NeighborhoodOptions = {},
): Promise<number> {
  return kept(z, x, nNeighbors, "continuity");
}

/** 1 less the share of ranks in `space` that neighbors in `near` exceed k by. */
async function kept(space: Matrix, near: Matrix, k: number, where: string): Promise<number> {
  const n = space.rows;
  if (near.rows !== n)
    throw new RangeError(`${where}: data and map have ${space.rows} and ${near.rows} rows`);
  checkPoints(space, 3, where);
  checkPoints(near, 3, where);
  if (!(Number.isInteger(k) && k >= 1 && 2 * k < n)) {
    throw new RangeError(
      `${where}: nNeighbors must be an integer ≥ 1 and below half of the ${n} rows, got ${k}`,
    );
  }
  const { indices } = await kNearestWithin(near, k);
  let excess = 0;
  await squaredDistances(space, (block, first, count) => {
    for (let i = 0; i < count; i++) {
      const row = first + i;
      const distances = block.subarray(i * n, (i + 1) * n);
      // No row is before itself, nor counts in a rank.
      distances[row] = Number.POSITIVE_INFINITY;
      for (let at = row * k; at < (row + 1) * k; at++)
        excess += Math.max(0, rank(distances, indices[at]!) - k);
    }
  });
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * excess;
}

function rank(distances: Float64Array, row: number): number {
  const own = distances[row]!;
  let before = 0;
  for (let j = 0; j < row; j++) if (distances[j]! <= own) before++;
  for (let j = row + 1; j < distances.length; j++) if (distances[j]! < own) before++;
  return before + 1;
}
