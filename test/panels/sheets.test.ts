/** @file Sheets of images, as another reader of PNG sees them. */
import sharp from "sharp";
import { expect, test } from "vitest";
import { componentSheet } from "../../panels/component-sheet.js";
import { imageSheet, reconstructionSheet, shownRows } from "../../panels/image-sheet.js";
import { plainSheet } from "../../panels/plain-sheet.js";
import { matrix } from "../../src/data/matrix.js";

async function seen(
  png: Uint8Array,
): Promise<{ width: number; height: number; at(x: number, y: number): number }> {
  const { data, info } = await sharp(png).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, at: (x, y) => data[y * info.width + x]! };
}

test("small images are enlarged whole pixel by whole pixel, a gap of one between them", async () => {
  // Two images of 2 × 2: a pixel becomes 32 × 32.
  const { width, height, at } = await seen(
    await imageSheet(matrix(2, 4, Float32Array.of(0, 1, 2, 4, 4, 2, 1, 0)), [2, 2], 2),
  );
  expect([width, height]).toEqual([64 + 1 + 64, 64]);
  expect([at(0, 0), at(31, 31), at(32, 31), at(0, 32), at(63, 63)]).toEqual([0, 0, 64, 128, 255]);
  expect([at(64, 10), at(65, 0), at(128, 63)]).toEqual([255, 255, 0]);
});

test("reconstructions stand below their originals, in the gray levels of these", async () => {
  const originals = matrix(2, 1, Float32Array.of(0, 10));
  const remade = matrix(2, 1, Float32Array.of(5, 20));
  const { width, height, at } = await seen(await reconstructionSheet(originals, [remade], [1, 1]));
  expect([width, height]).toEqual([129, 129]);
  expect([at(0, 0), at(128, 0), at(0, 128), at(128, 128)]).toEqual([0, 255, 128, 255]);
});

test("rows of every label in turn are shown, 20 at most", () => {
  expect([...shownRows(6, ["b", "b", "a", "b", "a", "c"])]).toEqual([2, 0, 5, 4, 1, 3]);
  expect([...shownRows(3, undefined)]).toEqual([0, 1, 2]);
  expect([...shownRows(50, undefined)]).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test("a component is gray where it is 0, its largest weight black or white, whatever its size", async () => {
  const model = {
    mean: Float64Array.of(5, 7, 9, 6),
    components: matrix(2, 4, Float32Array.of(0.5, -1, 0, 0.25, 0, 0, 0, 0)),
  };
  const { width, at } = await seen(await componentSheet(model, [2, 2]));
  expect(width).toBe(3 * 64 + 2);
  const levels = (left: number) => [at(left, 0), at(left + 32, 0), at(left, 32), at(left + 32, 32)];
  expect(levels(0)).toEqual([0, 128, 255, 64]);
  expect(levels(65)).toEqual([191, 0, 128, 159]);
  expect(levels(130)).toEqual([128, 128, 128, 128]);
});

test.for([
  { measured: [0, 255], black: 0, white: 255 },
  { measured: [3, 40], black: 0, white: 255 },
  { measured: [0.2, 0.6], black: 0, white: 1 },
  { measured: [-1, 3], black: -1, white: 3 },
  { measured: [100, 300], black: 100, white: 300 },
])("images of $measured are black at $black and white at $white", async ({ measured, black, white }) => {
  const images = matrix(3, 1, Float32Array.of(black, black + (white - black) / 4, white));
  const { width, at } = await seen(
    await plainSheet(images, [1, 1], matrix(2, 1, Float32Array.from(measured))),
  );
  expect(width).toBe(5);
  expect([at(0, 0), at(2, 0), at(4, 0)]).toEqual([0, 64, 255]);
});
