/**
 * @file Uniform manifold approximation and projection: a map whose graph of neighbors is that of the data.
 *
 *   v_j|i = e^{−max(0, dᵢⱼ − ρᵢ)/σᵢ},   Σⱼ v_j|i = log₂ k,   wᵢⱼ = v_j|i + v_i|j − v_j|i v_i|j
 *   φᵢⱼ = 1/(1 + a ‖yᵢ − yⱼ‖²ᵇ),   min over y₁ … y_n of Σ wᵢⱼ ln(wᵢⱼ/φᵢⱼ) + (1 − wᵢⱼ) ln((1 − wᵢⱼ)/(1 − φᵢⱼ))
 *
 * Source: McInnes, Healy & Melville (2018), "UMAP: Uniform Manifold Approximation and Projection for dimension reduction",
 * arXiv:1802.03426; densities: Narayan, Berger & Cho (2021), "Assessing single-cell transcriptomic variability through
 * density-preserving data visualization", Nature Biotechnology 39.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float64, int32 } from "../../engine/arrays.js";
import type { NeighborMetric } from "../../linalg/neighbors/nearest-neighbors.js";
import { type NeighborSearch, neighborsWithin } from "../../linalg/neighbors/neighbors-within.js";
import { random as randomOf } from "../../random.js";
import type { FitContext, Method } from "../method.js";
import type { Embedder } from "../model.js";
import { boolean, checkOptions, integer, number, type OptionTable, oneOf, optional } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";
import { searchOption } from "../search-option.js";
import {
  asPrincipalRows,
  initialDimsOption,
  keptVarianceOf,
  noteOnComponents,
  principalRows,
  principalShapes,
} from "./principal-rows.js";
import { settled } from "./settled.js";
import { fitCurve } from "./umap/curve.js";
import { dataRadii } from "./umap/densities.js";
import { descend } from "./umap/descent.js";
import { type FuzzyGraph, fuzzyUnion, memberships } from "./umap/graph.js";
import { partsOf } from "./umap/parts.js";
import { placeBeside } from "./umap/placing.js";
import { start } from "./umap/start.js";

/** Options of `umap`. */
export interface UmapOptions {
  /** Coordinates of a place, 1 to 100. Default 2. */
  latentDim?: number | undefined;
  /**
   * Neighbors of a row, itself counted, from 2 to n: few show fine structure, many the large one. Default 15, of fewer
   * rows all of them.
   */
  nNeighbors?: number | undefined;
  /** Distance on the map up to which rows count as one, ≥ 0: with less, rows are packed more tightly. Default 0.1. */
  minDist?: number | undefined;
  /** Scale of distances on the map, > 0 and not below `minDist`. Default 1. */
  spread?: number | undefined;
  /** Distance between rows. Default `euclidean`. */
  metric?: NeighborMetric | undefined;
  /**
   * Principal components, ≥ 1, that rows of more columns are reduced to before all else: less noise, and less to search. Default 50;
   * `all` takes columns as they are, as do fewer rows than components, and the metric `cosine`.
   */
  initialDims?: number | "all" | undefined;
  /**
   * Search of neighbors: `exact`; `approximate`, about 98 % of them; `auto` (default) is approximate from 20,000 rows on, but where a
   * tree is exact and as fast, in up to 8 columns.
   */
  search?: NeighborSearch | undefined;
  /**
   * Start: `spectral` (default) at the coordinates that vary least along the graph; `pca` at the leading principal
   * components; `random` anywhere.
   */
  init?: "spectral" | "pca" | "random" | undefined;
  /** Epochs, ≥ 1. Default 500, of more than 10,000 rows 200. */
  maxIter?: number | undefined;
  /** Length of the first step > 0, by Adam; steps become shorter in a straight line, down to 0. Default 1. */
  learningRate?: number | undefined;
  /**
   * Rows that push for each that pulls, ≥ 1. Default 10: steps of all rows at a time by Adam make less of rare pushes than the
   * single steps of the source, which takes 5; maps of 10 are as good.
   */
  negativeSamples?: number | undefined;
  /** Keeps densities: where rows are spread widely, the map is wide. Default false. */
  densMap?: boolean | undefined;
}

/** Neighbors where none are said and there are rows enough. */
const USUAL_NEIGHBORS = 15;
/** Epochs where none are said, of up to so many rows and of more. */
const FEW_ROWS = 10_000;
const USUAL_EPOCHS = { few: 500, many: 200 };
/** Share of the epochs in which new rows are placed. */
const PLACING_SHARE = 1 / 3;

export const umapOptions: OptionTable<UmapOptions> = {
  latentDim: integer({ min: 1, max: 100, default: 2, help: "coordinates of a place" }),
  nNeighbors: optional(
    integer({ min: 2, help: "neighbors of a row, itself counted" }),
    "15, of fewer rows all of them",
  ),
  minDist: number({
    want: "a number ≥ 0",
    test: (value) => value >= 0,
    default: 0.1,
    help: "distance on the map up to which rows count as one",
  }),
  spread: number({
    want: "a number > 0",
    test: (value) => value > 0,
    default: 1,
    help: "scale of distances on the map",
  }),
  metric: oneOf(["euclidean", "cosine"], { default: "euclidean", help: "distance between rows" }),
  initialDims: initialDimsOption,
  search: searchOption,
  init: oneOf(["spectral", "pca", "random"], { default: "spectral", help: "first places of the rows" }),
  maxIter: optional(integer({ min: 1, help: "epochs" }), "500, of more than 10,000 rows 200"),
  learningRate: number({
    want: "a number > 0",
    test: (value) => value > 0,
    default: 1,
    help: "length of the first step, by Adam",
  }),
  negativeSamples: integer({ min: 1, default: 10, help: "rows that push for each that pulls" }),
  densMap: boolean({ default: false, help: "keep densities: where rows are spread widely, the map is wide" }),
};

/** A fitted UMAP. */
export interface Umap extends Embedder {
  /** Components of the graph of neighbors; how far those of several are apart on the map tells nothing. */
  readonly connectedComponents: number;
  /** Share of the true neighbors in the graph, as a sample tells it; 1 where all are found. */
  readonly neighborRecall: number;
  /** Share of the variance of the rows that the principal components have which they were reduced to; 1 where they were not. */
  readonly keptVariance: number;
}

/**
 * Uniform manifold approximation and projection: a map `[n, 1 … 100]` whose graph of neighbors is that of rows `[n, d]`.
 *
 *   v_j|i = e^{−max(0, dᵢⱼ − ρᵢ)/σᵢ},   Σⱼ v_j|i = log₂ k,   wᵢⱼ = v_j|i + v_i|j − v_j|i v_i|j
 *   φᵢⱼ = 1/(1 + a ‖yᵢ − yⱼ‖²ᵇ),   min over y₁ … y_n of Σ wᵢⱼ ln(wᵢⱼ/φᵢⱼ) + (1 − wᵢⱼ) ln((1 − wᵢⱼ)/(1 − φᵢⱼ))
 *
 * Source: McInnes, Healy & Melville (2018), arXiv:1802.03426; `densMap`: Narayan, Berger & Cho (2021), Nature
 * Biotechnology 39.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function umap(options: UmapOptions = {}): Method<Umap> {
  const checked = checkOptions("umap", umapOptions, options);
  const { latentDim, nNeighbors, minDist, spread, metric } = checked as UmapOptions &
    Required<typeof checked>;
  if (minDist > spread)
    throw new RangeError(`umap: minDist must be at most spread, ${spread}, got ${minDist}`);
  const neighborsOf = (n: number) => Math.min(n, nNeighbors ?? USUAL_NEIGHBORS);
  const epochsOf = (n: number) => checked.maxIter ?? (n <= FEW_ROWS ? USUAL_EPOCHS.few : USUAL_EPOCHS.many);
  const curve = () => fitCurve(minDist, spread);

  return {
    name: "umap",
    options: checked as Method["options"],
    shiftInvariant: metric === "euclidean",
    codeSize: () => latentDim,
    checkSize(rows) {
      const wanted = nNeighbors ?? 2;
      if (rows < wanted) {
        const which = nNeighbors === undefined ? "" : `nNeighbors ${nNeighbors} `;
        throw new RangeError(`umap: ${which}wants at least ${wanted} rows, got ${rows}`);
      }
    },
    fitting: {
      kind: "solved",
      async solve(x, context) {
        const { breathe, onIteration, random } = context;
        const epochs = epochsOf(x.rows);
        const { rows, parameters } = await principalRows(x, checked, context);
        const { graph, recall } = await graphOf(rows, neighborsOf(x.rows) - 1, checked, context);
        const parts = partsOf(graph);
        await breathe();
        const y = await descend(
          graph,
          await start(rows, graph, parts, checked.init, latentDim, context),
          latentDim,
          {
            curve: curve(),
            epochs,
            learningRate: checked.learningRate,
            negativeSamples: checked.negativeSamples,
            random: random.fork("draws"),
            radii: graph.squaredLengths && dataRadii({ ...graph, squaredLengths: graph.squaredLengths }),
            breathe,
            afterEpoch: (epoch, places) =>
              onIteration?.({
                iteration: epoch,
                iterations: epochs,
                fraction: epoch / epochs,
                embedding: () => matrix(x.rows, latentDim, places()),
              }),
          },
        );
        if (!y.every(Number.isFinite)) {
          throw new RangeError(
            `umap: learningRate ${checked.learningRate} makes the embedding diverge: choose a smaller one`,
          );
        }
        return {
          embedding: matrixParameter(settled(matrix(x.rows, latentDim, y))),
          rows: matrixParameter(rows),
          connectedComponents: int32([1], [parts.length]),
          neighborRecall: float64([1], [recall]),
          ...parameters,
        } satisfies Parameters;
      },
    },
    parts: () => ({}),
    procedures: () => ({
      async encode(x, p, { breathe }) {
        const rows = parameterMatrix(p, "rows");
        return placeBeside(await asPrincipalRows(x, p, breathe), {
          rows,
          embedding: parameterMatrix(p, "embedding"),
          each: Math.max(1, neighborsOf(rows.rows) - 1),
          metric,
          curve: curve(),
          negativeSamples: checked.negativeSamples,
          epochs: Math.ceil(epochsOf(rows.rows) * PLACING_SHARE),
          random: randomOf(0).fork("umap", "placing"),
          breathe,
        });
      },
    }),
    procedureShapes: (d) => ({
      embedding: ["rows", latentDim],
      rows: ["rows", "width"],
      connectedComponents: [1],
      neighborRecall: [1],
      ...principalShapes(checked, d),
    }),
    notes({ parameters }) {
      const components = parameters.connectedComponents!.data[0] as number;
      const told = noteOnComponents("umap", parameters);
      if (components === 1) return told;
      return [
        ...told,
        `umap: the graph of neighbors fell into ${components} components, placed apart: how far tells nothing; a larger nNeighbors may join them`,
      ];
    },
    results: (parameters) => ({
      embedding: parameterMatrix(parameters, "embedding"),
      connectedComponents: parameters.connectedComponents!.data[0] as number,
      neighborRecall: parameters.neighborRecall!.data[0] as number,
      keptVariance: keptVarianceOf(parameters),
    }),
  };
}

/** The fuzzy graph of rows by so many neighbors of each, and the share of the true ones among them. */
async function graphOf(
  x: Matrix,
  each: number,
  { metric, search, densMap }: Required<Pick<UmapOptions, "metric" | "search" | "densMap">>,
  { breathe, random }: FitContext,
): Promise<{ graph: FuzzyGraph; recall: number }> {
  const seed = random.fork("neighbors").bits();
  const neighbors = await neighborsWithin(x, each, { metric, breathe, search, seed });
  const directed = await memberships(neighbors, each, breathe);
  const graph = await fuzzyUnion(neighbors, directed, x.rows, { withLengths: densMap, breathe });
  return { graph, recall: neighbors.recall };
}
