/** @file Peak signal-to-noise ratio: against its definition. */
import { expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { peakSignalToNoise } from "../../src/metrics/index.js";

const rows = (...values: number[]) => matrix(1, values.length, Float32Array.from(values));

test("ten times the logarithm of peak² over the mean squared error", () => {
  // Errors 3, 4, 0, 5 have mean square 12.5.
  const clean = rows(0, 100, 200, 50);
  const noisy = rows(3, 96, 200, 55);
  expect(peakSignalToNoise(clean, noisy, 255)).toBeCloseTo(10 * Math.log10(255 ** 2 / 12.5), 10);
  expect(peakSignalToNoise(clean, noisy)).toBeCloseTo(10 * Math.log10(200 ** 2 / 12.5), 10);
  expect(peakSignalToNoise(clean, clean)).toBe(Number.POSITIVE_INFINITY);
  expect(() => peakSignalToNoise(rows(1, 1), rows(1, 2))).toThrow("peak must be a number > 0, got 0");
  expect(() => peakSignalToNoise(clean, rows(1, 2))).toThrow("x is 1 × 4, its reconstruction 1 × 2");
});
