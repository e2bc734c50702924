/**
 * @file Convolutional networks: one that fits images of any size, and two for images of 28 × 28 pixels with codes of 32 numbers.
 */
import type { Pair } from "../../engine/ops/convolution.js";
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
/** Filters of the first layer; each further one has twice as many. */
const FIRST_FILTERS = 16;
const MOST_FILTERS = 128;
/** Numbers of a code, where a row has at least four times as many. */
const CODE = 32;

/**
 * The network for images of one size: convolutions of stride 2 halve each direction as long as 4 pixels are left of it, and
 * fully connected layers lead to the code and back. Of 28 × 28 pixels it is `STRONG`.
 */
export function layersFor([channels, height, width]: ImageSize): Required<ConvolutionalPreset> {
  const encoder: Layer[] = [];
  const decoder: Layer[] = [];
  let sides: readonly [number, number] = [height, width];
  let [from, filters] = [channels, FIRST_FILTERS];
  do {
    const halved = sides.map((side) => Math.floor(side / 2) >= LEAST_SIDE);
    const kernel = pair(halved.map((half) => (half ? 4 : 3)));
    const stride = pair(halved.map((half) => (half ? 2 : 1)));
    // Halves are rounded down, and the decoder gives back what was left over.
    const outputPadding = pair(halved.map((half, i) => (half ? sides[i]! % 2 : 0)));
    encoder.push({ conv: filters, kernel, stride, padding: 1 });
    decoder.unshift({
      ...{ convTranspose: from, kernel, stride, padding: 1 },
      ...(outputPadding !== 0 && { outputPadding }),
    });
    sides = sides.map((side, i) => (halved[i] ? Math.floor(side / 2) : side)) as [number, number];
    [from, filters] = [filters, Math.min(2 * filters, MOST_FILTERS)];
  } while (Math.max(...sides) >= 2 * LEAST_SIDE);
  const numbers = channels * height * width;
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
