/**
 * @file Principal component analysis: the k-dimensional linear code of least squared error.
 *
 *   X − 1μᵀ = U Σ Vᵀ,   z = V_kᵀ (x − μ),   x̂ = V_k z + μ
 *
 * No map of rank k has a smaller squared error (Eckart & Young 1936); it is Σ_{i>k} σᵢ². Uncentered, μ = 0.
 * Source: Pearson (1901); Hotelling (1933). Randomized solver: Halko, Martinsson & Tropp (2011), SIAM Review.
 */
import { columnMeans, type Matrix } from "../../data/matrix.js";
import { float64 } from "../../engine/arrays.js";
import { add, div, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { cast, greater, where } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import { scatterMatrix } from "../../linalg/covariance.js";
import { type Dense, dense, toDense, transpose } from "../../linalg/dense.js";
import { randomizedSvd } from "../../linalg/randomized-svd.js";
import { roundingOf } from "../../linalg/rounding.js";
import { svd } from "../../linalg/svd.js";
import { topEigenpairs } from "../../linalg/top-eigenpairs.js";
import type { FitContext, Method } from "../method.js";
import type { Coder } from "../model.js";
import { boolean, checkOptions, integer, type OptionTable, oneOf } from "../options.js";
import { parameterMatrix, type Symbols } from "../parameters.js";
import { withOffset } from "../places.js";

/** Options of `pca`. */
export interface PcaOptions {
  /** Number of components k, from 1 to min(n, d). */
  latentDim: number;
  /** Subtract the mean first. Default true. */
  center?: boolean | undefined;
  /** Divide codes by their standard deviations, so that each component has variance 1. Default false. */
  whiten?: boolean | undefined;
  /**
   * Solver: `exact` works in float64; `randomized` finds the leading components by block power iteration in float32;
   * `auto` (default) is exact for up to ten million numbers, and above takes the eigenvectors of a covariance summed in
   * float64 from float32 blocks (for k ≤ d/4; squared errors within 1e-6 relative) or, for rows of more than 2,000
   * numbers, `randomized`.
   */
  solver?: "auto" | "exact" | "randomized" | undefined;
}

export const pcaOptions: OptionTable<PcaOptions> = {
  latentDim: integer({ min: 1, help: "number of components" }),
  center: boolean({ default: true, help: "subtract the mean first" }),
  whiten: boolean({ default: false, help: "codes with variance 1 in every component" }),
  solver: oneOf(["auto", "exact", "randomized"], { default: "auto", help: "solver of the components" }),
};

/** A fitted principal component analysis. */
export interface Pca extends Coder {
  /** V_kᵀ `[k, d]`: orthonormal rows, largest absolute entry positive, by falling variance. */
  readonly components: Matrix;
  /** μ `[d]`; zeros if not centered. */
  readonly mean: Float64Array;
  /** σ₁ ≥ … ≥ σ_k `[k]`. */
  readonly singularValues: Float64Array;
  /** σᵢ² / (n − 1) `[k]`. */
  readonly explainedVariance: Float64Array;
  /** σᵢ² as a share of all squared deviations `[k]`. */
  readonly explainedVarianceRatio: Float64Array;
}

/** Up to so many numbers the exact solver is fast enough to be the default. */
const EXACT_SIZE = 1e7;
/** Up to so many numbers an SVD of the data itself is affordable; it keeps small singular values best. */
const SVD_SIZE = 2e6;
const COVARIANCE_COLUMNS = 2000;
/** Products in float32 leave the entries of a covariance off by 1e-6 of the largest, and so the roots of eigenvalues. */
const MIXED_RESOLUTION = 1e-3;

/**
 * Principal component analysis: the k-dimensional linear code of least squared error. Rows `[n, d]` become codes
 * `[n, k]`.
 *
 *   X − 1μᵀ = U Σ Vᵀ,   z = V_kᵀ (x − μ),   x̂ = V_k z + μ
 *
 * Source: Pearson (1901); Hotelling (1933). Randomized solver: Halko, Martinsson & Tropp (2011), SIAM Review.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function pca(options: PcaOptions): Method<Pca> {
  const checked = checkOptions("pca", pcaOptions, options);
  const { latentDim: k, whiten, center } = checked;

  return {
    name: "pca",
    options: checked,
    shiftInvariant: center,
    codeSize: () => k,
    checkSize(rows, cols) {
      if (k > Math.min(rows, cols)) {
        throw new RangeError(
          `pca: latentDim ${k} exceeds min(rows, columns) of the data, ${Math.min(rows, cols)}`,
        );
      }
    },
    fitting: {
      kind: "solved",
      async solve(x, context) {
        const decomposed = await decompose(x, checked, context);
        const { mean, components, singularValues, total } = decomposed;
        return {
          components: float64([k, x.cols], components.data),
          mean: float64([x.cols], mean),
          singularValues: float64([k], singularValues),
          deviations: float64([k], whiten ? deviations(decomposed, x) : ones(k)),
          explainedVariance: float64(
            [k],
            singularValues.map((s) => s ** 2 / Math.max(1, x.rows - 1)),
          ),
          explainedVarianceRatio: float64(
            [k],
            singularValues.map((s) => (total > 0 ? s ** 2 / total : 0)),
          ),
        };
      },
    },
    parts: () => ({
      // The mean in float32 would be off by more than the rows differ, where they are far from 0; and the reciprocals of small
      // deviations would be infinite.
      encode(x, p) {
        const rows = cast(x, "float64");
        if (whiten) return mul(project(rows, p), reciprocal(p.deviations!));
        return matmul(cast(sub(rows, p.mean!), "float32"), cast(p.components!, "float32"), {
          transposeB: true,
        });
      },
      decode: (z, p) =>
        whiten ? unproject(mul(cast(z, "float64"), p.deviations!), p) : unproject(z, single(p)),
      // In float64: where few components are left out, the error is far below what float32 resolves in x.
      reconstruct: (x, p) => unproject(project(cast(x, "float64"), p), p),
      score: (x, p) => {
        const wide = cast(x, "float64");
        return sum(square(sub(wide, unproject(project(wide, p), p))), 1);
      },
    }),
    results: (parameters, _d, { scaling }) => ({
      components: parameterMatrix(parameters, "components"),
      mean: withOffset(parameters.mean!.data as Float64Array, scaling),
      singularValues: parameters.singularValues!.data as Float64Array,
      explainedVariance: parameters.explainedVariance!.data as Float64Array,
      explainedVarianceRatio: parameters.explainedVarianceRatio!.data as Float64Array,
    }),
  };
}

const single = (p: Symbols): Symbols =>
  Object.fromEntries(Object.entries(p).map(([name, t]) => [name, cast(t, "float32")]));

const project = (x: Tensor, p: Symbols): Tensor =>
  matmul(sub(x, p.mean!), p.components!, { transposeB: true });
const unproject = (z: Tensor, p: Symbols): Tensor => add(matmul(z, p.components!), p.mean!);

/** 1/a, and 0 where a is 0. */
const reciprocal = (a: Tensor): Tensor => where(greater(a, 0), div(1, a), 0);

interface Decomposition {
  mean: Float64Array;
  /** `[k, d]` */
  components: Dense;
  /** `[k]` */
  singularValues: Float64Array;
  /** Σ over all entries of (x − μ)². */
  total: number;
  /** Share of σ₁ that the solver resolves, where that is more than the rounding of the data. */
  resolution?: number;
}

async function decompose(
  x: Matrix,
  options: Required<PcaOptions>,
  { random, breathe }: FitContext,
): Promise<Decomposition> {
  const { latentDim: k, center, solver } = options;
  const size = x.rows * x.cols;
  const exact = solver === "exact" || (solver === "auto" && size <= EXACT_SIZE);
  if (exact && (size <= SVD_SIZE || x.cols > x.rows)) return bySvd(x, k, center, breathe);
  if (exact) return byCovariance(x, k, center, "float64", breathe);
  if (solver === "auto" && x.cols <= COVARIANCE_COLUMNS) {
    // The last of many components have little variance, which float32 products would not resolve.
    if (k > x.cols / 4) return byCovariance(x, k, center, "float64", breathe);
    return { ...(await byCovariance(x, k, center, "mixed", breathe)), resolution: MIXED_RESOLUTION };
  }
  const { s, vt, mean } = await randomizedSvd(x, k, {
    center,
    seed: random.fork("pca").bits(),
    breathe,
  });
  return { mean, components: vt, singularValues: s, total: squaresAbout(x, mean) };
}

async function bySvd(
  x: Matrix,
  k: number,
  center: boolean,
  breathe: FitContext["breathe"],
): Promise<Decomposition> {
  const data = toDense(x);
  const mean = center ? columnMeans(x) : new Float64Array(x.cols);
  for (let i = 0, at = 0; i < x.rows; i++) for (let j = 0; j < x.cols; j++, at++) data.data[at]! -= mean[j]!;
  const { s, vt } = await svd(data, { breathe });
  const total = s.reduce((t, value) => t + value ** 2, 0);
  return {
    mean,
    components: dense(k, x.cols, vt.data.slice(0, k * x.cols)),
    singularValues: s.slice(0, k),
    total,
  };
}

async function byCovariance(
  x: Matrix,
  k: number,
  center: boolean,
  precision: "float64" | "mixed",
  breathe: FitContext["breathe"],
): Promise<Decomposition> {
  const { matrix: scatter, mean } = await scatterMatrix(x, { center, precision, breathe });
  const { values, vectors } = await topEigenpairs(scatter, k, { breathe });
  let total = 0;
  for (let j = 0; j < x.cols; j++) total += scatter.data[j * x.cols + j]!;
  // Rounding can leave the variance of an empty direction below 0.
  return {
    mean,
    components: transpose(vectors),
    singularValues: values.map((v) => Math.sqrt(Math.max(0, v))),
    total,
  };
}

function squaresAbout(x: Matrix, mean: Float64Array): number {
  let total = 0;
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++, at++) total += (x.data[at]! - mean[j]!) ** 2;
  }
  return total;
}

/** Standard deviations by which whitening divides; 0 where there is nothing but rounding: codes are 0 there. */
function deviations({ singularValues, mean, resolution = 0 }: Decomposition, x: Matrix): Float64Array {
  const first = singularValues[0]!;
  // Rows are rounded with their mean in them.
  const whole = Math.sqrt(first ** 2 + x.rows * mean.reduce((sum, value) => sum + value ** 2, 0));
  const negligible = Math.max(roundingOf(whole, x.rows, x.cols), resolution * first);
  return singularValues.map((s) => (s > negligible ? s / Math.sqrt(Math.max(1, x.rows - 1)) : 0));
}

const ones = (k: number): Float64Array => new Float64Array(k).fill(1);
