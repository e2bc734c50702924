/**
 * @file Proximal gradient steps on a smooth energy and an L1 norm, each row with a step length of its own, inside a graph.
 *
 *   min over z of  f(z) + λ ‖z‖₁:   z⁺ = soft(z − η ∇f(z), η λ)
 *
 * A step is taken where the gradient changed along Δ = z⁺ − z by no more than a curvature of 1/η allows,
 * ⟨∇f(z⁺) − ∇f(z), Δ⟩ ≤ ‖Δ‖²/η, and η grows; elsewhere the row stays and η is halved. No bound on the curvature of f is
 * needed, which for a deep decoder is known only far too large.
 * Source: Beck & Teboulle (2009), "A fast iterative shrinkage-thresholding algorithm", SIAM J. Imaging Sciences, with
 * backtracking by curvature in place of values, which float32 resolves near the optimum.
 */
import { vectorJacobian } from "../../engine/gradient.js";
import { relu, step } from "../../engine/ops/activations.js";
import { add, div, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { loop } from "../../engine/ops/loop.js";
import { sum } from "../../engine/ops/reduce.js";
import type { Tensor } from "../../engine/tensor.js";
import { softThreshold } from "./shrinkage.js";

export interface ProximalDescent {
  /** f `[n]` of codes `[n, k]`, each a function of its own row alone. */
  energy(z: Tensor): Tensor;
  /** λ */
  readonly weight: number;
  readonly steps: number;
}

/** A row that is at its optimum takes every step: its η would grow without end. */
const LONGEST = 1e4;
const [LONGER, SHORTER] = [1.25, 0.5];

/**
 * @param codes `[n, k]` to start from.
 * @param stepSizes η `[n, 1]` to start from, > 0.
 */
export function proximalDescent(
  codes: Tensor,
  stepSizes: Tensor,
  { energy, weight, steps }: ProximalDescent,
): { codes: Tensor; stepSizes: Tensor } {
  const slope = (z: Tensor) => {
    const value = energy(z);
    return vectorJacobian(value, add(mul(value, 0), 1), [z])[0]!;
  };
  const { state } = loop(steps, [codes, slope(codes), stepSizes], (_i, [z, g, eta]) => {
    const trial = softThreshold(sub(z!, mul(g!, eta!)), mul(eta!, weight));
    const after = slope(trial);
    const [move, turn] = [sub(trial, z!), sub(after, g!)];
    const allowed = div(sum(square(move), 1, { keepDims: true }), eta!);
    const taken = sub(1, step(sub(sum(mul(turn, move), 1, { keepDims: true }), allowed)));
    const next = mul(eta!, add(mul(taken, LONGER - SHORTER), SHORTER));
    return {
      state: [add(z!, mul(move, taken)), add(g!, mul(turn, taken)), sub(next, relu(sub(next, LONGEST)))],
    };
  });
  return { codes: state[0]!, stepSizes: state[2]! };
}
