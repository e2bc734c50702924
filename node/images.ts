/**
 * @file A folder of images of one size, or of folders of them, to `Dataset`: PGM and PPM by our reader, PNG and JPEG by sharp if installed.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "../src/data/dataset.js";
import { nameEnding } from "../src/data/format.js";
import { imageDataset, type NamedImage, toGray } from "../src/data/image.js";
import { checkedSize } from "../src/data/matrix.js";
import { readNetpbm } from "../src/data/netpbm.js";
import { type ImageSize, imageSize, readImage } from "./png-jpeg.js";

const NETPBM = ["pgm", "ppm", "pnm"];
const BY_SHARP = ["png", "jpg", "jpeg"];

// A small file can promise a large picture. So many numbers are always taken, 1 GiB; more than that must stand in some
// proportion to the bytes of the files.
const ALWAYS_ALLOWED = 2 ** 28;
const MOST_NUMBERS_PER_BYTE = 64;

/**
 * Reads the images in a folder, in the order of their names with numbers as numbers. Where a folder has none itself but
 * folders with images, it reads those, and the name of its folder is the label of an image.
 * @param color keeps red, green and blue; else images become gray.
 * @throws RangeError if there is none, if sizes differ, or if a PNG or JPEG is there and sharp is not.
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
      `${folder}: no images in this folder, nor in folders in it (want PGM, PPM, PNG or JPEG)`,
    );
  }
  return { ...(await imagesOf(folder, files, others, color)), labels };
}

/** Entries of a folder, in order. */
async function listed(folder: string) {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith("."),
  );
  const order = new Intl.Collator("en", { numeric: true });
  const names = entries.map(({ name }) => name).sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
  const folders = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  const isImage = (name: string) => !folders.has(name) && [...NETPBM, ...BY_SHARP].includes(nameEnding(name));
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
  for (const name of paths) {
    const size = sizes.get(name);
    const image = size ? await readImage(name, size) : readNetpbm(await readFile(name), name);
    images.push({ name, image: color ? image : toGray(image) });
  }
  const data = imageDataset(images, folder, "images");
  const warning = `${folder}: ${others} ${others === 1 ? "entry is no image" : "entries are no images"}`;
  return others === 0 ? data : { ...data, warnings: [`${warning} and left out`] };
}

/**
 * Sizes of PNG and JPEG images, from their headers, before any of them is decoded.
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
