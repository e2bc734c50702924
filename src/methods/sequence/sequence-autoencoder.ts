/**
 * @file The sequence autoencoder: one code for a whole sequence, read by one network over time and written back by another.
 *
 *   h_t = f_θ(h_{t−1}, u_t),  z = h_T W + b,   s_t = g_θ(s_{t−1}, z),  x̂_t = m + r (s_t C + c)
 *   min over θ of  1/n Σᵢ Σ_t ‖x_it − x̂_it‖²,   u = (x − m) / r, T the last step of the sequence
 *
 * m are the means of the features and r² the mean of their variances, measured before training.
 *
 * Sources: Srivastava, Mansimov & Salakhutdinov (2015), "Unsupervised learning of video representations using LSTMs", ICML, with
 * the code as the decoder's input at every step; Cho et al. (2014), EMNLP.
 */
import { type Matrix, type Numbers, row } from "../../data/matrix.js";
import { add, div, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { affine } from "../../engine/ops/matmul.js";
import { sum } from "../../engine/ops/reduce.js";
import { isMissing, where } from "../../engine/ops/select.js";
import { concat, expand, reshape, slice, transpose } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import { meanReconstructed } from "../collapse.js";
import { array, glorot, once } from "../initial.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { affineOverTime, nothingCarried } from "../networks/sequence-network.js";
import {
  SEQUENCE_NETWORKS,
  type SequenceNetworkName,
  sequenceNetwork,
} from "../networks/sequence-networks.js";
import { checkOptions, integer, type OptionTable, oneOf, optional, sequenceShape } from "../options.js";
import type { Symbols } from "../parameters.js";

/** Options of `sequenceAutoencoder`. */
export interface SequenceAutoencoderOptions {
  /** Size of a code k, ≥ 1. */
  latentDim: number;
  /** `[steps, features]` of a row, which holds the features of the first step, then of the second. Default: one feature. */
  rowShape?: readonly number[] | undefined;
  /** Encoder and decoder: as in `nextStep`. Default `gru`. */
  network?: SequenceNetworkName | undefined;
  /** Size of the states of both, ≥ 1. Default 64. */
  hidden?: number | undefined;
}

export const sequenceAutoencoderOptions: OptionTable<SequenceAutoencoderOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  rowShape: optional(sequenceShape({ help: "STEPSxFEATURES of the sequences" }), "one feature"),
  network: oneOf(SEQUENCE_NETWORKS, { default: "gru", help: "network over time, of encoder and decoder" }),
  hidden: integer({ min: 1, default: 64, help: "size of the states" }),
};

const NAME = "sequenceAutoencoder";
const MEASURED = ["mean", "spread"] as const;

/**
 * The sequence autoencoder: a code `[n, k]` of rows that are whole sequences `[n, steps · features]`. Steps after the end of a
 * sequence are wholly NaN: its code and its loss are those of its true length.
 *
 *   h_t = f_θ(h_{t−1}, u_t),  z = h_T W + b,   s_t = g_θ(s_{t−1}, z),  x̂_t = m + r (s_t C + c)
 *
 * Source: Srivastava, Mansimov & Salakhutdinov (2015), "Unsupervised learning of video representations using LSTMs", ICML.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function sequenceAutoencoder(options: SequenceAutoencoderOptions): Method<Coder> {
  const checked = checkOptions(NAME, sequenceAutoencoderOptions, options);
  const { latentDim: k, network, hidden, rowShape } = checked;
  /** Networks for rows of d numbers. */
  const plan = (d: number) => {
    const [steps, features] = sizesOf(d, rowShape);
    const of = (name: string, inputs: number) =>
      sequenceNetwork(network, { name, inputs, size: hidden }, steps);
    return { steps, features, encoder: of("encoder", features), decoder: of("decoder", k) };
  };

  /** Codes of x `[rows, d]`, which may have steps after the end. */
  const encode = (x: Tensor, p: Symbols): Tensor => {
    const { steps, features, encoder } = plan(x.shape[1] as number);
    const rows = x.shape[0]!;
    const moments = transpose(reshape(x, [rows, steps, features]), [1, 0, 2]);
    const u = where(isMissing(moments), 0, div(sub(moments, p.mean!), p.spread!));
    const { states } = encoder.run(u, nothingCarried(u, encoder.carrySize), p);
    // 1 for the last step there is, 0 for all others: what networks make of steps after it is not looked at.
    const there = where(isMissing(slice(moments, 2, 0, 1)), constant(0), constant(1));
    const later = slice(there, 0, 1, steps);
    const last =
      steps === 1
        ? there
        : concat([sub(slice(there, 0, 0, steps - 1), later), slice(there, 0, steps - 1, steps)], 0);
    return affine(sum(mul(states, last), 0), p["code.weight"]!, p["code.bias"]!);
  };

  /** Steps of all rows, standardized `[steps, rows, features]`. */
  const momentsOf = (z: Tensor, p: Symbols, d: number): Tensor => {
    const { steps, decoder } = plan(d);
    const each = expand(reshape(z, [1, z.shape[0]!, k]), [steps, z.shape[0]!, k]);
    const { states } = decoder.run(each, nothingCarried(each, decoder.carrySize), p);
    return affineOverTime(states, p["output.weight"]!, p["output.bias"]!);
  };

  const decode = (z: Tensor, p: Symbols, d: number): Tensor => {
    const moments = add(mul(momentsOf(z, p, d), p.spread!), p.mean!);
    return reshape(transpose(moments, [1, 0, 2]), [z.shape[0]!, d]);
  };

  return {
    name: NAME,
    options: checked,
    acceptsMissing: true,
    wholeSequences: true,
    codeSize: () => k,
    checkSize: (_rows, cols) => void sizesOf(cols, rowShape),
    checkMissing: (x, where) => refuseMissingWithin(x, sizesOf(x.cols, rowShape)[1], where),
    fitting: {
      kind: "trained",
      fixed: MEASURED,
      defaults: { epochs: 50, batchSize: 64, learningRate: 3e-3, optimizer: { name: "adam" } },
      initial(x, random) {
        const { features, encoder, decoder } = plan(x.cols);
        const found = once(() => featureMoments(x, features));
        return {
          ...encoder.initial(random),
          ...decoder.initial(random),
          "code.weight": glorot([hidden, k], random.fork("code.weight")),
          "code.bias": array([k]),
          "output.weight": glorot([hidden, features], random.fork("output.weight")),
          "output.bias": array([features]),
          mean: array([features], (j) => found().means[j]!),
          spread: array([], () => found().spread),
        };
      },
      loss({ data, hasMissing }, p) {
        const x = data.x!;
        const [count, d] = x.shape as [number, number];
        const { steps, features } = plan(d);
        const moments = transpose(reshape(x, [count, steps, features]), [1, 0, 2]);
        const errors = sub(div(sub(moments, p.mean!), p.spread!), momentsOf(encode(x, p), p, d));
        const there = hasMissing ? where(isMissing(moments), 0, errors) : errors;
        const loss = mul(sum(square(there)), 1 / count);
        return { loss, report: mul(loss, square(p.spread!)) };
      },
    },
    parts: (d) => ({ encode, decode: (z, p) => decode(z, p, d) }),
    async notes({ x, run }) {
      const { xHat } = await run((rows, p) => ({ xHat: decode(encode(rows, p), p, x.cols) }));
      return meanReconstructed(NAME, x, xHat!);
    },
    results: () => ({}),
  };
}

/** `[steps, features]` of rows of d numbers. @throws RangeError if they are no such sequences. */
function sizesOf(d: number, shape: readonly number[] | undefined): readonly [number, number] {
  const [steps = d, features = 1] = shape ?? [];
  if (steps * features === d) return [steps, features];
  throw new RangeError(
    `${NAME}: sequences of ${steps} steps of ${features} are rows of ${steps * features} numbers, these have ${d}`,
  );
}

/** @throws RangeError naming the first missing number that is not one of a step after the end. */
function refuseMissingWithin(x: Numbers, features: number, where: string): void {
  for (let i = 0; i < x.rows; i++) {
    const numbers = row(x, i);
    let steps = numbers.length / features;
    while (steps > 0 && numbers.subarray((steps - 1) * features, steps * features).every(Number.isNaN))
      steps--;
    const within = numbers.subarray(0, steps * features).findIndex(Number.isNaN);
    if (within >= 0)
      throw new RangeError(
        `${where}: row ${i} column ${within} is NaN; only steps after the end of a sequence may be missing, and then wholly`,
      );
  }
}

/** Means of the features over all steps there are, and the root of their mean variance. */
function featureMoments({ data }: Matrix, features: number): { means: Float64Array; spread: number } {
  const [sums, counts] = [new Float64Array(features), new Float64Array(features)];
  data.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    sums[at % features]! += value;
    counts[at % features]! += 1;
  });
  const means = sums.map((total, j) => total / Math.max(1, counts[j]!));
  const squares = data.reduce(
    (total, value, at) => (Number.isNaN(value) ? total : total + (value - means[at % features]!) ** 2),
    0,
  );
  const observed = counts.reduce((total, count) => total + count, 0);
  return { means, spread: Math.sqrt(squares / Math.max(1, observed)) || 1 };
}
