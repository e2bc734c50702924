import { describe, expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { applyScale } from "../../src/data/scale.js";
import { type Activation, autoencoder, fit, fitScale, pca } from "../../src/index.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { random } from "../../src/random.js";
import { expectClose } from "../golden/golden.js";
import { digitRows as x } from "./digit-rows.js";

// Small products gain nothing from a second thread, and test files run side by side; the bits are the same.

const options = { latentDim: 3, hidden: [16] } as const;
const quick = { epochs: 3, seed: 1 } as const;

const meanError = async (model: { squaredErrors(x: Matrix): Promise<Float64Array> }, data: Matrix) =>
  (await model.squaredErrors(data)).reduce((t, e) => t + e) / data.rows;

/** h W + b for a row in float64, W `[in, out]`; without b where the layer has none. */
function layer(
  h: readonly number[],
  p: Parameters,
  name: string,
  weight = `${name}.weight`,
  transposed = false,
): number[] {
  const { data, shape } = p[weight]!;
  const [rows, cols] = shape as [number, number];
  const bias = p[`${name}.bias`]?.data;
  return Array.from({ length: transposed ? rows : cols }, (_, j) =>
    h.reduce(
      (t, value, i) => t + value * Number(data[transposed ? j * cols + i : i * cols + j]),
      Number(bias?.[j] ?? 0),
    ),
  );
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
test("batch normalization: running statistics while training, and inference with them", async () => {
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

describe("what it can do", () => {
  test("a linear network without hidden layers reaches the error of PCA and no less", async () => {
    const bound = await meanError(await fit(pca({ latentDim: 3 }), x), x);
    const method = autoencoder({ latentDim: 3, hidden: [] });
    const training = {
      epochs: 2000,
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
      // ONNX Runtime's vectorized tanh reaches −1.0000001, one float32 step too far.
      expect(Math.min(...data)).toBeGreaterThanOrEqual(low - 2 ** -22);
      expect(Math.max(...data)).toBeLessThanOrEqual(1 + 2 ** -22);
    }
    const scaled = applyScale(x, fitScale(x, "standard"));
    const model = await fit(autoencoder(options), scaled, { ...quick, epochs: 20 });
    expect((await model.reconstruct(scaled)).data.some((v) => v > 1)).toBe(true);
  });
});
