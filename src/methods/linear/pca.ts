/**
 * @file Principal component analysis: the k-dimensional linear code of least squared error.
 *
 *   X − 1μᵀ = U Σ Vᵀ,   z = V_kᵀ (x − μ),   x̂ = V_k z + μ
 *
 * No map of rank k has a smaller squared error (Eckart & Young 1936); it is Σ_{i>k} σᵢ². Uncentered, μ = 0.
 * Source: Pearson (1901); Hotelling (1933). Randomized solver: Halko, Martinsson & Tropp (2011), SIAM Review.
 */
import type { Matrix } from "../../data/matrix.js";
import { isIdentity, type Scaling } from "../../data/scale.js";
import { float64 } from "../../engine/arrays.js";
import { add, div, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { cast, greater, where } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import { roundingOf } from "../../linalg/rounding.js";
import { type TruncatedSvd, truncatedSvd } from "../../linalg/truncated-svd.js";
import type { Method, ReconstructionFigures } from "../method.js";
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
   * Solver: `exact` works in float64, by eigenvectors of XᵀX or, of fewer rows than columns, XXᵀ, about the mean, and
   * decomposes the data itself where small singular values would be lost by that; `randomized` finds the leading components
   * by block power iteration in float32; `auto` (default) is exact for up to ten million numbers, above sums float32 blocks
   * in float64 as long as that keeps singular values and squared errors within 1e-6 of themselves, and takes `randomized`
   * where rows and columns are more than 2,000 and more than 32 (k + 10).
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

const PRECISION = { auto: "auto", exact: "float64", randomized: "float32" } as const;

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
        const decomposed = await truncatedSvd(x, k, {
          center,
          precision: PRECISION[checked.solver],
          seed: context.random.fork("pca").bits(),
          breathe: context.breathe,
        });
        const { mean, vt, s, squares } = decomposed;
        const total = squares.reduce((sum, value) => sum + value, 0);
        const figures = center ? figuresOf(decomposed, x.rows, context.scaling) : undefined;
        if (figures) context.tell?.(figures);
        return {
          components: float64([k, x.cols], vt.data),
          mean: float64([x.cols], mean),
          singularValues: float64([k], s),
          deviations: float64([k], whiten ? deviations(decomposed, x) : ones(k)),
          explainedVariance: float64(
            [k],
            s.map((value) => value ** 2 / Math.max(1, x.rows - 1)),
          ),
          explainedVarianceRatio: float64(
            [k],
            s.map((value) => (total > 0 ? value ** 2 / total : 0)),
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

/** A share of all squared deviations from which on rounding of scaled rows to float32 does not show in errors. */
const ROUNDED_SHARE = 1e-2;

/**
 * The rest of all squared deviations, Σⱼ fⱼ² (Sⱼ − Σᵢ σᵢ² vᵢⱼ²) where columns were divided by f: the squared error of all
 * rows. `undefined` where so little is left that the difference has lost digits.
 */
function figuresOf(
  { s, vt, squares, rounding }: TruncatedSvd,
  rows: number,
  scaling: Scaling,
): ReconstructionFigures | undefined {
  const rounds = !isIdentity(scaling);
  let [left, total] = [0, 0];
  squares.forEach((value, j) => {
    const unit = rounds ? scaling.factor[j]! ** 2 : 1;
    let explained = 0;
    for (let i = 0; i < s.length; i++) explained += (s[i]! * vt.data[i * vt.cols + j]!) ** 2;
    total += unit * value;
    left += unit * (value - explained);
  });
  const least = Math.max(1e6 * rounding, rounds ? ROUNDED_SHARE : 0);
  if (!(left > least * total)) return undefined;
  return { squaredErrorPerSample: left / rows, explainedVarianceRatio: 1 - left / total };
}

/** Standard deviations by which whitening divides; 0 where there is nothing but rounding: codes are 0 there. */
function deviations({ s: singularValues, mean }: TruncatedSvd, x: Matrix): Float64Array {
  const first = singularValues[0]!;
  // Rows are rounded with their mean in them.
  const whole = Math.sqrt(first ** 2 + x.rows * mean.reduce((sum, value) => sum + value ** 2, 0));
  const negligible = roundingOf(whole, x.rows, x.cols);
  return singularValues.map((s) => (s > negligible ? s / Math.sqrt(Math.max(1, x.rows - 1)) : 0));
}

const ones = (k: number): Float64Array => new Float64Array(k).fill(1);
