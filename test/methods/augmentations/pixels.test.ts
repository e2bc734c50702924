/** @file Views with other pixels, beside the same worked out one by one from the numbers drawn. */
import { describe, expect, test } from "vitest";
import { matrix } from "../../../src/data/matrix.js";
import { random } from "../../../src/random.js";
import { seen } from "./seen.js";

const shape = [2, 5, 7];
const [channels, height, width] = shape as [number, number, number];
const x = matrix(30, 70, random(2).fillNormal(new Float32Array(30 * 70)));

/** The largest difference to what `wanted` gives for row, channel, line and pixel. */
function difference(
  view: Float32Array,
  wanted: (n: number, c: number, i: number, j: number) => number,
): number {
  let worst = 0;
  view.forEach((value, at) => {
    const [n, c] = [Math.floor(at / 70), Math.floor((at % 70) / 35)];
    const [i, j] = [Math.floor((at % 35) / width), at % width];
    worst = Math.max(worst, Math.abs(value - wanted(n, c, i, j)));
  });
  return worst;
}
const pixel = (n: number, c: number, i: number, j: number) => x.data[n * 70 + c * 35 + i * width + j]!;
// Float32 of numbers up to 4.
const ROUNDING = 3e-6;

test("brightness multiplies an image by one factor", async () => {
  const { view, draws } = await seen("brightness:0.3", x, shape);
  expect(draws.map(({ length }) => length)).toEqual([30]);
  expect(difference(view, (n, c, i, j) => (0.7 + 0.6 * draws[0]![n]!) * pixel(n, c, i, j))).toBeLessThan(
    ROUNDING,
  );
});

test("contrast keeps the mean of every channel, and scales what is beside it", async () => {
  const { view, draws } = await seen("contrast:0.8", x, shape);
  const means = Array.from(
    { length: 60 },
    (_, at) => x.data.slice(at * 35, (at + 1) * 35).reduce((t, v) => t + v, 0) / 35,
  );
  const wanted = (n: number, c: number, i: number, j: number) => {
    const mean = means[n * channels + c]!;
    return mean + (0.2 + 1.6 * draws[0]![n]!) * (pixel(n, c, i, j) - mean);
  };
  expect(difference(view, wanted)).toBeLessThan(ROUNDING);
});

test.each([0.4, 1.5, 4])(
  "blur:%d is the sum over neighbors in the plane, the edges going on",
  async (most) => {
    const { view, draws } = await seen(`blur:${most}`, x, shape);
    const reach = Math.ceil(3 * most);
    const wanted = (n: number, c: number, i: number, j: number) => {
      const sigma = most * draws[0]![n]!;
      let [sum, whole] = [0, 0];
      for (let a = -reach; a <= reach; a++)
        for (let b = -reach; b <= reach; b++) {
          const weight = Math.exp(-(a * a + b * b) / (2 * sigma * sigma));
          const [y, z] = [Math.min(Math.max(i + a, 0), height - 1), Math.min(Math.max(j + b, 0), width - 1)];
          sum += weight * pixel(n, c, y, z);
          whole += weight;
        }
      return sum / whole;
    };
    expect(difference(view, wanted)).toBeLessThan(1e-5);
  },
);

test("a blur of an image of one color is that image", async () => {
  const flat = matrix(30, 70, new Float32Array(30 * 70).fill(0.75));
  const { view } = await seen("blur:2", flat, shape);
  expect(Math.max(...view.map((v) => Math.abs(v - 0.75)))).toBeLessThan(1e-6);
});

describe("cutOut", () => {
  test.each([1, 3, 4])(
    "of %d pixels: a square about any pixel is 0, in all channels, and the rest as it was",
    async (side) => {
      const { view, draws } = await seen(`cutOut:${side}`, x, shape);
      const inside = (at: number, u: number, size: number) => {
        const first = Math.floor(u * size) - Math.floor(side / 2);
        return at >= first && at < first + side;
      };
      const wanted = (n: number, c: number, i: number, j: number) =>
        inside(i, draws[0]![n]!, height) && inside(j, draws[1]![n]!, width) ? 0 : pixel(n, c, i, j);
      expect(difference(view, wanted)).toBe(0);
    },
  );

  test("meets every pixel, the corners too", async () => {
    const many = matrix(2000, 35, new Float32Array(2000 * 35).fill(1));
    const { view } = await seen("cutOut:3", many, [1, 5, 7]);
    const hits = Array.from(
      { length: 35 },
      (_, at) => view.filter((v, k) => k % 35 === at && v === 0).length / 2000,
    );
    // A corner is hit from four of the 35 middles, a pixel within from nine.
    expect(Math.abs(hits[0]! - 4 / 35)).toBeLessThan(0.036);
    expect(Math.abs(hits[17]! - 9 / 35)).toBeLessThan(0.05);
  });
});

test("hidePatches hides patches as a whole, at their rate", async () => {
  const many = matrix(500, 48, new Float32Array(500 * 48).fill(2));
  const { view, draws } = await seen("hidePatches:0.4:2", many, [2, 4, 6]);
  expect(draws[0]).toHaveLength(500 * 6);
  view.forEach((value, at) => {
    const [n, i, j] = [Math.floor(at / 48), Math.floor((at % 24) / 6), at % 6];
    if (value !== 2 * draws[0]![n * 6 + Math.floor(i / 2) * 3 + Math.floor(j / 2)]!)
      throw new Error(`pixel ${at} is ${value}`);
  });
  // Five standard deviations of 3 000 draws: 0.045.
  expect(Math.abs(view.filter((v) => v === 0).length / view.length - 0.4)).toBeLessThan(0.045);
});
