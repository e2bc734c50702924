/**
 * @file A small residual network of images, with batch normalization.
 *
 *   h₀ = relu(BN(K * x)),  h_{l+1} = relu(BN(K₂ * relu(BN(K₁ * h_l))) + S h_l),  z = W mean over pixels of h₃ + b
 *
 * with S the identity, or BN of a convolution by single pixels where channels or pixels become others. Filters of 3 × 3 pixels; 16
 * channels, then 32 and 64, a direction halved with each doubling, and in the first layer where it has 16 pixels or more.
 * Source: He, Zhang, Ren & Sun (2016), "Deep residual learning for image recognition", CVPR.
 */
import { relu } from "../../engine/ops/activations.js";
import { add } from "../../engine/ops/arithmetic.js";
import type { Pair } from "../../engine/ops/convolution.js";
import { affine } from "../../engine/ops/matmul.js";
import { mean } from "../../engine/ops/reduce.js";
import { reshape } from "../../engine/ops/shape.js";
import { array, glorot } from "../initial.js";
import { runningNames } from "./batch-normalization.js";
import type { ImageSize } from "./image-size.js";
import type { EncoderNetwork } from "./network.js";
import {
  applyNormalizedConvolution,
  initialNormalizedConvolution,
  type NormalizedConvolution,
} from "./normalized-convolution.js";

/** Channels of the first layer and of the blocks. */
const CHANNELS = [16, 16, 32, 64] as const;
const KERNEL = 3;
/** The first layer halves a direction of so many pixels. */
const WIDE = 16;
/** Blocks halve a direction of so many pixels. */
const LEAST = 4;

interface Block {
  readonly first: NormalizedConvolution;
  readonly second: NormalizedConvolution;
  readonly shortcut: NormalizedConvolution | undefined;
}

/** Names of running statistics, whatever the images. */
export const RESIDUAL_FIXED: readonly string[] = unitsOf([1, WIDE, WIDE]).flatMap(({ name }) =>
  runningNames(name),
);

/** The network, from images of one size to codes of `latentDim` numbers. */
export function residualEncoder(image: ImageSize, latentDim: number): EncoderNetwork {
  const { stem, blocks } = planned(image);
  const last = CHANNELS.at(-1)!;
  return {
    codeSize: latentDim,
    normalizes: true,
    fixed: RESIDUAL_FIXED,
    initial: (_, random) =>
      Object.assign(
        {},
        ...unitsOf(image).map((unit) => initialNormalizedConvolution(unit, random)),
        { "encoder.code.weight": glorot([last, latentDim], random.fork("encoder.code")) },
        { "encoder.code.bias": array([latentDim]) },
      ),
    encode(x, p, mode) {
      const images = reshape(x, [x.shape[0]!, ...image]);
      const start = relu(applyNormalizedConvolution(stem, images, p, mode));
      const h = blocks.reduce((h, { first, second, shortcut }) => {
        const residual = applyNormalizedConvolution(
          second,
          relu(applyNormalizedConvolution(first, h, p, mode)),
          p,
          mode,
        );
        return relu(add(residual, shortcut ? applyNormalizedConvolution(shortcut, h, p, mode) : h));
      }, start);
      return affine(mean(h, [2, 3]), p["encoder.code.weight"]!, p["encoder.code.bias"]!);
    },
  };
}

function planned([channels, ...sides]: ImageSize): { stem: NormalizedConvolution; blocks: readonly Block[] } {
  let pixels: readonly number[] = sides;
  /** Strides that halve directions of at least so many pixels. */
  const halving = (least: number): Pair => {
    const strides = pixels.map((side) => (side >= least ? 2 : 1));
    pixels = pixels.map((side, i) => Math.ceil(side / strides[i]!));
    return strides as [number, number];
  };
  const unit = (
    name: string,
    from: number,
    to: number,
    kernel: number,
    stride: Pair,
  ): NormalizedConvolution => ({
    name: `encoder.${name}`,
    from,
    to,
    kernel,
    stride,
    padding: Math.floor(kernel / 2),
  });
  const stem = unit("stem", channels, CHANNELS[0], KERNEL, halving(WIDE));
  const blocks = CHANNELS.slice(1).map((to, i): Block => {
    const from = CHANNELS[i]!;
    const stride = to > from ? halving(LEAST) : 1;
    return {
      first: unit(`${i}.first`, from, to, KERNEL, stride),
      second: unit(`${i}.second`, to, to, KERNEL, 1),
      shortcut: to > from ? unit(`${i}.shortcut`, from, to, 1, stride) : undefined,
    };
  });
  return { stem, blocks };
}

function unitsOf(image: ImageSize): readonly NormalizedConvolution[] {
  const { stem, blocks } = planned(image);
  return [
    stem,
    ...blocks.flatMap(({ first, second, shortcut }) => [first, second, ...(shortcut ? [shortcut] : [])]),
  ];
}
