/**
 * @file A small encoder of images: convolutions with batch normalization, and a fully connected layer.
 *
 *   h₀ = x,  h_{l+1} = relu(BN(K_l * h_l)),  z = W h_L + b
 *
 * Convolutions of 4 × 4 pixels halve each direction as long as 4 pixels are left of it; 32 filters, then 64, then 128. Where a loss
 * compares views, codes tell more of Fashion-MNIST's classes with the normalization than without.
 */
import { relu } from "../../engine/ops/activations.js";
import { affine } from "../../engine/ops/matmul.js";
import { reshape } from "../../engine/ops/shape.js";
import { array, glorot } from "../initial.js";
import { runningNames } from "./batch-normalization.js";
import { HALVING_PADDING, halvings } from "./convolutional-presets.js";
import type { ImageSize } from "./image-size.js";
import type { EncoderNetwork } from "./network.js";
import {
  applyNormalizedConvolution,
  initialNormalizedConvolution,
  type NormalizedConvolution,
} from "./normalized-convolution.js";

const FIRST_FILTERS = 32;
/** More layers than images of any size have: each halves a side. */
const MOST_LAYERS = 32;

const nameOf = (layer: number): string => `encoder.${layer}`;

/** Names of running statistics, whatever the images. */
export const NORMALIZED_CONVOLUTIONS_FIXED: readonly string[] = Array.from({ length: MOST_LAYERS }, (_, l) =>
  runningNames(nameOf(l)),
).flat();

/** The network, from images of one size to codes of `latentDim` numbers. */
export function normalizedConvolutions(image: ImageSize, latentDim: number): EncoderNetwork {
  const planned = halvings(image, FIRST_FILTERS);
  const layers = planned.map(
    ({ filters, kernel, stride }, l): NormalizedConvolution => ({
      ...{ name: nameOf(l), from: planned[l - 1]?.filters ?? image[0], to: filters },
      ...{ kernel, stride, padding: HALVING_PADDING },
    }),
  );
  const { filters, sidesAfter } = planned.at(-1)!;
  const numbers = filters * sidesAfter[0] * sidesAfter[1];
  return {
    codeSize: latentDim,
    normalizes: true,
    fixed: NORMALIZED_CONVOLUTIONS_FIXED,
    initial: (_, random) => ({
      ...Object.assign({}, ...layers.map((layer) => initialNormalizedConvolution(layer, random))),
      "encoder.code.weight": glorot([numbers, latentDim], random.fork("encoder.code")),
      "encoder.code.bias": array([latentDim]),
    }),
    encode(x, p, mode) {
      const images = reshape(x, [x.shape[0]!, ...image]);
      const h = layers.reduce((h, layer) => relu(applyNormalizedConvolution(layer, h, p, mode)), images);
      return affine(reshape(h, [x.shape[0]!, numbers]), p["encoder.code.weight"]!, p["encoder.code.bias"]!);
    },
  };
}
