/**
 * @file PNG and JPEG by sharp, if it is installed: the size of an image from its header, and its pixels.
 *
 * sharp draws whatever it knows, whatever its name: SVG, PDF, films. Here a file is decoded if it begins as its name says.
 */
import { open, readFile } from "node:fs/promises";
import type { Sharp } from "sharp";
import { nameEnding } from "../src/data/format.js";
import type { Image } from "../src/data/netpbm.js";

export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff);

/**
 * Reads the header alone.
 * @throws RangeError if the file is not what its name says, of a kind that has no single picture in gray or red, green and
 * blue, or damaged.
 */
export async function imageSize(path: string): Promise<ImageSize> {
  const kind = nameEnding(path) === "png" ? "PNG" : "JPEG";
  const magic = kind === "PNG" ? PNG : JPEG;
  const head = new Uint8Array(magic.length);
  const file = await open(path);
  try {
    await file.read(head, 0, head.length, 0);
  } finally {
    await file.close();
  }
  if (!magic.every((byte, i) => byte === head[i])) throw new RangeError(`${path}: is no ${kind} image`);
  const { width, height, channels, space } = await whole(path, kind, (image) => image.metadata());
  if (space === "cmyk")
    throw new RangeError(`${path}: its colors are CMYK, want gray or red, green and blue`);
  return { width, height, channels: channels < 3 ? 1 : 3 };
}

/**
 * Decodes an image whose header was read before.
 * @throws RangeError if it is damaged, cut off or a film.
 */
export async function readImage(path: string, size: ImageSize): Promise<Image> {
  const kind = nameEnding(path) === "png" ? "PNG" : "JPEG";
  if (kind === "PNG" && isAnimated(await readFile(path))) {
    throw new RangeError(`${path}: is an animation, want one image`);
  }
  const { data, info } = await whole(path, kind, (image) =>
    image.removeAlpha().raw().toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  if (width !== size.width || height !== size.height)
    throw new RangeError(`${path}: changed while it was read`);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`${path}: has ${channels} channels of color, want 1 or 3`);
  }
  return { width, height, channels, maxValue: 255, pixels: data };
}

/** Any error of sharp's, which may take lines, is damage of the file. */
async function whole<T>(path: string, kind: string, use: (image: Sharp) => Promise<T>): Promise<T> {
  const sharp = await import("sharp").then(
    (module) => module.default,
    () => {
      throw new RangeError(`${path}: PNG and JPEG need the package sharp (npm install sharp)`);
    },
  );
  try {
    // Pixels were counted before, by those who call.
    return await use(sharp(path, { limitInputPixels: false, failOn: "warning" }));
  } catch (error) {
    throw new RangeError(`${path}: is a damaged ${kind} image`, { cause: error });
  }
}

/** True if a PNG says that it has further pictures, which it does before the first. Source: PNG, third edition, "acTL". */
function isAnimated(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG.length; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}
