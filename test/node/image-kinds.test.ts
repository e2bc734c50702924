/**
 * @file Kinds of images in folders: depths, palettes, transparency, orientation and formats, against pixels that were chosen.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { writeNetpbm } from "../../src/data/netpbm.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unlabeled-kinds-"));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
async function folderOf(files: Record<string, Uint8Array>): Promise<string> {
  const path = join(folder, `${count++}`);
  await mkdir(path);
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(path, file), bytes);
  return path;
}

/** Rows of a folder, as plain numbers. */
async function rowsOf(files: Record<string, Uint8Array>, color = false) {
  const path = await folderOf(files);
  const { x, rowShape, notes } = await readFileData(path, { color });
  const rows = Array.from({ length: x.rows }, (_, i) => [...x.data.subarray(i * x.cols, (i + 1) * x.cols)]);
  return { rows, rowShape, notes: notes.map((note) => note.replace(`${path}: `, "")) };
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, -4)));
  return bytes;
}

const COLOR_TYPES = { gray: 0, color: 2, palette: 3, grayAlpha: 4, colorAlpha: 6 } as const;

/** A PNG of these bytes a row. Source: PNG, third edition. */
function png(
  [width, height]: readonly [number, number],
  depth: number,
  type: keyof typeof COLOR_TYPES,
  rows: readonly (readonly number[])[],
  more: readonly Uint8Array[] = [],
): Uint8Array {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([depth, COLOR_TYPES[type]], 8);
  const data = Uint8Array.from(rows.flatMap((row) => [0, ...row]));
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    chunk("IHDR", header),
    ...more,
    chunk("IDAT", deflateSync(data)),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** Numbers of 16 bits as the bytes of a PNG. */
const wide = (...values: number[]) => values.flatMap((value) => [value >> 8, value & 255]);
const in255 = (value: number, max = 65535) => Math.fround((value * 255) / max);

describe("16 bits", () => {
  const values = [1, 257, 3484, 65535];
  const gray = png([2, 2], 16, "gray", [wide(1, 257), wide(3484, 65535)]);

  test("a PNG has the same numbers as the PGM of its pixels", async () => {
    const pixels = Uint16Array.from(values);
    const pgm = writeNetpbm({ width: 2, height: 2, channels: 1, maxValue: 65535, pixels });
    const { rows } = await rowsOf({ "a.png": gray, "b.pgm": pgm });
    expect(rows).toEqual([values.map((value) => in255(value)), values.map((value) => in255(value))]);
  });

  test("700 values stay 700", async () => {
    const many = Array.from({ length: 700 }, (_, i) => 40 * i + 3);
    const { rows } = await rowsOf({ "a.png": png([700, 1], 16, "gray", [wide(...many)]) });
    expect(rows).toEqual([many.map((value) => in255(value))]);
  });

  test("color, channel by channel", async () => {
    const bytes = png([2, 1], 16, "color", [wide(1, 2, 3, 40000, 50000, 65535)]);
    const { rows, rowShape } = await rowsOf({ "a.png": bytes }, true);
    expect(rowShape).toEqual([3, 1, 2]);
    expect(rows).toEqual([[1, 40000, 2, 50000, 3, 65535].map((value) => in255(value))]);
  });

  test("TIFF", async () => {
    const raw = { width: 2, height: 2, channels: 1 } as const;
    const bytes = await sharp(Uint16Array.from(values), { raw })
      .toColourspace("grey16")
      .tiff({ compression: "lzw" })
      .toBuffer();
    expect((await rowsOf({ "a.tif": bytes })).rows).toEqual([values.map((value) => in255(value))]);
  });
});

describe("transparency is laid on white", () => {
  const one = "1 image is partly transparent and was laid on white";
  test.each([
    ["gray", png([3, 1], 8, "grayAlpha", [[10, 255, 10, 0, 10, 51]]), [10, 255, 206], [one]],
    [
      "color",
      png([3, 1], 8, "colorAlpha", [[10, 10, 10, 255, 10, 10, 10, 0, 10, 10, 10, 51]]),
      [10, 255, 206],
      [one],
    ],
    ["opaque", png([3, 1], 8, "colorAlpha", [[9, 9, 9, 255, 8, 8, 8, 255, 7, 7, 7, 255]]), [9, 8, 7], []],
    [
      "16 bits",
      png([3, 1], 16, "grayAlpha", [wide(1000, 65535, 1000, 0, 1000, 13107)]),
      [in255(1000), 255, in255(52628)],
      [one],
    ],
    [
      "a palette with a transparent entry",
      png(
        [3, 1],
        8,
        "palette",
        [[0, 1, 2]],
        [chunk("PLTE", Uint8Array.of(10, 10, 10, 0, 0, 0, 30, 30, 30)), chunk("tRNS", Uint8Array.of(255, 0))],
      ),
      [10, 255, 30],
      [one],
    ],
    [
      "one gray level that is transparent",
      png([3, 1], 8, "gray", [[10, 20, 30]], [chunk("tRNS", Uint8Array.of(0, 20))]),
      [10, 255, 30],
      [one],
    ],
  ])("%s", async (_, bytes, row, said) => {
    const { rows, notes } = await rowsOf({ "a.png": bytes });
    expect(rows).toEqual([row]);
    expect(notes).toEqual(said);
  });

  test("two black drawings on nothing differ", async () => {
    const drawing = (shown: readonly number[]) =>
      png([4, 1], 8, "colorAlpha", [[0, 1, 2, 3].flatMap((p) => [0, 0, 0, shown.includes(p) ? 255 : 0])]);
    const files = { "0.png": drawing([0, 1]), "1.png": drawing([2]) };
    const { rows, notes } = await rowsOf(files);
    expect(rows).toEqual([
      [0, 0, 255, 255],
      [255, 255, 0, 255],
    ]);
    expect(notes).toEqual(["2 images are partly transparent and were laid on white"]);
    expect((await rowsOf(files, true)).rows[1]).toEqual([
      255, 255, 0, 255, 255, 255, 0, 255, 255, 255, 0, 255,
    ]);
  });
});

describe("palettes and few bits", () => {
  const palette = chunk("PLTE", Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255));
  test.each([
    ["8 bits", png([4, 1], 8, "palette", [[3, 2, 1, 0]], [palette])],
    ["4 bits", png([4, 1], 4, "palette", [[0x32, 0x10]], [palette])],
    ["2 bits", png([4, 1], 2, "palette", [[0b11100100]], [palette])],
  ])("%s", async (_, bytes) => {
    expect((await rowsOf({ "a.png": bytes }, true)).rows).toEqual([
      [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0],
    ]);
  });
  test.each([
    [1, [0b10100000], [255, 0, 255, 0]],
    [2, [0b00011011], [0, 85, 170, 255]],
    [4, [0x0f, 0x1e], [0, 255, 17, 238]],
  ])("gray of %i bits spans 0 to 255", async (depth, row, wanted) => {
    expect((await rowsOf({ "a.png": png([4, 1], depth, "gray", [row]) })).rows).toEqual([wanted]);
  });
});

describe("formats without loss", () => {
  const pixels = Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 7919) % 251);
  const picture = () => sharp(pixels, { raw: { width: 24, height: 16, channels: 3 } });
  const gray = picture().toColourspace("b-w").extractChannel(0);
  test.each<[string, () => Promise<Uint8Array>]>([
    ["a.webp", () => picture().webp({ lossless: true }).toBuffer()],
    ["a.tiff", () => picture().tiff({ compression: "lzw" }).toBuffer()],
    ["a.tif", () => picture().tiff({ compression: "none" }).toBuffer()],
    ["a.PNG", () => picture().png().toBuffer()],
  ])("%s", async (file, bytes) => {
    const { rows, rowShape } = await rowsOf({ [file]: await bytes() }, true);
    expect(rowShape).toEqual([3, 16, 24]);
    const wanted = [0, 1, 2].flatMap((c) => Array.from({ length: 24 * 16 }, (_, p) => pixels[3 * p + c]!));
    expect(rows).toEqual([wanted]);
  });

  test("GIF of few colors; AVIF and JPEG come near", async () => {
    const flat = sharp({
      create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 100, b: 50 } },
    });
    const files = {
      "a.gif": await flat.gif().toBuffer(),
      "b.avif": await flat.avif({ quality: 90 }).toBuffer(),
      "c.jpg": await flat.jpeg({ quality: 95 }).toBuffer(),
    };
    const { rows } = await rowsOf(files, true);
    for (const row of rows) {
      for (const [c, value] of [200, 100, 50].entries())
        expect(Math.abs(row[c * 64 + 9]! - value)).toBeLessThan(4);
    }
    expect(rows[0]![0]).toBe(200);
  });

  test("gray among color is color", async () => {
    const files = { "a.png": await picture().png().toBuffer(), "b.png": await gray.png().toBuffer() };
    const { rows, rowShape } = await rowsOf(files, true);
    expect(rowShape).toEqual([3, 16, 24]);
    expect(rows[1]!.slice(0, 384)).toEqual(rows[1]!.slice(384, 768));
  });
});

test("an image is turned as its EXIF orientation says, and sizes are those after it", async () => {
  const gray = (width: number, height: number, values: number[]) =>
    sharp(Uint8Array.from(values), { raw: { width, height, channels: 1 } }).toColourspace("b-w");
  const upright = [10, 20, 30, 40, 50, 60];
  // Values as they are stored, for each orientation of the EXIF standard, 4.6.4.A.
  const stored: [number, number, number, number[]][] = [
    [1, 3, 2, [10, 20, 30, 40, 50, 60]],
    [2, 3, 2, [30, 20, 10, 60, 50, 40]],
    [3, 3, 2, [60, 50, 40, 30, 20, 10]],
    [4, 3, 2, [40, 50, 60, 10, 20, 30]],
    [5, 2, 3, [10, 40, 20, 50, 30, 60]],
    [6, 2, 3, [30, 60, 20, 50, 10, 40]],
    [7, 2, 3, [60, 30, 50, 20, 40, 10]],
    [8, 2, 3, [40, 10, 50, 20, 60, 30]],
  ];
  for (const kind of ["tiff", "png", "webp"] as const) {
    const files: Record<string, Uint8Array> = {};
    for (const [orientation, width, height, values] of stored) {
      const image = gray(width, height, values).withMetadata({ orientation });
      const options = { webp: { lossless: true }, tiff: { compression: "lzw" }, png: {} } as const;
      files[`${orientation}.${kind}`] = await image.toFormat(kind, options[kind]).toBuffer();
    }
    const { rows, rowShape } = await rowsOf(files);
    expect(rowShape).toEqual([2, 3]);
    for (const [i, row] of rows.entries()) expect(row, `${kind} ${i + 1}`).toEqual(upright);
  }
});

/** One gray pixel, a float. Source: Adobe, TIFF 6.0, sections 2, 3 and 19. */
const floatTiff = (() => {
  const entries = [
    [256, 1],
    [257, 1],
    [258, 32],
    [259, 1],
    [262, 1],
    [273, 134],
    [277, 1],
    [278, 1],
    [279, 4],
    [339, 3],
  ] as const;
  const view = new DataView(new ArrayBuffer(138));
  new Uint8Array(view.buffer).set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  view.setUint16(8, entries.length, true);
  entries.forEach(([tag, value], i) => {
    view.setUint16(10 + 12 * i, tag, true);
    view.setUint16(12 + 12 * i, 3, true);
    view.setUint32(14 + 12 * i, 1, true);
    view.setUint16(18 + 12 * i, value, true);
  });
  view.setFloat32(134, 0.5, true);
  return new Uint8Array(view.buffer);
})();

describe("one line names the file that is", () => {
  const flat = (value: number) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: { r: value, g: 0, b: 0 } } });
  const film = async () =>
    sharp([await flat(0).png().toBuffer(), await flat(255).png().toBuffer()], { join: { animated: true } });
  test.each<[string, string, () => Promise<Uint8Array>, string]>([
    [
      "a GIF that moves",
      "a.gif",
      async () => (await film()).gif().toBuffer(),
      "is an animation, want one image",
    ],
    [
      "a WebP that moves",
      "a.webp",
      async () => (await film()).webp().toBuffer(),
      "is an animation, want one image",
    ],
    ["a TIFF of pages", "a.tif", async () => (await film()).tiff().toBuffer(), "has 2 pages, want one image"],
    ["a TIFF of floats", "a.tif", async () => floatTiff, "its numbers are of type float, want whole ones"],
    ["a WebP called TIFF", "a.tiff", () => flat(9).webp().toBuffer(), "is no TIFF image"],
    ["a PNG called WebP", "a.webp", () => flat(9).png().toBuffer(), "is no WebP image"],
    ["an AVIF called GIF", "a.gif", () => flat(9).avif().toBuffer(), "is no GIF image"],
    [
      "a WebP that is cut off",
      "a.webp",
      async () => (await flat(9).webp().toBuffer()).subarray(0, -20),
      "is a damaged WebP image",
    ],
    [
      "a TIFF that is cut off",
      "a.tif",
      async () => (await flat(9).tiff().toBuffer()).subarray(0, -40),
      "is a damaged TIFF image",
    ],
  ])("%s", async (_, file, bytes, says) => {
    const path = await folderOf({ [file]: await bytes() });
    const error: unknown = await readFileData(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(new RegExp(`^${join(path, file)}: ${says}[^\\n]*$`));
  });
});
