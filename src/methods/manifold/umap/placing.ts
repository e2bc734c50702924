/**
 * @file New rows beside an embedding that stays as it is: from the mean of the places of their neighbors, weighted by memberships,
 * by epochs in which they alone move.
 *
 * Source: McInnes, Healy & Melville (2018), arXiv:1802.03426; new rows as in umap-learn and uwot.
 */
import { type Matrix, matrix } from "../../../data/matrix.js";
import type { Breathing } from "../../../linalg/breathing.js";
import { type NeighborMetric, nearestNeighbors } from "../../../linalg/neighbors/nearest-neighbors.js";
import type { Random } from "../../../random.js";
import { keepFittedPlaces } from "../fitted-places.js";
import type { Curve } from "./curve.js";
import { descend } from "./descent.js";
import { type FuzzyGraph, memberships } from "./graph.js";

export interface Placing extends Breathing {
  /** The rows that were embedded `[n, d]`, and where `[n, dims]`. */
  readonly rows: Matrix;
  readonly embedding: Matrix;
  /** Neighbors of a row. */
  readonly each: number;
  readonly metric: NeighborMetric;
  readonly curve: Curve;
  readonly negativeSamples: number;
  readonly epochs: number;
  /** All rows are pushed by the same draws, so that none depends on the others. */
  readonly random: Random;
}

/** Length of Adam's first step: places begin near where they end. */
const LEARNING_RATE = 0.25;

/** Places `[m, dims]` of rows `[m, d]`, none of which another one depends on. One that was embedded has its place. */
export async function placeBeside(x: Matrix, placing: Placing): Promise<Matrix> {
  const { rows, embedding, each, metric, curve, negativeSamples, epochs, random, breathe } = placing;
  const dims = embedding.cols;
  if (x.rows === 0) return matrix(0, dims);
  const neighbors = await nearestNeighbors(rows, x, each, { metric, breathe });
  const weights = await memberships(neighbors, each, breathe);
  const graph = directedGraph(neighbors.indices, weights, each);
  const y = await descend(graph, means(graph, embedding), dims, {
    curve,
    epochs,
    learningRate: LEARNING_RATE,
    negativeSamples,
    random,
    fixed: embedding.data,
    breathe,
  });
  const out = matrix(x.rows, dims, y);
  return keepFittedPlaces(out, x, rows, embedding, { indices: neighbors.indices, each });
}

/** Edges to neighbors alone, made up to a multiple of four. */
function directedGraph(indices: Uint32Array, directed: Float32Array, each: number): FuzzyGraph {
  const m = indices.length / each;
  const padded = 4 * Math.ceil(each / 4);
  const rowStart = Int32Array.from({ length: m + 1 }, (_, i) => i * padded);
  const columns = new Int32Array(m * padded);
  const weights = new Float32Array(m * padded);
  for (let i = 0; i < m; i++) {
    columns.set(indices.subarray(i * each, (i + 1) * each), i * padded);
    weights.set(directed.subarray(i * each, (i + 1) * each), i * padded);
  }
  return { rowStart, columns, weights };
}

/** Weighted means of the places that edges lead to `[m, dims]`. */
function means({ rowStart, columns, weights }: FuzzyGraph, { data, cols }: Matrix): Float64Array {
  const m = rowStart.length - 1;
  const out = new Float64Array(m * cols);
  for (let i = 0; i < m; i++) {
    let total = 0;
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) {
      total += weights[at]!;
      for (let axis = 0; axis < cols; axis++)
        out[i * cols + axis]! += weights[at]! * data[columns[at]! * cols + axis]!;
    }
    for (let axis = 0; axis < cols; axis++) out[i * cols + axis]! /= total;
  }
  return out;
}
