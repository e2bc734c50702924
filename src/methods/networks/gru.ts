/**
 * @file A gated recurrent unit as a network over time.
 *
 *   r = σ(x U_r + b_r + h W_r),  z = σ(x U_z + b_z + h W_z),  n = tanh(x U_n + b_n + r ⊙ (h W_n + c)),  h ← n + z ⊙ (h − n)
 *
 * Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", EMNLP, with the reset gate on the
 * product, as in PyTorch.
 */
import { gru } from "../../engine/ops/recurrence.js";
import { slice } from "../../engine/ops/shape.js";
import { array } from "../initial.js";
import { affineOverTime, type SequenceNetwork, type SequenceNetworkSizes } from "./sequence-network.js";

/** Weights and biases start uniform on ±1/√k, as PyTorch draws them. */
export function gruNetwork({ name, inputs, size }: SequenceNetworkSizes): SequenceNetwork {
  const shapes = {
    inputWeight: [inputs, 3 * size],
    inputBias: [3 * size],
    weight: [size, 3 * size],
    bias: [size],
  };
  return {
    size,
    carrySize: size,
    initial: (random) =>
      Object.fromEntries(
        Object.entries(shapes).map(([part, shape]) => {
          const stream = random.fork(name, part);
          return [`${name}.${part}`, array(shape, () => (2 * stream.uniform() - 1) / Math.sqrt(size))];
        }),
      ),
    run(x, carry, p) {
      const given = affineOverTime(x, p[`${name}.inputWeight`]!, p[`${name}.inputBias`]!);
      const states = gru(given, carry, p[`${name}.weight`]!, p[`${name}.bias`]!);
      return { states, carries: (from, to) => slice(states, 0, from, to) };
    },
  };
}
