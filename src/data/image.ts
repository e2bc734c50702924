/**
 * @file Images of one size as rows of a `Matrix`: values in [0, 255], color channel by channel.
 */

import { checkedSize } from "./matrix.js";
import type { Image } from "./netpbm.js";
import type { ArrayContent } from "./table-dataset.js";

/** An image and where it came from. */
export interface NamedImage {
  readonly name: string;
  readonly image: Image;
}

/**
 * Puts images under one another, one a row, in the order given.
 * @returns values scaled to [0, 255] whatever the depth; `rowShape` is `[height, width]`, or
 * `[3, height, width]` for color.
 * @throws RangeError naming the first image whose size or channels differ from those before it.
 */
export function imagesContent(images: readonly NamedImage[], name: string): ArrayContent {
  const first = images[0]?.image;
  if (!first) throw new RangeError(`${name}: no images`);
  const { width, height, channels } = first;
  const size = width * height;
  const odd = images.find(
    ({ image }) => image.width !== width || image.height !== height || image.channels !== channels,
  );
  if (odd) {
    const got = `${odd.image.width} × ${odd.image.height} × ${odd.image.channels}`;
    throw new RangeError(`${odd.name}: ${got}, the images before it are ${width} × ${height} × ${channels}`);
  }
  const cols = size * channels;
  const data = new Float32Array(checkedSize(images.length, cols, name));
  images.forEach(({ image: { pixels, maxValue } }, i) => {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < size; p++) {
        data[i * cols + c * size + p] = (pixels[p * channels + c]! * 255) / maxValue;
      }
    }
  });
  return {
    x: { data, rows: images.length, cols },
    rowShape: channels === 1 ? [height, width] : [channels, height, width],
    range: [0, 255],
  };
}

/** Luma of a color image in one channel. Source: ITU-R BT.601, as in the JPEG File Interchange Format. */
export function toGray(image: Image): Image {
  if (image.channels === 1) return image;
  const { width, height, maxValue, pixels } = image;
  const gray = maxValue < 256 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  for (let p = 0; p < gray.length; p++) {
    const luma = 0.299 * pixels[3 * p]! + 0.587 * pixels[3 * p + 1]! + 0.114 * pixels[3 * p + 2]!;
    gray[p] = Math.round(luma);
  }
  return { width, height, channels: 1, maxValue, pixels: gray };
}

/** A gray image with its values in all three colors; others as they are. */
export function toColor(image: Image): Image {
  if (image.channels === 3) return image;
  const { pixels } = image;
  const color = image.maxValue < 256 ? new Uint8Array(3 * pixels.length) : new Uint16Array(3 * pixels.length);
  pixels.forEach((value, p) => {
    color.fill(value, 3 * p, 3 * p + 3);
  });
  return { ...image, channels: 3, pixels: color };
}

const CHANNELS = [1, 3, 4];

/**
 * Puts channels first in an array of images that has them last, `[n, height, width, channels]`, as Pillow, OpenCV and
 * TensorFlow keep them. Channels are last where the last axis is 1, 3 or 4 long and the second is not; an array of another
 * rank, or where both could be channels, is left as it is.
 * @param data numbers row by row; not changed.
 * @param options `dropAlpha` leaves the fourth channel out. Default: it stays.
 * @returns the shape `[n, channels, height, width]`, or `[n, height, width]` of one channel, and the numbers in that order;
 * undefined for what is left as it is.
 * @throws RangeError if the shape does not hold as many numbers.
 */
export function channelsFirst<Data extends Float32Array | Float64Array>(
  shape: readonly number[],
  data: Data,
  options: { readonly dropAlpha?: boolean } = {},
): { readonly shape: readonly number[]; readonly data: Data } | undefined {
  const [count, height, width, last] = shape;
  if (shape.length !== 4 || !CHANNELS.includes(last!) || CHANNELS.includes(height!)) return undefined;
  const size = height! * width!;
  if (data.length !== count! * size * last!) {
    throw new RangeError(`channelsFirst: shape (${shape.join(", ")}) does not hold ${data.length} numbers`);
  }
  const channels = last === 4 && options.dropAlpha === true ? 3 : last!;
  const out = new (data.constructor as new (length: number) => Data)(count! * channels * size);
  for (let i = 0; i < count!; i++) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < size; p++) {
        out[(i * channels + c) * size + p] = data[(i * size + p) * last! + c]!;
      }
    }
  }
  return {
    shape: channels === 1 ? [count!, height!, width!] : [count!, channels, height!, width!],
    data: out,
  };
}

/** True for shapes of images of one channel or of three. */
export function isImage(shape: readonly number[] | undefined): shape is readonly number[] {
  return (
    shape !== undefined && (shape.length === 2 || (shape.length === 3 && (shape[0] === 1 || shape[0] === 3)))
  );
}
