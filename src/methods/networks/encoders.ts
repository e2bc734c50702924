/**
 * @file Encoders alone, of rows or of images: what methods without a decoder train.
 */
import { imageShape, integer, integers, type OptionTable, oneOf, optional } from "../options.js";
import { encodeLayers, initialLayers, type LayerOptions } from "./fully-connected.js";
import { imageSize } from "./image-size.js";
import { type EncoderNetwork, INFERENCE } from "./network.js";
import { NORMALIZED_CONVOLUTIONS_FIXED, normalizedConvolutions } from "./normalized-convolutions.js";
import { RESIDUAL_FIXED, residualEncoder } from "./residual.js";

/** Options of encoders. */
export interface EncoderOptions {
  /** Size of a code, k ≥ 1. */
  latentDim: number;
  /**
   * `dense`: fully connected layers; `convolutional`: convolutions that halve each direction as long as 4 pixels are left of it, with
   * batch normalization, and a fully connected layer; `residual`: three residual blocks with batch normalization; `auto` (default): `convolutional` where
   * `rowShape` says that rows are images, else `dense`.
   */
  encoder?: "auto" | "dense" | "convolutional" | "residual" | undefined;
  /** Widths of the hidden layers of a `dense` encoder, with rectified units. Default `[512, 256]`. */
  hidden?: readonly number[] | undefined;
  /** Images' `[height, width]` or `[channels, height, width]`. Default: a square, where the encoder is one of images. */
  rowShape?: readonly number[] | undefined;
}

export const encoderOptions: OptionTable<EncoderOptions> = {
  latentDim: integer({ min: 1, help: "size of a code" }),
  encoder: oneOf(["auto", "dense", "convolutional", "residual"], {
    default: "auto",
    help: "auto (convolutional for images, else dense), dense, convolutional, residual",
  }),
  hidden: integers({ min: 1, default: [512, 256], help: "widths of a dense encoder's hidden layers" }),
  rowShape: optional(imageShape({ help: "HEIGHTxWIDTH or CHANNELSxHEIGHTxWIDTH of images" }), "a square"),
};

/** The kind that options ask for. */
function kindOf({ encoder, rowShape }: Required<EncoderOptions>): "dense" | "convolutional" | "residual" {
  if (encoder !== "auto") return encoder;
  return rowShape ? "convolutional" : "dense";
}

/** True where rows are taken as images. */
export const takesImages = (options: Required<EncoderOptions>): boolean =>
  options.rowShape !== undefined || kindOf(options) !== "dense";

/** Names of parameters that no gradient trains, of encoders of rows of any size. */
export const fixedOfEncoder = (options: Required<EncoderOptions>): readonly string[] =>
  ({ dense: [], convolutional: NORMALIZED_CONVOLUTIONS_FIXED, residual: RESIDUAL_FIXED })[kindOf(options)];

/** `[channels, height, width]` where rows are taken as images, else `[d]`. @throws RangeError if rows of d numbers are none. */
export function rowShapeOf(method: string, d: number, options: Required<EncoderOptions>): readonly number[] {
  return takesImages(options) ? imageSize(method, d, options.rowShape) : [d];
}

/** The encoder of rows of d numbers. @throws RangeError if they are no images, where it is one of images. */
export function encoderOf(method: string, d: number, options: Required<EncoderOptions>): EncoderNetwork {
  const { latentDim, hidden, rowShape } = options;
  switch (kindOf(options)) {
    case "dense":
      return denseEncoder({ latentDim, hidden });
    case "residual":
      return residualEncoder(imageSize(method, d, rowShape), latentDim);
    case "convolutional":
      return normalizedConvolutions(imageSize(method, d, rowShape), latentDim);
  }
}

function denseEncoder({ latentDim, hidden }: Pick<LayerOptions, "latentDim" | "hidden">): EncoderNetwork {
  const layers: LayerOptions = {
    latentDim,
    hidden,
    activation: "relu",
    latentActivation: "linear",
    // The decoder's matrices would be the encoder's: there are no others.
    tied: true,
    batchNorm: false,
  };
  return {
    codeSize: latentDim,
    normalizes: false,
    fixed: [],
    initial(d, random) {
      const both = Object.entries(initialLayers(d, layers, random));
      return Object.fromEntries(both.filter(([name]) => name.startsWith("encoder.")));
    },
    encode: (x, p) => encodeLayers(x, p, layers, INFERENCE),
  };
}
