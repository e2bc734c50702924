/**
 * @file A sheet of principal components of images: the mean image and the directions in which images differ from it.
 */
import { type Matrix, matrix, row } from "../src/data/matrix.js";
import { imageSheet } from "./image-sheet.js";

/** Images side by side, and at most. */
const ACROSS = 8;
const MOST_SHOWN = 40;

interface Components {
  /** `[d]` */
  readonly mean: Float64Array;
  /** `[k, d]` */
  readonly components: Matrix;
}

/**
 * PNG of the mean, then the components, gray where they are 0, each in its own range.
 * @param shape of a row: `[height, width]`, or `[3, height, width]`.
 */
export function componentSheet(
  { components, mean }: Components,
  shape: readonly number[],
): Promise<Uint8Array> {
  const count = Math.min(MOST_SHOWN, 1 + components.rows);
  const images = matrix(count, components.cols);
  row(images, 0).set(unitRange(mean));
  for (let i = 1; i < count; i++) {
    const component = row(components, i - 1);
    const largest = component.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    row(images, i).set(component.map((value) => 0.5 + (largest > 0 ? value / largest / 2 : 0)));
  }
  return imageSheet(images, shape, ACROSS, [0, 1]);
}

function unitRange(values: Float64Array): Float64Array {
  const low = values.reduce((a, b) => Math.min(a, b));
  const range = values.reduce((a, b) => Math.max(a, b)) - low;
  return values.map((value) => (range > 0 ? (value - low) / range : 0));
}
