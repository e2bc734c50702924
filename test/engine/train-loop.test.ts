import { describe, expect, test } from "vitest";
import { compileTraining } from "../../src/engine/compile-training.js";
import * as engine from "../../src/engine/index.js";
import { type OptimizerSpec, optimizer } from "../../src/engine/optimizers.js";
import type { TrainingSpec, TrainingState } from "../../src/engine/training-program.js";
import { random } from "../../src/random.js";
import { float32 } from "../golden/golden.js";

const [n, d, k, batchSize] = [40, 6, 3, 8];
const stream = random(11);
const x = float32([n, d], stream.fillNormal(new Float32Array(n * d)));
const start = {
  w: float32(
    [d, k],
    stream.fillNormal(new Float32Array(d * k)).map((v) => v / 4),
  ),
  v: float32(
    [k, d],
    stream.fillNormal(new Float32Array(d * k)).map((v) => v / 4),
  ),
};
const { add, matmul, mean, mul, square, sub, sum, tanh } = engine;

/** A denoising autoencoder of one layer: its loss draws noise, and a running mean follows its codes. */
const noisy: Omit<TrainingSpec, "optimizer" | "batchSize"> = {
  data: { x: [d] },
  state: { w: [d, k], v: [k, d], running: [k] },
  trainable: ["w", "v"],
  loss(batch, p) {
    const clean = batch.data.x!;
    const corrupted = add(clean, mul(batch.normal(clean.shape), 0.3));
    const kept = engine.cast(engine.less(batch.uniform(clean.shape), 0.8), "float32");
    const z = tanh(matmul(mul(corrupted, kept), p.w!));
    return {
      loss: mean(sum(square(sub(matmul(z, p.v!), clean)), 1)),
      figures: { size: mean(square(z)) },
      updates: { running: add(mul(p.running!, 0.9), mul(mean(z, 0), 0.1)) },
    };
  },
};

async function trainer(size: number, spec: OptimizerSpec = { name: "adam" }, training = true) {
  return compileTraining(
    { ...noisy, optimizer: optimizer(spec), batchSize: size, training },
    await engine.runtime(),
  );
}

const STEPS = 10;
const order = BigInt64Array.from({ length: STEPS * batchSize }, (_, i) => BigInt((i * 7) % n));
const rates = Array.from({ length: STEPS }, (_, i) => 0.05 / (1 + i));

/** Takes all steps in runs of the lengths given; gives the state, and all losses. */
async function runs(lengths: readonly number[], spec?: OptimizerSpec, seed = 3) {
  const program = await trainer(batchSize, spec);
  let state: TrainingState = { ...start, running: float32([k], [0, 0, 0]), ...program.initialSlots() };
  const losses: number[] = [];
  const sizes: number[] = [];
  let taken = 0;
  for (const steps of lengths) {
    const result = await program.run({
      state,
      data: { x },
      order: order.slice(taken * batchSize, (taken + steps) * batchSize),
      firstStep: taken + 1,
      learningRates: rates.slice(taken, taken + steps),
      random: random(seed),
    });
    state = result.state;
    losses.push(...result.losses);
    sizes.push(...result.figures.size!);
    taken += steps;
  }
  await program.release();
  return {
    state: Object.fromEntries(
      Object.entries(state).map(([name, a]) => [name, [...(a.data as Float32Array)]]),
    ),
    losses,
    sizes,
  };
}

const single = new Array<number>(STEPS).fill(1);

describe("where runs are cut makes no difference, to the last bit", () => {
  const optimizers: OptimizerSpec[] = [
    { name: "adam" },
    { name: "adam", weightDecay: 0.1 },
    { name: "sgd" },
    { name: "sgd", momentum: 0.9, weightDecay: 0.01 },
  ];
  for (const spec of optimizers) {
    test(JSON.stringify(spec), async () => {
      const whole = await runs([STEPS], spec);
      expect(await runs(single, spec)).toEqual(whole);
      expect(await runs([3, 1, 6], spec)).toEqual(whole);
    });
  }
});

describe("noise", () => {
  test("is that of the seed, twice", async () => {
    const first = await runs([STEPS]);
    expect(await runs([STEPS])).toEqual(first);
    expect(await runs([STEPS], undefined, 4)).not.toEqual(first);
  });

  test("differs from step to step and between two draws of a step", async () => {
    const program = await compileTraining(
      {
        data: { x: [d] },
        state: { seen: [3, 64] },
        trainable: [],
        loss(batch, p) {
          const drawn = engine.concat(
            [batch.normal([1, 64]), batch.normal([1, 64]), batch.uniform([1, 64])],
            0,
          );
          return { loss: sum(p.seen!), updates: { seen: drawn } };
        },
        optimizer: optimizer({ name: "sgd" }),
        batchSize: 1,
      },
      await engine.runtime(),
    );
    const drawn: Float32Array[] = [];
    for (const firstStep of [1, 2, 1]) {
      const { state } = await program.run({
        state: { seen: float32([3, 64], new Float32Array(192)) },
        data: { x },
        order: BigInt64Array.of(0n),
        firstStep,
        learningRates: [0],
        random: random(9),
      });
      drawn.push(state.seen!.data as Float32Array);
    }
    const [step1, step2, again] = drawn as [Float32Array, Float32Array, Float32Array];
    expect(again).toEqual(step1);
    expect(new Set([...step1, ...step2]).size).toBe(2 * 192);
    for (const u of step1.subarray(128)) expect(u >= 0 && u < 1).toBe(true);
  });
});

describe("state that no gradient trains", () => {
  test("follows its updates: a running mean of the codes", async () => {
    const { state } = await runs([STEPS]);
    expect(state.running).not.toEqual([0, 0, 0]);
    // Codes are in (−1, 1), and ten steps of .1 go 1 − .9¹⁰ of the way.
    for (const value of state.running!) expect(Math.abs(value)).toBeLessThan(1 - 0.9 ** 10);
  });

  test("and all else stays as it is where nothing is trained", async () => {
    const program = await trainer(batchSize, { name: "sgd" }, false);
    const running = float32([k], [0.5, -0.5, 0.25]);
    const { state, losses } = await program.run({
      state: { ...start, running },
      data: { x },
      order,
      firstStep: 1,
      learningRates: new Array<number>(STEPS).fill(1),
      random: random(3),
    });
    await program.release();
    expect(state.running!.data).toEqual(running.data);
    expect(state.w!.data).toEqual(start.w.data);
    expect(losses.every((loss) => loss > 0)).toBe(true);
  });
});

test("a short last batch is a step of its own size: the mean over its rows alone", async () => {
  const rows = 3;
  const program = await compileTraining(
    {
      data: { x: [d] },
      state: { center: [d] },
      trainable: ["center"],
      loss: (batch, p) => ({ loss: mean(sum(square(sub(batch.data.x!, p.center!)), 1)) }),
      optimizer: optimizer({ name: "sgd" }),
      batchSize: rows,
    },
    await engine.runtime(),
  );
  const picked = [4, 17, 39];
  const { state } = await program.run({
    state: { center: float32([d], new Float32Array(d)) },
    data: { x },
    order: BigInt64Array.from(picked, BigInt),
    firstStep: 1,
    learningRates: [0.5],
    random: random(0),
  });
  await program.release();
  // From 0, one step of ½ on the gradient −2 (mean − center) ends in the mean of the rows.
  for (let j = 0; j < d; j++) {
    const wanted = picked.reduce((t, i) => t + (x.data[i * d + j] as number), 0) / rows;
    expect(Math.abs(Number(state.center!.data[j]) - wanted)).toBeLessThan(1e-6);
  }
});

test("a state of another shape is refused by name", async () => {
  const program = await trainer(batchSize, { name: "sgd" });
  const run = program.run({
    state: { ...start, running: float32([2], [0, 0]) },
    data: { x },
    order: order.slice(0, batchSize),
    firstStep: 1,
    learningRates: [0.1],
    random: random(0),
  });
  await expect(run).rejects.toThrow('training: state "running" wants shape [3], got [2]');
  await program.release();
});

describe("coefficients of optimizers out of range", () => {
  const wrong: [OptimizerSpec, string][] = [
    [{ name: "adam", beta1: 1 }, "beta1 must be in [0, 1), got 1"],
    [{ name: "adam", epsilon: 0 }, "epsilon must be > 0, got 0"],
    [{ name: "sgd", momentum: -0.1 }, "momentum must be in [0, 1), got -0.1"],
    [{ name: "sgd", weightDecay: Number.NaN }, "weightDecay must be ≥ 0, got NaN"],
    [{ name: "lion" } as unknown as OptimizerSpec, "name must be sgd or adam, got lion"],
  ];
  for (const [spec, message] of wrong) {
    test(message, () => expect(() => optimizer(spec)).toThrow(`optimizer: ${message}`));
  }
});
