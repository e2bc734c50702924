import { expect, test } from "vitest";
import { gaussianNoise, hideEntries, zeroMask } from "../../src/data/corrupt.js";
import { matrix } from "../../src/data/matrix.js";
import { expectSameBits } from "./damage.js";

const n = 40_000;
const ones = matrix(n, 1, new Float32Array(n).fill(1));
const holed = matrix(2, 2, Float32Array.of(1, Number.NaN, 3, 4));

test("Gaussian noise has the deviation asked for, and leaves the input alone", () => {
  const { x, mask } = gaussianNoise(ones, { sigma: 0.5, seed: 3 });
  const errors = x.data.map((value) => value - 1);
  const mean = errors.reduce((sum, error) => sum + error, 0) / n;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / n);
  // Five standard errors: 0.5 / √n for the mean, 0.5 / √(2 n) for the deviation.
  expect(Math.abs(mean)).toBeLessThan(5 * 0.0025);
  expect(Math.abs(deviation - 0.5)).toBeLessThan(5 * 0.0018);
  expect(mask.every((value) => value === 1)).toBe(true);
  expect(ones.data.every((value) => value === 1)).toBe(true);
});

test.each([
  ["zeroMask", zeroMask, 0],
  ["hideEntries", hideEntries, Number.NaN],
] as const)("%s touches the share asked for, and says which", (_, corrupt, by) => {
  const { x, mask } = corrupt(ones, { probability: 0.3, seed: 1 });
  const touched = mask.reduce((sum, value) => sum + value, 0);
  // Five standard errors of a binomial share.
  expect(Math.abs(touched / n - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / n));
  x.data.forEach((value, i) => {
    if (!Object.is(value, mask[i] ? by : 1)) expect(value).toBe(mask[i] ? by : 1);
  });
});

test("what is missing stays missing and out of the mask", () => {
  expectSameBits(zeroMask(holed, { probability: 1 }).x.data, [0, Number.NaN, 0, 0]);
  expect([...hideEntries(holed, { probability: 1 }).mask]).toEqual([1, 0, 1, 1]);
  const noisy = gaussianNoise(holed, { sigma: 1 });
  expect(Number.isNaN(noisy.x.data[1])).toBe(true);
  expect([...noisy.mask]).toEqual([1, 0, 1, 1]);
});

test("the seed decides", () => {
  const draw = (seed: number) => [...gaussianNoise(holed, { sigma: 1, seed }).x.data];
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5)).not.toEqual(draw(6));
});

test("what it refuses", () => {
  expect(() => zeroMask(ones, { probability: 1.1 })).toThrow(
    "zeroMask: probability must be in [0, 1], got 1.1",
  );
  expect(() => gaussianNoise(ones, { sigma: -1 })).toThrow(
    "gaussianNoise: sigma must be a number ≥ 0, got -1",
  );
});
