/** @file Training step by step: the same bits as `fit`, and what can be changed on the way. */
import { expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import {
  autoencoder,
  contractiveAutoencoder,
  denoisingAutoencoder,
  fit,
  InterruptedError,
  l1,
  linearAutoencoder,
  pca,
  random,
  startTraining,
  variationalAutoencoder,
} from "../../src/index.js";

/** `[90, 5]` with three directions of unlike size. */
function rows() {
  const x = matrix(90, 5);
  random(4).fillNormal(x.data);
  x.data.forEach((value, i) => {
    x.data[i] = value * [3, 2, 1, 0.1, 0.1][i % 5]! + (i % 5);
  });
  return x;
}
const OPTIONS = { seed: 3, epochs: 4, batchSize: 32, scale: "standard" } as const;

test.each([
  ["a graph of many steps", autoencoder({ latentDim: 2, hidden: [6] })],
  ["a graph of one", autoencoder({ latentDim: 2, hidden: [400, 300] })],
])("any cut into steps ends in the model of fit, %s", async (_, method) => {
  const x = rows();
  const validation = matrix(10, 5, x.data.slice(0, 50));
  const options = { ...OPTIONS, validation, patience: 3 };
  const whole = (await fit(method, x, options)).save();
  for (const counts of [
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    [5, 7],
    [2, 100],
  ]) {
    const session = await startTraining(method, x, options);
    const losses: number[] = [];
    for (const count of counts) losses.push(...(await session.step(count)));
    expect(session.done).toBe(true);
    expect(losses).toHaveLength(12);
    expect(session.stepsTaken).toBe(12);
    expect(session.stepsPerEpoch * OPTIONS.epochs).toBe(12);
    expect(await session.step()).toHaveLength(0);
    expect((await session.model()).save()).toEqual(whole);
    await session.release();
  }
});

test.each([
  ["autoencoder", autoencoder({ latentDim: 2, hidden: [6] })],
  ["with normalized layers", autoencoder({ latentDim: 2, hidden: [6], batchNorm: true })],
  ["denoisingAutoencoder", denoisingAutoencoder({ latentDim: 2, noise: { gaussian: 0.3 } })],
  ["variationalAutoencoder", variationalAutoencoder({ latentDim: 2, hidden: [6] })],
  ["linearAutoencoder projection", linearAutoencoder({ latentDim: 2, parameterization: "projection" })],
])("many steps one by one, and then many at once, end in the model of fit, %s", async (_, method) => {
  const x = rows();
  const options = { ...OPTIONS, epochs: 40 };
  const session = await startTraining<unknown>(method, x, options);
  // Short last batches are among them, and a program for single steps is compiled on the way.
  for (let i = 0; i < 100; i++) await session.step();
  await session.step(7);
  await session.step();
  await session.run();
  const model = (await session.model()) as { save(): Uint8Array };
  expect(model.save()).toEqual(((await fit<unknown>(method, x, options)) as typeof model).save());
  await session.release();
});

test("a pause between runs and a model on the way change no bit", async () => {
  const x = rows();
  const method = autoencoder({ latentDim: 2, hidden: [6] });
  let session: Awaited<ReturnType<typeof startTraining>> | undefined;
  let pauses = 0;
  const options = { ...OPTIONS, epochs: 30, onProgress: () => session!.pause() };
  session = await startTraining(method, x, options);
  while (!(await session.run())) {
    pauses++;
    await session.model();
    session.snapshot();
  }
  expect(pauses).toBeGreaterThan(0);
  const model = (await session.model()) as { save(): Uint8Array };
  expect(model.save()).toEqual((await fit(method, x, { ...OPTIONS, epochs: 30 })).save());
  await session.release();
});

test.each([
  ["linearAutoencoder projection", linearAutoencoder({ latentDim: 2, parameterization: "projection" })],
  ["linearAutoencoder shared", linearAutoencoder({ latentDim: 7, parameterization: "shared" })],
  ["linearAutoencoder unrolled", linearAutoencoder({ latentDim: 7, parameterization: "unrolled" })],
  ["autoencoder", autoencoder({ latentDim: 2, hidden: [6], batchNorm: true })],
])("parts of a snapshot are those of the model there: %s", async (_, method) => {
  const x = rows();
  const session = await startTraining(method, x, OPTIONS);
  await session.step(5);
  const early = session.snapshot();
  const there = await session.model();
  await session.run();
  const [z, xHat] = [await session.encode(x, early), await session.reconstruct(x, early)];
  const [zThere, xThere] = [await there.encode(x), await there.reconstruct(x)];
  for (const [got, want] of [
    [z, zThere],
    [xHat, xThere],
    [await session.decode(z, early), xThere],
  ] as const)
    got.data.forEach((value, i) => {
      expect(value).toBeCloseTo(want.data[i]!, 4);
    });
  expect(early.step).toBe(5);
  const now = await session.reconstruct(x);
  expect(now.data).not.toEqual(xHat.data);
  await session.release();
});

test.each([
  [
    "noise",
    denoisingAutoencoder({ latentDim: 2, hidden: [], noise: { gaussian: 0.5 } }),
    denoisingAutoencoder({ latentDim: 2, hidden: [], noise: { gaussian: 0 } }),
    0,
  ],
  [
    "contraction",
    contractiveAutoencoder({ latentDim: 2, contraction: 2 }),
    contractiveAutoencoder({ latentDim: 2, contraction: 0.25 }),
    0.25,
  ],
  [
    "beta",
    variationalAutoencoder({ latentDim: 2, hidden: [6], beta: 1 }),
    variationalAutoencoder({ latentDim: 2, hidden: [6], beta: 3 }),
    3,
  ],
  [
    "l1",
    autoencoder({ latentDim: 2, hidden: [], penalties: [l1(1)] }),
    autoencoder({ latentDim: 2, hidden: [], penalties: [l1(0.125)] }),
    0.125,
  ],
])("%s set on the way counts as if it had been an option", async (name, method, other, value) => {
  const x = rows();
  const session = await startTraining(method, x, OPTIONS);
  expect(Object.keys(session.scalars)).toEqual([name]);
  session.setScalar(name, value);
  await session.run();
  const want = await startTraining(other, x, OPTIONS);
  await want.run();
  expect(session.history).toEqual(want.history);
  expect(session.snapshot()).toEqual(want.snapshot());
  await session.release();
  await want.release();
});

test("another learning rate counts from the next step on, and checkpoints know it", async () => {
  const x = rows();
  const method = linearAutoencoder({ latentDim: 2 });
  const options = { ...OPTIONS, optimizer: { name: "sgd" }, learningRate: 0.02 } as const;
  const session = await startTraining(method, x, options);
  const start = session.snapshot().parameters.decoder!.data;
  session.setLearningRate(0.01);
  await session.step();
  const half = session.snapshot().parameters.decoder!.data;
  const full = await startTraining(method, x, options);
  await full.step();
  const whole = full.snapshot().parameters.decoder!.data;
  start.forEach((value, i) => {
    expect(Number(half[i]) - Number(value)).toBeCloseTo((Number(whole[i]) - Number(value)) / 2, 6);
  });
  const resumed = await startTraining(method, x, { seed: 3, resume: session.checkpoint() });
  expect(resumed.learningRate).toBe(0.01);
  await resumed.run();
  await session.run();
  expect((await resumed.model()).save()).toEqual((await session.model()).save());
  for (const one of [session, full, resumed]) await one.release();
});

test("an unknown number, a solved method and two runs at once are refused", async () => {
  const x = rows();
  await expect(startTraining(pca({ latentDim: 2 }), x)).rejects.toThrow(
    "startTraining: pca is solved, not trained step by step: use fit",
  );
  const session = await startTraining(linearAutoencoder({ latentDim: 2 }), x, OPTIONS);
  expect(() => session.setScalar("noise", 1)).toThrow('no number "noise" in this loss (there are: none)');
  expect(() => session.setLearningRate(0)).toThrow("want a number > 0, got 0");
  await expect(session.step(0)).rejects.toThrow("count must be an integer ≥ 1, got 0");
  const running = session.run();
  await expect(session.step()).rejects.toThrow("steps are being taken");
  await running;
  await session.release();
});

test("a signal stops it with a checkpoint that goes on to the same bits", async () => {
  const x = rows();
  const method = linearAutoencoder({ latentDim: 2 });
  const stop = new AbortController();
  const session = await startTraining(method, x, { ...OPTIONS, epochs: 50, signal: stop.signal });
  await session.step(3);
  stop.abort();
  const error = await session.run().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InterruptedError);
  const { checkpoint } = error as InterruptedError;
  const resumed = await fit(method, x, { seed: 3, resume: checkpoint });
  expect(resumed.save()).toEqual((await fit(method, x, { ...OPTIONS, epochs: 50 })).save());
  await session.release();
});
