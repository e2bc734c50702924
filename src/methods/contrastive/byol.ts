/**
 * @file Bootstrap your own latent (BYOL): a code from which one view foretells the code of another, by a network that follows.
 *
 *   min over θ of  E[ ‖q̄(z_θ(v)) − z̄_ξ(v′)‖² + ‖q̄(z_θ(v′)) − z̄_ξ(v)‖² ],   ū = u / ‖u‖,   ξ ← τ ξ + (1 − τ) θ
 *
 * There are no negatives: the predictor q, and targets that are an average of the past and take no gradient, keep it from one
 * code for every row. τ is constant; the source raises it to 1 by the end.
 * Source: Grill et al. (2020), "Bootstrap your own latent: a new approach to self-supervised learning", NeurIPS.
 */
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { mean } from "../../engine/ops/reduce.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import { boolean, checkOptions, number, type OptionTable } from "../options.js";
import { contrastiveOf, type ViewOptions, viewOptions } from "./contrastive-of.js";
import { cosines } from "./cosines.js";

/** Options of `byol`. */
export interface ByolOptions extends ViewOptions {
  /** τ in [0, 1], the share of the averaged network that a step keeps. Default .9. */
  momentum?: number | undefined;
  /** False: no predictor, q(z) = z; then codes collapse. Default true: a hidden layer as wide as the projector's first. */
  predictor?: boolean | undefined;
  /** False: gradients flow through the share 1 − τ of the targets that is the network itself. Default true. */
  stopGradient?: boolean | undefined;
}

export const byolOptions: OptionTable<ByolOptions> = {
  ...viewOptions([256, 128]),
  momentum: number({
    default: 0.9,
    want: "a number in [0, 1]",
    test: (v) => v >= 0 && v <= 1,
    help: "share of the averaged network that a step keeps",
  }),
  predictor: boolean({ default: true, help: "compare through a predictor; without one codes collapse" }),
  stopGradient: boolean({ default: true, help: "let no gradient flow into the targets" }),
};

/**
 * Bootstrap your own latent (BYOL): a code `[n, k]` from which one view foretells the code of another, by a network that follows.
 *
 *   min over θ of  E[ ‖q̄(z_θ(v)) − z̄_ξ(v′)‖² + ‖q̄(z_θ(v′)) − z̄_ξ(v)‖² ],   ū = u / ‖u‖,   ξ ← τ ξ + (1 − τ) θ
 *
 * Source: Grill et al. (2020), NeurIPS.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function byol(options: ByolOptions): Method<Encoder> {
  const name = "byol";
  const checked = checkOptions(name, byolOptions, options);
  return contrastiveOf({
    name,
    options: checked,
    batchNorm: "hidden",
    momentum: checked.momentum,
    training: { batchSize: 128, learningRate: 2e-3 },
    predictor: checked.predictor ? (m) => checked.projection[0] ?? m : undefined,
    gradientOfTargets: !checked.stopGradient,
    compare(first, second) {
      const alike = add(cosines(first.prediction, second.target), cosines(second.prediction, first.target));
      // Squared distances of unit vectors are 2 − 2 u·v.
      return { loss: sub(4, mul(mean(alike), 2)) };
    },
    remedy:
      checked.predictor && checked.stopGradient
        ? "take a momentum nearer to 1, or a lower learning rate"
        : "keep the predictor and stopGradient, which are there against it",
  });
}
