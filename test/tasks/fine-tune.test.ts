/** @file Fine-tuning: its loss and steps against a forward pass written out here, what it leaves alone, and what it refuses. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterEach, describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import {
  autoencoder,
  type Coder,
  configureRuntime,
  type Encoder,
  fineTune,
  fit,
  kMeans,
  load,
  type Method,
  methodNamed,
  methods,
  pca,
  tsne,
} from "../../src/index.js";
import { random } from "../../src/random.js";
import { contracts } from "../methods/contracts.js";

afterEach(() => configureRuntime({ threads: 1 }));

const stream = random(5);
const [n, d] = [24, 4];
const x = matrix(n, d, stream.fillNormal(new Float32Array(n * d)));
const labels = Array.from({ length: n }, (_, i) =>
  x.data[i * d]! * x.data[i * d + 1]! > 0 ? "same" : "other",
);
const small = () =>
  fit(autoencoder({ latentDim: 2, hidden: [3], activation: "tanh" }), x, { seed: 1, epochs: 2 });

type Arrays = Readonly<Record<string, Float64Array>>;
const wide = (model: Pick<Encoder, "parameters">): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(model.parameters).map(([name, { data }]) => [
      name,
      Float64Array.from(data as Float32Array),
    ]),
  );

/** Mean cross-entropy of z = tanh(x A + a) B + b and a softmax on it, in plain float64. */
function crossEntropy(
  p: Arrays,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  classes: readonly string[],
) {
  const product = (row: ArrayLike<number>, w: Float64Array, b: Float64Array) =>
    Array.from(b, (start, j) => {
      let sum = start;
      for (let i = 0; i < row.length; i++) sum += row[i]! * w[i * b.length + j]!;
      return sum;
    });
  let total = 0;
  for (let i = 0; i < n; i++) {
    const row = x.data.subarray(i * d, (i + 1) * d);
    const hidden = product(row, p["encoder.0.weight"]!, p["encoder.0.bias"]!).map(Math.tanh);
    const z = product(hidden, p["encoder.1.weight"]!, p["encoder.1.bias"]!);
    const logits = classes.map((_, c) => bias[c]! + z[0]! * weights[2 * c]! + z[1]! * weights[2 * c + 1]!);
    const own = classes.indexOf(labels[i]!);
    total += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[own]!;
  }
  return total / n;
}

describe("against a forward pass of its own", () => {
  const rate = 0.1;
  const once = { optimizer: "sgd", learningRate: rate, epochs: 1, batchSize: "all" } as const;

  test("the first loss is that of the probe it starts from, which is at the minimum of its penalized loss", async () => {
    const model = await small();
    const still = await fineTune(model, x, labels, { ...once, learningRate: 1e-12 });
    const loss = crossEntropy(wide(model), still.weights.data, still.bias, still.classes);
    expect(still.history).toEqual([{ epoch: 1, loss: expect.closeTo(loss, 6) }]);
    // Better than the entropy of the classes, which a head of zeros has.
    expect(loss).toBeLessThan(Math.log(2));
  });

  test("a step goes down the gradient, by central differences, in the encoder and the head", async () => {
    const model = await small();
    const start = await fineTune(model, x, labels, { ...once, learningRate: 1e-12 });
    const stepped = await fineTune(model, x, labels, once);
    const [before, after] = [wide(model), wide(stepped.encoder)];
    const at = (
      p: Arrays,
      weights: ArrayLike<number> = start.weights.data,
      bias: ArrayLike<number> = start.bias,
    ) => crossEntropy(p, weights, bias, start.classes);
    const h = 1e-5;
    for (const name of Object.keys(before).filter((key) => key.startsWith("encoder"))) {
      before[name]!.forEach((value, i) => {
        const moved = (by: number) => ({ ...before, [name]: before[name]!.with(i, value + by) });
        const slope = (at(moved(h)) - at(moved(-h))) / (2 * h);
        // float32 numbers near 1 tell a step of 0.1 to about 1e-6 of it.
        expect((value - after[name]![i]!) / rate).toBeCloseTo(slope, 4);
      });
    }
    start.weights.data.forEach((value, i) => {
      const moved = (by: number) => Float64Array.from(start.weights.data).with(i, value + by);
      const slope = (at(before, moved(h)) - at(before, moved(-h))) / (2 * h);
      expect((value - stepped.weights.data[i]!) / rate).toBeCloseTo(slope, 4);
    });
  });
});

test("learns what a probe on the codes cannot tell", async () => {
  // Classes by the sign of a product: no line separates them, neither in x nor in principal components.
  const wideRows = matrix(200, 2, random(3).fillNormal(new Float32Array(400)));
  const signs = Array.from({ length: 200 }, (_, i) =>
    String(wideRows.data[2 * i]! * wideRows.data[2 * i + 1]! > 0),
  );
  const model = await fit(autoencoder({ latentDim: 2, hidden: [32] }), wideRows, { seed: 1, epochs: 5 });
  const told = await fineTune(model, wideRows, signs, { epochs: 100, learningRate: 0.01 });
  const hits = async (found: readonly string[]) =>
    found.filter((label, i) => label === signs[i]).length / 200;
  const untrained = await fineTune(model, wideRows, signs, { epochs: 1, learningRate: 1e-12 });
  expect(await hits(await untrained.predict(wideRows))).toBeLessThan(0.8);
  expect(await hits(await told.predict(wideRows))).toBeGreaterThan(0.95);
});

describe("the classifier", () => {
  test("probabilities sum to 1, predictions are the largest, ONNX gives the same", async () => {
    const model = await fit(autoencoder({ latentDim: 2, hidden: [3] }), x, {
      seed: 1,
      epochs: 2,
      scale: "standard",
    });
    const tuned = await fineTune(model, x, labels, { epochs: 5 });
    const { data, rows, cols } = await tuned.probabilities(x);
    expect([rows, cols, tuned.classes]).toEqual([n, 2, ["other", "same"]]);
    const predicted = await tuned.predict(x);
    for (let i = 0; i < n; i++) {
      const [other, same] = data.subarray(2 * i, 2 * i + 2);
      expect(other! + same!).toBeCloseTo(1, 6);
      expect(predicted[i]).toBe(same! > other! ? "same" : "other");
    }
    const session = await InferenceSession.create(tuned.toOnnx());
    const { probabilities } = await session.run({ x: new Tensor("float32", x.data, [n, d]) });
    expect(probabilities!.dims).toEqual([n, 2]);
    (probabilities!.data as Float32Array).forEach((value, i) => {
      expect(value).toBeCloseTo(data[i]!, 5);
    });
  });

  test("the model stays as it was; decoder and running statistics stay in the new one, which saves", async () => {
    const model = await fit(autoencoder({ latentDim: 2, hidden: [3], batchNorm: true }), x, {
      seed: 1,
      epochs: 2,
    });
    const before = wide(model);
    const { encoder } = await fineTune(model, x, labels, { epochs: 3 });
    expect(wide(model)).toEqual(before);
    const after = wide(encoder);
    for (const name of Object.keys(before)) {
      const trained = name.startsWith("encoder") && !name.includes("running");
      if (trained) expect(after[name], name).not.toEqual(before[name]);
      else expect(after[name], name).toEqual(before[name]);
    }
    expect(encoder.notes.at(-1)).toBe(
      "encode was fine-tuned with labels of 24 rows, 2 classes; decode, reconstruct, score were not trained with it and tell little now",
    );
    const loaded = await load(encoder.save());
    expect((await loaded.encode(x)).data).toEqual((await encoder.encode(x)).data);
    expect(loaded.notes).toEqual(encoder.notes);
  });

  test("rows without a label are left out", async () => {
    const model = await small();
    const some = labels.map((label, i) => (i % 3 === 0 ? "" : label));
    const kept = Array.from({ length: n }, (_, i) => i).filter((i) => i % 3 !== 0);
    const one = await fineTune(model, x, some, { epochs: 2 });
    const other = await fineTune(
      model,
      takeRows(x, kept),
      kept.map((i) => labels[i]!),
      { epochs: 2 },
    );
    expect(wide(one.encoder)).toEqual(wide(other.encoder));
  });

  test("stops early, and keeps the parameters of the lowest loss on validation rows", async () => {
    const model = await small();
    const against = labels.map((label) => (label === "same" ? "other" : "same"));
    const options = { epochs: 50, patience: 2, learningRate: 0.05, validation: { x, labels: against } };
    const { history } = await fineTune(model, x, labels, options);
    expect(history.length).toBeLessThan(50);
    expect(history.every(({ validationLoss }) => Number.isFinite(validationLoss))).toBe(true);
  });
});

test("same seed, same bits, at any number of threads, in both forms of training", async () => {
  const { x: all, labels: kinds } = digits();
  const rows = Array.from({ length: 70 }, (_, i) => i);
  const [some, of] = [takeRows(all, rows), kinds.slice(0, 70)];
  // From 10⁵ numbers on training takes its steps one by one.
  for (const hidden of [[16], [400, 200]]) {
    const model = await fit(autoencoder({ latentDim: 8, hidden }), some, {
      seed: 1,
      epochs: 1,
      scale: "unit",
    });
    const bits: Float32Array[] = [];
    for (const threads of [1, 2, 3, 1]) {
      configureRuntime({ threads });
      const tuned = await fineTune(model, some, of, { epochs: 2, seed: 4 });
      bits.push((await tuned.encoder.encode(some)).data);
    }
    for (const other of bits.slice(1)) expect(other).toEqual(bits[0]);
    const another = await fineTune(model, some, of, { epochs: 2, seed: 5 });
    expect((await another.encoder.encode(some)).data).not.toEqual(bits[0]);
  }
});

/** Rows in [0, 1], which every method takes. */
const unit: Matrix = matrix(40, 5, random(2).fillUniform(new Float32Array(200)));
const two = Array.from({ length: 40 }, (_, i) => (i % 2 ? "odd" : "even"));

describe("every method is fine-tuned, or says in one line why not", () => {
  const cases = methods.flatMap(({ name }) =>
    contracts[name]!.map(({ options }, i) => [`${name} ${i + 1}`, name, options] as const),
  );
  /** Methods whose codes are solved for or searched: all others are fine-tuned. */
  const NO_NETWORKS = (
    "pca logisticPca lowRankCompletion nonNegativeFactorization kMeans classicalMds isomap laplacianEigenmaps " +
    "locallyLinearEmbedding tsne umap sparseCoding autoDecoder deepSparseCoding kalmanFilter nextStep hdbscan isolationForest localOutlierFactor " +
    "iterativeRidge nearestNeighborImputation"
  ).split(" ");
  const REFUSED =
    /^fineTune: (.+ has no encoder that gradients could train|the codes of .+ are (of nothing that gradients train|solved for in float64)); learn a linear probe on its codes instead$/;

  test.each(cases)("%s", async (_, name, options) => {
    const method = (await methodNamed(name)).create(options);
    const trained = method.fitting.kind === "trained";
    const model = (await fit(method, unit, { seed: 1, ...(trained && { epochs: 1 }) })) as Coder;
    const outcome = await fineTune(model, unit, two, { epochs: 2 }).catch((error: Error) => error);
    if (outcome instanceof Error) {
      expect(outcome.message).toMatch(REFUSED);
      expect(outcome).toBeInstanceOf(RangeError);
      expect(NO_NETWORKS, name).toContain(name);
      return;
    }
    expect(outcome.history.length).toBe(2);
    expect(outcome.history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect((await outcome.encoder.encode(unit)).data).not.toEqual((await model.encode(unit)).data);
    const predicted = await outcome.predict(unit);
    expect(predicted.every((label) => outcome.classes.includes(label))).toBe(true);
  });
});

describe("refuses, in one line", () => {
  test("models without an encoder to train", async () => {
    const remedy = "learn a linear probe on its codes instead";
    const refused: [Method<Encoder>, string][] = [
      [pca({ latentDim: 2 }), "fineTune: the codes of pca are solved for in float64"],
      [kMeans({ clusters: 2 }), "fineTune: the codes of kMeans are solved for in float64"],
      [tsne({ perplexity: 3, latentDim: 2 }), "fineTune: tsne has no encoder that gradients could train"],
    ];
    for (const [method, said] of refused)
      await expect(fineTune(await fit(method, x, { seed: 1 }), x, labels)).rejects.toThrow(
        `${said}; ${remedy}`,
      );
    await expect(fineTune({} as Encoder, x, labels)).rejects.toThrow(
      "fineTune: want a fitted model, as fit gives it, got an object",
    );
  });

  test("rows, labels and options that do not fit", async () => {
    const model = await small();
    const tuned = (of: readonly string[], options = {}, rows: Matrix = x) =>
      fineTune(model, rows, of, options);
    await expect(tuned(labels.slice(1))).rejects.toThrow("fineTune: 24 rows, but 23 labels");
    await expect(tuned(labels, {}, matrix(24, 3))).rejects.toThrow(
      "fineTune: rows must have 4 numbers, got 3",
    );
    await expect(tuned(labels.map(() => "one"))).rejects.toThrow(
      'want labels of at least 2 classes, got only "one"',
    );
    await expect(tuned(labels.map(() => ""))).rejects.toThrow("want labels of at least 2 classes, got none");
    await expect(tuned(labels, { patience: 2 })).rejects.toThrow("fineTune: patience wants validation rows");
    await expect(tuned(labels, { epochs: 0 })).rejects.toThrow(
      "fineTune: epochs must be an integer ≥ 1, got 0",
    );
    await expect(tuned(labels, { rate: 1 })).rejects.toThrow('fineTune: there is no option "rate"');
    await expect(tuned(labels, { optimizer: "sgd", learningRate: 1e30, epochs: 50 })).rejects.toThrow(
      /^fineTune: the loss is no longer finite after step \d+; try a learning rate below 1e\+30$/,
    );
    const strange = { x, labels: labels.map(() => "third") };
    await expect(tuned(labels, { validation: strange })).rejects.toThrow(
      'fineTune: validation has the label "third", which no row that is learned from has',
    );
    const gone = matrix(n, d, x.data.with(5, Number.NaN));
    await expect(tuned(labels, {}, gone)).rejects.toThrow("fineTune: row 1 column 1 is NaN");
    await expect(tuned(labels, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});
