/**
 * @file Functions whose bits do not depend on where a number stands. The runtime computes these of several numbers at once with
 * one formula, and of those left over at the end of a thread's share with another: the last bit depends on the number of
 * threads. Sums of one number, powers and arithmetic do not.
 */
import { relu } from "./ops/activations.js";
import { abs, add, div, mul, neg, sign, sub } from "./ops/arithmetic.js";
import { equal, less, where } from "./ops/select.js";
import { constant, type Operation, operation, type Tensor } from "./tensor.js";

/** The same function by what treats every number alike; `undefined` where the runtime's own does. */
export function numberByNumber(node: Operation): Tensor | undefined {
  const [a] = node.inputs;
  if (node.op === "Log") return logarithm(a!);
  if (a?.dtype !== "float64") return undefined;
  if (node.op === "Exp") return exponential(a);
  if (node.op === "Sigmoid") return div(1, add(exponential(neg(a)), 1));
  if (node.op === "Tanh") return hyperbolicTangent(a);
  if (node.op === "Softplus") return softplus(a);
  return undefined;
}

/** The logarithm of a sum of one number. */
function logarithm(a: Tensor): Tensor {
  const last = constant([-1], "int64");
  const single = operation("Unsqueeze", { inputs: [a, last], shape: [...a.shape, 1] });
  return operation("ReduceLogSum", { inputs: [single, last], shape: a.shape, attributes: { keepdims: 0 } });
}

/** e is Math.E (1 + E_REST). */
const E_REST = 5.3182172e-17;

/** Math.Eᵃ, and what is left of eᵃ beside it to first order. */
function exponential(a: Tensor): Tensor {
  const power = operation("Pow", { inputs: [constant(Math.E, a.dtype), a], shape: a.shape });
  const rest = operation("Max", { inputs: [mul(a, E_REST), constant(-1, a.dtype)], shape: a.shape });
  return mul(power, add(rest, 1));
}

/** Below 1/2 by the continued fraction a / (1 + a² / (3 + a² / (5 + …))), else by e^−2|a|. Source: Lambert (1768). */
function hyperbolicTangent(a: Tensor): Tensor {
  const squared = mul(a, a);
  let below = constant(17, a.dtype);
  for (let odd = 15; odd > 0; odd -= 2) below = add(div(squared, below), odd);
  const u = exponential(mul(abs(a), -2));
  const far = mul(sign(a), div(sub(1, u), add(u, 1)));
  return where(less(abs(a), 0.5), div(a, below), far);
}

/** max(0, a) + log(1 + u) with u = e^−|a|. The logarithm is of what 1 + u was rounded to. Source: Kahan's log1p. */
function softplus(a: Tensor): Tensor {
  const u = exponential(neg(abs(a)));
  const v = add(u, 1);
  const more = sub(v, 1);
  const near = equal(more, 0);
  const log1p = where(near, u, mul(logarithm(v), div(u, where(near, 1, more))));
  return add(relu(a), log1p);
}
