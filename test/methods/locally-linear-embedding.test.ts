/** @file Locally linear embedding against scikit-learn, and the sheets that it unrolls. */
import { describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { type Matrix, matrix, takeColumns, toMatrix } from "../../src/data/matrix.js";
import { fit, type LocallyLinearEmbeddingOptions, locallyLinearEmbedding } from "../../src/index.js";
import { dense, toDense } from "../../src/linalg/dense.js";
import { eigh } from "../../src/linalg/eigh.js";
import { gemm } from "../../src/linalg/gemm.js";
import { leastSquares } from "../../src/linalg/index.js";
import { jacobiEigen } from "../../src/linalg/jacobi-eigen.js";
import { random } from "../../src/random.js";
import { testWith } from "../data/shared.js";
import { readGolden } from "../golden/golden.js";

interface Reference {
  embedding: number[];
  reconstructionError: number;
  codes: number[];
}
const golden = readGolden<{ x: number[]; standard: Reference; modified: Reference }>("locally-linear.json");
const sheet = matrix(90, 3, Float32Array.from(golden.x));

/** Largest difference of two `[n, 2]` maps, relative to the largest entry. */
function difference(actual: Matrix, expected: ArrayLike<number>, signs: number[]): number {
  let [worst, largest] = [0, 0];
  for (let at = 0; at < actual.data.length; at++) {
    worst = Math.max(worst, Math.abs(actual.data[at]! - signs[at % 2]! * expected[at]!));
    largest = Math.max(largest, Math.abs(expected[at]!));
  }
  return worst / largest;
}

describe("against scikit-learn", () => {
  test.each(["standard", "modified"] as const)(
    "%s: embedding, error, and codes of new rows",
    async (variant) => {
      const expected = golden[variant];
      const options = { latentDim: 2, nNeighbors: 8, variant };
      const model = await fit(locallyLinearEmbedding(options), sheet, { scale: "none" });
      const signs = [0, 1].map((column) => {
        let product = 0;
        for (let at = column; at < 180; at += 2)
          product += model.embedding.data[at]! * expected.embedding[at]!;
        return Math.sign(product);
      });
      // Eigenvalues of 1e-7 beside others of 1 leave nine digits, of which the gap between them takes some.
      expect(difference(model.embedding, expected.embedding, signs)).toBeLessThan(1e-4);
      expect(model.reconstructionError / expected.reconstructionError).toBeCloseTo(1, 5);
      const fresh = matrix(
        5,
        3,
        sheet.data.slice(0, 15).map((entry) => entry + 0.01),
      );
      expect(difference(await model.encode(fresh), expected.codes, signs)).toBeLessThan(1e-4);
    },
  );
});

/** Share of the variance of the latent coordinates that an affine map of the embedding gives. */
async function affineR2(embedding: Matrix, latent: Matrix): Promise<number> {
  const design = dense(embedding.rows, 3);
  for (let i = 0; i < embedding.rows; i++)
    design.data.set([1, ...embedding.data.subarray(2 * i, 2 * i + 2)], 3 * i);
  const target = toDense(latent);
  for (let j = 0; j < 2; j++) {
    let [mean, squares] = [0, 0];
    for (let at = j; at < target.data.length; at += 2) mean += target.data[at]! / latent.rows;
    for (let at = j; at < target.data.length; at += 2) squares += (target.data[at]! - mean) ** 2;
    for (let at = j; at < target.data.length; at += 2)
      target.data[at] = (target.data[at]! - mean) / Math.sqrt(squares);
  }
  const predicted = await gemm(design, await leastSquares(design, target));
  let left = 0;
  for (let at = 0; at < target.data.length; at++) left += (target.data[at]! - predicted.data[at]!) ** 2;
  return 1 - left / 2;
}

describe("unrolls the stored rolls", () => {
  for (const roll of ["swiss_roll", "s_curve"]) {
    testWith(`${roll}.csv.gz`, roll, async (path) => {
      const x = toMatrix((await readFileData(path)).x);
      const [points, latent] = [takeColumns(x, [0, 1, 2]), takeColumns(x, [3, 4])];
      for (const variant of ["modified", "hessian", "ltsa"] as const) {
        const options = { latentDim: 2, nNeighbors: 12, variant };
        const model = await fit(locallyLinearEmbedding(options), points, { scale: "none" });
        expect(await affineR2(model.embedding, latent), variant).toBeGreaterThan(0.999);
        // A row among its own neighbors is all but its own barycenter.
        const again = await model.encode(points);
        expect(await affineR2(again, latent), `${variant}, placed again`).toBeGreaterThan(0.99);
      }
    });
  }
});

describe("rows that are hard to place", () => {
  const fitted = (x: Matrix, more: Partial<LocallyLinearEmbeddingOptions> = {}) =>
    fit(locallyLinearEmbedding({ latentDim: 2, nNeighbors: 8, ...more }), x, { scale: "none" });

  test.each(["standard", "modified", "hessian", "ltsa"] as const)("a row twice: %s", async (variant) => {
    const x = matrix(91, 3);
    x.data.set(sheet.data);
    x.data.set(sheet.data.subarray(0, 3), 270);
    const { embedding } = await fitted(x, { variant });
    expect(embedding.data.every(Number.isFinite)).toBe(true);
    const apart = Math.hypot(
      embedding.data[180]! - embedding.data[0]!,
      embedding.data[181]! - embedding.data[1]!,
    );
    expect(apart).toBeLessThan(0.1);
  });

  test("a graph in two parts is refused", async () => {
    const x = matrix(180, 3);
    x.data.set(sheet.data);
    x.data.set(
      sheet.data.map((entry) => entry + 100),
      270,
    );
    await expect(fitted(x)).rejects.toThrow(
      "locallyLinearEmbedding: the graph of 8 nearest neighbors falls into 2 parts, want one; raise nNeighbors",
    );
  });

  test("more equal rows than neighbors are refused as such a graph", async () => {
    const x = matrix(100, 3);
    x.data.set(sheet.data);
    await expect(fitted(x)).rejects.toThrow("falls into 2 parts");
  });

  test("too few rows, neighbors or columns", async () => {
    const few = matrix(8, 3, sheet.data.slice(0, 24));
    await expect(fitted(few)).rejects.toThrow("nNeighbors 8 wants at least 9 rows, got 8");
    expect(() => locallyLinearEmbedding({ latentDim: 2, variant: "hessian" })).toThrow(
      "locallyLinearEmbedding: variant hessian of latentDim 2 wants nNeighbors ≥ 6, got 5",
    );
    await expect(fitted(sheet, { latentDim: 4, variant: "ltsa" })).rejects.toThrow("wants 4 columns, got 3");
  });
});

test.each([1, 2, 7, 30])("Jacobi's rotations give the eigenpairs of a matrix of %i rows", async (m) => {
  const stream = random(m);
  const factor = dense(
    m,
    m,
    Float64Array.from({ length: m * m }, () => stream.normal()),
  );
  const a = await gemm(factor, factor, { transposeB: true });
  const values = new Float64Array(m);
  const vectors = new Float64Array(m * m);
  jacobiEigen(a.data.slice(), m, values, vectors);
  const expected = await eigh(a);
  for (let i = 0; i < m; i++) {
    expect(Math.abs(values[i]! - expected.values[i]!)).toBeLessThan(1e-12 * expected.values[0]!);
    let dot = 0;
    for (let j = 0; j < m; j++) dot += vectors[i * m + j]! * expected.vectors.data[j * m + i]!;
    // Neighboring eigenvalues of 30 are some 1e-3 of the largest apart.
    expect(Math.abs(Math.abs(dot) - 1)).toBeLessThan(1e-9);
  }
});
