/**
 * @file A stack of causal convolutions as a network over time: each layer sees its own past alone, twice as far back as the one before.
 *
 *   h₀ = φ(x_t U₀ + x_{t−1} V₀ + b₀),   h_l = h_{l−1} + φ(h_{l−1,t} U_l + h_{l−1,t−2^l} V_l + b_l),   φ = max(0, ·)
 *
 * A state tells of the last 2^layers rows and of nothing before. A convolution is one product of each moment beside the one it looks
 * back to.
 *
 * Source: van den Oord et al. (2016), "WaveNet: a generative model for raw audio"; Bai, Kolter & Koltun (2018), "An empirical
 * evaluation of generic convolutional and recurrent networks for sequence modeling".
 */
import { relu } from "../../engine/ops/activations.js";
import { add } from "../../engine/ops/arithmetic.js";
import { concat, reshape, slice, split, transpose } from "../../engine/ops/shape.js";
import type { Dim, Tensor } from "../../engine/tensor.js";
import { array, he } from "../initial.js";
import { affineOverTime, type SequenceNetwork, type SequenceNetworkSizes } from "./sequence-network.js";

/** The network of so many layers, ≥ 1. */
export function causalConvolution(
  sizes: SequenceNetworkSizes & { readonly layers: number },
): SequenceNetwork {
  const { name, inputs, size, layers } = sizes;
  const each = Array.from({ length: layers }, (_, l) => ({
    past: 2 ** l,
    width: l === 0 ? inputs : size,
    weight: `${name}.${l}.weight`,
    bias: `${name}.${l}.bias`,
  }));
  const kept = each.map(({ past, width }) => past * width);
  return {
    size,
    carrySize: kept.reduce((sum, numbers) => sum + numbers, 0),
    initial: (random) =>
      Object.assign(
        {},
        ...each.map(({ width, weight, bias }) => ({
          [weight]: he([2 * width, size], 2 * width, random.fork(weight)),
          [bias]: array([size]),
        })),
      ),
    run(x, carry, p) {
      const [steps, batch] = x.shape as [number, Dim];
      const begun = split(carry, 1, kept);
      const seen: Tensor[] = [];
      const states = each.reduce((h, { past, width, weight, bias }, l) => {
        const before = transpose(reshape(begun[l]!, [batch, past, width]), [1, 0, 2]);
        const all = concat([before, h], 0);
        seen.push(all);
        const pairs = concat([h, slice(all, 0, 0, steps)], 2);
        const output = relu(affineOverTime(pairs, p[weight]!, p[bias]!));
        return l === 0 ? output : add(h, output);
      }, x);
      return {
        states,
        carries(from, to) {
          const parts = each.flatMap(({ past }, l) =>
            Array.from({ length: past }, (_, i) => slice(seen[l]!, 0, from + 1 + i, to + 1 + i)),
          );
          return concat(parts, 2);
        },
      };
    },
  };
}
