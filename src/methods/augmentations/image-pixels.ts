/**
 * @file Views of images with other pixels in their places, drawn anew for each image:
 *
 *   brightness   x̃ = f x,  f uniform on [1 − β, 1 + β]
 *   contrast     x̃ = x̄ + f (x − x̄),  x̄ the mean of the channel, f uniform on [1 − β, 1 + β]
 *   blur         x̃ = k ∗ x,  k(a, b) ∝ exp(−(a² + b²) / 2σ²) up to 3 σ₀ pixels away, σ uniform on [0, σ₀]
 *   cutOut       x̃ = 0 in a square of p × p pixels, as far as it lies inside, with its middle at any pixel
 *   hidePatches  x̃ = 0 in each patch of p × p pixels with probability ρ
 *
 * All in the units of training. Values may leave the range that the pixels had.
 * Source: Chen, Kornblith, Norouzi & Hinton (2020), "A simple framework for contrastive learning of visual representations",
 * ICML, appendix A (brightness, contrast, blur; the first two as torchvision's `ColorJitter`); DeVries & Taylor (2017), "Improved
 * regularization of convolutional neural networks with cutout"; He et al. (2022), "Masked autoencoders are scalable vision
 * learners", CVPR (patches).
 */
import { abs, add, div, exp, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import { cast, less } from "../../engine/ops/select.js";
import { concat, expand, reshape, transpose } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import type { TrainingBatch } from "../method.js";
import { type Augmentation, checkedNumber, checkRank, isCount, isShare } from "./augmentation.js";
import { checkPatches, randomMask } from "./random-mask.js";
import { counting, uniformBetween, wholeNumbers } from "./row-draws.js";

type Size = readonly [channels: number, height: number, width: number];

/** An augmentation of images `[n, channels, height, width]`. @param change is left out where the numbers say that nothing changes. */
function ofImages(
  name: string,
  change: ((image: Tensor, batch: TrainingBatch, size: Size) => Tensor) | undefined,
): Augmentation {
  return {
    name,
    view(x, { batch, shape }) {
      if (!change) return x;
      const size = shape as Size;
      return reshape(change(reshape(x, [x.shape[0]!, ...size]), batch, size), x.shape);
    },
    check: (method, shape) => checkRank(method, name, shape, 3),
  };
}

/** The number of images of a batch, and a shape of one number for each. */
const oneEach = (image: Tensor) => [image.shape[0] as number, 1, 1, 1] as const;

/**
 * Makes images brighter or darker by a factor uniform on [1 − strength, 1 + strength].
 * @param strength in [0, 1]. Default 0.4.
 * @throws RangeError for another number.
 */
export function brightness(strength?: number): Augmentation {
  const most = checkedNumber("brightness: strength", strength, 0.4, "in [0, 1]", isShare);
  return ofImages(
    `brightness:${most}`,
    most === 0
      ? undefined
      : (image, batch) => mul(image, uniformBetween(batch, [1 - most, 1 + most], oneEach(image))),
  );
}

/**
 * Takes pixels away from or nearer to the mean of their image and channel, by a factor uniform on [1 − strength, 1 + strength].
 * @param strength in [0, 1]. Default 0.4.
 * @throws RangeError for another number.
 */
export function contrast(strength?: number): Augmentation {
  const most = checkedNumber("contrast: strength", strength, 0.4, "in [0, 1]", isShare);
  return ofImages(
    `contrast:${most}`,
    most === 0
      ? undefined
      : (image, batch) => {
          const factor = uniformBetween(batch, [1 - most, 1 + most], oneEach(image));
          const middle = mul(mean(image, [2, 3], { keepDims: true }), sub(1, factor));
          return add(mul(image, factor), middle);
        },
  );
}

/** Beyond so many standard deviations a blur sees nothing. */
const REACH = 3;
/** Longest sum of a product whose bits do not depend on who shares the work, however it is written. */
const LONGEST_SUM = 128;

/**
 * Blurs images by a Gaussian with a standard deviation uniform on [0, sigma]; their edges go on.
 * @param sigma in pixels, in [0, 64]. Default 1.
 * @throws RangeError for another number.
 */
export function blur(sigma?: number): Augmentation {
  const most = checkedNumber("blur: sigma", sigma, 1, "in [0, 64]", (v) => v >= 0 && v <= 64);
  return ofImages(
    `blur:${most}`,
    most === 0
      ? undefined
      : (image, batch, [, height, width]) => {
          const [n] = oneEach(image);
          const reach = Math.ceil(REACH * most);
          const deviation = uniformBetween(batch, [0, most], [n, 1]);
          const squares = constant({
            dtype: "float32",
            shape: [1, reach],
            data: Float32Array.from({ length: reach }, (_, i) => -((i + 1) ** 2) / 2),
          });
          const tails = exp(div(squares, square(deviation)));
          const whole = add(mul(sum(tails, 1, { keepDims: true }), 2), 1);
          const taps = div(concat([expand(constant(1), [n, 1]), tails], 1), whole);
          const down = transposedKernel(taps, height);
          const across = transposedKernel(taps, width);
          const half = matmul(down, image, { transposeA: true });
          if (width <= LONGEST_SUM) return matmul(half, across);
          return transpose(matmul(across, transpose(half, [0, 1, 3, 2]), { transposeA: true }), [0, 1, 3, 2]);
        },
  );
}

/** The kernel of every row along a side as a matrix `[n, 1, from, to]`, of its values 0, 1, … pixels away `[n, reach + 1]`. */
function transposedKernel(taps: Tensor, size: number): Tensor {
  const [n, reach] = taps.shape as readonly [number, number];
  const places = new Float32Array(reach * size * size);
  for (let away = 0; away < reach; away++)
    for (let to = 0; to < size; to++)
      for (const at of away === 0 ? [to] : [to - away, to + away]) {
        const from = Math.min(Math.max(at, 0), size - 1);
        places[(away * size + from) * size + to]! += 1;
      }
  const basis = constant({ dtype: "float32", shape: [reach, size * size], data: places });
  return reshape(matmul(taps, basis), [n, 1, size, size]);
}

/**
 * Cuts a square out of every image: its pixels become 0. Its middle is any pixel with even chances, so that at the edges a part
 * of it lies outside.
 * @param pixels side of the square, a whole number ≥ 0. Default 8.
 * @throws RangeError for another number.
 */
export function cutOut(pixels?: number): Augmentation {
  const side = checkedNumber("cutOut: pixels", pixels, 8, "a whole number ≥ 0", isCount);
  return ofImages(
    `cutOut:${side}`,
    side === 0
      ? undefined
      : (image, batch, [, height, width]) => {
          // The p pixels from m − ⌊p/2⌋ on lie within p/2 of m − ⌊p/2⌋ + (p − 1)/2.
          const inside = (size: number, axes: readonly number[]) => {
            const middle = wholeNumbers(batch, size, oneEach(image));
            const away = sub(counting(size, axes, Math.floor(side / 2) - (side - 1) / 2), middle);
            return cast(less(abs(away), side / 2), "float32");
          };
          const hidden = mul(inside(height, [1, 1, height, 1]), inside(width, [1, 1, 1, width]));
          return mul(image, sub(1, hidden));
        },
  );
}

/**
 * Hides square patches that tile the image: each becomes 0 with a probability, in all channels.
 * @param probability in [0, 1]. Default 0.3. @param pixels side of the patches, a whole number ≥ 1 that divides height and width.
 * Default 4.
 * @throws RangeError for other numbers.
 */
export function hidePatches(probability?: number, pixels?: number): Augmentation {
  const maskRatio = checkedNumber("hidePatches: probability", probability, 0.3, "in [0, 1]", isShare);
  const patchSize = checkedNumber(
    "hidePatches: pixels",
    pixels,
    4,
    "a whole number ≥ 1",
    (v) => v >= 1 && isCount(v),
  );
  const name = `hidePatches:${maskRatio}:${patchSize}`;
  const shown: NonNullable<Augmentation["shown"]> = (x, { batch, shape }) =>
    randomMask(x, batch, { maskRatio, patchSize, rowShape: shape });
  return {
    name,
    shown,
    view: (x, from) => mul(x, shown(x, from)),
    check(method, shape) {
      checkRank(method, name, shape, 3);
      checkPatches(
        method,
        shape.reduce((all, size) => all * size, 1),
        { patchSize, rowShape: shape },
      );
    },
  };
}
