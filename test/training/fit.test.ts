import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { lowRank } from "../../src/data/synthetic.js";
import { readModelFile } from "../../src/files/model-file.js";
import {
  autoencoder,
  DivergedError,
  type FitOptions,
  factorization,
  fit,
  linearAutoencoder,
  load,
  type Progress,
  pca,
} from "../../src/index.js";
import { isSchedule } from "../../src/training/schedule.js";
import { scheduleFactor } from "../../src/training/schedule-factor.js";
import { expectClose } from "../golden/golden.js";

const { x } = lowRank({ rows: 60, cols: 6, rank: 2, noise: 0.1, seed: 2 });
const method = linearAutoencoder({ latentDim: 2 });
const base: FitOptions = { epochs: 3, batchSize: 16, seed: 1 };

describe("a loss that is no longer finite", () => {
  for (const batchSize of [16, "all"] as const) {
    test(`stops with the last good state and a hint, batchSize ${batchSize}`, async () => {
      const options: FitOptions = { epochs: 200, batchSize, optimizer: "sgd", learningRate: 3, seed: 1 };
      const error = await fit(method, x, options).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(DivergedError);
      const { message, checkpoint } = error as DivergedError;
      expect(message).toMatch(
        /^fit: the loss of linearAutoencoder is no longer finite after step \d+; try a learning rate below 3, or scale the data$/,
      );
      for (const [name, { data }] of Object.entries(readModelFile(checkpoint).parameters)) {
        expect([...(data as Float32Array)].every(Number.isFinite), name).toBe(true);
      }
      // Good means that the loss there is a number.
      const model = await load(checkpoint);
      const errors = await model.squaredErrors(x);
      expect(errors.every(Number.isFinite)).toBe(true);
    });
  }
});

describe("early stopping", () => {
  const deep = autoencoder({ latentDim: 2, hidden: [16] });
  const { x: validation } = lowRank({ rows: 20, cols: 6, rank: 2, noise: 0.1, seed: 2 });
  const options: FitOptions = { ...base, epochs: 60, learningRate: 0.1, validation, patience: 3 };

  test("ends after `patience` epochs without progress, and keeps the best", async () => {
    const model = await fit(deep, x, options);
    const losses = model.history.map(({ validationLoss }) => validationLoss!);
    const best = losses.indexOf(Math.min(...losses));
    expect(losses.length).toBeLessThan(60);
    expect(losses.length).toBe(best + 1 + 3);
    // The model is that of the best epoch: its loss on the validation rows is the lowest of the history.
    const errors = await model.squaredErrors(validation);
    expect(errors.reduce((t, e) => t + e) / validation.rows / losses[best]!).toBeCloseTo(1, 5);
    const upTo = await fit(deep, x, { ...options, patience: undefined, epochs: best + 1 });
    expect(upTo.parameters).toEqual(model.parameters);
  });

  test("a validation loss changes nothing but what is kept", async () => {
    const [with_, without] = [
      await fit(deep, x, { ...options, patience: undefined, epochs: 5 }),
      await fit(deep, x, { ...options, patience: undefined, validation: undefined, epochs: 5 }),
    ];
    expect(with_.history.map(({ loss }) => loss)).toEqual(without.history.map(({ loss }) => loss));
  });
});

test("the history tells the mean loss over rows, the short last batch by its size", async () => {
  // A step that moves nothing: the loss of an epoch is that of the initial model, whatever the batches.
  const still: FitOptions = { ...base, epochs: 1, learningRate: 1e-30, optimizer: "sgd" };
  const losses: number[] = [];
  for (const batchSize of [7, 16, 60] as const) {
    const { history } = await fit(method, x, { ...still, batchSize });
    losses.push(history[0]!.loss);
  }
  const model = await fit(method, x, still);
  const mean = (await model.squaredErrors(x)).reduce((t, e) => t + e) / x.rows;
  for (const loss of losses) expect(Math.abs(loss / mean - 1)).toBeLessThan(1e-6);
});

test("progress goes from 0 to 1 and ends every epoch", async () => {
  const seen: Progress[] = [];
  const model = await fit(method, x, { ...base, onProgress: (progress) => void seen.push(progress) });
  const fractions = seen.map(({ fraction }) => fraction);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
  const ends = seen.filter(({ epochEnd }) => epochEnd);
  expect(ends.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(ends.map(({ loss }) => loss)).toEqual(model.history.map(({ loss }) => loss));
});

describe("schedules", () => {
  test("cosine goes from 1 to almost 0, step falls by its factor, constant stays", () => {
    expect(scheduleFactor({ name: "cosine" }, 1, 100, 1)).toBe(1);
    expect(scheduleFactor({ name: "cosine" }, 51, 100, 1)).toBeCloseTo(0.5, 12);
    expect(scheduleFactor({ name: "cosine" }, 100, 100, 1)).toBeCloseTo(
      (1 - Math.cos(Math.PI / 100)) / 2,
      12,
    );
    const step = { name: "step", every: 2 } as const;
    const factors = [1, 2, 3, 4, 5].map((epoch) => scheduleFactor(step, epoch * 10, 50, epoch));
    expectClose(factors, [1, 1, 0.1, 0.1, 0.01], 1e-12, "factors");
    expect(scheduleFactor({ name: "constant" }, 7, 9, 2)).toBe(1);
  });

  test("what makes no sense is refused", () => {
    const nonsense = [{ name: "linear" }, { name: "step" }, { name: "step", every: 1.5 }, "step", null, {}];
    for (const schedule of nonsense) expect(isSchedule(schedule)).toBe(false);
    expect(isSchedule({ name: "step", every: 1, factor: 0 })).toBe(false);
    expect(isSchedule({ name: "step", every: 1, factor: 1 })).toBe(true);
  });
});

describe("options that do not fit", () => {
  const wrong: [FitOptions, string][] = [
    [{ epochs: 0 }, "fit: epochs must be an integer ≥ 1, got 0"],
    [{ epochs: 1.5 }, "fit: epochs must be an integer ≥ 1, got 1.5"],
    [{ batchSize: 0 }, "fit: batchSize must be an integer ≥ 1, or all, got 0"],
    [{ learningRate: 0 }, "fit: learningRate must be a number > 0, got 0"],
    [{ learningRate: Number.NaN }, "fit: learningRate must be a number > 0, got NaN"],
    [{ seed: -1 }, "seed must be a whole number in [0, 2^53), got -1"],
    [{ patience: 2 }, "fit: patience wants validation rows to look at"],
    [{ validation: [[1, 2]] }, "fit: validation rows have 2 numbers, the data 6"],
    [{ columns: ["a"] }, "1 column names for 6 columns"],
    [{ rowShape: [2, 2] }, "rowShape 2 × 2 is 4 numbers, a row has 6"],
    [{ rowShape: [0, 6] }, "rowShape must be integers ≥ 1, got [0,6]"],
    [{ rowShape: [] }, "rowShape must be integers ≥ 1, got []"],
    [{ optimizer: "lion" as "adam" }, 'fit: optimizer must be adam or sgd, got "lion"'],
    [{ optimizer: { name: "lion" as "adam" } }, "optimizer: name must be sgd or adam, got lion"],
    [{ momentum: 1, optimizer: "sgd" }, "fit: momentum must be a number in [0, 1), got 1"],
    [{ momentum: 0.9 }, "fit: momentum is of the optimizer sgd, got 0.9 for adam"],
    [{ weightDecay: -1 }, "fit: weightDecay must be a number ≥ 0, got -1"],
    [{ schedule: "linear" as "cosine" }, "fit: schedule must be constant, cosine, or step"],
    [{ scale: "robust" as "unit" }, "want none, standard or unit"],
  ];
  for (const [options, message] of wrong) {
    test(message, () => expect(fit(method, x, options)).rejects.toThrow(message));
  }

  test("training options for a solved method", () =>
    expect(fit(pca({ latentDim: 1 }), x, { epochs: 3 })).rejects.toThrow(
      "pca is solved, not trained: epochs does not apply",
    ));

  // Rows that are not trained on have no codes among the parameters.
  test("validation rows for codes as parameters", () =>
    expect(fit(factorization({ latentDim: 1, solver: "gradient" }), x, { validation: x })).rejects.toThrow(
      "factorization: no validation loss: rows that are not trained on have no codes",
    ));
});

test("an option that fit does not have is refused with the nearest one", async () => {
  await expect(fit(method, x, { epoch: 3 } as unknown as FitOptions)).rejects.toThrow(
    'fit linearAutoencoder: there is no option "epoch" (nearest: epochs)',
  );
});

describe("for callers whose compiler does not tell them", () => {
  const any = fit as (...args: unknown[]) => Promise<unknown>;

  test.each([
    ["pca", 'fit: want a method, such as pca({ latentDim: 2 }), got "pca"'],
    [pca, "fit: want a method, such as pca({ latentDim: 2 }), got the function pca, not called"],
    [undefined, "fit: want a method, such as pca({ latentDim: 2 }), got missing"],
    [{ latentDim: 2 }, "fit: want a method, such as pca({ latentDim: 2 }), got an object"],
  ])("%s is no method", async (given, message) => {
    await expect(any(given, x)).rejects.toThrow(new TypeError(message));
  });

  test.each([
    [null, "null"],
    [3, "3"],
    ["epochs", '"epochs"'],
  ])("%s is no options", async (given, got) => {
    const message = `fit linearAutoencoder: options must be an object, got ${got}`;
    await expect(any(method, x, given)).rejects.toThrow(new TypeError(message));
  });
});

test("a model printed is one line that says what it is", async () => {
  const model = await fit(pca({ latentDim: 2 }), x, { seed: 7 });
  const line = `${model}`;
  expect(line).toBe(
    "pca: rows of 6, codes of 2, seed 7; encode, decode, reconstruct, score; " +
      "components, mean, singularValues, explainedVariance, explainedVarianceRatio",
  );
  expect(inspect({ model }, { breakLength: Number.POSITIVE_INFINITY })).toBe(
    `{ model: FittedModel { ${line} } }`,
  );
});

describe("momentum and weight decay", () => {
  test("said beside the optimizer are those of its coefficients", async () => {
    const options = { epochs: 3, batchSize: 8, learningRate: 1e-3, seed: 1 };
    const said = await fit(method, x, { ...options, optimizer: "sgd", momentum: 0.9, weightDecay: 0.1 });
    const optimizer = { name: "sgd", momentum: 0.9, weightDecay: 0.1 } as const;
    expect(said.save()).toEqual((await fit(method, x, { ...options, optimizer })).save());
    const plain = await fit(method, x, { ...options, optimizer: "sgd" });
    expect(said.parameters).not.toEqual(plain.parameters);
  });

  test("go before the coefficients of the method's own optimizer", async () => {
    const options = { epochs: 3, batchSize: 8, seed: 1 };
    const said = await fit(method, x, { ...options, weightDecay: 0.1 });
    const optimizer = { name: "adam", weightDecay: 0.1 } as const;
    expect(said.save()).toEqual((await fit(method, x, { ...options, optimizer })).save());
  });
});
