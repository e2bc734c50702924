import { describe, expect, test } from "vitest";
import { compileTraining } from "../../src/engine/compile-training.js";
import * as engine from "../../src/engine/index.js";
import { type OptimizerSpec, optimizer } from "../../src/engine/optimizers.js";
import { random } from "../../src/random.js";
import type { Schedule } from "../../src/training/schedule.js";
import { scheduleFactor } from "../../src/training/schedule-factor.js";
import { expectClose, generated, readGolden } from "../golden/golden.js";

type Arrays = Record<string, number[]>;
type Summaries = Record<string, { sum: number; norm: number; indices: number[]; values: number[] }>;
interface Trained<P> {
  losses: number[];
  learningRates?: number[];
  parameters: P;
}
interface Network<P> {
  seed: number;
  tensors: { name: string; shape: number[]; low: number; high: number }[];
  loss: number;
  gradients: P;
  optimizers: Record<string, Trained<P>>;
}
interface Mlp extends Network<Arrays> {
  hessianVectorProduct: { vector: { seed: number; low: number; high: number }; product: Arrays };
}

const golden = readGolden<{ mlp: Mlp; conv: Network<Summaries> }>("gradients.json");

// PyTorch's own float32 strays from these float64 figures by up to 2e-7 absolutely, on tensors of size 1e-2 to 1:
// 1e-5 of each tensor's largest entry leaves room for another order of summation and for nothing else.
const TOLERANCE = 1e-5;

type Tensors = Readonly<Record<string, engine.Tensor>>;
const { add, affine, conv, convTranspose, maxPool, mean, relu, sigmoid, square, sub, tanh } = engine;

function mlp(x: engine.Tensor, p: Tensors): engine.Tensor {
  const h0 = tanh(affine(x, p.w0!, p.b0!));
  const h1 = relu(affine(h0, p.w1!, p.b1!));
  const h2 = sigmoid(affine(h1, p.w2!, p.b2!));
  return affine(h2, p.w3!, p.b3!);
}

function convolutional(x: engine.Tensor, p: Tensors): engine.Tensor {
  let h = relu(conv(x, p.w0!, p.b0!, { stride: 3, padding: 1 }));
  h = relu(conv(maxPool(h, 2, { stride: 2 }), p.w1!, p.b1!, { stride: 2, padding: 1 }));
  h = relu(convTranspose(maxPool(h, 2, { stride: 1 }), p.w2!, p.b2!, { stride: 2 }));
  h = relu(convTranspose(h, p.w3!, p.b3!, { stride: 3, padding: 1 }));
  return tanh(convTranspose(h, p.w4!, p.b4!, { stride: 2, padding: 1 }));
}

type Model = typeof mlp;
const lossOf = (model: Model, x: engine.Tensor, p: Tensors) => mean(square(sub(model(x, p), x)));

async function run(outputs: Tensors, feeds: Record<string, engine.NdArray>) {
  const program = await (await engine.runtime()).program(outputs);
  const results = await program.run(feeds);
  await program.release();
  return results;
}

const symbols = (arrays: Record<string, engine.NdArray>) =>
  Object.fromEntries(Object.entries(arrays).map(([name, a]) => [name, engine.input(name, a.shape)]));

async function lossAndGradients(model: Model, network: Network<unknown>) {
  const values = generated(network.seed, network.tensors);
  const all = symbols(values);
  const loss = lossOf(model, all.x!, all);
  const names = Object.keys(all);
  const gradients = engine.gradient(
    loss,
    names.map((name) => all[name]!),
  );
  return run({ loss, ...Object.fromEntries(names.map((name, i) => [`d${name}`, gradients[i]!])) }, values);
}

async function train(model: Model, network: Network<unknown>, spec: OptimizerSpec, learningRates: number[]) {
  const { x, ...parameters } = generated(network.seed, network.tensors);
  const [rows, ...rest] = x!.shape as [number, ...number[]];
  const program = await compileTraining(
    {
      data: { x: rest },
      state: Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape])),
      trainable: Object.keys(parameters),
      loss: (batch, p) => ({ loss: lossOf(model, batch.data.x!, p) }),
      optimizer: optimizer(spec),
      batchSize: rows,
    },
    await engine.runtime(),
  );
  const order = BigInt64Array.from({ length: rows * learningRates.length }, (_, i) => BigInt(i % rows));
  const result = await program.run({
    state: { ...parameters, ...program.initialSlots() },
    data: { x: x! },
    order,
    firstStep: 1,
    learningRates,
    random: random(0),
  });
  await program.release();
  return result;
}

const rates = (base: number, schedule: Schedule = { name: "constant" }, lowest = 0) =>
  [1, 2, 3, 4, 5].map((t) => lowest + (base - lowest) * scheduleFactor(schedule, t, 5, t));

const optimizers: Record<string, { spec: OptimizerSpec; learningRates: number[] }> = {
  adam: { spec: { name: "adam" }, learningRates: rates(1e-3) },
  adamWeightDecay: { spec: { name: "adam", weightDecay: 0.1 }, learningRates: rates(1e-3) },
  sgd: { spec: { name: "sgd" }, learningRates: rates(0.1) },
  sgdMomentum: { spec: { name: "sgd", momentum: 0.9 }, learningRates: rates(0.1) },
  sgdStepSchedule: {
    spec: { name: "sgd" },
    learningRates: rates(0.1, { name: "step", every: 2, factor: 0.5 }),
  },
  adamCosineSchedule: { spec: { name: "adam" }, learningRates: rates(1e-2, { name: "cosine" }, 1e-3) },
};

describe("an MLP autoencoder against PyTorch", () => {
  test("loss and every gradient", async () => {
    const results = await lossAndGradients(mlp, golden.mlp);
    expectClose(results.loss!.data, [golden.mlp.loss], TOLERANCE, "loss");
    for (const [name, wanted] of Object.entries(golden.mlp.gradients)) {
      expectClose(results[`d${name}`]!.data, wanted, TOLERANCE, `∂loss/∂${name}`);
    }
  });

  test("Hessian-vector product", async () => {
    const { x, ...parameters } = generated(golden.mlp.seed, golden.mlp.tensors);
    const { vector, product } = golden.mlp.hessianVectorProduct;
    const p = symbols(parameters);
    const names = Object.keys(p);
    const v = generated(
      vector.seed,
      names.map((name) => ({ ...vector, name, shape: [...parameters[name]!.shape] })),
    );
    const input = engine.input("x", x!.shape);
    const wrt = names.map((name) => p[name]!);
    const first = engine.gradient(lossOf(mlp, input, p), wrt);
    const along = first
      .map((g, i) => engine.sum(engine.mul(g, engine.constant(v[names[i]!]!))))
      .reduce((a, b) => add(a, b));
    const products = engine.gradient(along, wrt);
    const results = await run(Object.fromEntries(names.map((name, i) => [`h${name}`, products[i]!])), {
      ...parameters,
      x: x!,
    });
    for (const name of names) {
      expectClose(results[`h${name}`]!.data, product[name]!, TOLERANCE, `H v at ${name}`);
    }
  });

  test("every optimizer of the golden file has a case", () => {
    expect(Object.keys(optimizers)).toEqual(Object.keys(golden.mlp.optimizers));
  });

  for (const [name, { spec, learningRates }] of Object.entries(optimizers)) {
    test(`five steps of ${name}`, async () => {
      const wanted = golden.mlp.optimizers[name]!;
      // The golden rates are rounded to nine digits.
      expectClose(learningRates, wanted.learningRates!, 1e-8, "learning rates");
      const { state, losses } = await train(mlp, golden.mlp, spec, learningRates);
      expectClose(losses, wanted.losses, TOLERANCE, "losses");
      for (const [parameter, values] of Object.entries(wanted.parameters)) {
        expectClose(state[parameter]!.data, values, TOLERANCE, parameter);
      }
    });
  }
});

describe("the lecture's convolutional autoencoder against PyTorch", () => {
  function expectSummary(data: Float32Array, wanted: Summaries[string], what: string) {
    const sampled = wanted.indices.map((i) => data[i]!);
    const norm = Math.hypot(...data);
    expectClose([norm], [wanted.norm], TOLERANCE, `norm of ${what}`);
    // Sums of signed numbers cancel, so they are judged on the scale of the norm, and entries too: most are small.
    const scale = wanted.norm;
    expectClose(
      [data.reduce((s, v) => s + v, 0), scale * data.length ** 0.5],
      [wanted.sum, scale * data.length ** 0.5],
      TOLERANCE,
      what,
    );
    expectClose([...sampled, scale], [...wanted.values, scale], TOLERANCE, what);
  }

  test("loss and every gradient", async () => {
    const results = await lossAndGradients(convolutional, golden.conv);
    expectClose(results.loss!.data, [golden.conv.loss], TOLERANCE, "loss");
    for (const [name, wanted] of Object.entries(golden.conv.gradients)) {
      expectSummary(results[`d${name}`]!.data as Float32Array, wanted, `∂loss/∂${name}`);
    }
  });

  test("five steps of Adam", async () => {
    const wanted = golden.conv.optimizers.adam!;
    const { state, losses } = await train(convolutional, golden.conv, { name: "adam" }, rates(1e-3));
    expectClose(losses, wanted.losses, TOLERANCE, "losses");
    for (const [parameter, summary] of Object.entries(wanted.parameters)) {
      expectSummary(state[parameter]!.data as Float32Array, summary, parameter);
    }
  });
});
