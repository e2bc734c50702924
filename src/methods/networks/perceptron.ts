/**
 * @file A multilayer perceptron: the head on an encoder that a loss looks through, and that is thrown away with it.
 *
 *   h₀ = x,  h_{l+1} = relu(h_l W_l + b_l) or relu(BN(h_l W_l)),   the last layer linear, on request BN(h W)
 */
import { relu } from "../../engine/ops/activations.js";
import { affine, matmul } from "../../engine/ops/matmul.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { array, glorot, he } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import { initialNormalization, normalized, runningNames } from "./batch-normalization.js";
import type { Mode } from "./network.js";

/** The shape of a perceptron. */
export interface PerceptronOptions {
  /** Prefix of its parameters. */
  readonly name: string;
  /** Widths of its layers, the last that of the output; none: the input itself. */
  readonly widths: readonly number[];
  /** Layers that are batch normalized: none, the hidden ones, or the output too. */
  readonly batchNorm: "none" | "hidden" | "all";
}

export interface Perceptron {
  /** Parameters before training, for inputs of so many numbers. */
  initial(inputs: number, random: Random): Parameters;
  /** Names of parameters that no gradient trains. */
  readonly fixed: readonly string[];
  /** Outputs `[n, widths.at(-1)]` of inputs `[n, k]`. */
  apply(h: Tensor, p: Symbols, mode: Mode): Tensor;
}

export function perceptron({ name, widths, batchNorm }: PerceptronOptions): Perceptron {
  const isLast = (l: number) => l + 1 === widths.length;
  const layers = widths.map((width, l) => ({
    layer: `${name}.${l}`,
    width,
    last: isLast(l),
    normalizes: batchNorm === "all" || (batchNorm === "hidden" && !isLast(l)),
  }));
  return {
    initial(inputs, random) {
      const parameters = layers.map(({ layer, width, last, normalizes }, l): Parameters => {
        const fanIn = l === 0 ? inputs : widths[l - 1]!;
        const [shape, stream] = [[fanIn, width] as const, random.fork(layer)];
        return {
          [`${layer}.weight`]: last ? glorot(shape, stream) : he(shape, fanIn, stream),
          // Batch normalization takes means off, and with them any bias: its own shift serves.
          ...(normalizes ? initialNormalization(layer, width) : { [`${layer}.bias`]: array([width]) }),
        };
      });
      return Object.assign({}, ...parameters);
    },
    fixed: layers.flatMap(({ layer, normalizes }) => (normalizes ? runningNames(layer) : [])),
    apply: (input, p, mode) =>
      layers.reduce((h, { layer, last, normalizes }) => {
        const weight = p[`${layer}.weight`]!;
        const a = normalizes
          ? normalized(matmul(h, weight), layer, p, mode)
          : affine(h, weight, p[`${layer}.bias`]!);
        return last ? a : relu(a);
      }, input),
  };
}
