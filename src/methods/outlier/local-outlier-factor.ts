/**
 * @file Local outlier factor: an outlier is a row that lies in a less dense place than its neighbors do.
 *
 *   r(x) = mean over the k nearest o of max(k-distance(o), ‖x − o‖),   LOF(x) = mean over o of r(x) / r(o)
 *
 * 1 / r is the local reachability density, k-distance(o) the distance of o to its own k-th neighbor. Rows that have more
 * than k equals would be infinitely dense: r is at least 10⁻¹⁰ of its mean over all rows, so that rows among their equals
 * are as usual as can be, 1, and a row beside them is very unusual.
 * Source: Breunig, Kriegel, Ng & Sander (2000), "LOF: identifying density-based local outliers", SIGMOD.
 */
import type { RowsLike } from "../../data/dataset.js";
import { type Matrix, matrix } from "../../data/matrix.js";
import { float64 } from "../../engine/arrays.js";
import type { NdArray } from "../../engine/tensor.js";
import type { Breathing } from "../../linalg/breathing.js";
import type { Neighbors } from "../../linalg/neighbors/nearest-neighbors.js";
import { type NeighborIndex, neighborIndex } from "../../linalg/neighbors/neighbor-index.js";
import { type NeighborSearch, neighborsWithin } from "../../linalg/neighbors/neighbors-within.js";
import type { FitContext, Method } from "../method.js";
import type { FittedModel } from "../model.js";
import { checkOptions, integer, type OptionTable } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";
import { rowsInUnits } from "../rows-in-units.js";
import { searchOption } from "../search-option.js";

/** Options of `localOutlierFactor`. */
export interface LocalOutlierFactorOptions {
  /** Neighbors k that a row is compared with, from 1 to n − 1. Default 20. */
  nNeighbors?: number | undefined;
  /**
   * Search of neighbors among the rows it is fitted to: `exact`; `approximate`, 98 % of them the nearest; or `auto`
   * (default): exact below 20,000 rows, and where that is as fast. Neighbors of new rows are exact.
   */
  search?: NeighborSearch | undefined;
}

export const localOutlierFactorOptions: OptionTable<LocalOutlierFactorOptions> = {
  nNeighbors: integer({ min: 1, default: 20, help: "neighbors that a row is compared with" }),
  search: searchOption,
};

/** A fitted local outlier factor. */
export interface LocalOutlierFactor extends FittedModel {
  /** LOF of the rows it was fitted to `[n]`, each without itself among its neighbors; about 1 is usual, more abnormal. */
  readonly fittedScores: Float64Array;
  /** LOF of new rows `[m]` among those it was fitted to: of a row that is one of these, itself counts as a neighbor. */
  score(x: RowsLike): Promise<Float32Array>;
  /**
   * Shares `[m, d]` of the columns in the scores of new rows, which they add up to: as those that they have in the sum of the
   * distances to the neighbors, Σ over o of (xⱼ − oⱼ)² / ‖x − o‖.
   * @throws RangeError for rows of another length, or numbers that are not finite.
   */
  contributions(x: RowsLike): Promise<Matrix>;
}

/**
 * Local outlier factor: how much less dense it is about a row than about its k nearest neighbors. It has no codes.
 *
 *   LOF(x) = mean over the k nearest o of r(x) / r(o),   r(x) = mean over o of max(k-distance(o), ‖x − o‖)
 *
 * Source: Breunig, Kriegel, Ng & Sander (2000), "LOF: identifying density-based local outliers", SIGMOD.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function localOutlierFactor(options: LocalOutlierFactorOptions = {}): Method<LocalOutlierFactor> {
  const checked = checkOptions("localOutlierFactor", localOutlierFactorOptions, options);
  const { nNeighbors: k, search } = checked as { nNeighbors: number; search: NeighborSearch };
  return {
    name: "localOutlierFactor",
    options: checked,
    shiftInvariant: true,
    codeSize: () => undefined,
    checkSize(rows) {
      if (rows <= k)
        throw new RangeError(`localOutlierFactor: nNeighbors ${k} wants at least ${k + 1} rows, got ${rows}`);
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, k, search, context) },
    parts: () => ({}),
    procedures: () => ({
      async score(x, p, pauses) {
        const { scores } = await compared(x, k, p, pauses);
        return Float32Array.from(scores);
      },
    }),
    procedureShapes: (d) => ({
      rows: ["n", d],
      kDistances: ["n"],
      reach: ["n"],
      leastReach: [1],
      fittedScores: ["n"],
    }),
    results: (p, d, fitted) => ({
      fittedScores: p.fittedScores!.data as Float64Array,
      async contributions(x) {
        const rows = rowsInUnits(x, d, fitted, "localOutlierFactor.contributions");
        return shares(rows, p, k, await compared(rows, k, p, {}));
      },
    }),
  };
}

/** Least r, as a share of its mean over all rows; of rows that are all equal, as it is. */
const LEAST = 1e-10;

async function solve(
  x: Matrix,
  k: number,
  search: NeighborSearch,
  { random, breathe }: FitContext,
): Promise<Parameters> {
  const { rows: n } = x;
  const seed = random.fork("neighbors").bits();
  const nearest = await neighborsWithin(x, k, { search, seed, breathe });
  const kDistances = Float64Array.from({ length: n }, (_, i) => nearest.distances[(i + 1) * k - 1]!);
  const reach = meanReach(nearest, k, kDistances);
  const mean = reach.reduce((sum, r) => sum + r, 0) / n;
  const least = LEAST * (mean > 0 ? mean : 1);
  const bounded = reach.map((r) => Math.max(r, least));
  await breathe();
  return {
    rows: matrixParameter(x),
    kDistances: float64([n], kDistances),
    reach: float64([n], bounded),
    leastReach: float64([1], [least]),
    fittedScores: float64([n], factors(bounded, nearest, k, bounded)),
  };
}

/** The neighbors of new rows, and their factors. */
async function compared(x: Matrix, k: number, p: Parameters, pauses: Breathing): Promise<Compared> {
  const nearest = await indexOf(p).query(x, k, pauses);
  const least = p.leastReach!.data[0] as number;
  const reach = meanReach(nearest, k, p.kDistances!.data as Float64Array).map((r) => Math.max(r, least));
  return { nearest, scores: factors(reach, nearest, k, p.reach!.data as Float64Array) };
}

interface Compared {
  readonly nearest: Neighbors;
  /** `[m]` */
  readonly scores: Float64Array;
}

/** Rows made ready to be searched, by the array that they are. */
const known = new WeakMap<NdArray, NeighborIndex>();

function indexOf(p: Parameters): NeighborIndex {
  const { rows } = p as { rows: NdArray };
  const index = known.get(rows) ?? neighborIndex(parameterMatrix(p, "rows"));
  known.set(rows, index);
  return index;
}

/** r of every row `[m]`: the mean over its k neighbors o of max(k-distance(o), distance). */
function meanReach({ indices, distances }: Neighbors, k: number, kDistances: Float64Array): Float64Array {
  const means = new Float64Array(distances.length / k);
  for (let i = 0, at = 0; i < means.length; i++) {
    let sum = 0;
    for (let r = 0; r < k; r++, at++) sum += Math.max(kDistances[indices[at]!]!, distances[at]!);
    means[i] = sum / k;
  }
  return means;
}

/** LOF of every row `[m]`. @param reach r of these rows. @param fitted r of all that were fitted. */
function factors(reach: Float64Array, { indices }: Neighbors, k: number, fitted: Float64Array): Float64Array {
  const scores = new Float64Array(reach.length);
  for (let i = 0, at = 0; i < reach.length; i++) {
    let sum = 0;
    for (let r = 0; r < k; r++, at++) sum += reach[i]! / fitted[indices[at]!]!;
    scores[i] = sum / k;
  }
  return scores;
}

/**
 * Shares of the columns in the scores `[m, d]`: as they have in the sum of the distances to the neighbors, each of which is the sum
 * of (xⱼ − oⱼ)² / ‖x − o‖ over columns; equal ones where all of these are 0.
 */
function shares(x: Matrix, p: Parameters, k: number, { nearest, scores }: Compared): Matrix {
  const { rows: m, cols: d } = x;
  const { indices, distances } = nearest;
  const fitted = p.rows!.data as Float32Array;
  const out = matrix(m, d);
  const parts = new Float64Array(d);
  for (let i = 0, at = 0; i < m; i++) {
    parts.fill(0);
    for (let r = 0; r < k; r++, at++) {
      const distance = distances[at]!;
      if (distance === 0) continue;
      const row = indices[at]! * d;
      for (let j = 0; j < d; j++) parts[j]! += (x.data[i * d + j]! - fitted[row + j]!) ** 2 / distance;
    }
    const sum = parts.reduce((total, part) => total + part, 0);
    for (let j = 0; j < d; j++)
      out.data[i * d + j] = sum > 0 ? scores[i]! * (parts[j]! / sum) : scores[i]! / d;
  }
  return out;
}
