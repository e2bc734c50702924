/** @file The error of filling, measured on numbers that the method's fit has not seen. */
import { expect, test } from "vitest";
import { hideEntries } from "../../src/data/corrupt.js";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import {
  type Coder,
  fit,
  hiddenError,
  impute,
  lowRankCompletion,
  type Method,
  maskedAutoencoder,
  pca,
  tsne,
} from "../../src/index.js";
import { rmseHidden } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";

const stream = random(7);
const normal = (n: number, d: number): Matrix => {
  const x = matrix(n, d);
  stream.fillNormal(x.data);
  return x;
};
/** Two directions in eight columns, and a tenth of noise. */
const [codes, axes, noise] = [normal(150, 2), normal(2, 8), normal(150, 8)];
const planted = matrix(
  150,
  8,
  noise.data.map((value, at) => {
    const [i, j] = [Math.floor(at / 8), at % 8];
    return (
      (j + 1) * (codes.data[2 * i]! * axes.data[j]! + codes.data[2 * i + 1]! * axes.data[8 + j]! + value / 10)
    );
  }),
);
const pure = normal(150, 8);

const methods = [
  ["one that takes missing values", lowRankCompletion({ latentDim: 2, weight: 1 })],
  ["one that wants complete rows", pca({ latentDim: 2 })],
] as const;

test.each(methods)("of rows of a plane, %s fills far better than means", async (_, method) => {
  const error = await hiddenError({ method, x: planted, probability: 0.1, scale: "standard", seed: 1 });
  expect(error.rmse).toBeLessThan(0.5 * error.rmseOfMeans);
  // Hidden numbers are drawn as all are: in units of deviations they are 1 from the means.
  expect(Math.abs(error.rmseOfMeans - 1)).toBeLessThan(0.15);
  expect(Math.abs(error.hidden - 120)).toBeLessThan(40);
  expect(await hiddenError({ method, x: planted, probability: 0.1, scale: "standard", seed: 1 })).toEqual(
    error,
  );
});

// A method that had seen the numbers would remember some of them.
test.each([
  ...methods,
  ["a rank that remembers all", lowRankCompletion({ latentDim: 8, weight: 1e-3 })] as const,
])("of independent noise, %s is not told to beat the means", async (_, method) => {
  const { rmse, rmseOfMeans } = await hiddenError({ method, x: pure, probability: 0.1, seed: 2 });
  expect(rmse).toBeGreaterThan(0.97 * rmseOfMeans);
});

test("it is that of a fit to the others, in float64 too", async () => {
  const far = { data: Float64Array.from(planted.data, (value) => 1e9 + value), rows: 150, cols: 8 };
  const method = lowRankCompletion({ latentDim: 2, weight: 1 });
  const options = { method, probability: 0.1, scale: "standard", seed: 1 } as const;
  const [near, moved] = [
    await hiddenError({ ...options, x: planted }),
    await hiddenError({ ...options, x: far }),
  ];
  expect(moved.hidden).toBe(near.hidden);
  expect(moved.rmse).toBeCloseTo(near.rmse, 5);
  expect(moved.rmseOfMeans).toBeCloseTo(near.rmseOfMeans, 5);
});

test("gaps that were made with the same seed do not say what is hidden", async () => {
  const { x } = hideEntries(planted, { probability: 0.2, seed: 0 });
  const { hidden } = await hiddenError({ method: methods[0][1], x, probability: 0.1 });
  expect(Math.abs(hidden - 96)).toBeLessThan(35);
});

test("gaps that were there already are no part of it", async () => {
  const gaps = matrix(
    150,
    8,
    planted.data.map((value, at) => (at % 13 === 0 ? Number.NaN : value)),
  );
  for (const [, method] of methods) {
    const error = await hiddenError({ method, x: gaps, probability: 0.1, scale: "standard" });
    expect(error.rmse).toBeLessThan(error.rmseOfMeans);
  }
});

test("methods are trained as they are told", async () => {
  const method = maskedAutoencoder({ latentDim: 2, hidden: [8] });
  const error = async (epochs: number) =>
    (
      await hiddenError({
        method,
        x: planted,
        probability: 0.1,
        scale: "standard",
        training: { epochs, batchSize: 16, learningRate: 0.01 },
      })
    ).rmse;
  expect(await error(60)).toBeLessThan(0.9 * (await error(1)));
});

test("what cannot be measured is refused in a sentence, and a signal stops it", async () => {
  const method = pca({ latentDim: 1 });
  const refused = (more: object) =>
    expect(hiddenError({ method, x: planted, probability: 0.1, ...more })).rejects;
  for (const probability of [0, 1, -1, Number.NaN])
    await refused({ probability }).toThrow(
      `hiddenError: probability must be a number in (0, 1), got ${probability}`,
    );
  await refused({
    x: [
      [1, 2],
      [3, 4],
    ],
    probability: 1e-9,
  }).toThrow("hides none of 2 × 2 numbers");
  await refused({
    x: [
      [1, 2],
      [3, 4],
    ],
    probability: 0.999,
  }).toThrow(/hides all 2 numbers of column \d/);
  const gaps = Array.from({ length: 40 }, (_, i) =>
    i === 0 ? [1, 2] : i % 2 ? [i, Number.NaN] : [Number.NaN, i],
  );
  await refused({ x: gaps }).toThrow(
    "hiddenError: pca wants complete rows to be fitted to, and 1 of the 40 rows are",
  );
  await refused({ method: tsne({ perplexity: 5 }) as never }).toThrow(
    "hiddenError: tsne reconstructs nothing",
  );
  const reason = new Error("enough");
  await refused({ signal: AbortSignal.abort(reason) }).toThrow(reason);
});

// That is what the error must not be: of few rows a model knows the hidden numbers that it was fitted to.
test.each<[string, Method<Coder>]>([
  ["pca", pca({ latentDim: 6 })],
  ["lowRankCompletion", lowRankCompletion({ latentDim: 6, weight: 0.01 })],
])(
  "%s fitted to few rows of noise fills them by heart, and is told not to fill others",
  async (_, method) => {
    const few = takeRows(
      pure,
      Array.from({ length: 24 }, (_, i) => i),
    );
    const hidden = hideEntries(few, { probability: 0.1, seed: 5 });
    const filled = await impute(await fit(method, few), hidden.x);
    const { rmse, rmseOfMeans } = await hiddenError({ method, x: few, probability: 0.1, seed: 5 });
    expect(rmseHidden(few, filled, hidden.mask)).toBeLessThan(0.85 * rmse);
    expect(rmse).toBeGreaterThan(0.97 * rmseOfMeans);
  },
);
