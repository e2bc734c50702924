/**
 * @file Free energy of a restricted Boltzmann machine, and what follows from it at once.
 *
 *   F(v) = −log Σ_h exp(−E(v, h)) = e(u) − Σⱼ log(1 + exp(cⱼ + (uW)ⱼ)),     p(v) = exp(−F(v)) / Z
 *
 * with u and e(u) of visible-units.ts. Given v the hidden units are independent, P(hⱼ = 1 | v) = σ(cⱼ + (uW)ⱼ).
 * Source: Smolensky (1986), "Information processing in dynamical systems: foundations of harmony theory"; Hinton (2012),
 * "A practical guide to training restricted Boltzmann machines".
 */
import { sigmoid, softplus } from "../../engine/ops/activations.js";
import { add, mul, neg, sub } from "../../engine/ops/arithmetic.js";
import { gather } from "../../engine/ops/gather.js";
import { loop } from "../../engine/ops/loop.js";
import { affine } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { reshape } from "../../engine/ops/shape.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Symbols } from "../parameters.js";
import type { VisibleUnits } from "./visible-units.js";

/** c + uW `[n, k]`: what the hidden units receive. */
export const hiddenField = (u: Tensor, p: Symbols): Tensor => affine(u, p.weights!, p.hiddenBias!);

/** P(h = 1 | v) `[n, k]`. */
export const hiddenProbabilities = (u: Tensor, p: Symbols): Tensor => sigmoid(hiddenField(u, p));

/** F(v) `[n]`, of rows in the units of training. */
export function freeEnergy(v: Tensor, p: Symbols, units: VisibleUnits): Tensor {
  const u = units.inside(v, p);
  return sub(units.energy(u, p), sum(softplus(hiddenField(u, p)), 1));
}

/**
 * Σⱼ log P(vⱼ | all other columns) `[n]` = Σⱼ log σ(F(v with vⱼ flipped) − F(v)), of rows of Bernoulli units; a number
 * between 0 and 1 flips to 1 − vⱼ. A flip changes what the hidden units receive by one row of W.
 * Source: Besag (1975), "Statistical analysis of non-lattice data", The Statistician.
 */
export function pseudoLikelihood(v: Tensor, p: Symbols): Tensor {
  const [n, d] = v.shape as [string | number, number];
  const field = hiddenField(v, p);
  const now = sum(softplus(field), 1);
  const { state } = loop(d, [mul(now, 0)], (j, [total]) => {
    const change = sub(1, mul(gather(v, j, 1), 2));
    const flipped = add(field, mul(reshape(change, [n, 1]), gather(p.weights!, j)));
    const gain = add(mul(change, gather(p.visibleBias!, j)), sub(sum(softplus(flipped), 1), now));
    // log σ(−gain), where F(flipped) − F(v) = −gain
    return { state: [add(total!, neg(softplus(gain)))] };
  });
  return state[0]!;
}
