/**
 * @file Codes of new rows by optimization, inside a graph: for every row, z = argmin E(z), whatever rows stand beside it.
 *
 * The best of a few given starts is followed by a fixed number of Adam steps whose length falls to 0 along a cosine.
 * Source: Park et al. (2019), "DeepSDF", CVPR, for codes by Adam with the decoder held fixed.
 */
import { cos } from "../elementary.js";
import { int64 } from "../engine/arrays.js";
import { vectorJacobian } from "../engine/gradient.js";
import { step } from "../engine/ops/activations.js";
import { add, mul, sqrt, square, sub } from "../engine/ops/arithmetic.js";
import { gather } from "../engine/ops/gather.js";
import { loop } from "../engine/ops/loop.js";
import { mean } from "../engine/ops/reduce.js";
import { reshape } from "../engine/ops/shape.js";
import { optimizer } from "../engine/optimizers.js";
import { constant, fixed, int64Array, type Tensor } from "../engine/tensor.js";

export interface CodeSearch {
  /** E `[n]` of codes `[n, k]`, each a function of its own row alone. */
  energy(z: Tensor): Tensor;
  /** Candidates `[s, k]` to start from. */
  readonly starts: Tensor;
  /** Zeros `[n, 1]`, one for every row. */
  readonly zeros: Tensor;
  /** The number of Adam steps. */
  readonly steps: number;
}

/** Codes of training rows that a search may start from. */
const STARTS = 32;

/** Candidates `[s, k]` to start from: codes of training rows `[n, k]` at equal distances. */
export function startsAmong(codes: Tensor): Tensor {
  const n = fixed(codes.shape[0]!, "startsAmong");
  const count = Math.min(STARTS, n);
  const rows = int64Array(Array.from({ length: count }, (_, i) => Math.floor((i * n) / count)));
  return gather(codes, constant(int64([count], rows)));
}

/** The first step, as a share of the size that numbers in the starts have. */
const FIRST_STEP = 0.1;

/** Codes `[n, k]`. */
export function searchCodes({ energy, starts, zeros, steps }: CodeSearch): Tensor {
  const first = bestStart(energy, starts, zeros);
  const scale = add(sqrt(mean(square(starts))), 1e-3);
  // Decay .99 in place of .999: a search is no longer than a few hundred steps.
  const adam = optimizer({ name: "adam", beta2: 0.99 });
  const scalars = Array.from({ length: steps }, (_, t) =>
    adam.scalars(t + 1, FIRST_STEP * cos((Math.PI * t) / (2 * steps)) ** 2),
  );
  const table = scalars[0]!.map((_, i) => constant(scalars.map((values) => values[i]!)));
  const none = mul(first, 0);
  const { state } = loop(steps, [first, none, none], (t, [z, ...slots]) => {
    const value = energy(z!);
    const [g] = vectorJacobian(value, add(mul(value, 0), 1), [z!]);
    const [rate, ...others] = table.map((values) => gather(values, t));
    return { state: adam.update(z!, g!, slots, [mul(rate!, scale), ...others]) };
  });
  return state[0]!;
}

/** For every row the start of least energy `[n, k]`, the first of them at a tie. */
export function bestStart(energy: CodeSearch["energy"], starts: Tensor, zeros: Tensor): Tensor {
  const count = fixed(starts.shape[0]!, "searchCodes");
  const broadcast = (start: Tensor) => add(zeros, start);
  const first = broadcast(gather(starts, constant(int64([], [0]))));
  const { state } = loop(count, [first, energy(first)], (s, [z, least]) => {
    const candidate = broadcast(gather(starts, s));
    const value = energy(candidate);
    const better = step(sub(least!, value));
    return {
      state: [
        add(z!, mul(sub(candidate, z!), reshape(better, [...better.shape, 1]))),
        sub(least!, mul(sub(least!, value), better)),
      ],
    };
  });
  return state[0]!;
}
