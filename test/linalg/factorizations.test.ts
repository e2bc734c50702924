import { describe, expect, test } from "vitest";
import { cholesky, choleskySolve, inverseSpd } from "../../src/linalg/cholesky.js";
import { type Dense, dense, identity, transpose } from "../../src/linalg/dense.js";
import { gemm } from "../../src/linalg/gemm.js";
import { qr } from "../../src/linalg/qr.js";
import {
  adversarialRectangular,
  difference,
  from,
  golden,
  goldenMatrices,
  normal,
  orthogonalityError,
  scaleOf,
  spread,
} from "./matrices.js";

// A small multiple of the unit roundoff 1.1e-16, as backward stability promises.
const TOLERANCE = 1e-14;

describe("gemm", () => {
  // 5 × 7 × 6 runs as a loop, 50 × 70 × 60 on the engine.
  for (const [m, k, n] of [
    [5, 7, 6],
    [50, 70, 60],
  ] as const) {
    test(`all transpose forms, ${m} × ${k} × ${n}`, async () => {
      const [a, b] = [normal(m, k, 1), normal(k, n, 2)];
      const naive = from(m, n, (i, j) => {
        let sum = 0;
        for (let p = 0; p < k; p++) sum += a.data[i * k + p]! * b.data[p * n + j]!;
        return sum;
      });
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const product = await gemm(transposeA ? transpose(a) : a, transposeB ? transpose(b) : b, {
            transposeA,
            transposeB,
          });
          expect(difference(product, naive, scaleOf(naive))).toBeLessThan(TOLERANCE);
        }
      }
    });
  }
  test("nothing to sum gives zeros", async () => {
    expect(await gemm(dense(2, 0), dense(0, 3))).toEqual(dense(2, 3));
  });
  test("sizes that do not fit are refused", async () => {
    await expect(gemm(dense(2, 3), dense(2, 3))).rejects.toThrow(
      "gemm: inner sizes differ in [2, 3] · [2, 3]",
    );
    await expect(gemm(dense(2, 3), dense(2, 4), { transposeB: true })).rejects.toThrow("[2, 3] · [2, 4]ᵀ");
  });
});

describe("QR: A = Q R, QᵀQ = I, R upper triangular", () => {
  const cases: Record<string, Dense> = {
    ...adversarialRectangular,
    "random 33 × 33": normal(33, 33),
    "random 300 × 140": normal(300, 140),
    "random 20 × 150": normal(20, 150),
    "random 150 × 150": normal(150, 150),
    empty: dense(4, 0),
  };
  for (const [name, a] of Object.entries(cases)) {
    test(name, async () => {
      const { q, r } = await qr(a);
      expect(difference(await gemm(q, r), a, scaleOf(a))).toBeLessThan(TOLERANCE);
      expect(await orthogonalityError(q)).toBeLessThan(TOLERANCE);
      for (let i = 0; i < r.rows; i++)
        for (let j = 0; j < Math.min(i, r.cols); j++) expect(r.data[i * r.cols + j]).toBe(0);
    });
  }
  test("LAPACK's triangle, up to the signs of its rows", async () => {
    const { r } = await qr((await goldenMatrices()).tall);
    expect(spread(r.data.map(Math.abs), golden.tallTriangleAbsolute, scaleOf(r))).toBeLessThan(TOLERANCE);
  });
  test("NaN is refused", async () => {
    await expect(qr(dense(1, 1, Float64Array.of(Number.NaN)))).rejects.toThrow("qr: row 0 column 0 is NaN");
  });
});

describe("Cholesky", () => {
  const positive = async (n: number) => {
    const g = normal(n + 5, n, n);
    return gemm(g, g, { transposeA: true });
  };
  for (const n of [1, 2, 63, 64, 65, 200]) {
    test(`L Lᵀ = A and A X = B, ${n} × ${n}`, async () => {
      const a = await positive(n);
      const l = await cholesky(a);
      expect(difference(await gemm(l, l, { transposeB: true }), a, scaleOf(a))).toBeLessThan(TOLERANCE);
      const b = normal(n, 3, 7);
      const x = await choleskySolve(l, b);
      expect(difference(await gemm(a, x), b, scaleOf(a) * scaleOf(x))).toBeLessThan(TOLERANCE);
    });
  }
  test("LAPACK's factor and inverse", async () => {
    const a = (await goldenMatrices()).positive;
    expect(spread((await cholesky(a)).data, golden.positiveFactor, scaleOf(a))).toBeLessThan(TOLERANCE);
    const inverse = await inverseSpd(a);
    // Errors grow by the condition of A, about 50.
    expect(difference(await gemm(a, inverse), identity(40))).toBeLessThan(1e-13);
    const trace = inverse.data.reduce((sum, value, at) => sum + (at % 41 === 0 ? value : 0), 0);
    expect(Math.abs(trace / golden.positiveInverseTrace - 1)).toBeLessThan(1e-13);
    expect(transpose(inverse)).toEqual(inverse);
  });
  test("what is not positive definite is refused with the pivot", async () => {
    const a = dense(3, 3, Float64Array.of(4, 2, 0, 2, 1, 0, 0, 0, 1));
    await expect(cholesky(a)).rejects.toThrow(
      "cholesky: want a positive definite matrix, got pivot 0 at row 1",
    );
    await expect(cholesky(dense(2, 3))).rejects.toThrow("cholesky: want a square matrix, got 2 × 3");
    await expect(choleskySolve(identity(3), dense(2, 1))).rejects.toThrow("want 3 rows on the right, got 2");
  });
});
