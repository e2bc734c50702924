/** @file Views from another place, beside maps and pixels worked out by hand from the numbers drawn. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, row } from "../../../src/data/matrix.js";
import { random } from "../../../src/random.js";
import { type Seen, seen } from "./seen.js";

const images = (n: number, shape: readonly number[], seed = 5): Matrix => {
  const d = shape.reduce((all, size) => all * size, 1);
  return matrix(n, d, random(seed).fillNormal(new Float32Array(n * d)));
};

/** A place (x, y) of the view in pixels from the middle, to one of the image. */
type Place = (x: number, y: number) => readonly [number, number];

/** A pixel between pixels, from the definition: four of them, the outermost going on. */
function pixelAt(image: ArrayLike<number>, height: number, width: number, x: number, y: number): number {
  const at = (i: number, j: number) =>
    image[Math.min(Math.max(i, 0), height - 1) * width + Math.min(Math.max(j, 0), width - 1)]!;
  const [across, down] = [x + (width - 1) / 2, y + (height - 1) / 2];
  const [i, j] = [Math.floor(down), Math.floor(across)];
  const [b, a] = [down - i, across - j];
  return (
    (1 - b) * ((1 - a) * at(i, j) + a * at(i, j + 1)) + b * ((1 - a) * at(i + 1, j) + a * at(i + 1, j + 1))
  );
}

/** The largest difference of a view to images read at places that are given for each row. */
function difference(
  view: Float32Array,
  x: Matrix,
  shape: readonly number[],
  placeOf: (row: number) => Place,
) {
  const [channels, height, width] = shape as [number, number, number];
  let worst = 0;
  for (let n = 0; n < x.rows; n++) {
    const place = placeOf(n);
    for (let c = 0; c < channels; c++) {
      const channel = row(x, n).subarray(c * height * width, (c + 1) * height * width);
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++) {
          const wanted = pixelAt(channel, height, width, ...place(j - (width - 1) / 2, i - (height - 1) / 2));
          const got = view[n * x.cols + (c * height + i) * width + j]!;
          worst = Math.max(worst, Math.abs(got - wanted));
        }
    }
  }
  return worst;
}

// Places are known to 1e-5 pixels in float32, and neighbors differ by some units.
const ROUNDING = 1e-4;

/** Maps of rows by hand, from the formulas at the top of the file and the numbers drawn. */
const byHand = {
  shift:
    (pixels: number, [a, b]: readonly Float32Array[]) =>
    (n: number): Place => {
      const steps = (u: number) => Math.floor(u * (2 * pixels + 1)) - pixels;
      return (x, y) => [x + steps(a![n]!), y + steps(b![n]!)];
    },
  crop:
    (least: number, [s, t, p, q]: readonly Float32Array[], height: number, width: number) =>
    (n: number): Place => {
      const share = least + (1 - least) * s![n]!;
      const beta = Math.min(Math.sqrt(4 / 3), 1 / Math.sqrt(share));
      const tau = ((beta - 1) / (beta + 1)) * (2 * t![n]! - 1);
      const rho = (1 + tau) / (1 - tau);
      const [w, h] = [Math.sqrt(share) * rho, Math.sqrt(share) / rho];
      const [left, top] = [p![n]! * (1 - w) * width, q![n]! * (1 - h) * height];
      // The box from left to left + w · width, of which the middle of the view is the middle.
      return (x, y) => [
        w * x + left + (w * width) / 2 - width / 2,
        h * y + top + (h * height) / 2 - height / 2,
      ];
    },
  flip:
    ([b]: readonly Float32Array[]) =>
    (n: number): Place =>
    (x, y) => [b![n] ? -x : x, y],
  rotate:
    (degrees: number, [u]: readonly Float32Array[]) =>
    (n: number): Place => {
      const angle = ((2 * u![n]! - 1) * degrees * Math.PI) / 180;
      return (x, y) => [Math.cos(angle) * x + Math.sin(angle) * y, Math.cos(angle) * y - Math.sin(angle) * x];
    },
};

// Above 128 pixels a side, and where a side turns, pixels are read place by place.
const SIZES = [
  [1, 7, 7],
  [3, 6, 9],
  [2, 2, 5],
  [1, 131, 4],
];

describe.each(SIZES)("images of %d × %d × %d", (...shape) => {
  const x = images(20, shape);
  const [, height, width] = shape as [number, number, number];
  const check = async (words: string, placesOf: (from: Seen) => (row: number) => Place) => {
    const from = await seen(words, x, shape);
    expect(difference(from.view, x, shape, placesOf(from))).toBeLessThan(ROUNDING);
    return from;
  };

  test("crop", () => check("crop:0.3", ({ draws }) => byHand.crop(0.3, draws, height, width)));
  test("flip", () => check("flip", ({ draws }) => byHand.flip(draws)));
  test("rotate", () => check("rotate:180", ({ draws }) => byHand.rotate(180, draws)));
  test("shift", async () => {
    const pixels = Math.min(height, width) - 1;
    await check(`shift:${pixels}`, ({ draws }) => byHand.shift(pixels, draws));
  });

  test("several that follow each other are one map and one reading", async () => {
    const { view, draws, operators } = await seen(["crop:0.5", "flip", "rotate:40", "crop:0.7"], x, shape);
    const maps = [
      byHand.crop(0.5, draws.slice(0, 4), height, width),
      byHand.flip(draws.slice(4)),
      byHand.rotate(40, draws.slice(5)),
      byHand.crop(0.7, draws.slice(6), height, width),
    ];
    // The last in the list is the first on the way from the view to the image.
    const placeOf =
      (n: number): Place =>
      (a, b) =>
        maps.reduceRight<readonly [number, number]>(([x, y], map) => map(n)(x, y), [a, b]);
    expect(difference(view, x, shape, placeOf)).toBeLessThan(ROUNDING);
    expect(operators.filter((op) => op === "GridSample")).toHaveLength(1);
    expect(operators).not.toContain("MatMul");
  });
});

test("the order of the list holds: what changes pixels stands between two readings", async () => {
  const shape = [1, 6, 6];
  const x = images(12, shape);
  const { operators, view, draws } = await seen(["rotate:90", "brightness:0.5", "flip"], x, shape);
  expect(operators.filter((op) => op === "GridSample" || op === "MatMul")).toEqual(["GridSample", "MatMul"]);
  const maps = [byHand.rotate(90, draws), byHand.flip(draws.slice(2))];
  const bright = matrix(
    12,
    36,
    x.data.map((v, at) => v * (0.5 + draws[1]![Math.floor(at / 36)]!)),
  );
  const placeOf =
    (n: number): Place =>
    (a, b) =>
      maps[0]!(n)(...maps[1]!(n)(a, b));
  expect(difference(view, bright, shape, placeOf)).toBeLessThan(ROUNDING);
});

describe("what is exact", () => {
  const shape = [2, 5, 6];
  const x = images(64, shape);

  test("whole shifts and mirrors move pixels and change none", async () => {
    const { view, draws } = await seen(["shift:4", "flip:0.5"], x, shape);
    const [shift, mirror] = [byHand.shift(4, draws), byHand.flip(draws.slice(2))];
    expect(difference(view, x, shape, (n) => (a, b) => shift(n)(...mirror(n)(a, b)))).toBe(0);
  });

  test("flip:1 mirrors every image, twice is none", async () => {
    const { view } = await seen("flip:1", x, shape);
    const mirrored = x.data.map((_, at) => x.data[at - (at % 6) + 5 - (at % 6)]!);
    expect(view).toEqual(mirrored);
    expect((await seen(["flip:1", "flip:1"], x, shape)).view).toEqual(x.data);
  });
});

describe("what is drawn", () => {
  const shape = [1, 10, 20];
  const many = images(4000, shape);
  const mean = (values: readonly number[]) => values.reduce((t, v) => t + v, 0) / values.length;

  test("crops lie inside, their areas and sides within their bounds and all over them", async () => {
    const { map } = await seen("crop:0.2", many, shape);
    const areas = map.map(([w, , , , h]) => w! * h!);
    const ratios = map.map(([w, , , , h]) => w! / h!);
    expect(Math.min(...areas)).toBeGreaterThanOrEqual(0.2 - 1e-6);
    expect(Math.max(...areas)).toBeLessThanOrEqual(1 + 1e-6);
    // Uniform on [.2, 1]: mean .6, of 4 000 within five standard deviations .8 / √(12 · 4 000).
    expect(Math.abs(mean(areas) - 0.6)).toBeLessThan(0.0183);
    expect(areas.filter((area) => area < 0.4).length / 4000).toBeCloseTo(0.25, 1);
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(0.75 - 1e-6);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(4 / 3 + 1e-6);
    // Log-uniform where nothing is in the way, which is below 3/4 of the area: half lie within the roots of the bounds.
    const free = map
      .filter(([w, , , , h]) => w! * h! < 0.75)
      .map(([w, , , , h]) => Math.log(w! / h!) / Math.log(4 / 3));
    expect(free.filter((v) => Math.abs(v) < 0.5).length / free.length).toBeCloseTo(0.5, 1);
    expect(Math.abs(mean(free))).toBeLessThan(0.06);
    for (const [w, , a, , h, b] of map) {
      expect(Math.abs(a!)).toBeLessThanOrEqual(((1 - w!) * 20) / 2 + 1e-5);
      expect(Math.abs(b!)).toBeLessThanOrEqual(((1 - h!) * 10) / 2 + 1e-5);
    }
  });

  test("shifts are all the whole numbers, with even chances and each direction by itself", async () => {
    const { map } = await seen("shift:2", many, shape);
    const counts = new Map<string, number>();
    for (const [, , a, , , b] of map) counts.set(`${a},${b}`, (counts.get(`${a},${b}`) ?? 0) + 1);
    expect(counts.size).toBe(25);
    // 4 000 / 25 = 160 of each, within five standard deviations of 12.4.
    for (const count of counts.values()) expect(Math.abs(count - 160)).toBeLessThan(62);
  });

  test("angles are uniform, and every map is a rotation", async () => {
    const { map } = await seen("rotate:180", many, shape);
    const angles = map.map(([c, s]) => Math.atan2(s!, c!) / Math.PI);
    expect(Math.min(...angles)).toBeLessThan(-0.99);
    expect(Math.max(...angles)).toBeGreaterThan(0.99);
    expect(Math.abs(mean(angles.map(Math.abs)) - 0.5)).toBeLessThan(0.023);
    for (const [c, s, x, minus, d, y] of map) {
      expect(Math.abs(c! ** 2 + s! ** 2 - 1)).toBeLessThan(2e-6);
      expect([minus, d, x, y]).toEqual([-s!, c, 0, 0]);
    }
  });

  test("flip mirrors its share", async () => {
    const { map } = await seen("flip:0.25", many, shape);
    expect(map.filter(([sign]) => sign === -1).length / 4000).toBeCloseTo(0.25, 1);
    expect(map.every(([sign]) => Math.abs(sign!) === 1)).toBe(true);
  });
});
