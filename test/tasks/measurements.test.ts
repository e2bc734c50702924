import { describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { input } from "../../src/engine/index.js";
import { random } from "../../src/random.js";
import {
  blur,
  downsample,
  gaussianKernel,
  identity,
  linear,
  type Measurement,
  mask,
  measure,
} from "../../src/tasks/inverse-problem/measurements.js";
import { checkGradients, MULTILINEAR } from "../engine/central-differences.js";

const normal = (rows: number, cols: number, seed = 0) =>
  matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, (_, i) => random(seed).fork(i).normal()),
  );

/** Float32 sums of some dozen numbers near 1. */
const ROUNDING = 1e-5;

function expectClose(got: Float32Array, wanted: readonly number[]): void {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(got[i]! - value)).toBeLessThan(ROUNDING);
  });
}

describe("measurements against their definitions", () => {
  test("linear: A x", async () => {
    const [a, x] = [normal(3, 5, 1), normal(4, 5, 2)];
    const y = await measure(linear(a), x);
    const wanted = Array.from({ length: 12 }, (_, at) => {
      const [i, r] = [Math.floor(at / 3), at % 3];
      return Array.from({ length: 5 }, (_, j) => a.data[r * 5 + j]! * x.data[i * 5 + j]!).reduce(
        (s, v) => s + v,
      );
    });
    expect([y.rows, y.cols]).toEqual([4, 3]);
    expectClose(y.data, wanted);
  });

  test("mask: hidden numbers are 0", async () => {
    const x = normal(2, 4);
    const y = await measure(mask([1, 0, 0, 1]), x);
    expectClose(
      y.data,
      Array.from(x.data, (value, at) => (at % 4 === 1 || at % 4 === 2 ? 0 : value)),
    );
  });

  test("blur: a convolution, its kernel mirrored, with 0 outside; channels by themselves", async () => {
    const [channels, height, width] = [3, 5, 6];
    const [kernel, x] = [normal(3, 5, 3), normal(2, 90, 4)];
    const y = await measure(blur(kernel, [channels, height, width]), x);
    const wanted: number[] = [];
    for (let image = 0; image < 2 * channels; image++) {
      for (let v = 0; v < height; v++) {
        for (let u = 0; u < width; u++) {
          let sum = 0;
          for (let dv = -1; dv <= 1; dv++) {
            for (let du = -2; du <= 2; du++) {
              const [row, column] = [v - dv, u - du];
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              sum += kernel.data[(dv + 1) * 5 + du + 2]! * x.data[(image * height + row) * width + column]!;
            }
          }
          wanted.push(sum);
        }
      }
    }
    expectClose(y.data, wanted);
  });

  test("downsample: means of squares", async () => {
    const x = normal(2, 24, 5);
    const y = await measure(downsample(2, [4, 6]), x);
    const wanted = Array.from({ length: 12 }, (_, at) => {
      const [image, v, u] = [Math.floor(at / 6), Math.floor((at % 6) / 3), at % 3];
      const pixel = (dv: number, du: number) => x.data[image * 24 + (2 * v + dv) * 6 + 2 * u + du]!;
      return (pixel(0, 0) + pixel(0, 1) + pixel(1, 0) + pixel(1, 1)) / 4;
    });
    expectClose(y.data, wanted);
  });

  test("a Gaussian kernel adds up to 1 and falls as a Gaussian", () => {
    const { data } = gaussianKernel(5, 1.5);
    expect(data.reduce((s, v) => s + v)).toBeCloseTo(1, 6);
    expect(data[12]! / data[13]!).toBeCloseTo(Math.exp(0.5 / 1.5 ** 2), 5);
    expect(data[12]! / data[24]!).toBeCloseTo(Math.exp(4 / 1.5 ** 2), 3);
  });
});

describe("gradients against central differences", () => {
  const cases: Record<string, [Measurement, number]> = {
    linear: [linear(normal(3, 6)), 6],
    mask: [mask([1, 0, 1, 1, 0, 1]), 6],
    blur: [blur(normal(3, 3), [2, 3, 4]), 24],
    downsample: [downsample(2, [2, 2, 4]), 16],
  };
  test.each(Object.keys(cases))("%s", async (name) => {
    const [measurement, d] = cases[name]!;
    await checkGradients({ shapes: [[2, d]], f: (x) => measurement.apply(x), precision: MULTILINEAR });
  });
});

describe("what cannot be measured is refused in one line", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "another size",
      () => linear(normal(3, 5)).size(6),
      /^linear: measures rows of 5 numbers, got rows of 6$/,
    ],
    ["a number that is missing", () => linear([[1, Number.NaN]]), /^linear: number 1 is NaN$/],
    [
      "a mask of other numbers",
      () => mask([1, 0.5]),
      /^mask: want 1 \(seen\) or 0 \(hidden\), number 1 is 0.5$/,
    ],
    ["an even kernel", () => blur(normal(2, 3), [4, 4]), /^blur: the kernel's sides must be odd, got 2 × 3$/],
    ["no image", () => downsample(2, [4]), /^downsample: rowShape must be .*, got \[4\]$/],
    ["a factor that does not divide", () => downsample(3, [4, 6]), /must divide images of 4 × 6, got 3$/],
    ["a kernel without a middle", () => gaussianKernel(4, 1), /^gaussianKernel: size must be an odd integer/],
    [
      "a kernel without a width",
      () => gaussianKernel(5, 0),
      /^gaussianKernel: sigma must be a number > 0, got 0$/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  test("the identity takes rows of any size", () => {
    expect(identity().size(7)).toBe(7);
    expect(identity().apply(input("x", [2, 7])).shape).toEqual([2, 7]);
  });
});
