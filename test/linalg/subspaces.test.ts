import { describe, expect, test } from "vitest";
import type { Matrix } from "../../src/data/matrix.js";
import { scatterMatrix } from "../../src/linalg/covariance.js";
import {
  columns,
  type Dense,
  dense,
  identity,
  toDense,
  toFloat32,
  transpose,
} from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";
import { qr } from "../../src/linalg/qr.js";
import { randomizedSvd } from "../../src/linalg/randomized-svd.js";
import { svd } from "../../src/linalg/svd.js";
import { topEigenpairs } from "../../src/linalg/top-eigenpairs.js";
import {
  diagonal,
  difference,
  from,
  golden,
  goldenMatrices,
  normal,
  orthogonalityError,
  scaleColumns,
  scaleOf,
  spread,
  symmetric,
} from "./matrices.js";

/** U diag(spectrum) Vᵀ with random orthonormal factors. */
async function withSpectrum(rows: number, cols: number, spectrum: number[], seed = 0): Promise<Dense> {
  const u = (await qr(normal(rows, spectrum.length, seed))).q;
  const v = (await qr(normal(cols, spectrum.length, seed + 1))).q;
  return gemm(scaleColumns(u, spectrum), v, { transposeB: true });
}

async function symmetricWithSpectrum(spectrum: number[]): Promise<Dense> {
  const n = spectrum.length;
  const { q } = await qr(normal(n, n, 5));
  const a = await gemm(scaleColumns(q, spectrum), q, { transposeB: true });
  return symmetric(n, (i, j) => a.data[i * n + j]!);
}

describe("topEigenpairs equals the top of eigh", () => {
  const n = 260;
  const cases: Record<string, [number[], number]> = {
    "a decaying spectrum": [Array.from({ length: n }, (_, i) => 1 / (i + 1) ** 2), 12],
    "a flat spectrum, where it falls back on eigh": [
      Array.from({ length: n }, (_, i) => 1 - i / (2 * n)),
      20,
    ],
    "an eigenvalue of higher multiplicity than the block": [
      Array.from({ length: n }, (_, i) => (i < 25 ? 2 : 1 / (i + 1))),
      30,
    ],
    "a tie at the border": [Array.from({ length: n }, (_, i) => (i < 8 ? 10 - i : i < 12 ? 1 : 0.5 / i)), 10],
    "negative eigenvalues": [Array.from({ length: n }, (_, i) => -1 - i), 5],
    "larger negative eigenvalues than positive ones": [
      Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 / (i + 1) : -5)),
      6,
    ],
    "rank three": [Array.from({ length: n }, (_, i) => (i < 3 ? 3 - i : 0)), 7],
  };
  for (const [name, [spectrum, k]] of Object.entries(cases)) {
    test(name, async () => {
      const a = await symmetricWithSpectrum(spectrum);
      const { values, vectors } = await topEigenpairs(a, k);
      const known = spectrum.toSorted((x, y) => y - x).slice(0, k);
      const scale = Math.max(...spectrum.map(Math.abs));
      // The tolerance asked for, 1e-9, bounds the error of a value; away from ties it is of second order.
      expect(spread(values, known, scale)).toBeLessThan(1e-12);
      expect(difference(await gemm(a, vectors), scaleColumns(vectors, values), scale)).toBeLessThan(1e-9);
      expect(await orthogonalityError(vectors)).toBeLessThan(1e-13);
    });
  }
  for (const [name, a, expected] of [
    ["identity", identity(200), [1, 1, 1]],
    ["zero", dense(200, 200), [0, 0, 0]],
    ["diagonal", diagonal(Array.from({ length: 200 }, (_, i) => i)), [199, 198, 197]],
  ] as const) {
    test(name, async () => {
      const { values, vectors } = await topEigenpairs(a, 3);
      expect(spread(values, expected, 200)).toBeLessThan(1e-14);
      expect(await orthogonalityError(vectors)).toBeLessThan(1e-13);
    });
  }
  test("the same bits twice", async () => {
    const a = await symmetricWithSpectrum(Array.from({ length: 200 }, (_, i) => 1 / (i + 1)));
    expect(await topEigenpairs(a, 5)).toEqual(await topEigenpairs(a, 5));
  });
  test("impossible requests are refused", async () => {
    await expect(topEigenpairs(identity(3), 4)).rejects.toThrow(
      "topEigenpairs: k must be a whole number in 1 … 3, got 4",
    );
    await expect(topEigenpairs(identity(3), 1.5)).rejects.toThrow(RangeError);
    await expect(topEigenpairs(identity(3), 1, { tol: 0 })).rejects.toThrow("tol must be > 0, got 0");
    await expect(
      topEigenpairs(
        from(200, 200, (i) => i),
        2,
      ),
    ).rejects.toThrow("topEigenpairs: want a symmetric matrix");
  });
});

describe("scatterMatrix", () => {
  // More rows than a block, and a mean far from zero: XᵀX − n μμᵀ in float32 would keep three digits.
  const x = toFloat32(from(5000, 20, (i, j) => 100 + j + Math.sin(i * (j + 1)) + ((i * 7 + j) % 5)));

  async function exact(center: boolean): Promise<Dense> {
    const wide = toDense(x);
    const means = Float64Array.from({ length: x.cols }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < x.rows; i++) sum += wide.data[i * x.cols + j]!;
      return center ? sum / x.rows : 0;
    });
    const shifted = from(x.rows, x.cols, (i, j) => wide.data[i * x.cols + j]! - means[j]!);
    return gemm(shifted, shifted, { transposeA: true });
  }

  for (const center of [true, false]) {
    test(center ? "about the mean" : "about zero", async () => {
      const known = await exact(center);
      const full = (await scatterMatrix(x, { center })).matrix;
      // Rounding of a sum over 5000 rows in float64.
      expect(difference(full, known, scaleOf(known))).toBeLessThan(1e-13);
      const mixed = (await scatterMatrix(x, { center, precision: "mixed" })).matrix;
      // Float32 rounding, 6e-8 a term, averaged over the rows of a block.
      expect(difference(mixed, known, scaleOf(known))).toBeLessThan(3e-7);
      expect(transpose(full)).toEqual(full);
      expect(transpose(mixed)).toEqual(mixed);
    });
  }
  test("missing and huge numbers are refused by place", async () => {
    const broken: Matrix = { data: Float32Array.of(1, 2, 3, Number.NaN), rows: 2, cols: 2 };
    await expect(scatterMatrix(broken)).rejects.toThrow("scatterMatrix: row 1 column 1 is NaN");
    const huge: Matrix = { data: Float32Array.of(1, 3e38, 1, -3e38), rows: 2, cols: 2 };
    await expect(scatterMatrix(huge, { precision: "mixed" })).rejects.toThrow(
      "column 1 is too large to square",
    );
  });
});

describe("randomizedSvd", () => {
  const spectrum = Array.from({ length: 60 }, (_, i) => 100 * 0.8 ** i);

  test("a decaying spectrum to float32 rounding, tall and wide", async () => {
    for (const [rows, cols] of [
      [3000, 80],
      [80, 900],
    ] as const) {
      const a = await withSpectrum(rows, cols, spectrum);
      const { u, s, vt } = await randomizedSvd(toFloat32(a), 8);
      // Float32 rounding of products, relative to the largest.
      expect(spread(s, spectrum.slice(0, 8), 100)).toBeLessThan(1e-6);
      expect(await orthogonalityError(transpose(vt))).toBeLessThan(1e-13);
      expect(await orthogonalityError(toDense(u))).toBeLessThan(1e-5);
      const truth = await svd(a);
      const angles = await principalAngles(
        transpose(vt),
        transpose({ ...truth.vt, data: truth.vt.data.subarray(0, 8 * cols), rows: 8 }),
      );
      expect(angles[7]).toBeLessThan(1e-5);
    }
  });
  test("centered without a centered copy", async () => {
    const a = await withSpectrum(500, 40, spectrum.slice(0, 30));
    const moved = from(500, 40, (i, j) => a.data[i * 40 + j]! + 50 + j);
    const { s, mean } = await randomizedSvd(toFloat32(moved), 4, { center: true });
    const { matrix } = await scatterMatrix(toFloat32(moved));
    const known = (await eigh(matrix)).values.slice(0, 4).map(Math.sqrt);
    expect(spread(s, known, known[0])).toBeLessThan(1e-6);
    expect(mean[3]).toBeCloseTo(53, 0);
  });
  test("rank below k: the rest are zeros", async () => {
    const a = await withSpectrum(100, 30, [3, 2]);
    const { u, s } = await randomizedSvd(toFloat32(a), 5);
    expect(spread(s, [3, 2, 0, 0, 0])).toBeLessThan(1e-6);
    expect(u.data.every(Number.isFinite)).toBe(true);
  });
  test("same seed, same bits; another seed, the same answer to rounding", async () => {
    const x = toFloat32(await withSpectrum(300, 50, spectrum.slice(0, 40)));
    const first = await randomizedSvd(x, 4, { seed: 1 });
    expect(await randomizedSvd(x, 4, { seed: 1 })).toEqual(first);
    const other = await randomizedSvd(x, 4, { seed: 2 });
    expect(other.s).not.toEqual(first.s);
    expect(spread(other.s, first.s, 100)).toBeLessThan(1e-6);
  });
  test("impossible requests and missing values are refused", async () => {
    const x = toFloat32(normal(6, 4));
    await expect(randomizedSvd(x, 5)).rejects.toThrow(
      "randomizedSvd: k must be a whole number in 1 … 4, got 5",
    );
    await expect(randomizedSvd(x, 2, { powerIterations: -1 })).rejects.toThrow("powerIterations must be");
    x.data[5] = Number.NaN;
    await expect(randomizedSvd(x, 2)).rejects.toThrow("row 1 column 1 is NaN");
  });
});

describe("principalAngles", () => {
  test("SciPy's figures", async () => {
    const { basisA, basisB } = await goldenMatrices();
    // Angles carry rounding over the sharper of sine and cosine.
    expect(spread(await principalAngles(basisA, basisB), golden.angles)).toBeLessThan(1e-13);
    expect(spread(await principalAngles(basisB, basisA), golden.angles)).toBeLessThan(1e-13);
  });
  test("known angles from 1e-12 to a right angle", async () => {
    const known = [1e-12, 1e-6, 0.5, 1.2, Math.PI / 2];
    const a = from(10, 5, (i, j) => (i === j ? 1 : 0));
    const b = from(10, 5, (i, j) => (i === j ? Math.cos(known[j]!) : i === j + 5 ? Math.sin(known[j]!) : 0));
    expect(spread(await principalAngles(a, b), known)).toBeLessThan(1e-15);
  });
  test("a subspace of another has angle 0, whatever its basis", async () => {
    const space = normal(30, 6);
    const inside = await gemm(space, normal(6, 3, 1));
    const angles = await principalAngles(inside, space);
    expect(angles.length).toBe(3);
    expect(angles[2]).toBeLessThan(1e-14);
  });
  test("dependent columns do not count", async () => {
    const a = normal(12, 2);
    const twice = from(12, 4, (i, j) => a.data[i * 2 + (j % 2)]!);
    expect((await principalAngles(twice, columns(identity(12), 0, 5))).length).toBe(2);
  });
  test("degrees", () => expect(degrees(Math.PI / 6)).toBeCloseTo(30, 12));
  test("columns of different length are refused", async () => {
    await expect(principalAngles(normal(3, 1), normal(4, 1))).rejects.toThrow(
      "columns of 3 and of 4 numbers",
    );
  });
});
