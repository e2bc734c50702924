/**
 * @file A restricted Boltzmann machine with linear hidden units: for codes that are real numbers.
 *
 *   E(v, h) = −bᵀv − vᵀWh + ½ ‖h − c‖²,   P(vᵢ = 1 | h) = σ(bᵢ + (Wh)ᵢ),   h | v ~ N(c + Wᵀv, I)
 *
 *   F(v) = −bᵀv − cᵀWᵀv − ½ ‖Wᵀv‖²  (up to a constant)
 *
 * Trained by one step of contrastive divergence (see restricted-boltzmann-machine.ts), in which the visible units of the
 * reconstruction are probabilities.
 * Source: Hinton & Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks", Science,
 * supporting material; Welling, Rosen-Zvi & Hinton (2004), "Exponential family harmoniums", NIPS.
 */
import { sigmoid } from "../../engine/ops/activations.js";
import { add, mul, neg, square, sub } from "../../engine/ops/arithmetic.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { stopGradient } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import { array } from "../initial.js";
import type { Trained } from "../method.js";
import type { Symbols } from "../parameters.js";
import { hiddenField } from "./free-energy.js";
import { visibleField } from "./gibbs.js";
import { dot } from "./visible-units.js";

/** F(v) `[n]` of rows in [0, 1], up to a constant. */
export function linearFreeEnergy(v: Tensor, p: Symbols): Tensor {
  return neg(add(dot(v, p.visibleBias!), mul(sum(square(hiddenField(v, p)), 1), 0.5)));
}

/** Training of k linear hidden units on rows in [0, 1]. */
export function linearHiddenUnits(k: number): Pick<Trained, "initial" | "loss"> {
  return {
    initial(x, random) {
      const stream = random.fork("weights");
      return {
        weights: array([x.cols, k], () => 0.01 * stream.normal()),
        hiddenBias: array([k]),
        visibleBias: array([x.cols]),
      };
    },
    loss(batch, p) {
      const v = batch.data.x!;
      const field = hiddenField(v, p);
      const reconstruct = (h: Tensor) => sigmoid(add(visibleField(h, p), p.visibleBias!));
      const drawn = add(field, batch.normal([v.shape[0]!, k]));
      const model = stopGradient(reconstruct(drawn));
      return {
        loss: sub(mean(linearFreeEnergy(v, p)), mean(linearFreeEnergy(model, p))),
        report: mean(sum(square(sub(v, reconstruct(field))), 1)),
      };
    },
  };
}
