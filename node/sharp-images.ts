/**
 * @file Images by sharp, if it is installed: PNG, JPEG, WebP, TIFF, GIF and AVIF; the size of one from its header, and its
 * pixels, upright, with 8 or 16 bits, and on white where they are transparent.
 *
 * sharp draws whatever it knows, whatever its name: SVG, PDF, films. Here a file is decoded if it begins as its name says.
 */
import { open, readFile } from "node:fs/promises";
import type { Metadata, Sharp } from "sharp";
import { nameEnding } from "../src/data/name-ending.js";
import type { Image } from "../src/data/netpbm.js";

export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Bits of a number. */
  readonly depth: 8 | 16;
}

/** An image as it was decoded. */
export interface DecodedImage {
  readonly image: Image;
  /** True if some of its pixels were transparent and now show white. */
  readonly wasTransparent: boolean;
}

interface Kind {
  readonly name: string;
  readonly endings: readonly string[];
  /** Starts of such files, as text of one byte a character; `.` is any byte. */
  readonly starts: readonly string[];
}

const KINDS: readonly Kind[] = [
  { name: "PNG", endings: ["png"], starts: ["\x89PNG\r\n\x1a\n"] },
  { name: "JPEG", endings: ["jpg", "jpeg"], starts: ["\xff\xd8\xff"] },
  { name: "WebP", endings: ["webp"], starts: ["RIFF....WEBP"] },
  { name: "TIFF", endings: ["tif", "tiff"], starts: ["II*\0", "MM\0*", "II+\0", "MM\0+"] },
  { name: "GIF", endings: ["gif"], starts: ["GIF87a", "GIF89a"] },
  { name: "AVIF", endings: ["avif"], starts: ["....ftypavif", "....ftypmif1"] },
];

/** Endings of names of the files that `imageSize` and `readImage` take. */
export const SHARP_ENDINGS: readonly string[] = KINDS.flatMap(({ endings }) => endings);

const LONGEST_START = 12;
const PNG_START_BYTES = 8;
const GRAY = ["b-w", "grey16"];
const COLOR = ["srgb", "rgb", "rgb16"];

/**
 * Reads the header alone.
 * @returns the size of the picture as it is looked at, turned as its EXIF orientation says.
 * @throws RangeError if the file is not what its name says, of a kind that has no single picture in gray or red, green and
 * blue of 8 or 16 bits, or damaged.
 */
export async function imageSize(path: string): Promise<ImageSize> {
  const kind = kindOf(path);
  const head = new Uint8Array(LONGEST_START);
  const file = await open(path);
  try {
    await file.read(head, 0, head.length, 0);
  } finally {
    await file.close();
  }
  if (!kind.starts.some((start) => startsWith(head, start))) {
    throw new RangeError(`${path}: is no ${kind.name} image`);
  }
  const metadata = await whole(path, kind, (image) => image.metadata());
  const { space, depth, pages = 1 } = metadata;
  if (space === "cmyk")
    throw new RangeError(`${path}: its colors are CMYK, want gray or red, green and blue`);
  if (!GRAY.includes(space) && !COLOR.includes(space)) {
    throw new RangeError(`${path}: its colors are ${space}, want gray or red, green and blue`);
  }
  if (depth !== "uchar" && depth !== "ushort") {
    throw new RangeError(`${path}: its numbers are of type ${depth}, want whole ones of 8 or 16 bits`);
  }
  if (pages > 1 && kind.name === "TIFF") throw new RangeError(`${path}: has ${pages} pages, want one image`);
  if (pages > 1) throw new RangeError(`${path}: is an animation, want one image`);
  return {
    ...uprightSize(metadata),
    channels: GRAY.includes(space) ? 1 : 3,
    depth: depth === "uchar" ? 8 : 16,
  };
}

function uprightSize({ width, height, autoOrient }: Metadata): { width: number; height: number } {
  return autoOrient ?? { width, height };
}

/**
 * Decodes an image whose header was read before.
 * @throws RangeError if it is damaged, cut off or a film.
 */
export async function readImage(path: string, size: ImageSize): Promise<DecodedImage> {
  const kind = kindOf(path);
  if (kind.name === "PNG" && isAnimated(await readFile(path))) {
    throw new RangeError(`${path}: is an animation, want one image`);
  }
  const isShort = size.depth === 16;
  // Gray goes through color, because sharp would leave the transparency of gray of 8 bits out.
  const space = isShort ? "rgb16" : "srgb";
  const { data, info } = await whole(path, kind, (image) =>
    image
      .autoOrient()
      .toColourspace(space)
      .raw({ depth: isShort ? "ushort" : "uchar" })
      .toBuffer({ resolveWithObject: true }),
  );
  const { width, height } = info;
  if (width !== size.width || height !== size.height)
    throw new RangeError(`${path}: changed while it was read`);
  const bands = info.channels as number;
  if (bands !== 3 && bands !== 4) {
    throw new RangeError(
      `${path}: has ${bands} channels, want red, green and blue, and transparency at most`,
    );
  }
  // A copy starts where numbers of two bytes may start.
  const numbers = isShort ? new Uint16Array(new Uint8Array(data).buffer) : data;
  const image = { width, height, channels: size.channels, maxValue: isShort ? 65535 : 255 } as const;
  if (bands === size.channels) return { image: { ...image, pixels: numbers }, wasTransparent: false };
  return onWhite(image, numbers, bands);
}

/**
 * Lays pixels on white, each as much as it is opaque: v a + m (1 − a), a in [0, 1], m the largest value.
 * @param numbers of 3 or 4 bands a pixel, the fourth how opaque it is; of gray, the first three are the same.
 */
function onWhite(
  image: Omit<Image, "pixels">,
  numbers: Uint8Array | Uint16Array,
  bands: number,
): DecodedImage {
  const { width, height, channels, maxValue } = image;
  const count = width * height;
  const pixels = maxValue > 255 ? new Uint16Array(count * channels) : new Uint8Array(count * channels);
  let wasTransparent = false;
  for (let p = 0; p < count; p++) {
    const alpha = bands === 4 ? numbers[p * bands + 3]! : maxValue;
    if (alpha < maxValue) wasTransparent = true;
    for (let c = 0; c < channels; c++) {
      const value = numbers[p * bands + c]! * alpha + maxValue * (maxValue - alpha);
      pixels[p * channels + c] = Math.round(value / maxValue);
    }
  }
  return { image: { ...image, pixels }, wasTransparent };
}

function kindOf(path: string): Kind {
  return KINDS.find(({ endings }) => endings.includes(nameEnding(path)))!;
}

function startsWith(head: Uint8Array, start: string): boolean {
  return Array.from(start).every((byte, i) => byte === "." || byte.charCodeAt(0) === head[i]);
}

/** Any error of sharp's, which may take lines, is damage of the file. */
async function whole<T>(path: string, kind: Kind, use: (image: Sharp) => Promise<T>): Promise<T> {
  const sharp = await import("sharp").then(
    (module) => module.default,
    () => {
      throw new RangeError(`${path}: ${kind.name} needs the package sharp (npm install sharp)`);
    },
  );
  try {
    // Pixels were counted before, by those who call.
    return await use(sharp(path, { limitInputPixels: false, failOn: "warning" }));
  } catch (error) {
    throw new RangeError(`${path}: is a damaged ${kind.name} image`, { cause: error });
  }
}

/** True if a PNG says that it has further pictures, which it does before the first. Source: PNG, third edition, "acTL". */
function isAnimated(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG_START_BYTES; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}
