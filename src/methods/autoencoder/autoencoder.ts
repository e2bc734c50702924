/**
 * @file The autoencoder: a code through layers of any depth and width, and back.
 *
 *   min over θ of  1/n Σᵢ ℓ(xᵢ, x̂ᵢ) + Σ Ω,   z = f_θ(x),  x̂ = g_θ(z)
 *
 * with ℓ the squared error or another loss (losses.ts has them and the conventions), Ω penalties (penalties.ts).
 * Source: Rumelhart, Hinton & Williams (1986), "Learning representations by back-propagating errors", Nature;
 * Hinton & Salakhutdinov (2006), "Reducing the dimensionality of data with neural networks", Science.
 */
import { type Loss, lossOption } from "../losses.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { fullyConnected } from "../networks/fully-connected.js";
import { ACTIVATIONS, type Activation } from "../networks/network.js";
import { boolean, checkOptions, integer, integers, type OptionTable, oneOf } from "../options.js";
import { type Penalty, penaltiesOption } from "../penalties.js";
import { autoencoderOf } from "./autoencoder-of.js";

/** Options of `autoencoder`, and of those of its kind that take all of them. */
export interface AutoencoderOptions {
  /** Size of a code k, ≥ 1. */
  latentDim: number;
  /** Widths of the encoder's hidden layers, mirrored by the decoder; `[]` for none. Default `[512, 256]`. */
  hidden?: readonly number[] | undefined;
  /** Activation of the hidden layers. Default `relu`. */
  activation?: Activation | undefined;
  /** Activation of the code. Default `linear`. */
  latentActivation?: Activation | undefined;
  /** Activation of the output. Default `linear`. The cross-entropy brings its own, `sigmoid`. */
  outputActivation?: "linear" | "sigmoid" | "tanh" | undefined;
  /** Decoder matrices are the encoder's, transposed. Default false. */
  tied?: boolean | undefined;
  /** Batch normalization of the hidden layers. Default false. */
  batchNorm?: boolean | undefined;
  /**
   * Loss ℓ between rows and reconstructions: `squaredError` (default), `meanSquared`, `unsquared`, `huber`,
   * `binaryCrossEntropy` for data in [0, 1], `crossEntropy` for rows that are distributions, or a loss of your own.
   */
  loss?: string | Loss | undefined;
  /** Terms added to the loss: `l1(0.01)`, in words `l1:0.01`, or of your own. Default none. */
  penalties?: readonly (Penalty | string)[] | undefined;
}

export const autoencoderOptions: OptionTable<AutoencoderOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  hidden: integers({ min: 1, default: [512, 256], help: "widths of the hidden layers" }),
  activation: oneOf(ACTIVATIONS, { default: "relu", help: "activation of the hidden layers" }),
  latentActivation: oneOf(ACTIVATIONS, { default: "linear", help: "activation of the code" }),
  outputActivation: oneOf(["linear", "sigmoid", "tanh"], {
    default: "linear",
    help: "activation of the output",
  }),
  tied: boolean({ default: false, help: "tie the decoder's matrices to the encoder's, transposed" }),
  batchNorm: boolean({ default: false, help: "batch normalization of the hidden layers" }),
  loss: lossOption({ default: "squaredError", help: "loss between rows and reconstructions" }),
  penalties: penaltiesOption(),
};

/**
 * The autoencoder: a code `[n, k]` of rows `[n, d]` through fully connected layers of any depth and width, and back.
 *
 *   min over θ of  1/n Σᵢ ℓ(xᵢ, x̂ᵢ) + Σ Ω,   z = f_θ(x),  x̂ = g_θ(z)
 *
 * Missing numbers are refused. Trained by Adam with a learning rate of 0.001, 50 epochs of 128 rows, unless `fit` is
 * told otherwise.
 * Source: Rumelhart, Hinton & Williams (1986), Nature; Hinton & Salakhutdinov (2006), Science.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function autoencoder(options: AutoencoderOptions): Method<Coder> {
  const checked = checkOptions("autoencoder", autoencoderOptions, options);
  return autoencoderOf({
    name: "autoencoder",
    options: checked,
    network: fullyConnected(checked),
    codeSize: () => checked.latentDim,
  });
}
