/**
 * @file Small Cholesky factors, in place and at a stride, against matrices whose factor is known.
 */
import { describe, expect, test } from "vitest";
import { factorRow, factorSmall, solveLower, solveUpper } from "../../src/linalg/small-cholesky.js";
import { random } from "../../src/random.js";

/** A lower triangle of small whole numbers with powers of two on the diagonal: its square is exact in float64. */
function triangle(n: number, seed: number): number[][] {
  const stream = random(seed);
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) =>
      j > i ? 0 : j === i ? 2 ** Math.floor(3 * stream.uniform()) : Math.floor(9 * stream.uniform()) - 4,
    ),
  );
}

/** L Lᵀ by rows at a stride, NaN above the diagonal and between rows. */
function square(l: number[][], stride: number): Float64Array {
  const n = l.length;
  const a = new Float64Array(n * stride).fill(Number.NaN);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) a[i * stride + j] = l[i]!.reduce((sum, v, p) => sum + v * l[j]![p]!, 0);
  return a;
}

describe.each([1, 2, 7, 20])("n = %d", (n) => {
  const l = triangle(n, n);
  const stride = n + 3;

  test("the factor is the one that the matrix was made of, its diagonal inverse, and no other number is touched", () => {
    const a = square(l, stride);
    expect(factorSmall(a, stride, n)).toBe(true);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < stride; j++) {
        const wanted = j < i ? l[i]![j]! : j === i ? 1 / l[i]![i]! : Number.NaN;
        // Zero has no sign here.
        expect(a[i * stride + j]! + 0).toBe(wanted + 0);
      }
  });

  test("solves undo products with L and with its transpose", () => {
    const a = square(l, stride);
    factorSmall(a, stride, n);
    const x = Array.from({ length: n }, (_, i) => (i % 5) - 2 || 3);
    const [lower, upper] = [new Float64Array(n + 4).fill(7), new Float64Array(n + 4).fill(7)];
    for (let i = 0; i < n; i++) {
      lower[2 + i] = x.reduce((sum, v, j) => sum + l[i]![j]! * v, 0);
      upper[2 + i] = x.reduce((sum, v, j) => sum + l[j]![i]! * v, 0);
    }
    solveLower(a, stride, 0, n, lower, 2);
    solveUpper(a, stride, n, upper, 2);
    // All numbers on the way are whole, and divisions are by powers of two.
    expect([...lower]).toEqual([7, 7, ...x, 7, 7]);
    expect([...upper]).toEqual([7, 7, ...x, 7, 7]);
  });
});

test("a row is refused where the rows before it leave too little, and the rest stays for another", () => {
  const l = triangle(6, 3);
  const a = square(l, 6);
  const small = 1e-4;
  // The last row again, but a little longer off the span of the others.
  const longer = 1 + small * l[5]!.reduce((sum, v) => sum + v * v, 0);
  a[35] = a[35]! - l[5]![5]! ** 2 + longer;
  for (let i = 0; i < 5; i++) expect(factorRow(a, 6, i, small)).toBe(true);
  expect(factorRow(a.slice(), 6, 5, 2 * (longer / a[35]!))).toBe(false);
  expect(factorRow(a, 6, 5, longer / a[35]! / 2)).toBe(true);
  // A square of some hundreds less one of 1 keeps 13 digits.
  expect(a[35]! * Math.sqrt(longer)).toBeCloseTo(1, 12);
});

test.each([[[1, 0, 2, 4]], [[0, 0, 0, 1]], [[-1, 0, 0, 1]], [[1, 0, Number.NaN, 1]]])(
  "not positive definite: %j",
  (numbers) => {
    expect(factorSmall(Float64Array.from(numbers), 2, 2)).toBe(false);
  },
);
