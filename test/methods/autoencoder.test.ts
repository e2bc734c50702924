import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { applyScale } from "../../src/data/scale.js";
import { emit, gradient, input, type NdArray, runtime } from "../../src/engine/index.js";
import {
  type Activation,
  type AutoencoderOptions,
  autoencoder,
  engine,
  fit,
  fitScale,
  type Loss,
  load,
  type Penalty,
  pca,
} from "../../src/index.js";
import type { Parameters, Trained, TrainingBatch } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { expectClose } from "../golden/golden.js";

const { x: raw } = digits();
const x = matrix(
  300,
  64,
  raw.data.slice(0, 300 * 64).map((value) => value / 16),
);
const options = { latentDim: 3, hidden: [16] } as const;
const quick = { epochs: 3, seed: 1 } as const;

const meanError = async (model: { squaredErrors(x: Matrix): Promise<Float64Array> }, data: Matrix) =>
  (await model.squaredErrors(data)).reduce((t, e) => t + e) / data.rows;

/** h W + b for a row in float64, W `[in, out]`. */
function layer(
  h: readonly number[],
  p: Parameters,
  name: string,
  weight = `${name}.weight`,
  transposed = false,
): number[] {
  const w = p[weight]!;
  const bias = p[`${name}.bias`]!.data as Float32Array;
  const [rows, cols] = w.shape as [number, number];
  return Array.from(bias, (b, j) =>
    h.reduce((t, value, i) => t + value * Number(w.data[transposed ? j * cols + i : i * cols + j]), b),
  ).slice(0, transposed ? rows : cols);
}

const erf = (v: number): number => {
  // Series for |v| < 3, enough for the sizes here.
  let [sum, term] = [0, v];
  for (let k = 0; k < 60; k++) {
    sum += term / (2 * k + 1);
    term *= -(v * v) / (k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
const functions: Record<Activation, (v: number) => number> = {
  relu: (v) => Math.max(0, v),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  tanh: Math.tanh,
  gelu: (v) => (v / 2) * (1 + erf(v / Math.SQRT2)),
  linear: (v) => v,
};

describe("every activation, in hidden layers and in the code", () => {
  for (const activation of Object.keys(functions) as Activation[]) {
    test(activation, async () => {
      const method = autoencoder({ ...options, activation, latentActivation: activation });
      const model = await fit(method, x, quick);
      const phi = functions[activation];
      const p = model.parameters;
      const rows = takeRows(x, [0, 1, 2]);
      const wanted = [0, 1, 2].flatMap((i) => {
        const hidden = layer([...x.data.subarray(i * 64, (i + 1) * 64)], p, "encoder.0").map(phi);
        return layer(hidden, p, "encoder.1").map(phi);
      });
      // Float32 against float64 through two layers of some 64 terms.
      expectClose((await model.encode(rows)).data, wanted, 1e-5, "codes");
      expect(model.history.at(-1)!.loss).toBeLessThan(model.history[0]!.loss);
    });
  }
});

test("tied: the decoder has no matrices of its own, and decodes with the encoder's transposed", async () => {
  const model = await fit(autoencoder({ ...options, tied: true, activation: "tanh" }), x, quick);
  const p = model.parameters;
  expect(Object.keys(p).filter((name) => name.endsWith("weight"))).toEqual([
    "encoder.0.weight",
    "encoder.1.weight",
  ]);
  const z = [0.5, -1, 2];
  const hidden = layer(z, p, "decoder.0", "encoder.1.weight", true).map(Math.tanh);
  expectClose(
    (await model.decode([z])).data,
    layer(hidden, p, "decoder.1", "encoder.0.weight", true),
    1e-5,
    "x̂",
  );
  const free = await fit(autoencoder({ ...options, activation: "tanh" }), x, quick);
  expect(Object.keys(free.parameters)).toHaveLength(8);
});

// Ioffe & Szegedy (2015); the running statistics as PyTorch keeps them: momentum .1, variance by n − 1.
test("batch normalisation: running statistics while training, and inference with them", async () => {
  const method = autoencoder({ ...options, batchNorm: true, activation: "linear" });
  const steps = 3;
  const states: Parameters[] = [];
  // A step of next to nothing leaves the weights alone, so that every batch has the same statistics.
  const still = { epochs: steps, batchSize: "all", learningRate: 1e-30, optimizer: "sgd", seed: 1 } as const;
  const model = await fit(method, x, still);
  states.push(model.parameters);
  const p = model.parameters;
  const h = Array.from({ length: x.rows }, (_, i) =>
    layer([...x.data.subarray(i * 64, (i + 1) * 64)], p, "encoder.0"),
  );
  const mean = h[0]!.map((_, j) => h.reduce((t, row) => t + row[j]!, 0) / x.rows);
  const variance = mean.map((m, j) => h.reduce((t, row) => t + (row[j]! - m) ** 2, 0) / (x.rows - 1));
  const kept = 0.9 ** steps;
  expectClose(
    p["encoder.0.runningMean"]!.data,
    mean.map((m) => (1 - kept) * m),
    1e-5,
    "running mean",
  );
  expectClose(
    p["encoder.0.runningVariance"]!.data,
    variance.map((v) => kept + (1 - kept) * v),
    1e-5,
    "running variance",
  );

  const row = h[5]!.map((value, j) => {
    const [m, v] = [
      p["encoder.0.runningMean"]!.data[j] as number,
      p["encoder.0.runningVariance"]!.data[j] as number,
    ];
    return (value - m) / Math.sqrt(v + 1e-5);
  });
  expectClose((await model.encode(takeRows(x, [5]))).data, layer(row, p, "encoder.1"), 1e-5, "code");
});

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
    expectClose([await meanError(model, x)], [loss], 1e-6, "squaredErrors");
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
    const program = await (await runtime()).compile(emit(outputs));
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
    const [plain, penalised] = [
      await fit(autoencoder({ ...options, penalties: [] }), x, training),
      await fit(
        autoencoder({ ...options, penalties: [{ name: "l1", term: ({ z }) => mul(mean(abs(z)), 30) }] }),
        x,
        training,
      ),
    ];
    const size = async (model: typeof plain) =>
      (await model.encode(x)).data.reduce((t, v) => t + Math.abs(v), 0);
    expect(await size(penalised)).toBeLessThan(0.5 * (await size(plain)));
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

  test("what is no loss or penalty is refused", () => {
    const refused = (given: object, message: string) =>
      expect(() => autoencoder({ ...options, ...given })).toThrow(`autoencoder: ${message}`);
    refused(
      { loss: "hinge" },
      "loss must be one of squaredError, binaryCrossEntropy, or a loss { name, rows }",
    );
    refused({ loss: { rows: () => 0 } }, "loss must be");
    refused({ penalties: [() => 0] }, "penalties must be a list of penalties { name, term }");
  });
});

describe("what it can do", () => {
  test("a linear network without hidden layers reaches the error of PCA and no less", async () => {
    const bound = await meanError(await fit(pca({ latentDim: 3 }), x), x);
    const method = autoencoder({ latentDim: 3, hidden: [] });
    const training = {
      epochs: 500,
      batchSize: "all",
      learningRate: 0.03,
      schedule: "cosine",
      seed: 0,
    } as const;
    const ratio = (await meanError(await fit(method, x, training), x)) / bound;
    expect(ratio).toBeLessThan(1 + 1e-3);
    expect(ratio).toBeGreaterThan(1 - 1e-6);
  });

  test("a deep one beats PCA of the same size on data that bend", async () => {
    // A circle: one number tells where a point is, no single direction does.
    const angles = Array.from({ length: 200 }, (_, i) => (i / 200) * 1.6 * Math.PI);
    const circle = matrix(200, 2, Float32Array.from(angles.flatMap((t) => [Math.cos(t), Math.sin(t)])));
    const linear = await meanError(await fit(pca({ latentDim: 1 }), circle), circle);
    const method = autoencoder({ latentDim: 1, hidden: [32, 16], activation: "tanh" });
    const model = await fit(method, circle, {
      epochs: 400,
      batchSize: 50,
      learningRate: 0.01,
      schedule: "cosine",
      seed: 0,
    });
    expect(await meanError(model, circle)).toBeLessThan(0.1 * linear);
  });

  test("the output layer: linear, sigmoid, tanh", async () => {
    const z = matrix(
      20,
      3,
      random(2)
        .fillNormal(new Float32Array(60))
        .map((v) => 10 * v),
    );
    for (const outputActivation of ["sigmoid", "tanh"] as const) {
      const model = await fit(autoencoder({ ...options, outputActivation }), x, quick);
      const { data } = await model.decode(z);
      const low = outputActivation === "sigmoid" ? 0 : -1;
      // ONNX Runtime's vectorised tanh reaches −1.0000001, one float32 step too far.
      expect(Math.min(...data)).toBeGreaterThanOrEqual(low - 2 ** -22);
      expect(Math.max(...data)).toBeLessThanOrEqual(1 + 2 ** -22);
    }
    const scaled = applyScale(x, fitScale(x, "standard"));
    const model = await fit(autoencoder(options), scaled, { ...quick, epochs: 20 });
    expect((await model.reconstruct(scaled)).data.some((v) => v > 1)).toBe(true);
  });
});
