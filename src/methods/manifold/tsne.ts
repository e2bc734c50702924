/**
 * @file t-distributed stochastic neighbor embedding: a map on which near rows stay near.
 *
 *   p_ij = (p_j|i + p_i|j) / 2n,   p_j|i ∝ e^{−‖xᵢ − xⱼ‖² / 2σᵢ²},   2^H(p_·|i) = perplexity
 *   q_ij ∝ 1/(1 + ‖yᵢ − yⱼ‖²),   min over y₁ … y_n of Σ p_ij ln(p_ij / q_ij)
 *
 * Sources: van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9; Linderman et al. (2019), "Fast
 * interpolation-based t-SNE for improved visualization of single-cell RNA-seq data", Nature Methods 16.
 */
import { type Matrix, matrix } from "../../data/matrix.js";
import { float64 } from "../../engine/arrays.js";
import type { NdArray } from "../../engine/tensor.js";
import type { NeighborMetric } from "../../linalg/neighbors/nearest-neighbors.js";
import { type NeighborSearch, neighborsWithin } from "../../linalg/neighbors/neighbors-within.js";
import type { FitContext, Method } from "../method.js";
import type { Embedder } from "../model.js";
import {
  checkOptions,
  custom,
  integer,
  number,
  numberOr,
  type Option,
  type OptionTable,
  oneOf,
  optional,
} from "../options.js";
import { matrixParameter, parameterMatrix } from "../parameters.js";
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
import { descend } from "./tsne/descent.js";
import { allSquaredDistances, squares } from "./tsne/distances.js";
import { exactForces, type Forces, meshForces } from "./tsne/forces.js";
import { conditionals, denseJoint, sparseJoint } from "./tsne/joint-probabilities.js";
import { fromPlaces, setPlaces } from "./tsne/places.js";
import { isMap, placeBeside } from "./tsne/placing.js";
import { start } from "./tsne/start.js";

/** Options of `tsne`. */
export interface TsneOptions {
  /** Coordinates of a place: 1, 2 (default) or 3. */
  latentDim?: number | undefined;
  /**
   * Number of neighbors of a row, smoothly counted: > 1, and 3 times it below the number of rows. Default 30, of 90 rows or
   * fewer a third of the others. Of several the probabilities are averaged: near and far structure at once.
   */
  perplexity?: number | readonly number[] | undefined;
  /** Factor of the attraction for the first 250 steps, ≥ 1. Default 12. */
  earlyExaggeration?: number | undefined;
  /**
   * η > 0, where a step is η times a quarter of the gradient, as openTSNE and FIt-SNE count; scikit-learn's number for
   * the same step is η/4. `auto` (default) is n divided by what attraction is multiplied by at the time, n/12 and then
   * n, as openTSNE has it, and at least 200.
   */
  learningRate?: number | "auto" | undefined;
  /** Steps, ≥ 1. Default 1000. */
  maxIter?: number | undefined;
  /** Start: `pca` (default) at the leading principal components, which keeps what is far apart; `random` anywhere. */
  init?: "pca" | "random" | undefined;
  /**
   * Algorithm: `exact` goes over all pairs of rows, to which time and memory are proportional; `fft` takes p_ij of 3 ·
   * perplexity nearest neighbors alone, and repulsion by a mesh, right to 1 or 2 %. `auto` (default) is `exact` up to
   * 500 rows.
   */
  algorithm?: "auto" | "exact" | "fft" | undefined;
  /** Distance between rows. Default `euclidean`. */
  metric?: NeighborMetric | undefined;
  /**
   * Principal components, ≥ 1, that rows of more columns are reduced to before all else: less noise, and less to search. Default 50;
   * `all` takes columns as they are, as do fewer rows than components, and the metric `cosine`.
   */
  initialDims?: number | "all" | undefined;
  /**
   * Search of neighbors for `fft`: `exact`; `approximate`, about 98 % of them; `auto` (default) is approximate from 20,000 rows on,
   * but where a tree is exact and as fast, in up to 8 columns.
   */
  search?: NeighborSearch | undefined;
}

/** Perplexity where none is said and there are rows enough. */
const USUAL_PERPLEXITY = 30;

function perplexityOption(): Option<number | readonly number[]> {
  const fits = (value: unknown): value is number =>
    typeof value === "number" && Number.isFinite(value) && value > 1;
  const option = custom<number | readonly number[]>({
    want: "a number > 1, or a list of them",
    help: "neighbors of a row, smoothly counted; of several, 30,300, the probabilities are averaged",
    accept: (value) => {
      if (fits(value)) return value;
      return Array.isArray(value) && value.length > 0 && value.every(fits) ? value : undefined;
    },
  });
  const parse = (text: string): unknown => {
    const numbers = text.split(",").map(Number);
    return numbers.some(Number.isNaN) ? text : numbers.length === 1 ? numbers[0] : numbers;
  };
  return { ...option, parse };
}

export const tsneOptions: OptionTable<TsneOptions> = {
  latentDim: integer({ min: 1, max: 3, default: 2, help: "coordinates of a place" }),
  perplexity: optional(perplexityOption(), "30, less of few rows"),
  earlyExaggeration: number({
    want: "a number ≥ 1",
    test: (value) => value >= 1,
    default: 12,
    help: "factor of attraction for the first 250 steps",
  }),
  learningRate: numberOr(["auto"], {
    want: "a number > 0",
    test: (value) => value > 0,
    default: "auto",
    help: "learning rate, of a quarter of the gradient; auto is rows / exaggeration at the time, at least 200",
  }),
  maxIter: integer({ min: 1, default: 1000, help: "steps" }),
  init: oneOf(["pca", "random"], { default: "pca", help: "first places of the rows" }),
  algorithm: oneOf(["auto", "exact", "fft"], { default: "auto", help: "summation of forces" }),
  metric: oneOf(["euclidean", "cosine"], { default: "euclidean", help: "distance between rows" }),
  initialDims: initialDimsOption,
  search: searchOption,
};

/** A fitted t-SNE. */
export interface Tsne extends Embedder {
  /**
   * Σ p_ij ln(p_ij / q_ij) of the embedding, without exaggeration, ≥ 0: of p_ij of all pairs if `exact`, of nearest
   * neighbors if not. The two are not comparable.
   */
  readonly klDivergence: number;
  /** Share of the true neighbors among those that attract, as a sample tells it; 1 where all are found. */
  readonly neighborRecall: number;
  /** Share of the variance of the rows that the principal components have which they were reduced to; 1 where they were not. */
  readonly keptVariance: number;
}

/** Up to so many rows all pairs are as fast. */
const EXACT_ROWS = 500;
/** The most rows of which all p_ij are kept, 2 GiB. */
const MOST_EXACT_ROWS = 16384;
/** Steps from one divergence told to the next: it costs as much as a step or two. */
const DIVERGENCE_EVERY = 50;

/**
 * t-distributed stochastic neighbor embedding: a map `[n, 1 … 3]` on which near rows of `[n, d]` stay near.
 *
 *   p_ij = (p_j|i + p_i|j) / 2n,   p_j|i ∝ e^{−‖xᵢ − xⱼ‖² / 2σᵢ²},   2^H(p_·|i) = perplexity
 *   q_ij ∝ 1/(1 + ‖yᵢ − yⱼ‖²),   min over y₁ … y_n of Σ p_ij ln(p_ij / q_ij)
 *
 * Source: van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9; Linderman et al. (2019), "Fast
 * interpolation-based t-SNE", Nature Methods 16.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function tsne(options: TsneOptions = {}): Method<Tsne> {
  const checked = checkOptions("tsne", tsneOptions, options);
  const { latentDim, perplexity, algorithm, metric, init, maxIter, earlyExaggeration } = checked;
  /** Those for n rows. */
  const perplexitiesOf = (n: number): readonly number[] => {
    if (perplexity === undefined) return [Math.min(USUAL_PERPLEXITY, Math.max(1.01, (n - 1) / 3))];
    return typeof perplexity === "number" ? [perplexity] : perplexity;
  };
  const largestOf = (n: number) => Math.max(...perplexitiesOf(n));
  const isExact = (n: number) => algorithm === "exact" || (algorithm === "auto" && n <= EXACT_ROWS);
  const nearest = (n: number) => Math.min(n, Math.floor(3 * largestOf(n)) + 1);

  async function forcesOf(
    x: Matrix,
    { breathe, random }: FitContext,
  ): Promise<{ forces: Forces; recall: number }> {
    const n = x.rows;
    const perplexities = perplexitiesOf(n);
    if (isExact(n)) {
      const all = await allSquaredDistances(x, metric, breathe);
      const conditional = await conditionals(all, n - 1, perplexities, breathe);
      return { forces: exactForces(await denseJoint(conditional, n, breathe), n), recall: 1 };
    }
    const k = Math.min(n - 1, nearest(n));
    const seed = random.fork("neighbors").bits();
    const { indices, distances, recall } = await neighborsWithin(x, k, {
      ...{ metric, breathe, seed, search: checked.search },
    });
    const conditional = await conditionals(squares(distances), k, perplexities, breathe);
    await breathe();
    return { forces: meshForces(sparseJoint(indices, conditional, n), latentDim), recall };
  }

  return {
    name: "tsne",
    options: checked as Method["options"],
    shiftInvariant: metric === "euclidean",
    codeSize: () => latentDim,
    checkSize(rows) {
      const largest = largestOf(rows);
      if (rows <= 3 * largest) {
        throw new RangeError(
          `tsne: perplexity ${largest} wants more than ${3 * largest} rows, got ${rows}: choose one below ${Math.floor((10 * rows) / 3) / 10}`,
        );
      }
      if (algorithm === "exact" && rows > MOST_EXACT_ROWS) {
        throw new RangeError(`tsne: algorithm exact wants at most ${MOST_EXACT_ROWS} rows, got ${rows}`);
      }
    },
    fitting: {
      kind: "solved",
      async solve(all, context) {
        const { onIteration } = context;
        const { rows: x, parameters } = await principalRows(all, checked, context);
        const { forces, recall } = await forcesOf(x, context);
        try {
          setPlaces(forces.places, await start(x, init, latentDim, context), latentDim);
          const learningRate = (exaggeration: number) =>
            checked.learningRate === "auto" ? Math.max(200, x.rows / exaggeration) : checked.learningRate;
          await descend(forces, { learningRate, exaggeration: earlyExaggeration, maxIter }, async (step) => {
            await context.breathe();
            if (!onIteration) return;
            const told = step % DIVERGENCE_EVERY === 0 || step === maxIter;
            onIteration({
              iteration: step,
              iterations: maxIter,
              fraction: step / maxIter,
              ...(told && { objective: forces.divergence(forces.update()) }),
              embedding: () => matrix(x.rows, latentDim, fromPlaces(forces.places, latentDim)),
            });
          });
          const divergence = forces.divergence(forces.update());
          const embedding = settled(matrix(x.rows, latentDim, fromPlaces(forces.places, latentDim)));
          if (!Number.isFinite(divergence) || !isMap(embedding)) {
            throw new RangeError(
              `tsne: learningRate ${checked.learningRate} makes the embedding diverge: choose a smaller one`,
            );
          }
          return {
            embedding: matrixParameter(embedding),
            rows: matrixParameter(x),
            klDivergence: float64([1], [divergence]),
            neighborRecall: float64([1], [recall]),
            ...parameters,
          } satisfies Record<string, NdArray>;
        } finally {
          forces.release();
        }
      },
    },
    parts: () => ({}),
    procedures: () => ({
      encode: async (all, p, { breathe }) => {
        const x = await asPrincipalRows(all, p, breathe);
        const rows = parameterMatrix(p, "rows");
        const embedding = parameterMatrix(p, "embedding");
        return placeBeside(x, {
          rows,
          embedding,
          k: nearest(rows.rows),
          perplexities: perplexitiesOf(rows.rows),
          metric,
          breathe,
        });
      },
    }),
    procedureShapes: (d) => ({
      embedding: ["rows", latentDim],
      rows: ["rows", "width"],
      ...principalShapes(checked, d),
      klDivergence: [1],
    }),
    metrics: ["klDivergence"],
    notes: ({ parameters }) => noteOnComponents("tsne", parameters),
    results: (parameters) => ({
      embedding: parameterMatrix(parameters, "embedding"),
      klDivergence: (parameters.klDivergence!.data as Float64Array)[0]!,
      // Files of before do not have it.
      neighborRecall: (parameters.neighborRecall?.data[0] as number | undefined) ?? 1,
      keptVariance: keptVarianceOf(parameters),
    }),
  };
}
