/**
 * @file ‖J‖²_F of the encoder's Jacobian J = ∂z/∂x `[k, d]`, for every row.
 *
 *   one layer    z = φ(x W + b):  ‖J‖²_F = Σⱼ φ′(aⱼ)² ‖W·ⱼ‖²
 *   exactly      ‖J‖²_F = Σⱼ ‖eⱼᵀ J‖², a vector-Jacobian product for every code
 *   estimated    ‖J‖²_F = E ‖vᵀ J‖² for any v with E v vᵀ = I; signs have the least variance among independent ones
 *
 * Source: Rifai, Vincent, Muller, Glorot & Bengio (2011), "Contractive auto-encoders", ICML; Hutchinson (1990), "A stochastic
 * estimator of the trace of the influence matrix", Communications in Statistics.
 */
import { vectorJacobian } from "../../engine/gradient.js";
import { step } from "../../engine/ops/activations.js";
import { add, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { gather } from "../../engine/ops/gather.js";
import { loop } from "../../engine/ops/loop.js";
import { affine } from "../../engine/ops/matmul.js";
import { spreadSum, sum } from "../../engine/ops/reduce.js";
import { stopGradient } from "../../engine/ops/select.js";
import { reshape } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import { array } from "../initial.js";
import type { TrainingBatch } from "../method.js";
import { type Activation, activations } from "../networks/network.js";

/** φ′ by φ: from what was computed already, so that gradients meet in h and the layer's product is differentiated once. */
const SLOPES: Partial<Record<Activation, (h: Tensor) => Tensor>> = {
  sigmoid: (h) => sub(h, square(h)),
  tanh: (h) => sub(1, square(h)),
  relu: step,
};

/** For one layer h = φ(x W + b), W `[d, k]`: `[n]`, or a scalar where φ is linear and all rows have the same. */
export function layerNorms(h: Tensor, x: Tensor, weight: Tensor, bias: Tensor, phi: Activation): Tensor {
  const slope = SLOPES[phi]?.(h) ?? slopeAt(affine(x, weight, bias), phi);
  const lengths = reshape(spreadSum(square(weight), [0]), [weight.shape[1]!]);
  return sum(mul(square(slope), lengths), -1);
}

function slopeAt(a: Tensor, phi: Activation): Tensor {
  return vectorJacobian(activations[phi](a), constant(1, a.dtype), [a])[0]!;
}

/** Exactly, `[n]`, from z `[n, k]` and the x that it was computed of; a graph that can be differentiated and grows with k. */
export function exactNorms(z: Tensor, x: Tensor): Tensor {
  const k = z.shape[1] as number;
  const unit = Array.from({ length: k }, (_, j) => constant(array([k], (i) => (i === j ? 1 : 0))));
  return unit.map((e) => squaredProduct(z, x, e)).reduce(add);
}

/** The same in a small graph for any k, without a gradient. */
export function measuredNorms(z: Tensor, x: Tensor): Tensor {
  const k = z.shape[1] as number;
  const unit = constant(array([k, k], (i) => (i % (k + 1) === 0 ? 1 : 0)));
  const { state } = loop(k, [sum(mul(x, 0), 1)], (j, [total]) => ({
    state: [add(total!, squaredProduct(z, x, gather(unit, j)))],
  }));
  return state[0]!;
}

/** An estimate `[n]` by so many vectors of random signs for every row. */
export function estimatedNorms(z: Tensor, x: Tensor, probes: number, batch: TrainingBatch): Tensor {
  const products = Array.from({ length: probes }, () => {
    const signs = sub(mul(batch.bernoulli(0.5, z.shape), 2), 1);
    return squaredProduct(z, x, signs);
  });
  return mul(products.reduce(add), 1 / probes);
}

/** ‖vᵀ ∂z/∂x‖² `[n]` for v `[n, k]`, or one v `[k]` for every row. */
function squaredProduct(z: Tensor, x: Tensor, v: Tensor): Tensor {
  const everyRow = v.shape.length === 2 ? v : add(mul(stopGradient(z), 0), v);
  return sum(square(vectorJacobian(z, everyRow, [x])[0]!), 1);
}
