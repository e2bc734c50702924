/**
 * @file A sheet of images pixel by pixel, in the gray levels that such images have.
 */
import type { Matrix } from "../src/data/matrix.js";
import { writeNetpbm } from "../src/data/netpbm.js";
import { tileImages, writePng } from "../src/files/png.js";

const ACROSS = 20;

/**
 * PNG of images, 20 side by side.
 * @param shape of a row: `[height, width]`, or `[3, height, width]`. @param measured says which levels are black and white.
 */
export function plainSheet(images: Matrix, shape: readonly number[], measured: Matrix): Promise<Uint8Array> {
  return writePng(tileImages(images, shape, ACROSS, levelsOf(measured)));
}

/** One image as a PGM or PPM file of bytes. @param shape as of `plainSheet`. @param measured says which levels are black and white. */
export function plainNetpbm(image: Matrix, shape: readonly number[], measured: Matrix): Uint8Array {
  const { data: pixels, ...size } = tileImages(image, shape, 1, levelsOf(measured));
  return writeNetpbm({ ...size, maxValue: 255, pixels });
}

/** Black and white: those of 8-bit images or of shares where all that is measured lies between, else its ends. */
function levelsOf({ data }: Matrix): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= 0 && high <= 255) return [0, high <= 1 ? 1 : 255];
  return [low, high];
}
