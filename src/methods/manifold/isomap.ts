/**
 * @file Isomap: codes whose distances are those along the data, through a graph of neighbors.
 *
 *   D_ij = length of the shortest path from i to j,   embedding = classical scaling of D∘D
 *
 * With landmarks, only these are scaled; every other row is placed by its paths to them. A new row takes its paths
 * through its own nearest neighbors, D_j = min over p of ‖x − x_p‖ + D_pj, and is placed alike.
 * Sources: Tenenbaum, de Silva & Langford (2000), "A global geometric framework for nonlinear dimensionality
 * reduction", Science 290; landmarks: de Silva & Tenenbaum (2003), "Global versus local methods in nonlinear
 * dimensionality reduction", NIPS 15; new rows: Bengio et al. (2004), "Out-of-sample extensions for LLE, Isomap, MDS,
 * eigenmaps, and spectral clustering", NIPS 16.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float64, int32 } from "../../engine/arrays.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { nearestNeighbors } from "../../linalg/neighbors/nearest-neighbors.js";
import type { FitContext, Method } from "../method.js";
import type { Embedder } from "../model.js";
import { checkOptions, integer, type OptionTable, optional } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";
import { classicalScaling, placed } from "./classical-scaling.js";
import { geodesicSquares, sourcesAt } from "./geodesics.js";
import { adjacency, type Graph, neighborhood } from "./neighborhood-graph.js";

/** Options of `isomap`. */
export interface IsomapOptions {
  /** Numbers in a code k, from 1 to one less than the rows (or landmarks). */
  latentDim: number;
  /** Neighbors of a row in the graph, from 1 to n − 1. Default 5. */
  nNeighbors?: number | undefined;
  /** Rows, drawn at random, that are scaled, and by which all others are placed; up to n. Default: all rows. */
  landmarks?: number | undefined;
}

export const isomapOptions: OptionTable<IsomapOptions> = {
  latentDim: integer({ min: 1, help: "numbers in a code" }),
  nNeighbors: integer({ min: 1, default: 5, help: "neighbors of a row in the graph" }),
  landmarks: optional(integer({ min: 2, help: "rows to scale, the others placed by them" }), "all rows"),
};

/** A fitted Isomap. */
export interface Isomap extends Embedder {
  /** The largest k of the centered kernel of squared path lengths `[k]`, descending. */
  readonly eigenvalues: Float64Array;
  /** √(‖B‖² − Σ λᵢ²) / n of that kernel B: how much the code leaves of it. */
  readonly reconstructionError: number;
  /** Components the graph of neighbors had; above 1, they were joined by their shortest links. */
  readonly connectedComponents: number;
  /** Rows that were scaled `[landmarks]`, ascending; all rows without landmarks. */
  readonly landmarks: Int32Array;
}

/** Rows whose distances among each other, 3.2 GB, are still held at once. */
const MOST_SCALED = 20_000;

/**
 * Isomap: codes `[n, k]` whose distances are those along the data, through a graph of neighbors.
 *
 *   D_ij = length of the shortest path from i to j,   embedding = classical scaling of D∘D
 *
 * Source: Tenenbaum, de Silva & Langford (2000), Science 290; landmarks: de Silva & Tenenbaum (2003), NIPS 15; new
 * rows: Bengio et al. (2004), NIPS 16.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function isomap(options: IsomapOptions): Method<Isomap> {
  const checked = checkOptions("isomap", isomapOptions, options);
  const { latentDim: k, nNeighbors, landmarks } = checked as IsomapOptions & { nNeighbors: number };
  return {
    name: "isomap",
    options: checked,
    shiftInvariant: true,
    codeSize: () => k,
    checkSize(rows) {
      if (rows <= nNeighbors)
        throw new RangeError(
          `isomap: nNeighbors ${nNeighbors} wants at least ${nNeighbors + 1} rows, got ${rows}`,
        );
      if (landmarks !== undefined && landmarks > rows)
        throw new RangeError(`isomap: landmarks ${landmarks} exceed the rows, ${rows}`);
      const scaled = landmarks ?? rows;
      const what = landmarks === undefined ? "rows" : "landmarks";
      if (k >= scaled)
        throw new RangeError(`isomap: latentDim ${k} wants at least ${k + 1} ${what}, got ${scaled}`);
      if (scaled > MOST_SCALED)
        throw new RangeError(
          `isomap: at most ${MOST_SCALED} ${what} can be scaled, got ${scaled}; set landmarks, such as 1000`,
        );
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, k, nNeighbors, landmarks, context) },
    parts: () => ({}),
    procedures: () => ({
      async encode(x, p, { breathe }) {
        const rows = parameterMatrix(p, "rows");
        const graph = graphOf(p);
        const wanted = landmarksOf(p);
        const { indices, distances } = await nearestNeighbors(rows, x, nNeighbors, { breathe });
        const sources = { nodes: Int32Array.from(indices), distances, each: nNeighbors };
        const codes = matrix(x.rows, k);
        await geodesicSquares(graph, sources, wanted, async (squares, first, count) => {
          const own = dense(count, wanted.length, squares);
          const z = await placed(own, p.means!.data as Float64Array, projectionOf(p));
          codes.data.set(z.data, first * k);
          await breathe?.();
        });
        return codes;
      },
    }),
    procedureShapes: (d) => ({
      rows: ["n", d],
      edges: ["edges", 2],
      lengths: ["edges"],
      landmarks: ["landmarks"],
      means: ["landmarks"],
      projection: ["landmarks", k],
      embedding: ["n", k],
      eigenvalues: [k],
      reconstructionError: [1],
      connectedComponents: [1],
    }),
    metrics: ["reconstructionError"],
    notes({ parameters }) {
      const components = parameters.connectedComponents!.data[0] as number;
      if (components === 1) return [];
      return [
        `isomap: the graph of neighbors fell into ${components} components, joined by their shortest links; take a larger nNeighbors, which may join them by itself`,
      ];
    },
    results: (p) => ({
      embedding: parameterMatrix(p, "embedding"),
      eigenvalues: p.eigenvalues!.data as Float64Array,
      reconstructionError: p.reconstructionError!.data[0] as number,
      connectedComponents: p.connectedComponents!.data[0] as number,
      landmarks: p.landmarks!.data as Int32Array,
    }),
  };
}

async function solve(
  x: Matrix,
  k: number,
  nNeighbors: number,
  landmarks: number | undefined,
  { random, breathe, onIteration }: FitContext,
): Promise<Parameters> {
  const { edges, components } = await neighborhood(x, nNeighbors, breathe);
  const graph = adjacency(x.rows, edges);
  const everyRow = Int32Array.from({ length: x.rows }, (_, i) => i);
  const scaled =
    landmarks === undefined
      ? everyRow
      : Int32Array.from(random.fork("landmarks").permutation(x.rows).subarray(0, landmarks)).sort();

  const squares = dense(scaled.length, x.rows);
  await geodesicSquares(graph, sourcesAt(scaled), everyRow, async (block, first, count) => {
    squares.data.set(block, first * x.rows);
    const done = first + count;
    onIteration?.({ iteration: done, iterations: scaled.length, fraction: done / scaled.length });
    await breathe();
  });
  const among = landmarks === undefined ? squares : takeColumns(squares, scaled);
  const scaling = await classicalScaling(among, k, random.fork("eigenvectors"), breathe);
  const { eigenvalues, means, projection, reconstructionError } = scaling;
  const embedding =
    landmarks === undefined ? scaling.embedding : await placedColumns(squares, means, projection);
  return {
    rows: matrixParameter(x),
    edges: int32([edges.lengths.length, 2], edges.ends),
    lengths: float64([edges.lengths.length], edges.lengths),
    landmarks: int32([scaled.length], scaled),
    means: float64([scaled.length], means),
    projection: float64([scaled.length, k], projection.data),
    embedding: matrixParameter(embedding),
    eigenvalues: float64([k], eigenvalues),
    reconstructionError: float64([1], [reconstructionError]),
    connectedComponents: int32([1], [components]),
  };
}

/** Places of all rows, whose squared distances to the landmarks are columns. */
async function placedColumns(squares: Dense, means: Float64Array, projection: Dense): Promise<Dense> {
  const { rows, cols } = squares;
  const own = dense(BLOCK_COLUMNS, rows);
  const embedding = dense(cols, projection.cols);
  for (let first = 0; first < cols; first += BLOCK_COLUMNS) {
    const count = Math.min(BLOCK_COLUMNS, cols - first);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < count; j++) own.data[j * rows + i] = squares.data[i * cols + first + j]!;
    }
    const block = dense(count, rows, own.data.subarray(0, count * rows));
    embedding.data.set((await placed(block, means, projection)).data, first * projection.cols);
  }
  return embedding;
}

const BLOCK_COLUMNS = 256;

function takeColumns({ data, rows, cols }: Dense, wanted: Int32Array): Dense {
  const out = dense(rows, wanted.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < wanted.length; j++, at++) out.data[at] = data[i * cols + wanted[j]!]!;
  }
  return out;
}

function graphOf(p: Parameters): Graph {
  const [n] = p.rows!.shape as [number, number];
  return adjacency(n, {
    ends: p.edges!.data as Int32Array,
    lengths: p.lengths!.data as Float64Array,
  });
}

function landmarksOf(p: Parameters): Int32Array {
  const [n] = p.rows!.shape as [number, number];
  const landmarks = p.landmarks!.data as Int32Array;
  const bad = landmarks.find((row) => !(row >= 0 && row < n));
  if (bad !== undefined) throw new RangeError(`isomap: landmark ${bad} is none of the ${n} rows`);
  return landmarks;
}

function projectionOf(p: Parameters): Dense {
  const { shape, data } = p.projection!;
  return dense(shape[0] as number, shape[1] as number, data as Float64Array);
}
