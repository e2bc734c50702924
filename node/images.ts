/**
 * @file A folder of images of one size to `Dataset`: PGM and PPM by our reader, PNG and JPEG by sharp if installed.
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
 * Reads the images in a folder, not those in folders below, in the order of their names with numbers as numbers.
 * @param color keeps red, green and blue; else images become grey.
 * @throws RangeError if there is none, if sizes differ, or if a PNG or JPEG is there and sharp is not.
 */
export async function readImageFolder(folder: string, color: boolean): Promise<Dataset> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith("."),
  );
  const order = new Intl.Collator("en", { numeric: true });
  const names = entries.map(({ name }) => name).sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
  const wanted = names.filter((name) => [...NETPBM, ...BY_SHARP].includes(nameEnding(name)));
  if (wanted.length === 0)
    throw new RangeError(`${folder}: no images in this folder (want PGM, PPM, PNG or JPEG)`);

  const images: NamedImage[] = [];
  for (const file of wanted) {
    const name = join(folder, file);
    const byUs = NETPBM.includes(nameEnding(file));
    const image = byUs ? readNetpbm(await readFile(name), name) : await readBySharp(name);
    images.push({ name, image: color ? image : toGrey(image) });
  }
  const data = imageDataset(images, folder, "images");
  const others = names.length - wanted.length;
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
