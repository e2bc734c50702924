/**
 * @file VICReg: two views have near codes, every dimension of which varies, and no two of which vary together.
 *
 *   min over θ of  λ s(Z, Z′) + μ [v(Z) + v(Z′)] + ν [c(Z) + c(Z′)]
 *   s = 1/nm Σ ‖zᵢ − z′ᵢ‖²,   v = 1/m Σⱼ max(0, 1 − √(Var zⱼ + 10⁻⁴)),   c = 1/m Σ_{i ≠ j} Cov(zᵢ, zⱼ)²
 *
 * over the n rows of a batch and the m numbers of a projection; variances and covariances divide by n − 1. The source prints s
 * without 1/m; its weights are for the mean over the m numbers that its code takes.
 * Source: Bardes, Ponce & LeCun (2022), "VICReg: variance-invariance-covariance regularization for self-supervised learning", ICLR.
 */
import { relu } from "../../engine/ops/activations.js";
import { add, mul, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import { checkOptions, number, type OptionTable } from "../options.js";
import { contrastiveOf, type ViewOptions, viewOptions } from "./contrastive-of.js";

/** Options of `vicReg`. */
export interface VicRegOptions extends ViewOptions {
  /** λ ≥ 0, the weight of the distance of two views. Default 25. */
  invariance?: number | undefined;
  /** μ ≥ 0, the weight of standard deviations below 1; with 0 codes collapse. Default 25. */
  variance?: number | undefined;
  /** ν ≥ 0, the weight of covariances between dimensions. Default 1. */
  covariance?: number | undefined;
}

const weight = (fallback: number, help: string) =>
  number({ default: fallback, want: "a number ≥ 0", test: (v) => v >= 0, help });

export const vicRegOptions: OptionTable<VicRegOptions> = {
  ...viewOptions([256, 256]),
  invariance: weight(25, "weight of the distance of two views"),
  variance: weight(25, "weight of standard deviations below 1; with 0 codes collapse"),
  covariance: weight(1, "weight of covariances between dimensions"),
};

/** Under the root of a variance. */
const EPSILON = 1e-4;

/**
 * VICReg: codes `[n, k]` of which two views have near ones, every dimension of which varies, and no two of which vary together.
 *
 *   min over θ of  λ s(Z, Z′) + μ [v(Z) + v(Z′)] + ν [c(Z) + c(Z′)]
 *
 * Source: Bardes, Ponce & LeCun (2022), ICLR.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function vicReg(options: VicRegOptions): Method<Encoder> {
  const name = "vicReg";
  const checked = checkOptions(name, vicRegOptions, options);
  return contrastiveOf({
    name,
    options: checked,
    batchNorm: "hidden",
    scaleMatters: true,
    compare({ projection: a }, { projection: b }, n) {
      const [first, second] = [moments(a, n), moments(b, n)];
      const invariance = mean(square(sub(a, b)));
      const variance = add(first.lacking, second.lacking);
      const covariance = add(first.covariance, second.covariance);
      const weighted = [
        mul(invariance, checked.invariance),
        mul(variance, checked.variance),
        mul(covariance, checked.covariance),
      ];
      return { loss: weighted.reduce(add), figures: { invariance, variance, covariance } };
    },
    remedy: {
      spread: against("variance", checked.variance, 25),
      dimensions: against("covariance", checked.covariance, 1),
    },
  });
}

const against = (option: string, value: number, usual: number): string =>
  value > 0
    ? `take a larger weight ${option} than ${value}, or a lower learning rate`
    : `take a weight ${option} above 0, such as ${usual}, which is there against it`;

/** v and c of projections z `[n, m]`. */
function moments(z: Tensor, n: number): { lacking: Tensor; covariance: Tensor } {
  const m = z.shape[1] as number;
  const centered = sub(z, mean(z, 0));
  const covariances = mul(matmul(centered, centered, { transposeA: true }), 1 / (n - 1));
  const variances = mul(sum(square(centered), 0), 1 / (n - 1));
  return {
    lacking: mean(relu(sub(1, sqrt(add(variances, EPSILON))))),
    covariance: mul(sub(sum(square(covariances)), sum(square(variances))), 1 / m),
  };
}
