/**
 * @file Activation functions and what they are built of.
 */
import { axisOf, operation, type Tensor } from "../tensor.js";
import { add, div, erf, mul, sub, unary } from "./arithmetic.js";
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
/** log(1 + eᵃ), without overflow. */
export const softplus = unary("Softplus", (g, a) => mul(g, sigmoid(a)));

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
