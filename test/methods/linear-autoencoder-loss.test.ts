/** @file The linear autoencoder with losses other than the squared error. */
import { expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { engine, fit, type Loss, linearAutoencoder } from "../../src/index.js";
import { digitRows } from "./digit-rows.js";

const training = { epochs: 20, learningRate: 1e-2, seed: 1 } as const;
const gaps = matrix(
  digitRows.rows,
  digitRows.cols,
  digitRows.data.map((value, at) => (at % 7 === 0 ? Number.NaN : value)),
);

test("the unsquared loss is the mean of ‖x − x̂‖ over what is there", async () => {
  const method = linearAutoencoder({ latentDim: 4, parameterization: "unrolled", loss: "unsquared" });
  const still = { epochs: 1, batchSize: "all", learningRate: 1e-30, optimizer: "sgd", seed: 1 } as const;
  for (const rows of [digitRows, gaps]) {
    const model = await fit(method, rows, still);
    const norms = (await model.squaredErrors(rows)).map(Math.sqrt);
    const mean = norms.reduce((t, v) => t + v) / rows.rows;
    // Sums of 64 float32 squares.
    expect(Math.abs(model.history[0]!.loss / mean - 1)).toBeLessThan(1e-5);
    const trained = await fit(method, rows, training);
    expect(trained.history.at(-1)!.loss).toBeLessThan(0.8 * trained.history[0]!.loss);
  }
});

test("the cross-entropy brings its sigmoid, and its domain", async () => {
  const method = linearAutoencoder({ latentDim: 4, loss: "binaryCrossEntropy" });
  const model = await fit(method, digitRows, training);
  const xHat = await model.reconstruct(digitRows);
  expect(xHat.data.every((v) => v >= 0 && v <= 1)).toBe(true);
  expect(model.history.at(-1)!.loss).toBeLessThan(model.history[0]!.loss);
  await expect(fit(method, [[0, 2]])).rejects.toThrow(
    "linearAutoencoder: binaryCrossEntropy wants numbers in [0, 1], row 0 column 1 is 2",
  );
});

test("a loss that cannot leave numbers out is refused where some are missing", async () => {
  const own: Loss = { name: "own", rows: (x, output) => engine.sum(engine.abs(engine.sub(output, x)), 1) };
  const method = linearAutoencoder({ latentDim: 4, parameterization: "unrolled", loss: own });
  await expect(fit(method, gaps, training)).rejects.toThrow(
    'linearAutoencoder: the loss "own" must leave out',
  );
  expect((await fit(method, digitRows, training)).options.loss).toEqual({ custom: "own" });
});
