/**
 * @file A moving average of parameters, as training state beside them:
 *
 *   ξ_t = τ ξ_{t−1} + (1 − τ) θ_t,   ξ_0 = θ_1
 *
 * θ_t is what step t begins with, and so what the optimizer made in step t − 1: a loss of step t that is computed with ξ_t sees the
 * same numbers as one whose average is moved after every step of the optimizer.
 */
import { add, mul } from "../../engine/ops/arithmetic.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Parameters, Symbols } from "../parameters.js";

/** Names of averages are those of the parameters behind this. */
const PREFIX = "target.";

/** Name of the average of a parameter. */
export const averageOf = (name: string): string => `${PREFIX}${name}`;

/** Averages before the first step: the parameters themselves. */
export function initialAverages(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [averageOf(name), value]));
}

/**
 * Averages of the parameters of these names, moved by one step.
 * @param p parameters with their averages; @param momentum τ in [0, 1].
 * @returns `averages` under the names of the parameters, through which gradients flow as the formula has it; and `updates`, by
 *   which training keeps them.
 */
export function movingAverage(
  p: Symbols,
  names: readonly string[],
  momentum: number,
): { averages: Symbols; updates: Symbols } {
  const moved = names.map((name): [string, Tensor] => [
    name,
    add(mul(p[averageOf(name)]!, momentum), mul(p[name]!, 1 - momentum)),
  ]);
  return {
    averages: Object.fromEntries(moved),
    updates: Object.fromEntries(moved.map(([name, value]) => [averageOf(name), value])),
  };
}
