import { describe, expect, test } from "vitest";
import type { Dense } from "../../../src/linalg/dense.js";
import { eigh } from "../../../src/linalg/eigh.js";
import { gemm } from "../../../src/linalg/gemm.js";
import {
  bottomEigenpairs,
  multiplySparse,
  type SparseMatrix,
  sparseFromTriplets,
  sparseGram,
  sparseToDense,
  topEigenpairsSparse,
} from "../../../src/linalg/sparse/index.js";
import { grid, gridEigenvalues, laplacian, pathEigenvalue, randomSparse } from "./graphs.js";

/** The largest entry of A V − V Λ. */
function residual(a: SparseMatrix, values: Float64Array, vectors: Dense): number {
  const product = multiplySparse(a, vectors).data;
  return product.reduce(
    (largest, value, at) =>
      Math.max(largest, Math.abs(value - values[at % values.length]! * vectors.data[at]!)),
    0,
  );
}

async function expectOrthonormal(v: Dense): Promise<void> {
  const { data } = await gemm(v, v, { transposeA: true });
  for (const [at, value] of data.entries()) {
    expect(Math.abs(value - (at % (v.cols + 1) === 0 ? 1 : 0))).toBeLessThan(1e-12);
  }
}

describe("Laplacians with known eigenvalues", () => {
  test("a path", async () => {
    const path = grid(900, 1);
    const { values, vectors } = await bottomEigenpairs(path, 4);
    expect(Math.abs(values[0]!)).toBeLessThan(1e-15);
    // The smallest is 1e-5: rounding of the matrix is 1e-16 · 4, some 1e-11 of it.
    for (let i = 1; i < 4; i++) expect(values[i]! / pathEigenvalue(i, 900)).toBeCloseTo(1, 9);
    expect(residual(path, values, vectors)).toBeLessThan(1e-10);
    await expectOrthonormal(vectors);
    // Eigenvector i is cos(π i (r + ½) / n), its largest entry positive.
    const cosine = Float64Array.from({ length: 900 }, (_, r) => Math.cos((Math.PI * (r + 0.5)) / 900));
    const scale = vectors.data[1]! / cosine[0]!;
    for (let r = 0; r < 900; r++) expect(vectors.data[r * 4 + 1]! / scale).toBeCloseTo(cosine[r]!, 8);
    expect(vectors.data.filter((_, at) => at % 4 === 1).reduce((m, v) => Math.max(m, Math.abs(v)), 0)).toBe(
      vectors.data.filter((_, at) => at % 4 === 1).reduce((m, v) => Math.max(m, v), 0),
    );
  });

  test("a square grid, whose eigenvalues come in pairs", async () => {
    const square = grid(40, 40);
    const { values, vectors } = await bottomEigenpairs(square, 8);
    gridEigenvalues(40, 40, 8).forEach((want, i) => {
      expect(Math.abs(values[i]! - want)).toBeLessThan(1e-13);
    });
    // Converged to 1e-9 in the inverse, which makes less of errors than A does.
    expect(residual(square, values, vectors)).toBeLessThan(1e-8);
    await expectOrthonormal(vectors);
  });

  test("a graph in three parts has three zeros, whose vectors are constant on each", async () => {
    const part = 300;
    const edges = Array.from({ length: 3 * part }, (_, i) => [i, i + 1] as const).filter(
      ([i]) => (i + 1) % part !== 0,
    );
    const graph = laplacian(3 * part, edges);
    const { values, vectors } = await bottomEigenpairs(graph, 5);
    for (let i = 0; i < 3; i++) {
      expect(Math.abs(values[i]!)).toBeLessThan(1e-15);
      for (let r = 0; r < 3 * part; r++) {
        const first = Math.floor(r / part) * part;
        expect(vectors.data[r * 5 + i]!).toBeCloseTo(vectors.data[first * 5 + i]!, 9);
      }
    }
    for (const i of [3, 4]) expect(values[i]! / pathEigenvalue(1, part)).toBeCloseTo(1, 9);
  });
});

describe("nearly singular matrices", () => {
  // (I − W)ᵀ(I − W) with smooth weights: fourth powers of small frequencies, the wanted ones at 1e-10 of the largest.
  test("the square of a path's Laplacian", async () => {
    const squared = sparseGram(grid(700, 1));
    const { values } = await bottomEigenpairs(squared, 3);
    for (const i of [1, 2]) expect(values[i]! / pathEigenvalue(i, 700) ** 2).toBeCloseTo(1, 5);
  });

  test("a random product, beside the dense solution", async () => {
    const a = sparseGram(randomSparse(400, 400, 3, 9));
    const all = await eigh(sparseToDense(a));
    const { values } = await bottomEigenpairs(a, 6);
    for (let i = 0; i < 6; i++) expect(Math.abs(values[i]! - all.values[399 - i]!)).toBeLessThan(1e-12);
  });
});

describe("by products alone", () => {
  test("the bottom, where a factor would be too large", async () => {
    const square = grid(30, 30);
    const [free, bound] = [
      await bottomEigenpairs(square, 4, { maxEntries: 1000 }),
      await bottomEigenpairs(square, 4),
    ];
    gridEigenvalues(30, 30, 4).forEach((want, i) => {
      expect(Math.abs(free.values[i]! - want)).toBeLessThan(1e-12);
    });
    // The vector of a single eigenvalue: 1e-9 · 16, the residual asked for, over a gap of 0.01.
    for (let r = 0; r < 900; r++)
      expect(Math.abs(free.vectors.data[r * 4 + 3]! - bound.vectors.data[r * 4 + 3]!)).toBeLessThan(1e-6);
  });

  test("the top, with copies", async () => {
    const square = grid(26, 26);
    const { values, vectors } = await topEigenpairsSparse(square, 5);
    const all = gridEigenvalues(26, 26, 676).reverse();
    for (let i = 0; i < 5; i++) expect(Math.abs(values[i]! - all[i]!)).toBeLessThan(1e-12);
    expect(residual(square, values, vectors)).toBeLessThan(1e-8);
    await expectOrthonormal(vectors);
    const small = await topEigenpairsSparse(grid(9, 9), 81);
    gridEigenvalues(9, 9, 81).forEach((want, i) => {
      expect(Math.abs(small.values[80 - i]! - want)).toBeLessThan(1e-13);
    });
  });

  test("refusals", async () => {
    const a = grid(30, 40);
    await expect(topEigenpairsSparse(a, 1201)).rejects.toThrow(
      "topEigenpairsSparse: k must be a whole number in 1 … 1200, got 1201",
    );
    await expect(topEigenpairsSparse(a, 3, { maxIter: 2 })).rejects.toThrow("have not converged in 2 steps");
  });
});

test("a small matrix is decomposed as a whole, and gives all pairs", async () => {
  const path = grid(20, 1);
  const { values, vectors } = await bottomEigenpairs(path, 20);
  values.forEach((value, i) => {
    expect(Math.abs(value - pathEigenvalue(i, 20))).toBeLessThan(1e-13);
  });
  await expectOrthonormal(vectors);
});

test("same seed, same bits; another seed, the same values", async () => {
  const a = grid(30, 40);
  const first = await bottomEigenpairs(a, 3, { seed: 4 });
  expect(await bottomEigenpairs(a, 3, { seed: 4 })).toEqual(first);
  const other = await bottomEigenpairs(a, 3, { seed: 5 });
  for (let i = 1; i < 3; i++) expect(other.values[i]! / first.values[i]!).toBeCloseTo(1, 10);
});

test("what cannot be solved is refused in a sentence", async () => {
  const a = grid(30, 40);
  await expect(bottomEigenpairs(a, 0)).rejects.toThrow("k must be a whole number in 1 … 1200, got 0");
  await expect(bottomEigenpairs(a, 2, { tol: 0 })).rejects.toThrow("tol must be > 0, got 0");
  await expect(bottomEigenpairs(a, 2, { shift: -1 })).rejects.toThrow("shift must be > 0, got -1");
  const oneSided = sparseFromTriplets(300, 300, { rowIndices: [2], columnIndices: [5], values: [1] });
  await expect(bottomEigenpairs(oneSided, 2)).rejects.toThrow(
    "want a symmetric matrix, got another entry across from row 2 column 5",
  );
  const negative = { ...a, values: a.values.map((value) => -value) };
  await expect(bottomEigenpairs(negative, 2)).rejects.toThrow("want a positive semidefinite matrix");
  await expect(bottomEigenpairs(a, 2, { maxIter: 1 })).rejects.toThrow("have not converged in 1 steps");
});
