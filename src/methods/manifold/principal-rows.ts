/**
 * @file Rows of many columns by their leading principal components, among which neighbors are found in less time: mostly the
 * same, and without the noise of the rest.
 *
 * Source: van der Maaten & Hinton (2008), "Visualizing data using t-SNE", JMLR 9, section 4.2, which takes 30.
 */
import { columnMeans, type Matrix, matrix } from "../../data/matrix.js";
import { float32, float64 } from "../../engine/arrays.js";
import type { Breathing } from "../../linalg/breathing.js";
import { type Axes, project } from "../../linalg/projection/project.js";
import { randomizedSvd } from "../../linalg/randomized-svd.js";
import { roundingOf } from "../../linalg/rounding.js";
import type { FitContext } from "../method.js";
import { numberOr } from "../options.js";
import { matrixParameter, type Parameters, parameterMatrix } from "../parameters.js";

/** Components where their number is not said. */
const USUAL_COMPONENTS = 50;
/** Sums of squares beyond this would overflow in the products of a decomposition. */
const MOST_VARIANCE = 1e30;

/** The option `initialDims`. */
export const initialDimsOption = numberOr(["all"], {
  want: "an integer ≥ 1",
  test: (value) => Number.isSafeInteger(value) && value >= 1,
  default: USUAL_COMPONENTS,
  help: "principal components that rows of more columns are reduced to",
});

/** Components for rows `[n, d]` that are compared by `metric`; 0 where the rows stay as they are. */
export function componentsOf(
  initialDims: number | "all",
  { rows, cols }: { readonly rows: number; readonly cols: number },
  metric: "euclidean" | "cosine",
): number {
  // Centered rows have other angles.
  if (initialDims === "all" || metric === "cosine") return 0;
  return cols > initialDims && rows > initialDims ? initialDims : 0;
}

/** Rows as neighbors are searched among them, and what takes others there. */
export interface PrincipalRows {
  /** `[n, k]`, or the rows themselves. */
  readonly rows: Matrix;
  /** `directions` `[k, d]`, k = 0 for none, `mean` `[d]`, and `keptVariance`, the share of variance that they hold. */
  readonly parameters: Parameters;
}

/** Shapes of their parameters, where `rows` is `["rows", "width"]`. */
export const principalShapes = (d: number) => ({
  directions: ["components", d],
  mean: [d],
  keptVariance: [1],
});

/**
 * Rows `[n, d]` by k components. As they are if k is 0, and where the last of them would be rounding: of few dimensions all is there in
 * the columns, and where one number is far from all others, what tells the rest apart would be lost.
 */
export async function principalRows(
  x: Matrix,
  k: number,
  { random, breathe }: Pick<FitContext, "random" | "breathe">,
): Promise<PrincipalRows> {
  const variance = k > 0 ? squaresAboutMean(x) : 0;
  if (variance > 0 && variance < MOST_VARIANCE) {
    const { vt, s, mean } = await randomizedSvd(x, k, {
      center: true,
      seed: random.fork("pca").bits(),
      breathe,
    });
    if (s[k - 1]! > roundingOf(s[0]!, x.rows, x.cols)) {
      const directions = matrix(k, x.cols, Float32Array.from(vt.data));
      const axes = { directions, mean: Float32Array.from(mean) };
      const held = s.reduce((sum, sigma) => sum + sigma * sigma, 0) / variance;
      return { rows: await project(x, axes, { breathe }), parameters: parametersOf(axes, Math.min(1, held)) };
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
  const directions = parameterMatrix(p, "directions");
  if (directions.rows === 0) return x;
  return project(x, { directions, mean: p.mean!.data as Float32Array }, { breathe });
}

/** A sentence on the components of a fit, for its notes. */
export function noteOnComponents(method: string, p: Parameters): string[] {
  const [k, d] = p.directions!.shape as [number, number];
  if (k === 0) return [];
  const share = Math.floor(1000 * (p.keptVariance!.data[0] as number)) / 10;
  return [
    `${method}: ${d} columns were reduced to ${k} principal components, with ${share} % of the variance; initialDims all takes them as they are`,
  ];
}

function parametersOf({ directions, mean }: Axes, held: number): Parameters {
  return {
    directions: matrixParameter(directions),
    mean: float32([mean.length], mean),
    keptVariance: float64([1], [held]),
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
