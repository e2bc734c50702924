/** @file The interval by Student's t, against quantiles that SciPy gives (scipy.stats.t.ppf, 1.10). */
import { describe, expect, test } from "vitest";
import { confidenceInterval } from "../../src/metrics/index.js";

/** Values whose standard error is 1: n of them, half at each side of 0. */
function ofUnitError(n: number): number[] {
  const even = n - (n % 2);
  const size = Math.sqrt((n * (n - 1)) / even);
  return Array.from({ length: n }, (_, i) => (i < even ? (i % 2 ? size : -size) : 0));
}

describe("the half width of a mean with standard error 1 is the quantile of t", () => {
  test.each([
    [0.95, 1, 12.706204736432095],
    [0.95, 2, 4.302652729911275],
    [0.95, 4, 2.7764451051977987],
    [0.95, 9, 2.2621571627409915],
    [0.95, 30, 2.0422724563012373],
    [0.95, 101, 1.983731002885281],
    [0.99, 5, 4.032142983557536],
    [0.5, 3, 0.764892328080891],
    [0.95, 1000, 1.9623390808264074],
  ])("level %d, %d degrees of freedom", (level, freedom, quantile) => {
    const { mean, halfWidth } = confidenceInterval(ofUnitError(freedom + 1), level);
    expect(mean).toBeCloseTo(0, 12);
    // SciPy's own are off by up to 4e-10 of themselves.
    expect(halfWidth! / quantile).toBeCloseTo(1, 8);
  });

  // F(t) = ½ + atan(t) / π, and ½ + t / (2 √(2 + t²)).
  test.each([0.5, 0.9, 0.95, 0.999])("level %d, in closed form for one and two", (level) => {
    const [one, two] = [2, 3].map((n) => confidenceInterval(ofUnitError(n), level).halfWidth!);
    expect(one! / Math.tan((level * Math.PI) / 2)).toBeCloseTo(1, 12);
    expect(two! / (level * Math.sqrt(2 / (1 - level ** 2)))).toBeCloseTo(1, 12);
  });
});

test("95 % unless a level is said; a single value has no width, equal ones none", () => {
  expect(confidenceInterval([1, 2, 3])).toEqual(confidenceInterval([1, 2, 3], 0.95));
  expect(confidenceInterval([0.25])).toEqual({ mean: 0.25 });
  expect(confidenceInterval([2, 2, 2])).toEqual({ mean: 2, halfWidth: 0 });
});

test("refuses no values and levels out of range", () => {
  expect(() => confidenceInterval([])).toThrow("confidenceInterval: want at least one value, got none");
  for (const level of [0, 1, Number.NaN])
    expect(() => confidenceInterval([1, 2], level)).toThrow("level must be a number in (0, 1)");
});
