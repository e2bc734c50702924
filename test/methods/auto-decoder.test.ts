import { describe, expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { lowRank } from "../../src/data/synthetic.js";
import { emit, gradient, input, runtime } from "../../src/engine/index.js";
import { type AutoDecoder, autoDecoder, fit, load, pca } from "../../src/index.js";
import type { Trained, TrainingBatch } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { digitRows } from "./digit-rows.js";

const meanError = async (model: { squaredErrors(x: Matrix): Promise<Float64Array> }, x: Matrix) =>
  (await model.squaredErrors(x)).reduce((t, e) => t + e) / x.rows;

/** Mean of ‖x − g(z)‖² with the codes that training ended with. */
async function errorOfOwnCodes(model: AutoDecoder, x: Matrix): Promise<number> {
  const xHat = await model.decode(model.codes);
  return x.data.reduce((t, v, i) => t + (v - xHat.data[i]!) ** 2, 0) / x.rows;
}

test("central differences of the training loss agree with its gradient, in decoder and codes", async () => {
  const { fitting } = autoDecoder({
    latentDim: 2,
    hidden: [4],
    activation: "tanh",
    loss: "huber:0.7",
    penalties: ["l2:0.3", "l1:0.1"],
  });
  const data = matrix(5, 6, random(3).fillNormal(new Float32Array(30)));
  data.data[7] = Number.NaN;
  const initial = await (fitting as Trained).initial(data, random(1));
  const p = Object.fromEntries(Object.entries(initial).map(([name, a]) => [name, input(name, a.shape)]));
  const x = input("x", [5, 6]);
  const batch = { data: { x }, training: true, hasMissing: true } as unknown as TrainingBatch;
  const { loss } = (fitting as Trained).loss(batch, p);
  const names = Object.keys(p);
  const gradients = gradient(
    loss,
    names.map((name) => p[name]!),
  );
  const outputs = Object.fromEntries(names.map((name, i) => [`d.${name}`, gradients[i]!]));
  const program = await (await runtime()).compile(
    emit({ loss, ...outputs }, { inputs: [x, ...Object.values(p)] }),
  );
  const feeds = { x: { dtype: "float32", shape: [5, 6], data: data.data } as const, ...initial };
  const first = await program.run(feeds);
  for (const name of names) {
    const values = initial[name]!.data as Float32Array;
    for (let i = 0; i < values.length; i++) {
      const kept = values[i]!;
      const losses: number[] = [];
      for (const h of [1e-2, -1e-2]) {
        values[i] = kept + h;
        losses.push((await program.run(feeds)).loss!.data[0] as number);
      }
      values[i] = kept;
      const numeric = (losses[0]! - losses[1]!) / 2e-2;
      // Losses near 5 in float32 over 2e-2, truncation, and the bend of the Huber loss within a step.
      expect(Math.abs(Number(first[`d.${name}`]!.data[i]) - numeric), `${name} ${i}`).toBeLessThan(5e-3);
    }
  }
});

// Eckart & Young (1936): with no hidden layer and a linear output this is factorization, whose optimum is PCA's.
test("with no hidden layer it reaches the error of PCA and never beats it", async () => {
  const { x } = lowRank({ rows: 200, cols: 10, rank: 3, noise: 0.3, seed: 1 });
  const bound = await meanError(await fit(pca({ latentDim: 3 }), x), x);
  const model = await fit(autoDecoder({ latentDim: 3, hidden: [], codeRate: 3 }), x, {
    epochs: 400,
    batchSize: 50,
    learningRate: 0.02,
    schedule: "cosine",
    seed: 0,
  });
  const own = (await errorOfOwnCodes(model, x)) / bound;
  expect(own).toBeGreaterThan(1 - 1e-5); // float32 rounding
  expect(own).toBeLessThan(1.01);
  // The search finds codes at least as good, up to where its steps end.
  const found = (await meanError(model, x)) / bound;
  expect(found).toBeGreaterThan(1 - 1e-5);
  expect(found).toBeLessThan(1.01);
});

describe("digits", () => {
  const options = { latentDim: 4, hidden: [32], penalties: ["l2:0.01"] };
  const training = { epochs: 150, batchSize: 50, learningRate: 3e-3, schedule: "cosine", seed: 1 } as const;

  test("the search comes near the codes of training, and below PCA", async () => {
    const model = await fit(autoDecoder(options), digitRows, { ...training, epochs: 400 });
    const linear = await meanError(await fit(pca({ latentDim: 4 }), digitRows), digitRows);
    expect([model.codes.rows, model.codes.cols]).toEqual([300, 4]);
    const [own, found] = [await errorOfOwnCodes(model, digitRows), await meanError(model, digitRows)];
    // A search ends in the valley of its start: some end in another one than training did.
    expect(found).toBeLessThan(1.1 * own);
    expect(own).toBeLessThan(linear);
    expect(found).toBeLessThan(linear);
    const loaded = await load(model.save(), autoDecoder(options));
    expect(loaded.codes).toEqual(model.codes);
  });

  test("missing numbers are left out, and filled in better than by the mean", async () => {
    const hidden = random(5)
      .fillUniform(new Float32Array(digitRows.data.length))
      .map((u) => (u < 0.3 ? 1 : 0));
    const holes = matrix(
      300,
      64,
      digitRows.data.map((v, i) => (hidden[i] === 1 ? Number.NaN : v)),
    );
    const model = await fit(autoDecoder(options), holes, training);
    const xHat = await model.reconstruct(holes);
    const means = Array.from({ length: 64 }, (_, j) => {
      const seen = Array.from({ length: 300 }, (_, i) => holes.data[i * 64 + j]!).filter(
        (v) => !Number.isNaN(v),
      );
      return seen.reduce((t, v) => t + v, 0) / seen.length;
    });
    const errorAt = (guess: (i: number) => number) =>
      digitRows.data.reduce((t, v, i) => t + (hidden[i] === 1 ? (v - guess(i)) ** 2 : 0), 0);
    // Measured: about half.
    expect(errorAt((i) => xHat.data[i]!)).toBeLessThan(0.8 * errorAt((i) => means[i % 64]!));
    expect(model.history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  test("rows that are not trained on are given codes by the search, and patience sees them", async () => {
    const [seen, unseen] = [
      takeRows(
        digitRows,
        Array.from({ length: 200 }, (_, i) => i),
      ),
      takeRows(
        digitRows,
        Array.from({ length: 100 }, (_, i) => 200 + i),
      ),
    ];
    const model = await fit(autoDecoder({ ...options, searchSteps: 50 }), seen, {
      ...training,
      epochs: 8,
      validation: unseen,
    });
    const { validationLoss } = model.history.at(-1)!;
    const z = await model.encode(unseen);
    const penalty = (0.01 * z.data.reduce((t, v) => t + v * v, 0)) / 100;
    const expected = (await meanError(model, unseen)) + penalty;
    // The same search on the same numbers, in batches of another size.
    expect(Math.abs(validationLoss! / expected - 1)).toBeLessThan(1e-3);
  });
});

test("a checkpoint goes on to the same bits: codes and their moments are in it", async () => {
  const method = autoDecoder({ latentDim: 3, hidden: [8], searchSteps: 5 });
  const options = { epochs: 6, batchSize: 32, seed: 2 } as const;
  const whole = await fit(method, digitRows, options);
  const checkpoints: Uint8Array[] = [];
  await fit(method, digitRows, {
    ...options,
    epochs: 3,
    onCheckpoint: (make) => void checkpoints.push(make()),
  });
  const resumed = await fit(method, digitRows, { epochs: 6, resume: checkpoints.at(-1)! });
  expect(resumed.parameters).toEqual(whole.parameters);
});

test("what would tie the codes of rows together is refused", async () => {
  const method = autoDecoder({ latentDim: 2, hidden: [], penalties: ["kl:0.1"] });
  await expect(fit(method, digitRows, { epochs: 1 })).rejects.toThrow(
    'autoDecoder: the penalty "kl:0.1:0.05" is no number of each row, so that rows would have no codes of their own',
  );
  const loss = { name: "plain", rows: (x: never) => x };
  expect(() => autoDecoder({ latentDim: 2, loss })).toThrow(
    'autoDecoder: the loss "plain" must leave out what is hidden',
  );
});
