/**
 * @file Sheets of directions in the space of images: principal components with their mean, atoms, filters.
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
  for (let i = 1; i < count; i++) row(images, i).set(aroundGray(row(components, i - 1)));
  return imageSheet(images, shape, ACROSS, [0, 1]);
}

/**
 * PNG of directions, each gray where it is 0 and in its own range.
 * @param places they are images themselves, in one range for all.
 */
export function directionSheet(
  directions: Matrix,
  shape: readonly number[],
  { places = false }: { readonly places?: boolean } = {},
): Promise<Uint8Array> {
  if (places) return imageSheet(directions, shape, ACROSS);
  const images = matrix(directions.rows, directions.cols);
  for (let i = 0; i < directions.rows; i++) row(images, i).set(aroundGray(row(directions, i)));
  return imageSheet(images, shape, ACROSS, [0, 1]);
}

function aroundGray(direction: Float32Array): Float32Array {
  const largest = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return direction.map((value) => 0.5 + (largest > 0 ? value / largest / 2 : 0));
}

function unitRange(values: Float64Array): Float64Array {
  const low = values.reduce((a, b) => Math.min(a, b));
  const range = values.reduce((a, b) => Math.max(a, b)) - low;
  return values.map((value) => (range > 0 ? (value - low) / range : 0));
}
