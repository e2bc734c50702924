import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnMeans, matrix, toMatrix } from "../../src/data/matrix.js";
import { explainedVarianceRatio, squaredErrorPerSample } from "../../src/metrics/reconstruction.js";
import { random } from "../../src/random.js";

const x = toMatrix([
  [1, 2],
  [3, Number.NaN],
  [5, 6],
]);
const xHat = toMatrix([
  [2, 2],
  [3, 100],
  [5, 4],
]);

test("squared error by hand, a missing entry left out: (1 + 0 + 4) / 3 rows", () => {
  expect(squaredErrorPerSample(x, xHat)).toBe(5 / 3);
});

test("explained variance by hand: 1 − 5 / (4 + 4 + 0 + 4 + 4)", () => {
  expect(explainedVarianceRatio(x, xHat, [3, 4])).toBe(1 - 5 / 16);
});

test("1 for a perfect reconstruction, 0 for the mean, less for worse", () => {
  const data = matrix(20, 3, random(1).fillNormal(new Float32Array(60)));
  const mean = Float32Array.from(columnMeans(data));
  const repeated = (factor: number) =>
    matrix(
      20,
      3,
      data.data.map((_, at) => factor * mean[at % 3]!),
    );
  expect(explainedVarianceRatio(data, data, mean)).toBe(1);
  expect(explainedVarianceRatio(data, repeated(1), mean)).toBe(0);
  expect(explainedVarianceRatio(data, repeated(-50), mean)).toBeLessThan(0);
});

test("both measure the same error", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(),
      (rows, cols, seed) => {
        const stream = random(seed);
        const a = matrix(rows, cols, stream.fillNormal(new Float32Array(rows * cols)));
        const b = matrix(rows, cols, stream.fillNormal(new Float32Array(rows * cols)));
        const mean = new Float64Array(cols);
        const total = a.data.reduce((sum, entry) => sum + entry * entry, 0);
        // Sums of at most 100 float64 terms.
        const expected = 1 - (rows * squaredErrorPerSample(a, b)) / total;
        expect(Math.abs(explainedVarianceRatio(a, b, mean) - expected)).toBeLessThan(
          1e-12 * (1 + Math.abs(expected)),
        );
      },
    ),
  );
});

test("no variance is no number, not a zero", () => {
  const constant = toMatrix([[2], [2]]);
  expect(explainedVarianceRatio(constant, constant, [2])).toBeNaN();
});

describe("refuses in one line", () => {
  test.each([
    [
      () => squaredErrorPerSample(x, matrix(3, 1)),
      "squaredErrorPerSample: x is 3 × 2, its reconstruction 3 × 1",
    ],
    [
      () => squaredErrorPerSample(matrix(0, 2), matrix(0, 2)),
      "squaredErrorPerSample: want at least 1 row, got 0",
    ],
    [
      () => squaredErrorPerSample(xHat, x),
      "squaredErrorPerSample: row 1 column 1 of the reconstruction is NaN",
    ],
    [() => explainedVarianceRatio(x, xHat, [1]), "explainedVarianceRatio: x has 2 columns, the mean 1"],
    [
      () => explainedVarianceRatio(xHat, x, [1, 1]),
      "explainedVarianceRatio: row 1 column 1 of the reconstruction",
    ],
  ])("%s", (attempt, message) => {
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
  });
});
