/** @file Losses of the autoencoder: their conventions, and losses and penalties of one's own. */
import { describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { gradient, input, type NdArray, runtime } from "../../src/engine/index.js";
import {
  type AutoencoderOptions,
  autoencoder,
  engine,
  fit,
  huber,
  type Loss,
  l1,
  load,
  methodNamed,
  type Penalty,
} from "../../src/index.js";
import type { Trained, TrainingBatch } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { expectClose } from "../golden/golden.js";
import { digitRows as x } from "./digit-rows.js";

// Small products gain nothing from a second thread, and test files run side by side; the bits are the same.

const options = { latentDim: 3, hidden: [16] } as const;
const quick = { epochs: 3, seed: 1 } as const;

describe("losses", () => {
  test("the history is the mean over rows of ‖x − x̂‖²: 2/n of the lectures' ½ Σ, d times the mean", async () => {
    const still = { epochs: 1, batchSize: 50, learningRate: 1e-30, optimizer: "sgd", seed: 1 } as const;
    const model = await fit(autoencoder(options), x, still);
    const xHat = await model.reconstruct(x);
    const squares = x.data.reduce((t, v, i) => t + (v - xHat.data[i]!) ** 2, 0);
    const { loss } = model.history[0]!;
    expectClose([loss], [squares / x.rows], 1e-6, "mean over rows");
    expectClose([(x.rows / 2) * loss], [squares / 2], 1e-6, "½ Σ");
    expectClose([loss / x.cols], [squares / x.data.length], 1e-6, "mean over all");
    const errors = await model.squaredErrors(x);
    expectClose([errors.reduce((t, e) => t + e) / x.rows], [loss], 1e-6, "squaredErrors");
  });

  test("binary cross-entropy from what comes before the sigmoid", async () => {
    const still = { epochs: 1, batchSize: 50, learningRate: 1e-30, optimizer: "sgd", seed: 1 } as const;
    const model = await fit(autoencoder({ ...options, loss: "binaryCrossEntropy" }), x, still);
    const xHat = await model.reconstruct(x);
    expect(xHat.data.every((v) => v > 0 && v < 1)).toBe(true);
    const entropy = x.data.reduce(
      (t, v, i) => t - v * Math.log(xHat.data[i]!) - (1 - v) * Math.log(1 - xHat.data[i]!),
      0,
    );
    // The logarithm of a float32 probability knows less than the loss computed from logits.
    expectClose([model.history[0]!.loss], [entropy / x.rows], 1e-5, "cross-entropy");
    const trained = await fit(autoencoder({ ...options, loss: "binaryCrossEntropy" }), x, {
      epochs: 10,
      seed: 1,
    });
    expect(trained.history.at(-1)!.loss).toBeLessThan(trained.history[0]!.loss);
  });

  test("it stays finite where the sigmoid is 0 or 1 in float32", async () => {
    const far = matrix(4, 2, Float32Array.of(0, 1, 1, 0, 0, 1, 1, 0));
    const model = await fit(autoencoder({ latentDim: 2, hidden: [], loss: "binaryCrossEntropy" }), far, {
      epochs: 300,
      learningRate: 10,
      optimizer: "sgd",
      batchSize: "all",
      seed: 1,
    });
    expect(model.history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(model.history.at(-1)!.loss).toBeLessThan(1e-2);
  });
});

const { abs, add, exp, log, mean, mul, square, sub, sum } = engine;
/** log cosh, by the engine's operations. */
const logCosh: Loss = {
  name: "logCosh",
  rows: (rows, output) => {
    const r = sub(output, rows);
    return sum(log(mul(add(exp(r), exp(mul(r, -1))), 0.5)), 1);
  },
};
const sparseCodes: Penalty = { name: "l1", term: ({ z }) => mul(sum(abs(z), 1), 0.1) };
const smallWeights: Penalty = {
  name: "weights",
  term: ({ parameters }) => mul(sum(square(parameters["encoder.0.weight"]!)), 0.01),
};

describe("a loss and penalties of one's own", () => {
  const own: AutoencoderOptions = {
    latentDim: 2,
    hidden: [4],
    activation: "tanh",
    loss: logCosh,
    penalties: [sparseCodes, smallWeights],
  };

  test("central differences of the training loss agree with its gradient", async () => {
    const { fitting } = autoencoder(own);
    const data = matrix(6, 5, random(3).fillNormal(new Float32Array(30)));
    const initial = await (fitting as Trained).initial(data, random(1));
    const p = Object.fromEntries(Object.entries(initial).map(([name, a]) => [name, input(name, a.shape)]));
    const batch = {
      data: { x: input("x", [6, 5]) },
      training: true,
      hasMissing: false,
    } as unknown as TrainingBatch;
    const { loss } = (fitting as Trained).loss(batch, p);
    const names = Object.keys(p);
    const gradients = gradient(
      loss,
      names.map((name) => p[name]!),
    );
    const outputs = { loss, ...Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]!])) };
    const program = await (await runtime()).program(outputs);
    const feeds: Record<string, NdArray> = {
      ...initial,
      x: { dtype: "float32", shape: [6, 5], data: data.data },
    };
    const results = await program.run(feeds);
    // Float32: rounding 1e-6 / 2h and truncation h² f‴ / 6 meet near 1e-4; a term left out is off by 1e-2.
    const step = 1e-2;
    for (const name of names) {
      const values = initial[name]!.data as Float32Array;
      for (let i = 0; i < values.length; i++) {
        const at = async (value: number) => {
          const data = values.slice();
          data[i] = value;
          return Number((await program.run({ ...feeds, [name]: { ...initial[name]!, data } })).loss!.data[0]);
        };
        const numeric = ((await at(values[i]! + step)) - (await at(values[i]! - step))) / (2 * step);
        expect(Math.abs(Number(results[`d ${name}`]!.data[i]) - numeric), `${name} ${i}`).toBeLessThan(1e-3);
      }
    }
  });

  test("penalties do what they say", async () => {
    const training = { epochs: 20, seed: 1 };
    const [plain, penalized] = [
      await fit(autoencoder({ ...options, penalties: [] }), x, training),
      await fit(
        autoencoder({ ...options, penalties: [{ name: "l1", term: ({ z }) => mul(mean(abs(z)), 30) }] }),
        x,
        training,
      ),
    ];
    const size = async (model: typeof plain) =>
      (await model.encode(x)).data.reduce((t, v) => t + Math.abs(v), 0);
    expect(await size(penalized)).toBeLessThan(0.5 * (await size(plain)));
  });

  test("are kept by name: a loaded model runs, and trains only with the method given again", async () => {
    const method = autoencoder(own);
    let checkpoint: Uint8Array | undefined;
    const model = await fit(method, x, { ...quick, onCheckpoint: (make) => void (checkpoint ??= make()) });
    const loaded = await load(model.save());
    expect(loaded.options).toMatchObject({
      loss: { custom: "logCosh" },
      penalties: [{ custom: "l1" }, { custom: "weights" }],
    });
    expect(await loaded.encode(x)).toEqual(await model.encode(x));
    const again = autoencoder(loaded.options as unknown as AutoencoderOptions);
    await expect(fit(again, x, quick)).rejects.toThrow(
      /the (loss "logCosh"|penalty "l1") is not kept in files: give the method again to train with it/,
    );
    expect((await fit(method, x, { ...quick, resume: checkpoint })).save()).toEqual(model.save());
  });

  test("ours are kept in files by name and numbers: a loaded method trains as the one given", async () => {
    const method = autoencoder({ ...options, loss: huber(0.5), penalties: [l1(0.1), "kl:0.01:0.2"] });
    const model = await fit(method, x, quick);
    const loaded = autoencoder((await load(model.save())).options as unknown as AutoencoderOptions);
    expect((await fit(loaded, x, quick)).parameters).toEqual(model.parameters);
    const said = (await methodNamed("autoencoder")).options.penalties!.parse("l1:0.1,kl:0.01:0.2");
    const again = autoencoder({ ...options, loss: "huber:0.5", penalties: said as string[] });
    expect((await fit(again, x, quick)).parameters).toEqual(model.parameters);
  });

  test("what is no loss or penalty is refused", () => {
    const refused = (given: object, message: string) =>
      expect(() => autoencoder({ ...options, ...given })).toThrow(`autoencoder: ${message}`);
    refused(
      { loss: "hinge" },
      "loss must be one of squaredError, meanSquared, unsquared, huber, binaryCrossEntropy, crossEntropy",
    );
    refused({ loss: { rows: () => 0 } }, "loss must be");
    refused({ penalties: [() => 0] }, "penalties must be a list of l1:WEIGHT");
  });
});
