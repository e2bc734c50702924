/**
 * @file Convolutional networks for images of 28 × 28 pixels with codes of 32 numbers.
 */
import type { LayerStack } from "./convolutional-layers.js";

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
