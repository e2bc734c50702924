/**
 * @file Optimizers: SGD, momentum, Adam; as graph updates, and as code that passes over memory once, with the same bits.
 *
 * All that changes from step to step but not with the data (learning rate, bias correction) is computed outside the
 * graph in float64 and comes in as a few scalars a step.
 */
import { power } from "../elementary.js";
import { add, div, mul, sqrt, sub } from "./ops/arithmetic.js";
import type { Tensor } from "./tensor.js";

/** An optimizer described as data. */
export type OptimizerSpec =
  | {
      /** Stochastic gradient descent. */
      readonly name: "sgd";
      /** Momentum, in [0, 1). Default 0: plain gradient descent. */
      readonly momentum?: number | undefined;
      /** L2 penalty added to the gradient, ≥ 0. Default 0. */
      readonly weightDecay?: number | undefined;
    }
  | {
      /**
       * Adam, or AdamW with `weightDecay`. Source: Kingma & Ba (2015), ICLR; Loshchilov & Hutter (2019), "Decoupled
       * weight decay regularization", ICLR.
       */
      readonly name: "adam";
      /** Decay of the first moment, in [0, 1). Default .9. */
      readonly beta1?: number | undefined;
      /** Decay of the second moment, in [0, 1). Default .999. */
      readonly beta2?: number | undefined;
      /** Added to the root of the second moment, > 0. Default 1e-8. */
      readonly epsilon?: number | undefined;
      /** Decoupled decay, ≥ 0: each step first multiplies weights by 1 − learningRate · weightDecay. Default 0. */
      readonly weightDecay?: number | undefined;
    };

/** Addresses of arrays of n numbers, a multiple of 4. */
export interface Addresses {
  readonly parameter: number;
  readonly gradient: number;
  readonly slots: readonly number[];
  readonly n: number;
}

/** Functions of assembly/optimizers. Addresses are in bytes, of n numbers of float32. */
export interface OptimizerCode {
  descend(w: number, g: number, n: number, rate: number, decay: number): void;
  descendWithMomentum(
    w: number,
    v: number,
    g: number,
    n: number,
    rate: number,
    momentum: number,
    decay: number,
  ): void;
  adam(
    w: number,
    m: number,
    v: number,
    g: number,
    n: number,
    beta1: number,
    beta2: number,
    rate: number,
    floor: number,
    keep: number,
  ): void;
}

/** One parameter's update. */
export interface Optimizer {
  /** Further arrays of the parameter's shape that it keeps. */
  readonly slots: number;
  /** The scalars of one step. @param step counts from 1. */
  scalars(step: number, learningRate: number): number[];
  update(parameter: Tensor, gradient: Tensor, slots: readonly Tensor[], scalars: readonly Tensor[]): Tensor[];
  /** The same update, in place. */
  advance(code: OptimizerCode, at: Addresses, scalars: readonly number[]): void;
}

/** @throws RangeError for a coefficient out of its range, or an optimizer there is none of. */
export function optimizer(spec: OptimizerSpec): Optimizer {
  const decay = spec.weightDecay ?? 0;
  within("weightDecay", decay, decay >= 0, "≥ 0");
  if (spec.name === "sgd") return sgd(spec.momentum ?? 0, decay);
  if (spec.name === "adam") return adam(spec, decay);
  throw new RangeError(
    `optimizer: name must be sgd or adam, got ${String((spec as { name?: unknown }).name)}`,
  );
}

function within(name: string, value: number, ok: boolean, want: string): void {
  if (!(ok && Number.isFinite(value)))
    throw new RangeError(`optimizer: ${name} must be ${want}, got ${value}`);
}

/** w ← w − η v, with v ← μ v + g (Polyak 1964; the form without dampening, as in PyTorch). */
function sgd(momentum: number, weightDecay: number): Optimizer {
  within("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)");
  return {
    slots: momentum > 0 ? 1 : 0,
    scalars: (_step, learningRate) => [learningRate],
    update(w, gradient, [velocity], [rate]) {
      const g = weightDecay > 0 ? add(gradient, mul(w, weightDecay)) : gradient;
      if (!velocity) return [sub(w, mul(g, rate!))];
      const v = add(mul(velocity, momentum), g);
      return [sub(w, mul(v, rate!)), v];
    },
    advance(code, { parameter: w, gradient: g, slots: [velocity], n }, [rate]) {
      if (velocity === undefined) code.descend(w, g, n, rate!, weightDecay);
      else code.descendWithMomentum(w, velocity, g, n, rate!, momentum, weightDecay);
    },
  };
}

/**
 * w ← w − η m̂ / (√v̂ + ε), m̂ and v̂ the bias-corrected moments of the gradient.
 * Kept are m/(1 − β₁) and v/(1 − β₂), which saves two passes over memory; the scalars undo that.
 * Source: Kingma & Ba (2015), "Adam", ICLR; decoupled decay: Loshchilov & Hutter (2019), ICLR.
 */
function adam(spec: Extract<OptimizerSpec, { name: "adam" }>, weightDecay: number): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = spec;
  within("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
  within("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
  within("epsilon", epsilon, epsilon > 0, "> 0");
  return {
    slots: 2,
    scalars(step, learningRate) {
      const first = (1 - power(beta1, step)) / (1 - beta1);
      const second = Math.sqrt((1 - power(beta2, step)) / (1 - beta2));
      return [(learningRate * second) / first, epsilon * second, 1 - learningRate * weightDecay];
    },
    update(w, g, [m, v], [rate, floor, keep]) {
      const m1 = add(mul(m!, beta1), g);
      const v1 = add(mul(v!, beta2), mul(g, g));
      const decayed = weightDecay > 0 ? mul(w, keep!) : w;
      return [sub(decayed, mul(div(m1, add(sqrt(v1), floor!)), rate!)), m1, v1];
    },
    advance(code, { parameter: w, gradient: g, slots: [m, v], n }, [rate, floor, keep]) {
      code.adam(w, m!, v!, g, n, beta1, beta2, rate!, floor!, keep!);
    },
  };
}
