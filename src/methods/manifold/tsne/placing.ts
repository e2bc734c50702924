/**
 * @file New rows beside an embedding: their neighbors among its rows, and where that puts them.
 */

import { type Matrix, matrix } from "../../../data/matrix.js";
import type { Breathing } from "../../../linalg/breathing.js";
import { type NeighborMetric, nearestNeighbors } from "../../../linalg/neighbors/nearest-neighbors.js";
import { sharedFloat64 } from "../../../parallel/shared.js";
import { runOnceInPieces } from "../../../parallel/team.js";
import { wasmMemory } from "../../../parallel/wasm.js";
import { keepFittedPlaces } from "../fitted-places.js";
import { squares } from "./distances.js";
import { conditionals } from "./joint-probabilities.js";
import { MeshField } from "./mesh-field.js";
import { fitsMesh } from "./mesh-geometry.js";
import { setPlaces } from "./places.js";
import { PLACING_CHUNK, placeRows } from "./placing-kernel.js";

/** Distance by which a place may be out of the embedding's box. */
const MARGIN = 2;

export interface Placing extends Breathing {
  /** The rows that were embedded `[n, d]`, and where `[n, dims]`. */
  readonly rows: Matrix;
  readonly embedding: Matrix;
  readonly k: number;
  readonly perplexities: readonly number[];
  readonly metric: NeighborMetric;
}

/**
 * Places `[m, dims]` of rows `[m, d]`, none of which another one depends on. One that was embedded has its place. A row that is farther from all others than
 * float64 can tell them apart has the first of them as its neighbors, and its place among theirs.
 * @throws RangeError if the embedding is no map: if it has a place that is not finite, or beyond any mesh.
 */
export async function placeBeside(
  x: Matrix,
  { rows, embedding, k, perplexities, metric, breathe }: Placing,
): Promise<Matrix> {
  const dims = embedding.cols;
  const out = matrix(x.rows, dims);
  if (x.rows === 0) return out;
  if (!isMap(embedding)) refuse(embedding);
  const { indices, distances } = await nearestNeighbors(rows, x, k, { metric, breathe });
  const probabilities = await conditionals(squares(distances), k, perplexities, breathe);
  const memory = wasmMemory();
  const field = new MeshField(memory, embedding.rows, dims);
  const placing = {
    fixed: Float64Array.from(embedding.data),
    dims,
    k,
    neighbors: indices,
    probabilities,
    box: boxOf(embedding),
    memory,
    words: field.words,
    placed: sharedFloat64(x.rows * dims),
  };
  try {
    setPlaces(field.places, embedding.data, dims);
    field.prepare(MARGIN);
    await runOnceInPieces(placeRows, placing, breathe, Math.ceil(x.rows / PLACING_CHUNK));
  } finally {
    field.release();
  }
  out.data.set(placing.placed);
  return keepFittedPlaces(out, x, rows, embedding, { indices, each: k });
}

/** True if all places are in reach of each other, so that rows can be placed beside them. */
export function isMap(embedding: Matrix): boolean {
  const box = boxOf(embedding);
  return fitsMesh(Array.from({ length: embedding.cols }, (_, axis) => box[2 * axis + 1]! - box[2 * axis]!));
}

/** A fit ends with a map; a model file may say anything. */
function refuse({ data, cols }: Matrix): never {
  let farthest = 0;
  for (let at = 0; at < data.length && Number.isFinite(data[farthest]); at++)
    if (!(Math.abs(data[at]!) <= Math.abs(data[farthest]!))) farthest = at;
  throw new RangeError(
    `tsne: no row can be placed on this map: its row ${Math.floor(farthest / cols)} is at ${data[farthest]}, too far from the others`,
  );
}

function boxOf({ data, rows, cols }: Matrix): Float64Array {
  const box = new Float64Array(2 * cols);
  for (let axis = 0; axis < cols; axis++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < rows; i++) {
      low = Math.min(low, data[i * cols + axis]!);
      high = Math.max(high, data[i * cols + axis]!);
    }
    box[2 * axis] = low - MARGIN;
    box[2 * axis + 1] = high + MARGIN;
  }
  return box;
}
