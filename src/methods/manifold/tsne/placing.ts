/**
 * @file New rows beside an embedding: their neighbours among its rows, and where that puts them.
 */
import { type Matrix, matrix } from "../../../data/matrix.js";
import { type NeighbourMetric, nearestNeighbours } from "../../../linalg/neighbours/nearest-neighbours.js";
import { sharedFloat64 } from "../../../parallel/shared.js";
import { runOnce } from "../../../parallel/team.js";
import { wasmMemory } from "../../../parallel/wasm.js";
import { squares } from "./distances.js";
import { conditionals } from "./joint-probabilities.js";
import { MeshField } from "./mesh-field.js";
import { setPlaces } from "./places.js";
import { PLACING_CHUNK, placeRows } from "./placing-kernel.js";

/** How far out of the embedding's box a place may be. */
const MARGIN = 2;

export interface Placing {
  /** The rows that were embedded `[n, d]`, and where `[n, dims]`. */
  readonly rows: Matrix;
  readonly embedding: Matrix;
  readonly k: number;
  readonly perplexities: readonly number[];
  readonly metric: NeighbourMetric;
}

/** Places `[m, dims]` of rows `[m, d]`, none of which another one depends on. */
export async function placeBeside(
  x: Matrix,
  { rows, embedding, k, perplexities, metric }: Placing,
): Promise<Matrix> {
  const dims = embedding.cols;
  const out = matrix(x.rows, dims);
  if (x.rows === 0) return out;
  const { indices, distances } = await nearestNeighbours(rows, x, k, { metric });
  const probabilities = conditionals(squares(distances), k, perplexities);
  const fixed = Float64Array.from(embedding.data);
  const memory = wasmMemory();
  const field = new MeshField(memory, embedding.rows, dims);
  const placing = {
    fixed,
    dims,
    k,
    neighbours: indices,
    probabilities,
    box: boxOf(embedding),
    memory,
    words: field.words,
    placed: sharedFloat64(x.rows * dims),
  };
  try {
    setPlaces(field.places, embedding.data, dims);
    field.prepare(MARGIN);
    runOnce(placeRows, placing, Math.ceil(x.rows / PLACING_CHUNK));
  } finally {
    field.release();
  }
  out.data.set(placing.placed);
  return out;
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
