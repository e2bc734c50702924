/** @file The sequence autoencoder: codes that tell systems apart, and sequences that end before others. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { fit, sequenceAutoencoder } from "../../src/index.js";
import { linearProbe } from "../../src/metrics/probe.js";
import { random } from "../../src/random.js";

const [STEPS, FEATURES] = [24, 2];

/** Sequences of two turning systems, one by one: quick and slow, both driven and seen with noise, from states that tell nothing. */
function twoSystems(n: number, seed: number): { x: Matrix; labels: string[] } {
  const stream = random(seed);
  const x = matrix(n, STEPS * FEATURES);
  const labels = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? "slow" : "quick"));
  labels.forEach((label, i) => {
    const angle = label === "slow" ? 0.35 : 0.8;
    let [a, b] = [stream.normal(), stream.normal()];
    for (let t = 0; t < STEPS; t++) {
      [a, b] = [Math.cos(angle) * a - Math.sin(angle) * b, Math.sin(angle) * a + Math.cos(angle) * b];
      a += 0.1 * stream.normal();
      b += 0.1 * stream.normal();
      x.data.set([a + 0.2 * stream.normal(), b + 0.2 * stream.normal()], (i * STEPS + t) * FEATURES);
    }
  });
  return { x, labels };
}

/** The first `steps` steps, NaN behind. */
const ended = (x: Matrix, steps: number): Matrix =>
  matrix(
    x.rows,
    x.cols,
    x.data.map((value, at) => (at % x.cols >= steps * FEATURES ? Number.NaN : value)),
  );

const train = twoSystems(400, 1);
const unseen = twoSystems(400, 2);
const method = sequenceAutoencoder({ latentDim: 8, rowShape: [STEPS, FEATURES], hidden: 32 });
const model = await fit(method, train.x, {
  seed: 1,
  epochs: 60,
  batchSize: 32,
  learningRate: 1e-2,
  schedule: "cosine",
});

test("a linear probe tells two systems apart by codes of unseen sequences", async () => {
  const [codes, others] = [await model.encode(train.x), await model.encode(unseen.x)];
  const { accuracy } = await linearProbe(codes, train.labels, others, unseen.labels);
  expect(accuracy).toBeGreaterThanOrEqual(0.95);
  // Not by the rows themselves, whose directions turn both ways.
  const raw = await linearProbe(train.x, train.labels, unseen.x, unseen.labels);
  expect(raw.accuracy).toBeLessThan(0.7);
});

test("a padded sequence has the code of its own length", async () => {
  const short = 15;
  const cut = matrix(
    5,
    short * FEATURES,
    Float32Array.from({ length: 5 * short * FEATURES }, (_, at) => {
      const [i, j] = [Math.floor(at / (short * FEATURES)), at % (short * FEATURES)];
      return unseen.x.data[i * unseen.x.cols + j]!;
    }),
  );
  const some = takeRows(unseen.x, [0, 1, 2, 3, 4]);
  const padded = await model.encode(ended(some, short));
  // A model of sequences of 15 steps with the same arrays.
  const of15 = sequenceAutoencoder({ latentDim: 8, rowShape: [short, FEATURES], hidden: 32 });
  const encoded = of15.parts(cut.cols).encode!;
  const { constant, runtime } = await import("../../src/engine/index.js");
  const p = Object.fromEntries(Object.entries(model.parameters).map(([name, a]) => [name, constant(a)]));
  const { data, rows, cols } = cut;
  const z = encoded(constant({ dtype: "float32", shape: [rows, cols], data }), p);
  const program = await (await runtime()).program({ z });
  const found = (await program.run({})).z!.data as Float32Array;
  for (const [i, value] of found.entries()) expect(padded.data[i]).toBeCloseTo(value, 5);
  await program.release();
  // Whole sequences beside it change nothing, and what is behind the end does not count.
  expect((await model.encode(ended(takeRows(unseen.x, [2]), short))).data).toEqual(row(padded, 2));
  const scores = await model.score(ended(some, short));
  const xHat = await model.reconstruct(ended(some, short));
  for (const [i, score] of scores.entries()) {
    let sum = 0;
    for (let j = 0; j < short * FEATURES; j++) sum += (row(some, i)[j]! - row(xHat, i)[j]!) ** 2;
    expect(score).toBeCloseTo(sum, 4);
  }
});

test("sequences of any lengths are trained on, and the loss counts the steps there are", async () => {
  const x = matrix(
    train.x.rows,
    train.x.cols,
    train.x.data.map((value, at) => {
      const [i, j] = [Math.floor(at / train.x.cols), at % train.x.cols];
      return j >= (8 + (i % 17)) * FEATURES ? Number.NaN : value;
    }),
  );
  const options = { seed: 1, epochs: 1, learningRate: 1e-30 };
  const fitted = await fit(method, x, { ...options, validation: x });
  const scores = await fitted.score(x);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  expect(fitted.history[0]!.validationLoss! / mean).toBeCloseTo(1, 4);
});

test("the encoder as an ONNX file takes padded sequences", async () => {
  const x = ended(takeRows(unseen.x, [3, 4, 5]), 10);
  const session = await InferenceSession.create(model.toOnnx("encode"), { logSeverityLevel: 3 });
  const { z } = await session.run({ x: new Tensor("float32", x.data, [x.rows, x.cols]) });
  expect(z!.data).toEqual((await model.encode(x)).data);
  await session.release();
});

test("a gap within a sequence is refused by its place", async () => {
  const x = takeRows(unseen.x, [0, 1, 2]);
  const holed = (...places: number[]) =>
    matrix(
      x.rows,
      x.cols,
      x.data.map((value, at) => (places.includes(at) ? Number.NaN : value)),
    );
  const said = "is NaN; only steps after the end of a sequence may be missing, and then wholly";
  await expect(model.encode(holed(50))).rejects.toThrow(`sequenceAutoencoder.encode: row 1 column 2 ${said}`);
  // One feature of the last step.
  await expect(model.score(holed(47))).rejects.toThrow(`sequenceAutoencoder.score: row 0 column 47 ${said}`);
  await expect(fit(method, holed(3))).rejects.toThrow(`fit sequenceAutoencoder: row 0 column 3 ${said}`);
  await expect(fit(method, x, { validation: holed(3), epochs: 1 })).rejects.toThrow(
    `fit: validation: row 0 column 3 ${said}`,
  );
  await expect(fit(method, matrix(3, 10))).rejects.toThrow(
    "sequenceAutoencoder: sequences of 24 steps of 2 are rows of 48 numbers, these have 10",
  );
});
