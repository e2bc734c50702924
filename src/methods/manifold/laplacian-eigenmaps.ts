/**
 * @file Laplacian eigenmaps: codes that vary as little as they can along a graph of neighbors.
 *
 *   min over Y with Yᵀ D Y = I, Yᵀ D 1 = 0 of  ½ Σᵢⱼ wᵢⱼ ‖yᵢ − yⱼ‖²
 *
 * W = ½ (A + Aᵀ), with aᵢⱼ = 1, or exp(−γ ‖xᵢ − xⱼ‖²), where j is a neighbor of i; D has the row sums of W. Solved by
 * the smallest eigenvectors v of I − D^−½ W D^−½ but the first, y = D^−½ v. A new row takes its weights to its own
 * neighbors, and y(x) = Σⱼ wⱼ yⱼ / ((1 − λ) Σⱼ wⱼ): the equation that the fitted rows fulfill, but for the rows whose neighbors
 * they are, which a new row has none of. A fitted row has its own place.
 * Sources: Belkin & Niyogi (2003), "Laplacian eigenmaps for dimensionality reduction and data representation", Neural
 * Computation 15(6); new rows: Bengio et al. (2004), "Out-of-sample extensions for LLE, Isomap, MDS, eigenmaps, and
 * spectral clustering", NIPS 16.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { exp } from "../../elementary.js";
import { float64 } from "../../engine/arrays.js";
import type { Breathing } from "../../linalg/breathing.js";
import { type Dense, dense } from "../../linalg/dense.js";
import { nearestNeighbors } from "../../linalg/neighbors/nearest-neighbors.js";
import { type NeighborSearch, neighborsWithin } from "../../linalg/neighbors/neighbors-within.js";
import { columnSigns, flipColumns } from "../../linalg/signs.js";
import { bottomEigenpairs } from "../../linalg/sparse/bottom-eigenpairs.js";
import { connectedComponents } from "../../linalg/sparse/connected-components.js";
import { type SparseMatrix, sparseFromTriplets, symmetricPart } from "../../linalg/sparse/csr.js";
import { normalizedLaplacian } from "../../linalg/sparse/laplacian.js";
import type { FitContext, Method } from "../method.js";
import type { Embedder } from "../model.js";
import { checkOptions, integer, number, type OptionTable, oneOf, optional } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";
import { searchOption } from "../search-option.js";
import { keepFittedPlaces } from "./fitted-places.js";

/** Options of `laplacianEigenmaps`. */
export interface LaplacianEigenmapsOptions {
  /** Numbers in a code k, from 1 to n − 1. */
  latentDim: number;
  /** Neighbors of a row in the graph, itself counted as scikit-learn does, from 2 to n. Default 10. */
  nNeighbors?: number | undefined;
  /** Weight of a neighbor: `nearest-neighbors` is 1 (default), `heat` is exp(−γ ‖xᵢ − xⱼ‖²). */
  affinity?: "nearest-neighbors" | "heat" | undefined;
  /** For `heat`: γ > 0, per squared unit of the rows. Default: 1 / the mean squared distance to neighbors. */
  gamma?: number | undefined;
  /**
   * Search of neighbors: `exact`; `approximate`, about 98 % of them; `auto` (default) is approximate from 20,000 rows on, but where
   * a tree is exact and as fast, in up to 8 columns.
   */
  search?: NeighborSearch | undefined;
}

export const laplacianEigenmapsOptions: OptionTable<LaplacianEigenmapsOptions> = {
  latentDim: integer({ min: 1, help: "numbers in a code" }),
  nNeighbors: integer({ min: 2, default: 10, help: "neighbors of a row in the graph, itself counted" }),
  affinity: oneOf(["nearest-neighbors", "heat"], {
    default: "nearest-neighbors",
    help: "weight of a neighbor: 1, or less with its distance",
  }),
  gamma: optional(
    number({
      want: "a number > 0",
      test: (v) => v > 0,
      help: "heat: decay of weights with squared distance",
    }),
    "1 / mean of squared distances",
  ),
  search: searchOption,
};

/** Fitted Laplacian eigenmaps. */
export interface LaplacianEigenmaps extends Embedder {
  /** λ of I − D^−½ W D^−½ `[k]`, ascending, without the first, which is 0; each in (0, 2]. */
  readonly eigenvalues: Float64Array;
  /** The γ of `heat`; 0 where every neighbor's weight is 1. */
  readonly gamma: number;
}

/**
 * Laplacian eigenmaps: codes `[n, k]` that vary as little as they can along a graph of neighbors.
 *
 *   min over Y with Yᵀ D Y = I, Yᵀ D 1 = 0 of  ½ Σᵢⱼ wᵢⱼ ‖yᵢ − yⱼ‖²
 *
 * Source: Belkin & Niyogi (2003), Neural Computation 15(6); new rows: Bengio et al. (2004), NIPS 16.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function laplacianEigenmaps(options: LaplacianEigenmapsOptions): Method<LaplacianEigenmaps> {
  const checked = checkOptions("laplacianEigenmaps", laplacianEigenmapsOptions, options);
  const { latentDim: k, nNeighbors } = checked;
  return {
    name: "laplacianEigenmaps",
    options: checked,
    shiftInvariant: true,
    codeSize: () => k,
    checkSize(rows) {
      if (rows < nNeighbors)
        throw new RangeError(
          `laplacianEigenmaps: nNeighbors ${nNeighbors} wants at least ${nNeighbors} rows, got ${rows}`,
        );
      if (rows <= k)
        throw new RangeError(`laplacianEigenmaps: latentDim ${k} wants at least ${k + 1} rows, got ${rows}`);
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, checked, context) },
    parts: () => ({}),
    procedures: () => ({ encode: (x, p, pauses) => placed(x, p, nNeighbors - 1, pauses) }),
    procedureShapes: (d) => ({ rows: ["n", d], embedding: ["n", k], eigenvalues: [k], gamma: [1] }),
    results: (p) => ({
      embedding: parameterMatrix(p, "embedding"),
      eigenvalues: p.eigenvalues!.data as Float64Array,
      gamma: p.gamma!.data[0] as number,
    }),
  };
}

async function solve(
  x: Matrix,
  options: Required<LaplacianEigenmapsOptions>,
  { breathe, random }: FitContext,
): Promise<Parameters> {
  const { latentDim: k, nNeighbors, affinity, search } = options;
  const seed = random.fork("neighbors").bits();
  const { indices, distances } = await neighborsWithin(x, nNeighbors - 1, { breathe, seed, search });
  const gamma = affinity === "heat" ? (options.gamma ?? 1 / (meanSquare(distances) || 1)) : 0;
  const graph = neighborGraph(x.rows, indices, heatWeights(distances, gamma));
  const { count } = connectedComponents(graph);
  if (count > 1) {
    throw new RangeError(
      `laplacianEigenmaps: the graph of nNeighbors ${nNeighbors} falls into ${count} parts, want one; take more neighbors, or fit the parts one by one`,
    );
  }
  const { laplacian, degrees } = normalizedLaplacian(graph);
  const { values, vectors } = await bottomEigenpairs(laplacian, k + 1, { breathe });
  const embedding = withoutFirst(vectors, degrees);
  flipColumns(embedding, columnSigns(embedding));
  return {
    rows: matrixParameter(x),
    embedding: matrixParameter(embedding),
    eigenvalues: float64([k], values.slice(1)),
    gamma: float64([1], [gamma]),
  };
}

/** ½ (A + Aᵀ) of weights `[n, neighbors]` towards the rows at `indices`; weights of 0 are no edges. */
function neighborGraph(n: number, indices: Uint32Array, weights: Float64Array): SparseMatrix {
  const each = indices.length / n;
  const kept = indices.map((_, at) => at).filter((at) => weights[at]! > 0);
  return symmetricPart(
    sparseFromTriplets(n, n, {
      rowIndices: kept.map((at) => Math.floor(at / each)),
      columnIndices: kept.map((at) => indices[at]!),
      values: Float64Array.from(kept, (at) => weights[at]!),
    }),
  );
}

function heatWeights(distances: Float64Array, gamma: number): Float64Array {
  return gamma === 0 ? new Float64Array(distances.length).fill(1) : distances.map((r) => exp(-gamma * r * r));
}

function meanSquare(distances: Float64Array): number {
  let sum = 0;
  for (const distance of distances) sum += distance * distance;
  return sum / distances.length;
}

/** Columns from the second on, row i divided by √dᵢ. */
function withoutFirst({ data, rows, cols }: Dense, degrees: Float64Array): Dense {
  const out = dense(rows, cols - 1);
  for (let i = 0, to = 0; i < rows; i++) {
    const root = Math.sqrt(degrees[i]!);
    for (let j = 1; j < cols; j++) out.data[to++] = data[i * cols + j]! / root;
  }
  return out;
}

/** Codes of new rows by their nearest fitted ones, and of fitted rows. */
async function placed(x: Matrix, p: Parameters, neighbors: number, pauses: Breathing): Promise<Matrix> {
  const embedding = parameterMatrix(p, "embedding");
  const eigenvalues = p.eigenvalues!.data as Float64Array;
  const gamma = p.gamma!.data[0] as number;
  const rows = parameterMatrix(p, "rows");
  const { indices, distances } = await nearestNeighbors(rows, x, neighbors, pauses);
  const k = embedding.cols;
  const codes = matrix(x.rows, k);
  for (let i = 0; i < x.rows; i++) {
    const nearest = distances[i * neighbors]!;
    const code = new Float64Array(k);
    let total = 0;
    for (let at = i * neighbors; at < (i + 1) * neighbors; at++) {
      // Relative to the nearest, so that a row far from all has weights, too.
      const weight = gamma === 0 ? 1 : exp(gamma * (nearest * nearest - distances[at]! ** 2));
      total += weight;
      for (let j = 0; j < k; j++) code[j]! += weight * embedding.data[indices[at]! * k + j]!;
    }
    for (let j = 0; j < k; j++) codes.data[i * k + j] = code[j]! / (total * (1 - eigenvalues[j]!));
  }
  return keepFittedPlaces(codes, x, rows, embedding, { indices, each: neighbors });
}
