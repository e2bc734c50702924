/**
 * @file A folder of images of one size, or of folders of them, to `Dataset`: PGM and PPM by our reader, PNG and JPEG by sharp if installed.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "../src/data/dataset.js";
import { nameEnding } from "../src/data/format.js";
import { imageDataset, type NamedImage, toGrey } from "../src/data/image.js";
import { type Image, readNetpbm } from "../src/data/netpbm.js";

const NETPBM = ["pgm", "ppm", "pnm"];
const BY_SHARP = ["png", "jpg", "jpeg"];

/**
 * Reads the images in a folder, in the order of their names with numbers as numbers. Where a folder has none itself but
 * folders with images, it reads those, and the name of its folder is the label of an image.
 * @param color keeps red, green and blue; else images become grey.
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

/** What is in a folder, in order. */
async function listed(folder: string) {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith("."),
  );
  const order = new Intl.Collator("en", { numeric: true });
  const names = entries.map(({ name }) => name).sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
  const isImage = (name: string) => [...NETPBM, ...BY_SHARP].includes(nameEnding(name));
  return {
    images: names.filter(isImage),
    others: names.filter((name) => !isImage(name)),
    folders: new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)),
  };
}

/** @param others how many entries there are beside the images. */
async function imagesOf(
  folder: string,
  files: readonly string[],
  others: number,
  color: boolean,
): Promise<Dataset> {
  const images: NamedImage[] = [];
  for (const file of files) {
    const name = join(folder, file);
    const byUs = NETPBM.includes(nameEnding(file));
    const image = byUs ? readNetpbm(await readFile(name), name) : await readBySharp(name);
    images.push({ name, image: color ? image : toGrey(image) });
  }
  const data = imageDataset(images, folder, "images");
  const warning = `${folder}: ${others} ${others === 1 ? "entry is no image" : "entries are no images"}`;
  return others === 0 ? data : { ...data, warnings: [`${warning} and left out`] };
}

async function readBySharp(path: string): Promise<Image> {
  const sharp = await import("sharp").then(
    (module) => module.default,
    () => {
      throw new RangeError(`${path}: PNG and JPEG need the package sharp (npm install sharp)`);
    },
  );
  try {
    const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels !== 1 && channels !== 3) throw new RangeError(`${channels} colour channels, want 1 or 3`);
    return { width, height, channels, maxValue: 255, pixels: data };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RangeError(`${path}: ${reason}`, { cause: error });
  }
}
