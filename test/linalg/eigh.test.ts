import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Dense, dense } from "../../src/linalg/dense.js";
import { eigh, leadingEigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import {
  adversarialSymmetric,
  difference,
  golden,
  goldenMatrices,
  normal,
  orthogonalityError,
  scaleColumns,
  scaleOf,
  spread,
  symmetric,
  wilkinson,
} from "./matrices.js";

// Backward stability promises a small multiple of the unit roundoff 1.1e-16; measured are up to 10 of them.
const TOLERANCE = 1e-14;

async function checkIdentities(a: Dense): Promise<void> {
  const { values, vectors } = await eigh(a);
  const residual = difference(await gemm(a, vectors), scaleColumns(vectors, values), scaleOf(a));
  expect(residual).toBeLessThan(TOLERANCE);
  expect(await orthogonalityError(vectors)).toBeLessThan(TOLERANCE);
  expect([...values]).toEqual([...values].sort((x, y) => y - x));
}

test("the leading pairs alone are pairs, and the values of all", async () => {
  const g = normal(150, 150, 7);
  const a = symmetric(150, (i, j) => g.data[i * 150 + j]!);
  const { values } = await eigh(a);
  for (const k of [1, 40, 150]) {
    const leading = await leadingEigh(a, k);
    expect([...leading.values]).toEqual([...values.slice(0, k)]);
    expect(leading.vectors).toMatchObject({ rows: 150, cols: k });
    const image = await gemm(a, leading.vectors);
    expect(difference(image, scaleColumns(leading.vectors, leading.values), scaleOf(a))).toBeLessThan(
      TOLERANCE,
    );
    expect(await orthogonalityError(leading.vectors)).toBeLessThan(TOLERANCE);
  }
});

describe("A V = V Λ, VᵀV = I, values descending", () => {
  for (const [name, a] of Object.entries(adversarialSymmetric)) test(name, () => checkIdentities(a));

  for (const n of [3, 31, 32, 33, 64, 65, 129, 300]) {
    test(`random ${n} × ${n}`, () => {
      const g = normal(n, n, n);
      return checkIdentities(symmetric(n, (i, j) => g.data[i * n + j]!));
    });
  }

  test("symmetric matrices of small integers, where ties and zeros abound", async () => {
    const arbitrary = fc
      .integer({ min: 1, max: 24 })
      .chain((n) =>
        fc.tuple(
          fc.constant(n),
          fc.array(fc.integer({ min: -2, max: 2 }), { minLength: n * n, maxLength: n * n }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(arbitrary, ([n, entries]) =>
        checkIdentities(symmetric(n, (i, j) => entries[i * n + j]!)),
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  test("tridiagonal matrices over many magnitudes", async () => {
    const entry = fc
      .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -20, max: 0 }))
      .map(([m, e]) => m * 10 ** e);
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 60 }), (entries) =>
        checkIdentities(
          symmetric((entries.length + 1) >> 1, (i, j) =>
            i - j > 1 ? 0 : entries[i === j ? 2 * i : 2 * j + 1]!,
          ),
        ),
      ),
      { numRuns: 200, seed: 2 },
    );
  });
});

describe("LAPACK's figures", () => {
  test("random", async () => {
    const { values, vectors } = await eigh((await goldenMatrices()).symmetric);
    expect(spread(values, golden.symmetricEigenvalues, values[0])).toBeLessThan(TOLERANCE);
    const top = Array.from({ length: 70 }, (_, i) => Math.abs(vectors.data[i * 70]!));
    // An eigenvector is as accurate as its gap allows, here about a tenth of the norm.
    expect(spread(top, golden.symmetricTopEigenvectorAbsolute)).toBeLessThan(1e-13);
  });
  test("Wilkinson W21+ and five of them glued", async () => {
    const one = await eigh(wilkinson());
    const five = await eigh(wilkinson(5, 1e-8));
    expect(spread(one.values, golden.wilkinsonEigenvalues, 11)).toBeLessThan(TOLERANCE);
    expect(spread(five.values, golden.gluedWilkinsonEigenvalues, 11)).toBeLessThan(TOLERANCE);
  });
});

test("the second difference has eigenvalues 4 sin²(jπ / 2(n + 1))", async () => {
  const n = 130;
  const { values } = await eigh(adversarialSymmetric["second difference"]!);
  const known = Array.from({ length: n }, (_, j) => 4 * Math.sin(((n - j) * Math.PI) / (2 * (n + 1))) ** 2);
  expect(spread(values, known, 4)).toBeLessThan(TOLERANCE);
});

test("the entry of largest absolute value of every vector is positive", async () => {
  const g = normal(40, 40);
  const { vectors } = await eigh(symmetric(40, (i, j) => g.data[i * 40 + j]!));
  for (let j = 0; j < 40; j++) {
    const column = Array.from({ length: 40 }, (_, i) => vectors.data[i * 40 + j]!);
    expect(Math.max(...column)).toBeGreaterThanOrEqual(-Math.min(...column));
  }
});

test("the same bits twice, and the input unchanged", async () => {
  const g = normal(150, 150);
  const a = symmetric(150, (i, j) => g.data[i * 150 + j]!);
  const before = a.data.slice();
  const [first, second] = [await eigh(a), await eigh(a)];
  expect(second).toEqual(first);
  expect(a.data).toEqual(before);
});

describe("refused", () => {
  test.each([
    ["empty", dense(0, 0), "eigh: want at least one row, got 0 × 0"],
    ["not square", dense(2, 3), "eigh: want a square matrix, got 2 × 3"],
    ["NaN", symmetric(3, (i, j) => (i + j === 3 ? Number.NaN : 1)), "eigh: row 1 column 2 is NaN"],
    ["infinite", symmetric(2, () => Number.POSITIVE_INFINITY), "eigh: row 0 column 0 is Infinity"],
    [
      "not symmetric",
      dense(2, 2, Float64Array.of(1, 2, 3, 4)),
      "got 3 at row 1 column 0 but 2 at row 0 column 1",
    ],
  ])("%s", async (_, a, message) => {
    await expect(eigh(a)).rejects.toThrow(RangeError);
    await expect(eigh(a)).rejects.toThrow(message);
  });
});
