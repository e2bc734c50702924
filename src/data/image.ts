/**
 * @file Images of one size as rows of a `Matrix`: values in [0, 255], color channel by channel.
 */
import type { ArrayContent } from "./dataset.js";
import { checkedSize } from "./matrix.js";
import type { Image } from "./netpbm.js";

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
