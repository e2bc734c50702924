/**
 * @file Share of a row's nearest neighbors that a map keeps: the mean overlap of both lists of k.
 *
 *   1/n Σᵢ |N_k(xᵢ) ∩ N_k(zᵢ)| / k
 *
 * Source: Lee & Verleysen (2009), "Quality assessment of dimensionality reduction: rank-based criteria",
 * Neurocomputing 72, there Q_NX(k).
 */
import type { Matrix } from "../data/matrix.js";
import { kNearestWithin } from "../linalg/neighbors/nearest-neighbors.js";

/**
 * In [0, 1]. Euclidean; of equally distant rows the earlier counts as nearer.
 * @param x `[n, d]`, the data. @param z `[n, k]`, the map.
 * @param options nNeighbors: in [1, n − 1]. Default: 5.
 * @throws RangeError for row counts that differ, numbers that are not finite, or nNeighbors out of range.
 */
export async function neighborPreservation(
  x: Matrix,
  z: Matrix,
  { nNeighbors = 5 }: { nNeighbors?: number | undefined } = {},
): Promise<number> {
  if (x.rows !== z.rows)
    throw new RangeError(`neighborPreservation: data and map have ${x.rows} and ${z.rows} rows`);
  const { indices: inData } = await kNearestWithin(x, nNeighbors);
  const { indices: onMap } = await kNearestWithin(z, nNeighbors);
  const listed = new Int32Array(x.rows).fill(-1);
  let both = 0;
  for (let i = 0; i < x.rows; i++) {
    for (let at = i * nNeighbors; at < (i + 1) * nNeighbors; at++) listed[inData[at]!] = i;
    for (let at = i * nNeighbors; at < (i + 1) * nNeighbors; at++) if (listed[onMap[at]!] === i) both++;
  }
  return both / (x.rows * nNeighbors);
}
