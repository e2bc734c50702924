/**
 * @file Convolutional networks: one that fits images of any size, and two for images of 28 × 28 pixels with codes of 32 numbers.
 */
import { type Pair, pairOf } from "../../engine/ops/convolution.js";
import type { Layer, LayerStack } from "./convolutional-layers.js";
import type { ImageSize } from "./image-size.js";

/** Layers, and the size of a code where fully connected layers make it. */
export interface ConvolutionalPreset {
  readonly layers: LayerStack;
  readonly latentDim?: number;
}

/** The lecture's network for MNIST: 5 729 parameters, a code of 8 × 2 × 2. It was given images in [−1, 1] and a tanh output. */
export const LECTURE: ConvolutionalPreset = {
  layers: {
    encoder: [
      { conv: 16, kernel: 3, stride: 3, padding: 1 },
      { maxPool: 2 },
      { conv: 8, kernel: 3, stride: 2, padding: 1 },
      { maxPool: 2, stride: 1 },
    ],
    decoder: [
      { convTranspose: 16, kernel: 3, stride: 2 },
      { convTranspose: 8, kernel: 5, stride: 3, padding: 1 },
      { convTranspose: 1, kernel: 2, stride: 2, padding: 1 },
    ],
  },
};

/** A direction is halved as long as so many pixels are left of it. */
const LEAST_SIDE = 4;
/** Filters of an autoencoder's first layer. */
const FIRST_FILTERS = 16;
const MOST_FILTERS = 128;
/** Numbers of a code, where a row has at least four times as many. */
const CODE = 32;

/** A convolution that halves the directions of an image of which enough is left. */
export interface Halving {
  readonly filters: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Pixels before it. */
  readonly sides: readonly [height: number, width: number];
  /** Pixels after it. */
  readonly sidesAfter: readonly [height: number, width: number];
}

/** Zeros on each side of images that are halved. */
export const HALVING_PADDING = 1;

/** Convolutions that halve each direction as long as 4 pixels are left of it, each with twice the filters of the one before, up to 128. */
export function halvings([, height, width]: ImageSize, firstFilters: number): readonly Halving[] {
  const layers: Halving[] = [];
  let sides: readonly [number, number] = [height, width];
  let filters = firstFilters;
  do {
    const halved = sides.map((side) => Math.floor(side / 2) >= LEAST_SIDE);
    const kernel = pair(halved.map((half) => (half ? 4 : 3)));
    const stride = pair(halved.map((half) => (half ? 2 : 1)));
    const sidesAfter = sides.map((side, i) => (halved[i] ? Math.floor(side / 2) : side)) as [number, number];
    layers.push({ filters, kernel, stride, sides, sidesAfter });
    sides = sidesAfter;
    filters = Math.min(2 * filters, MOST_FILTERS);
  } while (Math.max(...sides) >= 2 * LEAST_SIDE);
  return layers;
}

/**
 * The network for images of one size: convolutions of stride 2 halve each direction as long as 4 pixels are left of it, and
 * fully connected layers lead to the code and back. Of 28 × 28 pixels it is `STRONG`.
 */
export function layersFor(image: ImageSize): Required<ConvolutionalPreset> {
  const encoder: Layer[] = [];
  const decoder: Layer[] = [];
  let [from] = image;
  for (const { filters, kernel, stride, sides } of halvings(image, FIRST_FILTERS)) {
    // Halves are rounded down, and the decoder gives back what was left over.
    const outputPadding = pair(pairOf(stride).map((step, i) => (step > 1 ? sides[i]! % 2 : 0)));
    encoder.push({ conv: filters, kernel, stride, padding: HALVING_PADDING });
    decoder.unshift({
      ...{ convTranspose: from, kernel, stride, padding: HALVING_PADDING },
      ...(outputPadding !== 0 && { outputPadding }),
    });
    from = filters;
  }
  const numbers = image.reduce((product, n) => product * n, 1);
  return { layers: { encoder, decoder }, latentDim: Math.max(1, Math.min(CODE, Math.floor(numbers / 4))) };
}

/** One number for both directions where they are alike. */
function pair([vertical, horizontal]: readonly number[]): Pair {
  return vertical === horizontal ? vertical! : [vertical!, horizontal!];
}

/** Wider, with overlapping filters and fully connected layers around the code. */
export const STRONG: ConvolutionalPreset = {
  layers: {
    encoder: [
      { conv: 16, kernel: 4, stride: 2, padding: 1 },
      { conv: 32, kernel: 4, stride: 2, padding: 1 },
    ],
    decoder: [
      { convTranspose: 16, kernel: 4, stride: 2, padding: 1 },
      { convTranspose: 1, kernel: 4, stride: 2, padding: 1 },
    ],
  },
  latentDim: 32,
};
