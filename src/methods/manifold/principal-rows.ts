/**
 * @file Rows of many columns by their leading principal components, among which neighbors are found in less time: mostly the
 * same, and without the noise of the rest.
 *
 * Source: van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9, section 4.2, which takes 30.
 */
import { columnMeans, type Matrix, matrix } from "../../data/matrix.js";
import { float32, float64 } from "../../engine/arrays.js";
import type { Shape } from "../../engine/tensor.js";
import type { Breathing } from "../../linalg/breathing.js";
import type { NeighborMetric } from "../../linalg/neighbors/nearest-neighbors.js";
import { type Axes, project } from "../../linalg/projection/project.js";
import { roundingOf } from "../../linalg/rounding.js";
import { truncatedSvd } from "../../linalg/truncated-svd.js";
import type { FitContext } from "../method.js";
import { numberOr } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";

/** Sums of squares beyond this would overflow in the products of a decomposition. */
const MOST_VARIANCE = 1e30;

/** Options of methods that reduce rows first. */
export interface Reducing {
  /** Components that rows of more columns are reduced to; `all`: none are. */
  readonly initialDims: number | "all";
  /** Rows are not reduced under `cosine`: centered, they have other angles. */
  readonly metric: NeighborMetric;
}

/** The option `initialDims`. */
export const initialDimsOption = numberOr(["all"], {
  want: "an integer ≥ 1",
  test: (value) => Number.isSafeInteger(value) && value >= 1,
  default: 50,
  help: "principal components that rows of more columns are reduced to",
});

/** Components that rows of d columns are reduced to, if they may be. */
function componentsOf({ initialDims, metric }: Reducing, d: number): number | undefined {
  return initialDims === "all" || metric === "cosine" || initialDims >= d ? undefined : initialDims;
}

/** Rows as neighbors are searched among them, and what takes others there. */
export interface PrincipalRows {
  /** `[n, k]`, or the rows themselves. */
  readonly rows: Matrix;
  /** `directions` `[k, d]`, k = 0 for none, `mean` `[d]`, and `keptVariance`, their share of it; nothing if that was not asked for. */
  readonly parameters: Parameters;
}

/** Shapes of their parameters. */
export function principalShapes(options: Reducing, d: number): Record<string, Shape> {
  if (componentsOf(options, d) === undefined) return {};
  return { directions: ["components", d], mean: [d], keptVariance: [1] };
}

/**
 * Rows `[n, d]` by their components. As they are if there are no more rows than components, and where the last component would be
 * rounding: of few dimensions all is there in the columns, and where one number is far from all others, what tells the rest
 * apart would be lost.
 */
export async function principalRows(
  x: Matrix,
  options: Reducing,
  { random, breathe }: Pick<FitContext, "random" | "breathe">,
): Promise<PrincipalRows> {
  const k = componentsOf(options, x.cols);
  if (k === undefined) return { rows: x, parameters: {} };
  const variance = k < x.rows ? squaresAboutMean(x) : 0;
  if (variance > 0 && variance < MOST_VARIANCE) {
    const seed = random.fork("pca").bits();
    const { vt, s, mean } = await truncatedSvd(x, k, { center: true, seed, breathe });
    if (s[k - 1]! > roundingOf(s[0]!, x.rows, x.cols)) {
      const directions = matrix(k, x.cols, Float32Array.from(vt.data));
      const axes = { directions, mean: Float32Array.from(mean) };
      const kept = s.reduce((sum, sigma) => sum + sigma * sigma, 0) / variance;
      return { rows: await project(x, axes, { breathe }), parameters: parametersOf(axes, Math.min(1, kept)) };
    }
  }
  const none = { directions: matrix(0, x.cols), mean: new Float32Array(x.cols) };
  return { rows: x, parameters: parametersOf(none, 1) };
}

/** Further rows `[m, d]` as those are that a model was fitted to. */
export async function asPrincipalRows(
  x: Matrix,
  p: Parameters,
  breathe: Breathing["breathe"],
): Promise<Matrix> {
  if (!p.directions?.shape[0]) return x;
  const directions = parameterMatrix(p, "directions");
  return project(x, { directions, mean: p.mean!.data as Float32Array }, { breathe });
}

/** Share of the variance that rows have kept: 1 where they were not reduced. */
export const keptVarianceOf = (p: Parameters): number => (p.keptVariance?.data[0] as number | undefined) ?? 1;

/** A sentence on the components of a fit, for its notes. */
export function noteOnComponents(method: string, p: Parameters): string[] {
  const [k, d] = (p.directions?.shape ?? [0, 0]) as [number, number];
  if (k === 0) return [];
  const share = Math.floor(1000 * keptVarianceOf(p)) / 10;
  return [
    `${method}: ${d} columns were reduced to ${k} principal components, with ${share} % of the variance; initialDims all takes them as they are`,
  ];
}

function parametersOf({ directions, mean }: Axes, kept: number): Parameters {
  return {
    directions: matrixParameter(directions),
    mean: float32([mean.length], mean),
    keptVariance: float64([1], [kept]),
  };
}

/** Σ (xᵢⱼ − μⱼ)² */
function squaresAboutMean(x: Matrix): number {
  const mean = columnMeans(x);
  let sum = 0;
  for (let at = 0; at < x.data.length; at += x.cols)
    for (let j = 0; j < x.cols; j++) sum += (x.data[at + j]! - mean[j]!) ** 2;
  return sum;
}
