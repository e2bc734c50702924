/**
 * @file The weight λ of a low-rank completion by hold-out: numbers that are known are hidden, and filled along a path of
 * falling weights, each fit going on from the one before.
 *
 *   λ = λ_max/2, λ_max/4, …,   λ_max = σ₁(P_Ω(X − 1μᵀ)), from which on M = 0
 *
 * Source: Mazumder, Hastie & Tibshirani (2010), JMLR 11, sections 3 and 9.
 */
import type { Matrix } from "../../data/matrix.js";
import { gemm } from "../../linalg/gemm.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";
import { holdOuts } from "../hold-outs.js";
import type { FitContext } from "../method.js";
import { ridgeCodes } from "./observed-ridge.js";
import { type Incomplete, type LowRank, started } from "./soft-impute.js";

/** The least weight is λ_max / 2¹⁰. */
const MOST_HALVINGS = 10;
/** A smaller weight must lower the squared error by this share: where it hardly matters, rounds hardly converge. */
const LEAST_GAIN = 0.005;
/** No further once so many weights in a row were no better. */
const PATIENCE = 2;

/**
 * Falling weights, the last of them the one that fills best.
 * @param means of the columns, for what is missing at the start; `mean` is what the method takes off.
 * @param complete goes on from where a part stands to the minimum for a weight.
 */
export async function validatedWeights(
  x: Matrix,
  means: Float32Array,
  mean: Float32Array,
  { random, breathe }: Pick<FitContext, "random" | "breathe">,
  complete: (part: Incomplete, weight: number) => Promise<LowRank>,
): Promise<number[]> {
  const most = await largestWeight(x, mean, breathe);
  // Data that are all at their means have M = 0 for every weight.
  if (!(most > 0)) return [1];
  const parts = holdOuts(x, random).map((one) => ({ ...one, state: started(one.part, means, mean) }));
  const weights: number[] = [];
  let best = { error: Number.POSITIVE_INFINITY, halvings: 0 };
  for (let halvings = 1; halvings <= Math.min(MOST_HALVINGS, best.halvings + PATIENCE); halvings++) {
    const weight = most / 2 ** halvings;
    weights.push(weight);
    let error = 0;
    for (const { hidden, part, state } of parts) {
      const found = await complete(state, weight);
      error += squaredErrors(
        x,
        hidden,
        mean,
        found,
        await ridgeCodes(part, mean, found, weight, found.values.length, { breathe }),
      );
    }
    if (error < (1 - LEAST_GAIN) * best.error || halvings === 1) best = { error, halvings };
  }
  return weights.slice(0, best.halvings);
}

/** λ_max */
async function largestWeight(x: Matrix, mean: Float32Array, breathe: FitContext["breathe"]): Promise<number> {
  const { filled, missing } = started(x, mean, mean);
  for (const at of missing) filled.data[at] = 0;
  const wide = filled.cols > filled.rows;
  const gram = await gemm(filled, filled, { transposeA: !wide, transposeB: wide });
  return Math.sqrt(Math.max(0, (await topEigenpairs(gram, 1, { breathe })).values[0]!));
}

/** Σ (x − x̂)² over what is hidden. */
function squaredErrors(
  x: Matrix,
  hidden: Uint32Array,
  mean: Float32Array,
  { vt }: LowRank,
  z: Matrix,
): number {
  let sum = 0;
  for (const at of hidden) {
    const i = Math.floor(at / x.cols);
    const j = at % x.cols;
    let value = mean[j]!;
    for (let a = 0; a < vt.rows; a++) value += z.data[i * vt.rows + a]! * vt.data[a * x.cols + j]!;
    sum += (x.data[at]! - value) ** 2;
  }
  return sum;
}
