/**
 * @file A folder of images of one size, or of folders of them, to `Dataset`: PGM and PPM by our reader, others by sharp if installed.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Dataset } from "../src/data/dataset.js";
import { FORMAT_NAMES } from "../src/data/formats/names.js";
import { type NamedImage, toGray } from "../src/data/image.js";
import { imageDataset } from "../src/data/image-dataset.js";
import { checkedSize } from "../src/data/matrix.js";
import { nameEnding } from "../src/data/name-ending.js";
import { inNaturalOrder } from "../src/data/natural-order.js";
import { readNetpbm } from "../src/data/netpbm.js";
import { type ImageSize, imageSize, readImage, SHARP_ENDINGS } from "./sharp-images.js";

const NETPBM: readonly string[] = FORMAT_NAMES.netpbm.endings;

/** Endings of names of images that are read. */
export const IMAGE_ENDINGS: readonly string[] = [...NETPBM, ...SHARP_ENDINGS];

// A small file can promise a large picture. So many numbers are always taken, 1 GiB; more than that must stand in some
// proportion to the bytes of the files.
const ALWAYS_ALLOWED = 2 ** 28;
const MOST_NUMBERS_PER_BYTE = 64;

/**
 * Reads the images in a folder, in the order of their names with numbers as numbers. Where a folder has none itself but
 * folders with images, it reads those, and the name of its folder is the label of an image.
 * Images are turned as their EXIF orientation says, and laid on white where they are transparent, which the notes tell.
 * @param color keeps red, green and blue; else images become gray.
 * @throws RangeError if there is none, if sizes differ, or if one of another kind than PGM and PPM is there and sharp is not.
 */
export async function readImageFolder(folder: string, color: boolean): Promise<Dataset> {
  const top = await listed(folder);
  if (top.images.length > 0) {
    return imagesOf(folder, top.images, top.others.length, color);
  }
  const files: string[] = [];
  const labels: string[] = [];
  let others = 0;
  for (const name of top.others) {
    const below = top.folders.has(name) ? await listed(join(folder, name)) : undefined;
    for (const file of below?.images ?? []) {
      files.push(join(name, file));
      labels.push(name);
    }
    others += below && below.images.length > 0 ? below.others.length : 1;
  }
  if (files.length === 0) {
    throw new RangeError(
      `${folder}: no images in this folder, nor in folders in it (want PGM, PPM, PNG, JPEG, WebP, TIFF, GIF or AVIF)`,
    );
  }
  return { ...(await imagesOf(folder, files, others, color)), labels, labelName: "label" };
}

/** True of a path that names an image that sharp reads. */
export const isSharpImage = (path: string): boolean => SHARP_ENDINGS.includes(nameEnding(path));

/**
 * Reads one image as a data set of one row, in color where it has colors.
 * @throws as `readImageFolder`.
 */
export async function readImageFile(path: string): Promise<Dataset> {
  return { ...(await imagesOf(dirname(path), [basename(path)], 0, true)), name: path };
}

/** Entries of a folder, in order. */
async function listed(folder: string) {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith("."),
  );
  const names = inNaturalOrder(entries.map(({ name }) => name));
  const folders = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  const isImage = (name: string) => !folders.has(name) && IMAGE_ENDINGS.includes(nameEnding(name));
  return { images: names.filter(isImage), others: names.filter((name) => !isImage(name)), folders };
}

/** @param others how many entries there are beside the images. */
async function imagesOf(
  folder: string,
  files: readonly string[],
  others: number,
  color: boolean,
): Promise<Dataset> {
  const paths = files.map((file) => join(folder, file));
  const sizes = await checkedSizes(paths, color);
  const images: NamedImage[] = [];
  let transparent = 0;
  for (const name of paths) {
    const size = sizes.get(name);
    const { image, wasTransparent } = size
      ? await readImage(name, size)
      : { image: readNetpbm(await readFile(name), name), wasTransparent: false };
    if (wasTransparent) transparent++;
    images.push({ name, image: color ? image : toGray(image) });
  }
  return imageDataset(images, folder, { others, transparent });
}

/**
 * Sizes of images that sharp decodes, from their headers, before any of them is decoded.
 * @throws RangeError if they differ, or if what they ask for is out of proportion to their files.
 */
async function checkedSizes(
  paths: readonly string[],
  color: boolean,
): Promise<ReadonlyMap<string, ImageSize>> {
  const sizes = new Map<string, ImageSize>();
  let numbers = 0;
  let bytes = 0;
  for (const path of paths) {
    if (NETPBM.includes(nameEnding(path))) continue;
    const size = await imageSize(path);
    const { width, height } = size;
    const first = sizes.values().next().value ?? size;
    if (width !== first.width || height !== first.height) {
      const others = `the images before it are ${first.width} × ${first.height}`;
      throw new RangeError(`${path}: ${width} × ${height}, ${others}`);
    }
    sizes.set(path, size);
    numbers += checkedSize(height, width * (color ? size.channels : 1), path);
    bytes += (await stat(path)).size;
    if (numbers > Math.max(ALWAYS_ALLOWED, bytes * MOST_NUMBERS_PER_BYTE)) {
      const asked = `images up to this one have ${numbers} numbers in ${bytes} bytes`;
      throw new RangeError(`${path}: ${asked}, want at most ${MOST_NUMBERS_PER_BYTE} a byte`);
    }
  }
  return sizes;
}
