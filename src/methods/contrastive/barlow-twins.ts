/**
 * @file Barlow Twins: dimensions of a code that agree between two views, and tell of different things.
 *
 *   min over θ of  Σᵢ (1 − Cᵢᵢ)² + λ Σ_{i ≠ j} Cᵢⱼ²,   Cᵢⱼ = Σ ẑᵢ ẑ′ⱼ / √(Σ ẑᵢ²) √(Σ ẑ′ⱼ²)
 *
 * with sums over the rows of a batch, and ẑ less its mean over them: C is the correlation of dimension i of one view with j of the
 * other. Variances have 10⁻⁵ added, as the batch normalization has by which the authors' code takes them.
 * Source: Zbontar, Jing, Misra, LeCun & Deny (2021), "Barlow Twins: self-supervised learning via redundancy reduction", ICML.
 */
import { add, div, mul, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import { checkOptions, number, type OptionTable } from "../options.js";
import { contrastiveOf, type ViewOptions, viewOptions } from "./contrastive-of.js";

/** Options of `barlowTwins`. */
export interface BarlowTwinsOptions extends ViewOptions {
  /** λ ≥ 0, the weight of correlations between different dimensions; with 0 dimensions tell of the same. Default .02. */
  offDiagonal?: number | undefined;
}

export const barlowTwinsOptions: OptionTable<BarlowTwinsOptions> = {
  ...viewOptions([256, 256]),
  offDiagonal: number({
    default: 0.02,
    want: "a number ≥ 0",
    test: (v) => v >= 0,
    help: "weight of correlations between different dimensions",
  }),
};

/** Added to variances. */
const EPSILON = 1e-5;

/**
 * Barlow Twins: dimensions of a code `[n, k]` that agree between two views, and tell of different things.
 *
 *   min over θ of  Σᵢ (1 − Cᵢᵢ)² + λ Σ_{i ≠ j} Cᵢⱼ²,   C the correlations of dimensions of one view with those of the other
 *
 * Source: Zbontar, Jing, Misra, LeCun & Deny (2021), ICML.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function barlowTwins(options: BarlowTwinsOptions): Method<Encoder> {
  const name = "barlowTwins";
  const checked = checkOptions(name, barlowTwinsOptions, options);
  return contrastiveOf({
    name,
    options: checked,
    batchNorm: "hidden",
    compare({ projection }, other, n) {
      const [a, b] = [standardized(projection), standardized(other.projection)];
      const correlations = mul(matmul(a, b, { transposeA: true }), 1 / n);
      const own = mul(sum(mul(a, b), 0), 1 / n);
      const diagonal = sum(square(sub(1, own)));
      const offDiagonal = sub(sum(square(correlations)), sum(square(own)));
      return {
        loss: add(diagonal, mul(offDiagonal, checked.offDiagonal)),
        figures: { diagonal, offDiagonal },
      };
    },
    remedy:
      checked.offDiagonal > 0
        ? "take a larger weight offDiagonal, or a lower learning rate"
        : "take a weight offDiagonal above 0, such as 0.02, which is there against it",
  });
}

/** Columns of z `[n, m]` less their means, over their standard deviations. */
function standardized(z: Tensor): Tensor {
  const centered = sub(z, mean(z, 0));
  return div(centered, sqrt(add(mean(square(centered), 0), EPSILON)));
}
