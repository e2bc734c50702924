import { expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { intrinsicDimension } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";

// The estimate has a relative deviation of 1/√n: four of them, and the curvature that rows see.
const SLACK = 0.1;

test.each([1, 2, 3])("a uniform cube of %i dimensions, turned into 5", async (dimension) => {
  const n = 2000;
  const stream = random(dimension);
  const axes = Array.from({ length: dimension }, () => Array.from({ length: 5 }, () => stream.normal()));
  const x = matrix(n, 5);
  for (let i = 0; i < n; i++)
    for (const axis of axes) {
      const at = stream.uniform();
      for (let j = 0; j < 5; j++) x.data[i * 5 + j]! += at * axis[j]!;
    }
  expect(Math.abs((await intrinsicDimension(x)) / dimension - 1)).toBeLessThan(SLACK);
});

test("a circle has one, in whatever plane", async () => {
  const stream = random(4);
  const x = matrix(1500, 2);
  for (let i = 0; i < 1500; i++) {
    const angle = 2 * Math.PI * stream.uniform();
    x.data.set([Math.cos(angle), Math.sin(angle)], 2 * i);
  }
  expect(Math.abs((await intrinsicDimension(x)) - 1)).toBeLessThan(SLACK);
});

test("three rows tell by hand", async () => {
  // Neighbors at 1 and 3, at 1 and 2, at 2 and 3: 3 / log(3 · 2 · 1.5).
  const x = matrix(3, 1, Float32Array.of(0, 1, 3));
  expect(await intrinsicDimension(x)).toBeCloseTo(3 / Math.log(9), 12);
});

test("rows that repeat are left out, and no others may be there", async () => {
  const x = matrix(5, 1, Float32Array.of(0, 1, 3, 100, 100));
  // Of the three the neighbors are the same; those at 100 are equal to each other.
  expect(await intrinsicDimension(x)).toBeCloseTo(3 / Math.log(9), 12);
  await expect(intrinsicDimension(matrix(4, 1))).rejects.toThrow("every row is equal to another");
  await expect(intrinsicDimension(matrix(2, 1))).rejects.toThrow("want at least 3 rows, got 2");
});
