/**
 * @file The visible units of a restricted Boltzmann machine: numbers in {0, 1}, or real ones.
 *
 * The machine sees a row v as u, in which its energy is E(u, h) = e(u) − uᵀWh − cᵀh:
 *
 *   bernoulli  u = v,                  e(u) = −bᵀu
 *   gaussian   u = (v − m)/σ − b,      e(u) = ½ ‖u‖²,    σ = s e^λ
 *
 * For real rows m and s are the columns' means and deviations before training, so that steps of b and λ, the logarithm of
 * what is left of a deviation, have the same size whatever the units; v given h is normal with mean m + σ(b + Wh) and
 * deviation σ.
 * Source: Hinton (2012), "A practical guide to training restricted Boltzmann machines", §13; learned deviations as
 * logarithms: Cho, Ilin & Raiko (2011), "Improved learning of Gaussian-Bernoulli restricted Boltzmann machines", ICANN.
 */
import { columnMeans, type Matrix } from "../../data/matrix.js";
import { fitScale } from "../../data/scale.js";
import { log } from "../../elementary.js";
import { relu, sigmoid, softplus, step } from "../../engine/ops/activations.js";
import { add, div, exp, log as logOf, mul, neg, square, sub } from "../../engine/ops/arithmetic.js";
import { crossEntropyOfLogits } from "../../engine/ops/cross-entropy.js";
import { matmul } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import { reshape } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import { array, once } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";

/** One kind of visible units; u is `[n, d]`, everything in float32 or float64 as p is. */
export interface VisibleUnits {
  /** Noise that `sample` takes. */
  readonly noise: "uniform" | "normal";
  /** Names of parameters that gradients do not train. */
  readonly fixed: readonly string[];
  /** Parameters before training. */
  initial(x: Matrix): Parameters;
  /** u of rows v. */
  inside(v: Tensor, p: Symbols): Tensor;
  /** v of u. */
  outside(u: Tensor, p: Symbols): Tensor;
  /** e(u), `[n]`. */
  energy(u: Tensor, p: Symbols): Tensor;
  /** The mean of u given what the hidden units send, field = h Wᵀ `[n, d]`. */
  mean(field: Tensor, p: Symbols): Tensor;
  /** u drawn around that mean. */
  sample(mean: Tensor, noise: Tensor): Tensor;
  /** log ∫ exp(−e(u) + fieldᵀu) du, or the sum over all u, `[n]`. */
  logSum(field: Tensor, p: Symbols): Tensor;
  /** log |dv/du|: what leads from a density of u to one of v, a scalar. */
  logVolume(p: Symbols): Tensor;
  /** Reconstruction error of rows v, given the field of their hidden units, `[n]`. */
  error(v: Tensor, field: Tensor, p: Symbols): Tensor;
  /** The units at inverse temperature β (a scalar tensor), on the way from those of independent columns at β = 0. */
  annealed(p: Symbols, beta: Tensor): Symbols;
}

/** 1 with these probabilities, 0 else, from uniform numbers on [0, 1). */
export function bernoulliSample(probability: Tensor, uniform: Tensor): Tensor {
  return cast(step(cast(sub(probability, uniform), "float32")), probability.dtype);
}

/** a·b for every row of a `[n, d]` and b `[d]`: a product with one row, whose gradient is one too, the fastest of their kind. */
export function dot(a: Tensor, b: Tensor): Tensor {
  return reshape(matmul(reshape(b, [1, b.shape[0]!]), a, { transposeB: true }), [a.shape[0]!]);
}

export const bernoulliUnits: VisibleUnits = {
  noise: "uniform",
  fixed: ["baseBias"],
  initial(x) {
    const means = once(() => columnMeans(x));
    // As if each column had been seen once more as 1 and once as 0: always finite.
    const logit = (j: number) => {
      const rate = (means()[j]! * x.rows + 1) / (x.rows + 2);
      return log(rate) - log(1 - rate);
    };
    const bias = array([x.cols], logit);
    return { visibleBias: bias, baseBias: bias };
  },
  inside: (v) => v,
  outside: (u) => u,
  energy: (u, p) => neg(dot(u, p.visibleBias!)),
  mean: (field, p) => sigmoid(add(field, p.visibleBias!)),
  sample: bernoulliSample,
  logSum: (field, p) => sum(softplus(add(field, p.visibleBias!)), 1),
  logVolume: (p) => constant(0, p.visibleBias!.dtype),
  error: (v, field, p) => crossEntropyOfLogits(v, add(field, p.visibleBias!)),
  annealed: (p, beta) => ({
    ...p,
    visibleBias: add(mul(p.baseBias!, sub(1, beta)), mul(p.visibleBias!, beta)),
  }),
};

/** A deviation falls to e⁻³ of the column's at most: that of a constant column would fall for ever. */
const LOWEST = -3;

const logRest = (p: Symbols): Tensor => add(relu(sub(p.logDeviation!, LOWEST)), LOWEST);
/** σ `[d]` */
const deviations = (p: Symbols): Tensor => mul(p.spread!, exp(logRest(p)));

export const gaussianUnits: VisibleUnits = {
  noise: "normal",
  fixed: ["center", "spread"],
  initial(x) {
    const scale = once(() => fitScale(x, "standard"));
    return {
      visibleBias: array([x.cols]),
      logDeviation: array([x.cols]),
      center: array([x.cols], (j) => scale().offset[j]!),
      spread: array([x.cols], (j) => scale().factor[j]!),
    };
  },
  inside: (v, p) => sub(div(sub(v, p.center!), deviations(p)), p.visibleBias!),
  outside: (u, p) => add(mul(add(u, p.visibleBias!), deviations(p)), p.center!),
  energy: (u) => mul(sum(square(u), 1), 0.5),
  mean: (field) => field,
  sample: add,
  logSum: (field) =>
    add(mul(sum(square(field), 1), 0.5), (Number(field.shape[1]) / 2) * Math.log(2 * Math.PI)),
  logVolume: (p) => sum(add(logOf(p.spread!), logRest(p))),
  error: (v, field, p) => sum(square(sub(v, gaussianUnits.outside(field, p))), 1),
  annealed: (p) => p,
};
