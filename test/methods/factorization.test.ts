import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { lowRank } from "../../src/data/synthetic.js";
import { type Factorization, factorization, fit, pca } from "../../src/index.js";
import { toDense } from "../../src/linalg/dense.js";
import { degrees, principalAngles } from "../../src/linalg/principal-angles.js";

// Small products gain nothing from a second thread, and test files run side by side; the bits are the same.

const { x } = digits();

const meanError = async (model: { squaredErrors(x: Matrix): Promise<Float64Array> }, data: Matrix) =>
  (await model.squaredErrors(data)).reduce((t, e) => t + e) / data.rows;

/** Bᵀ (x − μ − B z) for every row: 0 where z is the code of least squares. */
async function normalEquations(model: Factorization, data: Matrix): Promise<number> {
  const [xHat, { dictionary: b }] = [await model.reconstruct(data), model];
  let largest = 0;
  for (let i = 0; i < data.rows; i++) {
    for (let p = 0; p < b.cols; p++) {
      let dot = 0;
      for (let j = 0; j < b.rows; j++) {
        dot += b.data[j * b.cols + p]! * (data.data[i * data.cols + j]! - xHat.data[i * data.cols + j]!);
      }
      largest = Math.max(largest, Math.abs(dot));
    }
  }
  return largest;
}

// Eckart & Young (1936): the optimum of min ‖X − Z Bᵀ‖² is PCA's, whichever way B and Z are found.
describe("the error and the subspace of PCA", () => {
  for (const center of [true, false]) {
    test(`alternating least squares, ${center ? "" : "un"}centered, k = 8`, async () => {
      const exact = await fit(pca({ latentDim: 8, center }), x);
      const model = await fit(factorization({ latentDim: 8, center }), x, { seed: 0 });
      const ratio = (await meanError(model, x)) / (await meanError(exact, x));
      // Rounds stop where one gains less than 1e-9 of the total.
      expect(ratio).toBeLessThan(1 + 1e-5);
      expect(ratio).toBeGreaterThan(1 - 1e-6);
      const v = matrix(
        64,
        8,
        exact.components.data.map((_, i) => exact.components.data[(i % 8) * 64 + Math.floor(i / 8)]!),
      );
      const angles = await principalAngles(toDense(model.dictionary), toDense(v));
      expect(degrees(angles.at(-1)!)).toBeLessThan(1);
      if (!center) expect(model.mean.every((value) => value === 0)).toBe(true);
    });
  }

  test("gradients of B and Z", async () => {
    const { x: data } = lowRank({ rows: 200, cols: 10, rank: 3, noise: 0.3, seed: 1 });
    const bound = await meanError(await fit(pca({ latentDim: 3 }), data), data);
    const model = await fit(factorization({ latentDim: 3, solver: "gradient" }), data, {
      epochs: 500,
      learningRate: 0.05,
      schedule: "cosine",
      seed: 0,
    });
    const ratio = (await meanError(model, data)) / bound;
    expect(ratio).toBeLessThan(1 + 1e-4);
    expect(ratio).toBeGreaterThan(1 - 1e-6);
    // The loss of training is that of its own codes, which can only be worse than codes of least squares.
    expect(model.history.at(-1)!.loss / bound).toBeGreaterThan(1 - 1e-6);
    expect(model.history.at(-1)!.loss / bound).toBeLessThan(1 + 1e-3);
    // Codes of single rows are parameters of training, not of the model.
    expect(Object.keys(model.parameters).sort()).toEqual(["dictionary", "encoder", "mean"]);
  });

  test("gradients in minibatches: every row keeps its own code", async () => {
    const { x: data } = lowRank({ rows: 90, cols: 10, rank: 3, noise: 0.3, seed: 1 });
    const bound = await meanError(await fit(pca({ latentDim: 3 }), data), data);
    const model = await fit(factorization({ latentDim: 3, solver: "gradient" }), data, {
      epochs: 400,
      batchSize: 32,
      learningRate: 0.03,
      schedule: "cosine",
      seed: 0,
    });
    expect(model.history.at(-1)!.loss / bound).toBeLessThan(1.01);
  });
});

test("new rows are encoded by least squares", async () => {
  const [seen, unseen] = [
    matrix(1000, 64, x.data.slice(0, 64_000)),
    matrix(100, 64, x.data.slice(64_000, 70_400)),
  ];
  for (const solver of ["als", "gradient"] as const) {
    const training = solver === "gradient" ? { epochs: 50 } : {};
    const model = await fit(factorization({ latentDim: 5, solver }), seen, { seed: 0, ...training });
    // Residuals are near 20 and entries of B near 1: float32 leaves 1e-3 of their products, wrong codes hundreds.
    const scale = Math.max(...model.dictionary.data.map(Math.abs));
    expect((await normalEquations(model, unseen)) / scale).toBeLessThan(5e-2);
  }
});

describe("degenerate data and sizes", () => {
  test("rank below k: nothing is lost, and codes stay finite", async () => {
    const { x: flat } = lowRank({ rows: 50, cols: 8, rank: 2, noise: 0, seed: 3 });
    const model = await fit(factorization({ latentDim: 4 }), flat, { seed: 0 });
    expect(await meanError(model, flat)).toBeLessThan(1e-10);
    expect((await model.encode(flat)).data.every(Number.isFinite)).toBe(true);
  });

  test("k above d: nothing is lost", async () => {
    const { x: data } = lowRank({ rows: 50, cols: 4, rank: 4, noise: 0.1, seed: 3 });
    const model = await fit(factorization({ latentDim: 6 }), data, { seed: 0 });
    expect((await model.encode(data)).cols).toBe(6);
    expect(await meanError(model, data)).toBeLessThan(1e-10);
  });

  test("data that are all alike", async () => {
    const model = await fit(
      factorization({ latentDim: 1 }),
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      { seed: 0 },
    );
    expect([...(await model.reconstruct([[1, 2]])).data]).toEqual([1, 2]);
  });

  test("a single round, and a tolerance that stops at once", async () => {
    const errors: number[] = [];
    for (const options of [{ maxIter: 1 }, { tol: 0.5 }, { maxIter: 5, tol: 0 }, {}]) {
      errors.push(await meanError(await fit(factorization({ latentDim: 8, ...options }), x, { seed: 0 }), x));
    }
    const [one, early, five, all] = errors as [number, number, number, number];
    expect(one).toBeGreaterThan(five);
    expect(early).toBeGreaterThan(all);
    expect(five).toBeGreaterThan(all);
  });
});
