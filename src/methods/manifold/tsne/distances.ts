/**
 * @file Squared distances that probabilities are made of: to nearest rows, or to all others.
 */

import type { Matrix } from "../../../data/matrix.js";
import type { Breathing } from "../../../linalg/breathing.js";
import type { NeighborMetric } from "../../../linalg/neighbors/nearest-neighbors.js";
import { sharedFloat64 } from "../../../parallel/shared.js";
import { runOnceInPieces } from "../../../parallel/team.js";
import { pairwise } from "./pairwise-kernel.js";

/** To all other rows `[n, n − 1]`, in their order. */
export async function allSquaredDistances(
  { data, rows, cols }: Matrix,
  metric: NeighborMetric,
  breathe?: Breathing["breathe"],
): Promise<Float64Array> {
  const squaredDistances = sharedFloat64(rows * (rows - 1));
  const inverseNorms = metric === "cosine" ? inverseNormsOf(data, rows, cols) : new Float64Array(0);
  const args = { x: data, inverseNorms, d: cols, squaredDistances };
  await runOnceInPieces(pairwise, args, breathe, rows);
  return squaredDistances;
}

/** The squares of distances, in shared memory. */
export function squares(distances: Float64Array): Float64Array {
  const out = sharedFloat64(distances.length);
  for (let i = 0; i < out.length; i++) out[i] = distances[i]! * distances[i]!;
  return out;
}

function inverseNormsOf(data: Float32Array, rows: number, cols: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let at = i * cols; at < (i + 1) * cols; at++) sum += data[at]! * data[at]!;
    return sum > 0 ? 1 / Math.sqrt(sum) : 0;
  });
}
