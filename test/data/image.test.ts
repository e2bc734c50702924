/**
 * @file Axes of arrays of images, against a closed form.
 */
import { expect, test } from "vitest";
import { channelsFirst, toColor } from "../../src/data/image.js";

/** The value at image i, row y, column x, channel c. */
const value = (i: number, y: number, x: number, c: number) => 1000 * i + 100 * y + 10 * x + c;

function channelsLast([n, h, w, k]: readonly [number, number, number, number]): Float64Array {
  const data: number[] = [];
  for (let i = 0; i < n; i++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) for (let c = 0; c < k; c++) data.push(value(i, y, x, c));
  return Float64Array.from(data);
}

test.each([
  [
    [2, 6, 5, 3],
    [2, 3, 6, 5],
  ],
  [
    [3, 8, 8, 4],
    [3, 4, 8, 8],
  ],
  [
    [2, 2, 7, 3],
    [2, 3, 2, 7],
  ],
  [
    [1, 5, 4, 3],
    [1, 3, 5, 4],
  ],
] as const)("%j: channels are last and come first", (shape, wanted) => {
  const data = channelsLast(shape);
  const before = data.slice();
  const found = channelsFirst(shape, data)!;
  expect(found.shape).toEqual(wanted);
  const [n, k, h, w] = wanted;
  for (let i = 0; i < n; i++)
    for (let c = 0; c < k; c++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) expect(found.data[((i * k + c) * h + y) * w + x]).toBe(value(i, y, x, c));
  expect(data).toEqual(before);
});

test("one channel is no axis; alpha goes only if said; float32 stays float32", () => {
  expect(channelsFirst([2, 5, 6, 1], channelsLast([2, 5, 6, 1]))).toEqual({
    shape: [2, 5, 6],
    data: channelsLast([2, 5, 6, 1]),
  });
  const alpha = channelsFirst([1, 5, 2, 4], channelsLast([1, 5, 2, 4]), { dropAlpha: true })!;
  expect(alpha.shape).toEqual([1, 3, 5, 2]);
  expect([...alpha.data.subarray(20, 22)]).toEqual([value(0, 0, 0, 2), value(0, 0, 1, 2)]);
  expect(channelsFirst([1, 2, 1, 3], new Float32Array(6))!.data).toBeInstanceOf(Float32Array);
});

test.each([
  [[5, 3, 8, 8]],
  [[5, 3, 8, 3]],
  [[5, 1, 8, 1]],
  [[5, 8, 8, 2]],
  [[5, 8, 3]],
  [[5, 16, 16]],
  [[2, 2, 8, 8, 3]],
])("%j is left as it is", (shape) => {
  expect(channelsFirst(shape, new Float64Array(shape.reduce((a, b) => a * b)))).toBeUndefined();
});

test("a shape that does not hold the numbers is refused", () => {
  expect(() => channelsFirst([2, 5, 5, 3], new Float64Array(149))).toThrow(
    "channelsFirst: shape (2, 5, 5, 3) does not hold 149 numbers",
  );
});

test("gray in color is the same in red, green and blue", () => {
  const pixels = Uint16Array.of(7, 65535);
  expect(toColor({ width: 2, height: 1, channels: 1, maxValue: 65535, pixels })).toEqual({
    width: 2,
    height: 1,
    channels: 3,
    maxValue: 65535,
    pixels: Uint16Array.of(7, 7, 7, 65535, 65535, 65535),
  });
});
