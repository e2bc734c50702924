/**
 * @file A folder of images to rows of pixels, in the worker, as the command line reads one: gray, in the order of names, labels by the folders in
 * it. PNG and JPEG are decoded by the browser, PGM and PPM by our reader.
 */
import type { Dataset } from "../src/data/dataset.js";
import { type NamedImage, toGray } from "../src/data/image.js";
import { imageDataset } from "../src/data/image-dataset.js";
import { checkedSize } from "../src/data/matrix.js";
import { nameEnding } from "../src/data/name-ending.js";
import { inNaturalOrder } from "../src/data/natural-order.js";
import { type Image, readNetpbm } from "../src/data/netpbm.js";
import type { FolderFile } from "./protocol.js";

const NETPBM = ["pgm", "ppm"];
const DECODED = ["png", "jpg", "jpeg"];
const isImage = (path: string) => [...NETPBM, ...DECODED].includes(nameEnding(path));

// A small file can promise a large picture, as for the command line.
const ALWAYS_ALLOWED = 2 ** 28;
const MOST_NUMBERS_PER_BYTE = 64;
const HEAD_BYTES = 2 ** 16;

/** @throws RangeError in a line, if there is no image, if sizes differ, if one is damaged or promises too much. */
export async function readImages(folder: string, files: readonly FolderFile[]): Promise<Dataset> {
  const { chosen, labels, others } = imagesAmong(folder, files);
  const images: NamedImage[] = [];
  let [transparent, numbers, bytes] = [0, 0, 0];
  let first: Size | undefined;
  for (const { path, file } of chosen) {
    const name = `${folder}/${path}`;
    if (NETPBM.includes(nameEnding(path))) {
      const image = toGray(readNetpbm(new Uint8Array(await file.arrayBuffer()), name));
      images.push({ name, image });
      continue;
    }
    const size = sizeOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()), name);
    // Upright or not is known once it is decoded.
    if (first && size.width * size.height !== first.width * first.height) refuseSize(name, size, first);
    first ??= size;
    numbers += checkedSize(size.height, size.width, name);
    bytes += file.size;
    if (numbers > Math.max(ALWAYS_ALLOWED, bytes * MOST_NUMBERS_PER_BYTE))
      throw new RangeError(
        `${name}: images up to this one have ${numbers} numbers in ${bytes} bytes, want at most ${MOST_NUMBERS_PER_BYTE} a byte`,
      );
    const decoded = await decode(file, name);
    if (decoded.wasTransparent) transparent++;
    images.push({ name, image: toGray(decoded.image) });
  }
  const data = imageDataset(images, folder, { others, transparent });
  return labels ? { ...data, labels, labelName: "label" } : data;
}

interface Chosen {
  readonly chosen: readonly FolderFile[];
  /** Folders that they are in, where these are below. */
  readonly labels?: readonly string[];
  readonly others: number;
}

/** Images of a folder; where it has none itself, those of the folders in it. */
function imagesAmong(folder: string, files: readonly FolderFile[]): Chosen {
  const byPath = new Map(
    files
      .filter(({ path }) => !path.split("/").some((name) => name.startsWith(".")))
      .map((one) => [one.path, one]),
  );
  const paths = [...byPath.keys()];
  const entries = inNaturalOrder([...new Set(paths.map((path) => path.split("/")[0]!))]);
  const ofTop = entries.filter((name) => byPath.has(name) && isImage(name));
  if (ofTop.length > 0)
    return { chosen: ofTop.map((name) => byPath.get(name)!), others: entries.length - ofTop.length };
  const chosen: FolderFile[] = [];
  const labels: string[] = [];
  let others = 0;
  for (const entry of entries) {
    const below = paths
      .filter((path) => path.startsWith(`${entry}/`))
      .map((path) => path.slice(entry.length + 1));
    const names = inNaturalOrder([...new Set(below.map((path) => path.split("/")[0]!))]);
    const images = names.filter((name) => below.includes(name) && isImage(name));
    for (const name of images) {
      chosen.push(byPath.get(`${entry}/${name}`)!);
      labels.push(entry);
    }
    others += images.length > 0 ? names.length - images.length : 1;
  }
  if (chosen.length === 0)
    throw new RangeError(
      `${folder}: no images in this folder, nor in folders in it (want PNG, JPEG, PGM or PPM)`,
    );
  return { chosen, labels, others };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function refuseSize(name: string, size: Size, first: Size): never {
  throw new RangeError(
    `${name}: ${size.width} × ${size.height}, the images before it are ${first.width} × ${first.height}`,
  );
}

const PNG_START = "\x89PNG\r\n\x1a\n";
/** Markers of frames of a JPEG, which say its size. */
const FRAME = /[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]/;

/** The size that a header says, before anything is decoded. Sources: PNG, third edition, "IHDR"; ITU-T T.81, B.2.2. */
function sizeOf(head: Uint8Array, name: string): Size {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = String.fromCharCode(...head.subarray(0, PNG_START.length));
  if (nameEnding(name) === "png") {
    if (start !== PNG_START || head.length < 33) throw new RangeError(`${name}: is no PNG image`);
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (!start.startsWith("\xff\xd8\xff")) throw new RangeError(`${name}: is no JPEG image`);
  for (let at = 2; at + 9 <= head.length && head[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (FRAME.test(String.fromCharCode(head[at + 1]!)))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
  }
  throw new RangeError(`${name}: is a damaged JPEG image`);
}

/** Pixels in red, green and blue, upright, on white where they are transparent. */
async function decode(file: File, name: string): Promise<{ image: Image; wasTransparent: boolean }> {
  const bitmap = await createImageBitmap(file, {
    ...{ colorSpaceConversion: "none", imageOrientation: "from-image", premultiplyAlpha: "none" },
  }).catch((cause) => {
    throw new RangeError(`${name}: is a damaged ${nameEnding(name) === "png" ? "PNG" : "JPEG"} image`, {
      cause,
    });
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(3 * width * height);
  let wasTransparent = false;
  for (let p = 0; p < width * height; p++) {
    const alpha = data[4 * p + 3]!;
    if (alpha < 255) wasTransparent = true;
    for (let c = 0; c < 3; c++)
      pixels[3 * p + c] = Math.round((data[4 * p + c]! * alpha + 255 * (255 - alpha)) / 255);
  }
  return { image: { width, height, channels: 3, maxValue: 255, pixels }, wasTransparent };
}
