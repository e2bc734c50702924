import { inflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { tileImages, writePng } from "../../src/files/png.js";

test("another reader sees the pixels that were written", async () => {
  const pixels = fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1 as const, 3 as const),
    )
    .chain(([width, height, channels]) => {
      const length = width * height * channels;
      return fc
        .uint8Array({ minLength: length, maxLength: length })
        .map((data) => ({ width, height, channels, data }));
    });
  await fc.assert(
    fc.asyncProperty(pixels, async (made) => {
      const image = sharp(await writePng(made));
      const { space } = await image.metadata();
      expect(space).toBe(made.channels === 1 ? "b-w" : "srgb");
      const { data, info } = await image.toColourspace(space!).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([made.width, made.height, made.channels]);
      expect(new Uint8Array(data)).toEqual(made.data);
    }),
    { numRuns: 30 },
  );
});

test("one gray pixel, byte by byte as the specification has it", async () => {
  const bytes = await writePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) });
  const view = new DataView(bytes.buffer);
  expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  // Width, height, depth 8, color type 0, and the CRC of IHDR with them.
  expect([...bytes.subarray(16, 29)]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  expect(view.getUint32(29)).toBe(0x3a7e9b55);
  const length = view.getUint32(33);
  expect([...inflateSync(bytes.subarray(41, 41 + length))]).toEqual([0, 7]);
  // The CRC of an empty IEND is the same in every PNG file.
  expect(view.getUint32(bytes.length - 4)).toBe(0xae426082);
});

test("a sheet of images: order, gaps, range, missing values", () => {
  const images = matrix(3, 2, Float32Array.of(0, 1, 2, 3, 4, Number.NaN));
  const sheet = tileImages(images, [1, 2], 2);
  expect([sheet.width, sheet.height, sheet.channels]).toEqual([5, 3, 1]);
  expect([...sheet.data]).toEqual([0, 64, 255, 128, 191, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255]);
  expect([...tileImages(images, [2, 1], 9, [1, 3]).data.subarray(0, 5)]).toEqual([0, 255, 128, 255, 255]);
  const color = tileImages(matrix(1, 6, Float32Array.of(0, 1, 2, 3, 4, 5)), [3, 1, 2], 1, [0, 5]);
  expect([...color.data]).toEqual([0, 102, 204, 51, 153, 255]);
  expect([...tileImages(matrix(1, 2), [1, 2], 1).data]).toEqual([0, 0]);
});

test("what they refuse", async () => {
  const short = { width: 2, height: 1, channels: 1 as const, data: Uint8Array.of(1) };
  await expect(writePng(short)).rejects.toThrow("writePng: 2 × 1 × 1 pixels, got 1 values");
  expect(() => tileImages(matrix(1, 5), [2, 2], 1)).toThrow(
    "tileImages: rows of 5 are no images of shape [2, 2]",
  );
  expect(() => tileImages(matrix(0, 4), [2, 2], 1)).toThrow("tileImages: want images");
});
