import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Dense, dense, transpose } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { leastSquares } from "../../src/linalg/least-squares.js";
import { numericalRank, svd } from "../../src/linalg/svd.js";
import {
  adversarialRectangular,
  adversarialSymmetric,
  difference,
  from,
  golden,
  goldenMatrices,
  hilbert,
  normal,
  orthogonalityError,
  scaleColumns,
  scaleOf,
  spread,
} from "./matrices.js";

// Backward stability promises a small multiple of the unit roundoff 1.1e-16; measured are up to 10 of them.
const TOLERANCE = 1e-14;

async function checkIdentities(a: Dense): Promise<void> {
  const { u, s, vt } = await svd(a);
  const product = await gemm(scaleColumns(u, s), vt);
  expect(difference(product, a, scaleOf(a))).toBeLessThan(TOLERANCE);
  expect(await orthogonalityError(u)).toBeLessThan(TOLERANCE);
  expect(await orthogonalityError(transpose(vt))).toBeLessThan(TOLERANCE);
  expect([...s]).toEqual([...s].sort((x, y) => y - x));
  expect(s[s.length - 1]!).toBeGreaterThanOrEqual(0);
}

describe("A = U Σ Vᵀ, UᵀU = VᵀV = I, Σ descending", () => {
  for (const [name, a] of Object.entries({ ...adversarialRectangular, ...adversarialSymmetric })) {
    test(name, () => checkIdentities(a));
  }
  for (const [m, n] of [
    [2, 3],
    [33, 33],
    [40, 64],
    [64, 40],
    [129, 128],
    [400, 200],
  ] as const) {
    test(`random ${m} × ${n}`, () => checkIdentities(normal(m, n, m)));
  }

  test("matrices of small integers of any shape", async () => {
    const size = fc.integer({ min: 1, max: 20 });
    const arbitrary = fc
      .tuple(size, size)
      .chain(([m, n]) =>
        fc.tuple(
          fc.constant([m, n] as const),
          fc.array(fc.integer({ min: -2, max: 2 }), { minLength: m * n, maxLength: m * n }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(arbitrary, ([[m, n], entries]) =>
        checkIdentities(dense(m, n, Float64Array.from(entries))),
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  test("bidiagonal matrices over many magnitudes, with zeros", async () => {
    const entry = fc
      .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -18, max: 0 }))
      .map(([mantissa, exponent]) => mantissa * 10 ** exponent);
    const entries = fc.array(fc.oneof(fc.constantFrom(0, 1), entry), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(entries, (values) => {
        const n = (values.length + 1) >> 1;
        return checkIdentities(
          from(n, n, (i, j) => (i === j ? values[2 * i]! : j === i + 1 ? values[2 * i + 1]! : 0)),
        );
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

test("LAPACK's singular values, small ones to rounding of the largest", async () => {
  const tall = (await svd((await goldenMatrices()).tall)).s;
  expect(spread(tall, golden.tallSingularValues, tall[0])).toBeLessThan(TOLERANCE);
  const { s } = await svd(hilbert(40));
  expect(spread(s, golden.hilbertSingularValues, s[0])).toBeLessThan(TOLERANCE);
});

// AᵀA would hold σ = 1e-9 as 1e-18, below the rounding of σ₁² = 1.
test("known small singular values are not lost to a square root of the rounding", async () => {
  const known = Array.from({ length: 40 }, (_, i) => 10 ** (-i / 3));
  const u = (await svd(normal(90, 40, 1))).u;
  const { vt } = await svd(normal(40, 40, 2));
  const { s } = await svd(await gemm(scaleColumns(u, known), vt));
  expect(spread(s, known)).toBeLessThan(TOLERANCE);
});

test("rank", async () => {
  expect(numericalRank(await svd((await goldenMatrices()).deficient))).toBe(3);
  expect(numericalRank(await svd(dense(5, 4)))).toBe(0);
  expect(numericalRank(await svd(normal(30, 20)))).toBe(20);
});

test("least squares: LAPACK's solution of smallest norm, and Aᵀ(AX − B) = 0", async () => {
  const { deficient, right } = await goldenMatrices();
  const x = await leastSquares(deficient, right);
  // Errors grow by the ratio of the nonzero singular values, about 10 here.
  expect(spread(x.data, golden.deficientLeastSquares)).toBeLessThan(1e-13);
  const fitted = await gemm(deficient, x);
  const residual = from(20, 2, (i, j) => fitted.data[i * 2 + j]! - right.data[i * 2 + j]!);
  expect(difference(await gemm(deficient, residual, { transposeA: true }), dense(8, 2))).toBeLessThan(1e-13);
  await expect(leastSquares(deficient, dense(3, 1))).rejects.toThrow(
    "leastSquares: 20 equations, but 3 right sides",
  );
});

test("the same bits twice, and the input unchanged", async () => {
  const a = normal(120, 90);
  const before = a.data.slice();
  const [first, second] = [await svd(a), await svd(a)];
  expect(second).toEqual(first);
  expect(a.data).toEqual(before);
});

test("empty and non-finite matrices are refused", async () => {
  await expect(svd(dense(0, 3))).rejects.toThrow("svd: want at least one row and one column, got 0 × 3");
  await expect(svd(dense(1, 2, Float64Array.of(1, Number.NaN)))).rejects.toThrow(
    "svd: row 0 column 1 is NaN",
  );
});
