/**
 * @file The autoencoder: a code through layers of any depth and width, and back.
 *
 *   min over θ of  1/n Σᵢ ℓ(xᵢ, x̂ᵢ) + Σ Ω,   z = f_θ(x),  x̂ = g_θ(z)
 *
 * with ℓ the squared error or the cross-entropy (see losses.ts for the conventions), or one of your own.
 * Source: Rumelhart, Hinton & Williams (1986), "Learning representations by back-propagating errors", Nature;
 * Hinton & Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks", Science.
 */
import { add } from "../../engine/ops/arithmetic.js";
import { mean } from "../../engine/ops/reduce.js";
import type { Tensor } from "../../engine/tensor.js";
import { type Loss, lossOf, lossOption, type Penalty, penaltiesOption } from "../losses.js";
import type { Coder, Method, Symbols } from "../method.js";
import {
  boolean,
  checkOptions,
  describeOptions,
  integer,
  integers,
  type OptionTable,
  oneOf,
} from "../options.js";
import {
  ACTIVATIONS,
  type Activation,
  activations,
  decodeLayers,
  encodeLayers,
  INFERENCE,
  initialNetwork,
  type Mode,
  runningStatistics,
} from "./network.js";

export interface AutoencoderOptions {
  /** Size of a code k, ≥ 1. */
  latentDim: number;
  /** Widths of the encoder's hidden layers, mirrored by the decoder; `[]` for none. Default `[512, 256]`. */
  hidden?: readonly number[];
  /** Of the hidden layers. Default `relu`. */
  activation?: Activation;
  /** Of the code. Default `linear`. */
  latentActivation?: Activation;
  /** Of the output; default `linear`. The cross-entropy brings its own, `sigmoid`. */
  outputActivation?: "linear" | "sigmoid" | "tanh";
  /** Decoder matrices are the encoder's, transposed. Default false. */
  tied?: boolean;
  /** Batch normalisation of the hidden layers. Default false. */
  batchNorm?: boolean;
  /** `squaredError` (default), `binaryCrossEntropy` for data in [0, 1], or a loss of your own. */
  loss?: string | Loss;
  /** Terms added to the loss. Default none. */
  penalties?: readonly Penalty[];
}

export const autoencoderOptions: OptionTable<AutoencoderOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  hidden: integers({ min: 1, default: [512, 256], help: "widths of the hidden layers" }),
  activation: oneOf(ACTIVATIONS, { default: "relu", help: "of the hidden layers" }),
  latentActivation: oneOf(ACTIVATIONS, { default: "linear", help: "of the code" }),
  outputActivation: oneOf(["linear", "sigmoid", "tanh"], { default: "linear", help: "of the output" }),
  tied: boolean({ default: false, help: "the decoder's matrices are the encoder's, transposed" }),
  batchNorm: boolean({ default: false, help: "batch normalisation of the hidden layers" }),
  loss: lossOption({ default: "squaredError", help: "between rows and reconstructions" }),
  penalties: penaltiesOption(),
};

/** @throws RangeError or TypeError for options that are not as described. */
export function autoencoder(options: AutoencoderOptions): Method<Coder> {
  const checked = checkOptions("autoencoder", autoencoderOptions, options);
  const loss = lossOf(checked.loss);
  const link = loss.link ?? activations[checked.outputActivation];

  function decode(z: Tensor, p: Symbols, mode: Mode): { output: Tensor; xHat: Tensor } {
    const output = decodeLayers(z, p, checked, mode);
    const xHat = link(output);
    // A loss with a link takes what comes before it.
    return { output: loss.link ? output : xHat, xHat };
  }

  return {
    name: "autoencoder",
    options: describeOptions(checked),
    codeSize: () => checked.latentDim,
    fitting: {
      kind: "trained",
      defaults: { epochs: 50, batchSize: 128, learningRate: 1e-3, optimizer: { name: "adam" } },
      fixed: runningStatistics(checked),
      initial: (x, random) => initialNetwork(x.cols, checked, random),
      loss(batch, p) {
        const x = batch.data.x!;
        const mode: Mode = { training: batch.training, updates: {} };
        const z = encodeLayers(x, p, checked, mode);
        const { output, xHat } = decode(z, p, mode);
        const terms = checked.penalties.map((penalty) => mean(penalty.term({ x, z, xHat, parameters: p })));
        return { loss: terms.reduce(add, mean(loss.rows(x, output))), updates: mode.updates };
      },
    },
    parts: () => ({
      encode: (x, p) => encodeLayers(x, p, checked, INFERENCE),
      decode: (z, p) => decode(z, p, INFERENCE).xHat,
    }),
    results: () => ({}),
  };
}
