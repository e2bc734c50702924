/**
 * @file SimSiam: a code from which one view foretells the code of another, with no negatives and no second network.
 *
 *   min over θ of  −½ E[ cos(q(z(v)), sg z(v′)) + cos(q(z(v′)), sg z(v)) ]
 *
 * sg lets no gradient flow: with it, and a predictor q of one narrow hidden layer, it is kept from one code for every row.
 * Source: Chen & He (2021), "Exploring simple Siamese representation learning", CVPR.
 */
import { add, mul } from "../../engine/ops/arithmetic.js";
import { mean } from "../../engine/ops/reduce.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import { boolean, checkOptions, type OptionTable } from "../options.js";
import { contrastiveOf, type ViewOptions, viewOptions } from "./contrastive-of.js";
import { cosines } from "./cosines.js";

/** Options of `simSiam`. */
export interface SimSiamOptions extends ViewOptions {
  /** False: no predictor, q(z) = z; then codes collapse. Default true: a hidden layer of a quarter of the projection's numbers. */
  predictor?: boolean | undefined;
  /** False: gradients flow into the targets; then codes collapse. Default true. */
  stopGradient?: boolean | undefined;
}

export const simSiamOptions: OptionTable<SimSiamOptions> = {
  ...viewOptions([256, 256]),
  predictor: boolean({ default: true, help: "compare through a predictor; without one codes collapse" }),
  stopGradient: boolean({
    default: true,
    help: "let no gradient flow into the targets; else codes collapse",
  }),
};

/** The hidden layer of the predictor is narrower than the projection by this factor. */
const BOTTLENECK = 4;

/**
 * SimSiam: a code `[n, k]` from which one view foretells the code of another, with no negatives and no second network.
 *
 *   min over θ of  −½ E[ cos(q(z(v)), sg z(v′)) + cos(q(z(v′)), sg z(v)) ]
 *
 * Source: Chen & He (2021), CVPR.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function simSiam(options: SimSiamOptions): Method<Encoder> {
  const name = "simSiam";
  const checked = checkOptions(name, simSiamOptions, options);
  return contrastiveOf({
    name,
    options: checked,
    batchNorm: "hidden",
    training: { batchSize: 128, learningRate: 2e-3 },
    predictor: checked.predictor ? (m) => Math.max(1, Math.floor(m / BOTTLENECK)) : undefined,
    gradientOfTargets: !checked.stopGradient,
    compare(first, second) {
      const alike = add(cosines(first.prediction, second.target), cosines(second.prediction, first.target));
      return { loss: mul(mean(alike), -0.5) };
    },
    remedy:
      checked.predictor && checked.stopGradient
        ? "take a lower learning rate, or a projection of more numbers"
        : "keep the predictor and stopGradient, which are there against it",
  });
}
