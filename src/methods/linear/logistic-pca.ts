/**
 * @file Logistic PCA: principal components of binary data, by projection of natural parameters.
 *
 *   min over V ∈ ℝ^{k×d}, VVᵀ = I, and μ of  D = 2 Σᵢⱼ [ log(1 + e^{θᵢⱼ}) − xᵢⱼ θᵢⱼ ]
 *   z = V (θ̃ − μ),   θ = μ + Vᵀz,   x̂ = σ(θ),   θ̃ = m (2x − 1)
 *
 * PCA is the same for squared errors, where the natural parameter of a number is the number itself; that of a 0 or 1 is
 * infinite, and ±m stands for it. D is the deviance, −2 times the log-likelihood of independent 0s and 1s; of a number
 * between, a probability, its expectation.
 *
 * Solved by majorization (logistic-majorization.ts).
 * Source: Landgraf & Lee (2020), "Dimensionality reduction for binary data through the projection of natural
 * parameters", J. Multivariate Analysis.
 */
import type { Matrix } from "../../data/matrix.js";
import { float64 } from "../../engine/arrays.js";
import { sigmoid } from "../../engine/ops/activations.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { checkOptions, integer, number, type OptionTable } from "../options.js";
import { parameterMatrix, type Symbols } from "../parameters.js";
import { ofRange } from "../range.js";
import { halfDeviance, majorize, natural } from "./logistic-majorization.js";

/** Options of `logisticPca`. */
export interface LogisticPcaOptions {
  /** Number of components k, from 1 to d. */
  latentDim: number;
  /**
   * m > 0, the natural parameter of a 1; that of a 0 is −m. With a larger one x̂ comes nearer to 0 and 1, and errors
   * cost more. Default 4.
   */
  saturation?: number | undefined;
  /** The most steps, ≥ 1. Default 1000. */
  maxIter?: number | undefined;
  /** Stop when a step lowers the deviance by less than this share of that without components, ≥ 0. Default 1e-5. */
  tol?: number | undefined;
}

export const logisticPcaOptions: OptionTable<LogisticPcaOptions> = {
  latentDim: integer({ min: 1, help: "number of components" }),
  saturation: number({
    default: 4,
    want: "a number > 0",
    test: (v) => v > 0,
    help: "natural parameter that stands for that of a 1, which is infinite",
  }),
  maxIter: integer({ min: 1, default: 1000, help: "most steps" }),
  tol: number({ default: 1e-5, want: "a number ≥ 0", test: (v) => v >= 0, help: "least progress of a step" }),
};

/** A fitted logistic PCA. `score` is the deviance of each row. */
export interface LogisticPca extends Coder {
  /** V `[k, d]`: orthonormal rows, largest absolute entry positive. */
  readonly components: Matrix;
  /** μ `[d]`, natural parameters. */
  readonly mean: Float64Array;
  /** D of the training rows. */
  readonly deviance: number;
  /** 1 − D / D₀, with D₀ the deviance where every x̂ is its column's mean; 0 where D₀ is 0. */
  readonly devianceExplained: number;
}

/**
 * Logistic PCA: principal components of binary data `[n, d]` of numbers in [0, 1], by projection of natural parameters.
 *
 *   min over V ∈ ℝ^{k×d}, VVᵀ = I, and μ of  D = 2 Σᵢⱼ [ log(1 + e^{θᵢⱼ}) − xᵢⱼ θᵢⱼ ]
 *   z = V (θ̃ − μ),   θ = μ + Vᵀz,   x̂ = σ(θ),   θ̃ = m (2x − 1)
 *
 * Source: Landgraf & Lee (2020), "Dimensionality reduction for binary data through the projection of natural
 * parameters", J. Multivariate Analysis.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function logisticPca(options: LogisticPcaOptions): Method<LogisticPca> {
  const checked = checkOptions("logisticPca", logisticPcaOptions, options);
  const { latentDim: k, saturation: m } = checked;
  const encode = (x: Tensor, p: Symbols) =>
    matmul(sub(natural(x, m), p.mean!), p.components!, { transposeB: true });
  const parametersOf = (z: Tensor, p: Symbols) => add(matmul(z, p.components!), p.mean!);
  return {
    name: "logisticPca",
    options: checked,
    codeSize: () => k,
    checkSize(_rows, cols) {
      if (k > cols)
        throw new RangeError(`logisticPca: latentDim ${k} exceeds the ${cols} columns of the data`);
    },
    ...ofRange("logisticPca", "unit"),
    fitting: {
      kind: "solved",
      async solve(x, { breathe }) {
        const { components, mean, deviance, nullDeviance } = await majorize(x, checked, breathe);
        return {
          components: float64([k, x.cols], components.data),
          mean: float64([x.cols], mean),
          deviances: float64([2], [deviance, nullDeviance]),
        };
      },
    },
    parts: () => ({
      encode: (x, p) => encode(x, single(p)),
      decode: (z, p) => sigmoid(parametersOf(z, single(p))),
      score(x, p) {
        const wide = cast(x, "float64");
        return mul(sum(halfDeviance(wide, parametersOf(encode(wide, p), p)), 1), 2);
      },
    }),
    results: (parameters) => {
      const [deviance, nullDeviance] = parameters.deviances!.data as Float64Array;
      return {
        components: parameterMatrix(parameters, "components"),
        mean: parameters.mean!.data as Float64Array,
        deviance,
        devianceExplained: nullDeviance > 0 ? 1 - deviance / nullDeviance : 0,
      };
    },
  };
}

const single = (p: Symbols): Symbols =>
  Object.fromEntries(Object.entries(p).map(([name, t]) => [name, cast(t, "float32")]));
