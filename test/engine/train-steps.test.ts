import { describe, expect, test } from "vitest";
import { compileTraining } from "../../src/engine/compile-training.js";
import { TrainingMemory } from "../../src/engine/flat-state.js";
import * as engine from "../../src/engine/index.js";
import { type OptimizerSpec, optimizer } from "../../src/engine/optimizers.js";
import { compileLoop } from "../../src/engine/train-loop.js";
import { compileSteps, suitsSteps } from "../../src/engine/train-steps.js";
import type { TrainingProgram, TrainingSpec, TrainingState } from "../../src/engine/training-program.js";
import { random } from "../../src/random.js";
import { float32 } from "../golden/golden.js";

const { add, cast, less, matmul, mean, mul, square, sub, sum, tanh } = engine;
// Odd sizes: parameters do not end where a vector does.
const [n, d, k] = [40, 37, 5];
const stream = random(5);
const normal = (...shape: number[]) =>
  float32(shape, stream.fillNormal(new Float32Array(shape.reduce((a, b) => a * b))));
const x = normal(n, d);
const start: TrainingState = { w: normal(d, k), bias: normal(k), v: normal(k, d), running: normal(k) };

/** Noise, parameters of odd sizes, numbers of rows, and state that no gradient trains. */
const noisy: Omit<TrainingSpec, "optimizer" | "batchSize"> = {
  data: { x: [d] },
  state: { w: [d, k], bias: [k], v: [k, d], running: [k] },
  trainable: ["w", "bias", "v"],
  loss(batch, p) {
    const clean = batch.data.x!;
    const kept = cast(less(batch.uniform(clean.shape), 0.8), "float32");
    const z = tanh(add(matmul(mul(clean, kept), p.w!), add(p.bias!, mul(batch.normal([k]), 0.1))));
    const weights = mul(add(cast(batch.rows(), "float32"), 1), 1 / n);
    return {
      loss: mean(mul(weights, sum(square(sub(matmul(z, p.v!), clean)), 1))),
      figures: { ofBatch: mean(matmul(clean, p.w!)), ofState: sum(p.v!) },
      updates: { running: add(mul(p.running!, 0.9), mul(mean(z, 0), 0.1)) },
    };
  },
};

const optimizers: OptimizerSpec[] = [
  { name: "sgd" },
  { name: "sgd", weightDecay: 0.1 },
  { name: "sgd", momentum: 0.9 },
  { name: "sgd", momentum: 0.5, weightDecay: 0.1 },
  { name: "adam" },
  { name: "adam", beta1: 0.5, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1 },
];

const specOf = (spec: OptimizerSpec, batchSize: number): TrainingSpec => ({
  ...noisy,
  optimizer: optimizer(spec),
  batchSize,
});
const nothing = () => {};

/** Takes runs of some steps with whole batches and one with a short batch between them. */
async function train(whole: TrainingProgram, short: TrainingProgram, handOver: boolean) {
  let state: TrainingState = { ...start, ...whole.initialSlots() };
  let spare: TrainingState | undefined;
  const losses: number[] = [];
  const figures: Record<string, number[]> = {};
  const kept: TrainingState[] = [];
  let step = 1;
  for (const [program, size, steps] of [
    [whole, 8, 3],
    [short, 3, 1],
    [whole, 8, 2],
    [whole, 8, 4],
  ] as const) {
    const result = await program.run({
      state,
      data: { x },
      order: BigInt64Array.from({ length: steps * size }, (_, i) => BigInt((i * 7 + step) % n)),
      firstStep: step,
      learningRates: Array.from({ length: steps }, (_, i) => 0.01 / (step + i)),
      random: random(3),
      ...(handOver && { spare }),
    });
    [state, spare] = [result.state, state];
    kept.push(result.state);
    losses.push(...result.losses);
    for (const [name, values] of Object.entries(result.figures)) (figures[name] ??= []).push(...values);
    step += steps;
  }
  return { state, losses, figures, kept };
}

const bytes = (state: TrainingState) =>
  Object.fromEntries(
    Object.entries(state).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );

describe("a graph of a step and code of the optimizer", () => {
  test.each(optimizers)("give the same bits as one graph: %j", async (spec) => {
    const runtime = await engine.runtime();
    const memory = new TrainingMemory();
    const loop = await Promise.all([8, 3].map((size) => compileLoop(specOf(spec, size), runtime, nothing)));
    const steps = await Promise.all(
      [8, 3].map((size) => compileSteps(specOf(spec, size), runtime, nothing, memory)),
    );
    const wanted = await train(loop[0]!, loop[1]!, false);
    for (const handOver of [false, true]) {
      const got = await train(steps[0]!, steps[1]!, handOver);
      expect(bytes(got.state)).toEqual(bytes(wanted.state));
      expect(got.losses).toEqual(wanted.losses);
      expect(got.figures).toEqual(wanted.figures);
    }
    expect(Object.keys(wanted.figures)).toEqual(["ofBatch", "ofState"]);
    for (const values of Object.values(wanted.figures)) expect(new Set(values).size).toBe(10);
  });

  test("a state that is kept does not change, and one that is handed over serves again", async () => {
    const runtime = await engine.runtime();
    const memory = new TrainingMemory();
    const [whole, short] = await Promise.all(
      [8, 3].map(
        async (size) => (await compileSteps(specOf({ name: "adam" }, size), runtime, nothing, memory))!,
      ),
    );
    const { kept } = await train(whole!, short!, false);
    expect(new Set(kept.map(({ w }) => w!.data.buffer)).size).toBe(4);
    expect(new Set(kept.map(({ w }) => (w!.data as Float32Array)[0])).size).toBe(4);
    const reused = (await train(whole!, short!, true)).kept;
    // The first state handed over is not from here; of the three after it each is put where the last but one was.
    expect(reused[3]!.w!.data.buffer).toBe(reused[1]!.w!.data.buffer);
    expect(bytes(reused[3]!)).toEqual(bytes(kept[3]!));
  });

  test("an array that is missing or has another shape is told", async () => {
    const program = await compileSteps(
      specOf({ name: "sgd" }, 8),
      await engine.runtime(),
      nothing,
      new TrainingMemory(),
    );
    const run = (state: TrainingState) =>
      program!.run({
        state,
        data: { x },
        order: new BigInt64Array(8),
        firstStep: 1,
        learningRates: [0.1],
        random: random(0),
      });
    const { w, ...rest } = start;
    await expect(run(rest)).rejects.toThrow('training: state "w" wants shape');
    await expect(run({ ...start, w: start.v! })).rejects.toThrow('training: state "w" wants shape');
    await expect(run({ ...start, running: start.v! })).rejects.toThrow(
      'training: state "running" wants shape',
    );
  });

  test("serve where enough is trained, natively, and what is trained has no slices of rows", async () => {
    const runtime = await engine.runtime();
    const wide: TrainingSpec = {
      ...specOf({ name: "adam" }, 8),
      state: { ...noisy.state, w: [d, 3000] },
    };
    expect(suitsSteps(wide, runtime)).toBe(runtime.backend === "native");
    expect(suitsSteps(wide, { ...runtime, copiesInputs: true })).toBe(false);
    expect(suitsSteps({ ...wide, training: false }, runtime)).toBe(false);
    expect(suitsSteps({ ...wide, perRow: { w: 1 } }, runtime)).toBe(false);
    expect(suitsSteps(specOf({ name: "adam" }, 8), runtime)).toBe(false);
  });

  test("leave projections after a step to the graph", async () => {
    const spec: TrainingSpec = {
      ...specOf({ name: "adam" }, 8),
      loss: (batch, p) => ({ ...noisy.loss(batch, p), project: { w: (w) => mul(w, 0.5) } }),
    };
    const memory = new TrainingMemory();
    const runtime = await engine.runtime();
    expect(await compileSteps(spec, runtime, nothing, memory)).toBeUndefined();
    expect(await compileTraining(spec, runtime)).toBeDefined();
  });
});
