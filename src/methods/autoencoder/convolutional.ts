/**
 * @file The convolutional autoencoder: a code of images through any stack of convolution, pooling, transposed convolution
 * and fully connected layers.
 *
 *   min over θ of  1/n Σᵢ ℓ(xᵢ, x̂ᵢ) + Σ Ω,   z = f_θ(x),  x̂ = g_θ(z),   x normalized on request
 *
 * Source: Masci, Meier, Cireşan & Schmidhuber (2011), "Stacked convolutional auto-encoders for hierarchical feature
 * extraction", ICANN.
 */
import type { Matrix } from "../../data/matrix.js";
import { add, div, mul, sub } from "../../engine/ops/arithmetic.js";
import type { Tensor } from "../../engine/tensor.js";
import { meanReconstructed } from "../collapse.js";
import { array, once } from "../initial.js";
import { type Loss, lossOf, lossOption, rangeOfLoss } from "../losses.js";
import type { Method, Trained } from "../method.js";
import type { Coder } from "../model.js";
import {
  checkStack,
  convolutionalLayers,
  isStack,
  type LayerStack,
  planLayers,
} from "../networks/convolutional-layers.js";
import { type ConvolutionalPreset, LECTURE, layersFor, STRONG } from "../networks/convolutional-presets.js";
import { imageSize } from "../networks/image-size.js";
import {
  boolean,
  checkOptions,
  custom,
  describeOptions,
  imageShape,
  integer,
  type OptionTable,
  oneOf,
  optional,
} from "../options.js";
import type { Parameters, Symbols } from "../parameters.js";
import { type Penalty, penaltiesOption } from "../penalties.js";
import { AUTOENCODER_DEFAULTS, autoencoderOf } from "./autoencoder-of.js";

/** Options of `convolutionalAutoencoder`. */
export interface ConvolutionalAutoencoderOptions {
  /**
   * `auto` (default), made for the size of the images: convolutions that halve each direction as long as 4 pixels are left of
   * it; `lecture` and `strong`, both for images of 28 × 28 pixels with codes of 32 numbers; or the encoder's and the decoder's
   * layers, on a command line as JSON.
   */
  layers?: "auto" | "lecture" | "strong" | LayerStack | undefined;
  /**
   * Size of a code, made by a fully connected layer more on each side. Default: that of the encoder's last layer; with `auto` 32,
   * or a quarter of a row's numbers where that is less.
   */
  latentDim?: number | undefined;
  /** `[height, width]` or `[channels, height, width]` of a row. Default: a square of one channel. */
  rowShape?: readonly number[] | undefined;
  /**
   * Pixels from the least to the largest of the training data are taken as [−1, 1] (mean .5 and deviation .5 of pixels in
   * [0, 1]), with a sigmoid output as [0, 1], and given back in their own units. The loss is that of normalized pixels.
   * Default false.
   */
  normalize?: boolean | undefined;
  /** Activation of the output. Default `linear`. The cross-entropy brings its own, `sigmoid`. */
  outputActivation?: "linear" | "sigmoid" | "tanh" | undefined;
  /** Loss between rows and reconstructions, as in `autoencoder`. Default `squaredError`. */
  loss?: string | Loss | undefined;
  /** Terms added to the loss. Default none. */
  penalties?: readonly (Penalty | string)[] | undefined;
}

/** A fitted convolutional autoencoder. */
export interface ConvolutionalAutoencoder extends Coder {
  /** The layers of its encoder and decoder, also where they were chosen by the size of the images. */
  readonly layers: LayerStack;
}

const NAME = "convolutionalAutoencoder";
const PRESETS = { lecture: LECTURE, strong: STRONG } as const;

export const convolutionalAutoencoderOptions: OptionTable<ConvolutionalAutoencoderOptions> = {
  layers: {
    ...custom<"auto" | "lecture" | "strong" | LayerStack>({
      default: "auto",
      want: "auto, lecture, strong, or { encoder, decoder }, lists of layers",
      help: "auto (by the size of the images), lecture, strong, or layers as JSON",
      accept: (value) =>
        value === "auto" || value === "lecture" || value === "strong" || isStack(value) ? value : undefined,
    }),
    parse: parseJson,
  },
  latentDim: optional(integer({ min: 1, help: "size of a code" }), "the layers' own, with auto at most 32"),
  rowShape: optional(imageShape({ help: "HEIGHTxWIDTH or CHANNELSxHEIGHTxWIDTH of the images" }), "a square"),
  normalize: boolean({ default: false, help: "take pixels as [-1, 1], whatever their range" }),
  outputActivation: oneOf(["linear", "sigmoid", "tanh"], {
    default: "linear",
    help: "activation of the output",
  }),
  loss: lossOption({ default: "squaredError", help: "loss between rows and reconstructions" }),
  penalties: penaltiesOption(),
};

function parseJson(text: string): unknown {
  try {
    return text.startsWith("{") ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

/**
 * The convolutional autoencoder: a code `[n, k]` of images `[n, channels · height · width]` through any stack of
 * convolution, pooling, transposed convolution and fully connected layers.
 *
 *   min over θ of  1/n Σᵢ ℓ(xᵢ, x̂ᵢ) + Σ Ω,   z = f_θ(x),  x̂ = g_θ(z)
 *
 * Source: Masci, Meier, Cireşan & Schmidhuber (2011), "Stacked convolutional auto-encoders for hierarchical feature
 * extraction", ICANN.
 * @throws RangeError or TypeError for options that are not as described, naming the layer where one is wrong.
 */
export function convolutionalAutoencoder(
  options: ConvolutionalAutoencoderOptions = {},
): Method<ConvolutionalAutoencoder> {
  const given = checkOptions(NAME, convolutionalAutoencoderOptions, options);
  const chosen = chosenLayers(given.layers, given.rowShape);
  if (chosen) checkStack(NAME, chosen.layers);
  /** The layers, and the size of a code where they do not say it, for rows of d numbers. */
  const stackOf = (d: number): ConvolutionalPreset => {
    const { layers, latentDim } = chosen ?? layersFor(imageSize(NAME, d, given.rowShape));
    const size = given.latentDim ?? latentDim;
    return { layers, ...(size !== undefined && { latentDim: size }) };
  };
  // A file keeps what a preset stands for, and so outlives it.
  const checked = { ...given, ...(chosen && stackOf(0)) };
  const planOf = (d: number) => {
    const { layers, latentDim } = stackOf(d);
    return planLayers(NAME, layers, imageSize(NAME, d, given.rowShape), latentDim);
  };
  const codeSize = (d: number) => product(planOf(d).code);
  /** The same autoencoder of normalized images, for rows of d numbers. */
  const inner = (d: number) => {
    const network = convolutionalLayers(planOf(d));
    const { fitting, ...method } = autoencoderOf({ name: NAME, options: checked, network, codeSize });
    return { ...method, fitting: fitting as Trained };
  };
  const { normalize } = given;
  const symmetric = given.outputActivation !== "sigmoid" && !lossOf(given.loss).link;
  const normalized = (x: Tensor, p: Symbols) =>
    normalize ? div(sub(x, p["pixels.offset"]!), p["pixels.factor"]!) : x;
  const inPixels = (x: Tensor, p: Symbols) =>
    normalize ? add(mul(x, p["pixels.factor"]!), p["pixels.offset"]!) : x;

  return {
    name: NAME,
    options: describeOptions(checked),
    codeSize,
    checkSize: (_rows, cols) => void planOf(cols),
    ...(!normalize && rangeOfLoss(NAME, lossOf(given.loss))),
    fitting: {
      kind: "trained",
      defaults: AUTOENCODER_DEFAULTS,
      fixed: normalize ? ["pixels.offset", "pixels.factor"] : [],
      initial: async (x, random) => ({
        ...(await inner(x.cols).fitting.initial(x, random)),
        ...(normalize && pixelRange(x, symmetric)),
      }),
      loss(batch, p) {
        const x = batch.data.x!;
        const { fitting } = inner(x.shape[1] as number);
        return fitting.loss({ ...batch, data: { x: normalized(x, p) } }, p);
      },
    },
    parts(d) {
      const { encode, decode } = inner(d).parts(d);
      return {
        encode: (x, p) => encode!(normalized(x, p), p),
        decode: (z, p) => inPixels(decode!(z, p), p),
      };
    },
    async notes({ x, run }) {
      const { encode, decode } = inner(x.cols).parts(x.cols);
      const { xHat } = await run((rows, p) => ({
        xHat: inPixels(decode!(encode!(normalized(rows, p), p), p), p),
      }));
      return meanReconstructed(NAME, x, xHat!);
    },
    results: (_parameters, d) => ({ layers: stackOf(d).layers }),
  };
}

/** Layers that are said, or follow from the shape of the images that is; none where that has to be seen. */
function chosenLayers(
  layers: "auto" | "lecture" | "strong" | LayerStack,
  rowShape: readonly number[] | undefined,
): ConvolutionalPreset | undefined {
  if (typeof layers !== "string") return { layers };
  if (layers !== "auto") return PRESETS[layers];
  return rowShape && layersFor(imageSize(NAME, product(rowShape), rowShape));
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** Offset and factor that take the pixels of x to [−1, 1], or to [0, 1]. */
function pixelRange(x: Matrix, symmetric: boolean): Parameters {
  const found = once(() => rangeOf(x, symmetric));
  return {
    "pixels.offset": array([], () => found().offset),
    "pixels.factor": array([], () => found().factor),
  };
}

function rangeOf(x: Matrix, symmetric: boolean): { offset: number; factor: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const pixel of x.data) {
    if (pixel < low) low = pixel;
    if (pixel > high) high = pixel;
  }
  // Images of one color are taken to 0.
  const range = high > low ? high - low : 1;
  return symmetric && high > low
    ? { offset: low + range / 2, factor: range / 2 }
    : { offset: low, factor: range };
}
