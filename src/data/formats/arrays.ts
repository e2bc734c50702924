/**
 * @file NumPy's .npy and MNIST's IDX: arrays of numbers without names.
 */

import { isIdx, readIdx } from "../idx.js";
import { channelsFirst } from "../image.js";
import { type ArrayRows, isNpy, npyPieces, readNpyFrom } from "../npy.js";
import type { ArrayContent } from "../table-dataset.js";
import type { Format } from "./format.js";
import { FORMAT_NAMES } from "./names.js";

/** Rows of an array; those of more than two axes are images or sequences, bytes are those of images. */
export function arrayContent(read: ArrayRows, name: string): ArrayContent {
  const turned = channelsFirst(read.shape, read.x.data);
  const { bytes } = read;
  const { shape, x } = turned ? { shape: turned.shape, x: { ...read.x, data: turned.data } } : read;
  const notes = turned
    ? [
        `${name}: images of ${read.shape.slice(1).join(" × ")} with their channels last, read as ${shape.slice(1).join(" × ")}`,
      ]
    : [];
  const isImage = bytes && (shape.length > 2 || x.data.some((value) => value > 1));
  return {
    x,
    notes,
    ...(shape.length > 2 && { rowShape: shape.slice(1) }),
    ...(isImage && { range: [0, 255] as const }),
  };
}

export const npyFormat: Format = {
  name: "npy",
  ...FORMAT_NAMES.npy,
  begins: isNpy,
  read: async (source) => ({ array: arrayContent(await readNpyFrom(source), source.name) }),
  write({ numbers, rowShape }) {
    return npyPieces(numbers, rowShape ? [numbers.rows, ...rowShape] : undefined);
  },
};

export const idxFormat: Format = {
  name: "idx",
  ...FORMAT_NAMES.idx,
  begins: isIdx,
  read: async (source) => ({ array: arrayContent(readIdx(await source.bytes(), source.name), source.name) }),
};
