import { describe, expect, test } from "vitest";
import { type Dense, dense } from "../../../src/linalg/dense.js";
import {
  minimumDegreeOrder,
  multiplySparse,
  type SparseMatrix,
  sparseCholesky,
  sparseGram,
  symbolicFactor,
} from "../../../src/linalg/sparse/index.js";
import { random } from "../../../src/random.js";
import { grid, laplacian, randomSparse } from "./graphs.js";

function normal(rows: number, cols: number): Dense {
  const stream = random(5);
  return dense(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, () => stream.normal()),
  );
}

/** The largest entry of (A + shift I) X − B. */
function residual(a: SparseMatrix, shift: number, x: Dense, b: Dense): number {
  const product = multiplySparse(a, x).data;
  return product.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value + shift * x.data[i]! - b.data[i]!)),
    0,
  );
}

const star = laplacian(
  500,
  Array.from({ length: 499 }, (_, i) => [0, i + 1] as const),
);

describe("minimum degree", () => {
  test.each([
    ["a grid", grid(25, 31)],
    ["a random graph", sparseGram(randomSparse(300, 300, 4, 7))],
    ["a star", star],
    ["no edges", laplacian(9, [])],
    ["one node", laplacian(1, [])],
  ])("orders every variable once: %s", (_, a) => {
    expect([...minimumDegreeOrder(a)].sort((p, q) => p - q)).toEqual(
      Array.from({ length: a.rows }, (_, i) => i),
    );
  });

  test("a tree has no fill, a grid little", () => {
    const edges = Array.from({ length: 254 }, (_, i) => [i + 1, Math.floor(i / 2)] as const);
    const tree = laplacian(255, edges);
    const eliminated = new Set<number>();
    for (const i of minimumDegreeOrder(tree)) {
      const later = edges.filter(
        ([p, q]) => (p === i && !eliminated.has(q)) || (q === i && !eliminated.has(p)),
      );
      expect(later.length).toBeLessThanOrEqual(1);
      eliminated.add(i);
    }
    // In the natural order the factor of an m × m grid has m³ entries; by minimum degree about 8 m² log₂ m.
    expect(symbolicFactor(grid(60, 60), Number.POSITIVE_INFINITY)!.entries).toBeLessThan(0.5 * 60 ** 3);
  });
});

describe("sparse Cholesky", () => {
  // Supernodes of every size: loops alone, and products on the engine.
  test.each([
    ["a grid", grid(40, 50), 1e-3],
    ["a random product, whose factor is nearly dense", sparseGram(randomSparse(700, 700, 5, 8)), 0.1],
    ["a star", star, 1e-3],
    ["a diagonal", laplacian(6, []), 2],
  ])("solves what it factors: %s", async (_, a, shift) => {
    const b = normal(a.rows, 5);
    const factor = await sparseCholesky(a, { shift });
    const x = await factor.solve(b);
    // Backward stable: some hundred roundings of ‖A‖ ‖x‖.
    const size = x.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expect(residual(a, shift, x, b)).toBeLessThan(1e-13 * size * 50);
    const alone = await factor.solve(normal(a.rows, 1));
    expect(residual(a, shift, alone, normal(a.rows, 1))).toBeLessThan(1e-13 * size * 50);
  });

  test("says where a matrix is not positive definite, and of what size a side must be", async () => {
    await expect(sparseCholesky(grid(5, 5), { shift: -0.5 })).rejects.toThrow(
      /sparseCholesky: want a positive definite matrix, got a pivot that is not positive at row \d+/,
    );
    const factor = await sparseCholesky(grid(5, 5), { shift: 1 });
    await expect(factor.solve(dense(24, 1))).rejects.toThrow("want 25 rows, got 24");
  });

  test("a factor beyond a limit is not planned", () => {
    const entries = symbolicFactor(grid(30, 30), Number.POSITIVE_INFINITY)!.entries;
    expect(symbolicFactor(grid(30, 30), entries)).toBeDefined();
    expect(symbolicFactor(grid(30, 30), entries / 2)).toBeUndefined();
  });
});
