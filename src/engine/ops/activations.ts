/**
 * @file Activation functions and what they are built of.
 */
import { axisOf, operation, type Tensor } from "../tensor.js";
import { abs, add, div, erf, exp, mul, neg, sub, unary } from "./arithmetic.js";
import { logSumExp, sum } from "./reduce.js";

/** max(0, a), with derivative 0 at 0. */
export const relu = unary("Relu", (g, _a, y) => mul(g, step(y)));

/**
 * 1 where a > 0 and 0 where a ≤ 0, without a gradient, as min(1, max(0, 3e38 a)): exact for every normal number (it is
 * below 1 for positive ones under 4e-39). Comparisons, casts and choices would run on one thread, and three times as long
 * on two, since half of the numbers lie with the other core.
 */
export function step(a: Tensor): Tensor {
  return operation("HardSigmoid", {
    inputs: [a],
    shape: a.shape,
    attributes: { alpha: { float: 3e38 }, beta: { float: 0 } },
  });
}

/** 1 / (1 + e⁻ᵃ) */
export const sigmoid = unary("Sigmoid", (g, _a, y) => mul(g, sub(y, mul(y, y))));
/** Hyperbolic tangent. */
export const tanh = unary("Tanh", (g, _a, y) => sub(g, mul(g, mul(y, y))));

/**
 * log(1 + eᵃ), without overflow. In float32, to 5e-7 of its value: the runtime's own takes as long as a hundred passes over
 * memory, and its last bit depends on how many threads share the work.
 */
export function softplus(a: Tensor): Tensor {
  if (a.dtype !== "float32") return runtimeSoftplus(a);
  // log(1 + eᵃ) = max(0, a) + log(1 + u) with u = e^−|a|. The gradient passes through the first term to a, as a whole.
  const rectified = operation("Relu", { inputs: [a], shape: a.shape, vjp: (g) => [() => g] });
  return operation("Add", {
    inputs: [rectified, logOnePlus(exp(neg(abs(a))))],
    shape: a.shape,
    vjp: (g) => [() => mul(g, sigmoid(a)), undefined],
  });
}

const runtimeSoftplus = unary("Softplus", (g, a) => mul(g, sigmoid(a)));

/** 2 artanh(s) / s as a polynomial of s² that is off by at most 1.7e-7 of it for s in [0, 1/3]: a linear program's. */
const ARTANH = [1.99999967, 0.66676003, 0.39589459, 0.34226062];

/** log(1 + u) for u in [0, 1], as 2 artanh(s) with s = u / (2 + u). */
function logOnePlus(u: Tensor): Tensor {
  const s = div(u, add(u, 2));
  const w = mul(s, s);
  const [last, ...rest] = ARTANH.toReversed();
  const [first, ...others] = rest;
  const series = others.reduce((p, c) => add(mul(p, w), c), add(mul(w, last!), first!));
  return mul(s, series);
}

/** a Φ(a), with Φ the standard normal distribution function. Source: Hendrycks & Gimpel (2016). */
export function gelu(a: Tensor): Tensor {
  return mul(mul(a, 0.5), add(erf(div(a, Math.SQRT2)), 1));
}

/** eᵃ / Σ eᵃ along an axis (the last by default). */
export function softmax(a: Tensor, axisIn = -1): Tensor {
  const axis = axisOf(axisIn, a.shape.length, "softmax");
  return operation("Softmax", {
    inputs: [a],
    shape: a.shape,
    attributes: { axis },
    vjp: (g, y) => [() => mul(y, sub(g, sum(mul(g, y), axis, { keepDims: true })))],
  });
}

/** a − log Σ eᵃ along an axis (the last by default). */
export function logSoftmax(a: Tensor, axis = -1): Tensor {
  return sub(a, logSumExp(a, axis, { keepDims: true }));
}
