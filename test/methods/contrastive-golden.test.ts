/** @file Losses of two views and their gradients, the moving average and the networks of images, beside PyTorch's. */
import { describe, expect, test } from "vitest";
import { TrainingMemory } from "../../src/engine/flat-state.js";
import {
  add,
  gradient,
  input,
  matmul,
  mean,
  mul,
  type NdArray,
  runtime,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from "../../src/engine/index.js";
import { optimizer } from "../../src/engine/optimizers.js";
import { compileLoop } from "../../src/engine/train-loop.js";
import { compileSteps } from "../../src/engine/train-steps.js";
import type { TrainingSpec } from "../../src/engine/training-program.js";
import { type Augmentation, methodNamed } from "../../src/index.js";
import { isFixed, type Trained, type TrainingBatch } from "../../src/methods/method.js";
import { averageOf, movingAverage } from "../../src/methods/networks/moving-average.js";
import { normalizedConvolutions } from "../../src/methods/networks/normalized-convolutions.js";
import { residualEncoder } from "../../src/methods/networks/residual.js";
import { random } from "../../src/random.js";
import { expectClose, float32, generated, readGolden } from "../golden/golden.js";

interface Tensors {
  seed: number;
  tensors: { name: string; shape: number[]; low: number; high: number }[];
}
interface LossCase extends Tensors {
  method: string;
  options: Record<string, number | boolean | number[]>;
  loss: number;
  gradients: Record<string, number[]>;
}
interface ImageNetwork extends Tensors {
  image: [number, number, number];
  training: number[];
  inference: number[];
  gradients: Record<string, { sum: number; norm: number }>;
}
interface Average extends Tensors {
  momentum: number;
  learningRate: number;
  losses: number[];
  w: number[];
  "target of the last step": number[];
}
const golden = readGolden<{
  losses: LossCase[];
  movingAverage: Average;
  residual: ImageNetwork;
  convolutional: ImageNetwork;
}>("contrastive.json");

/** Float32 against float64: a hundred roundings of 6e-8, of the largest number. */
const TOLERANCE = 1e-5;

/** The two views that the golden script takes. */
const addNoise: Augmentation = { name: "addNoise", view: (x, { batch }) => add(x, batch.normal(x.shape)) };

const withStatistics = (arrays: Record<string, NdArray>): Record<string, NdArray> => {
  const running = Object.entries(arrays).flatMap(([name, { shape }]) => {
    const layer = /^(.*)\.gamma$/.exec(name)?.[1];
    const zeros = float32(shape, new Float32Array(shape[0]!));
    return layer === undefined
      ? []
      : [
          [`${layer}.runningMean`, zeros],
          [`${layer}.runningVariance`, zeros],
        ];
  });
  return { ...arrays, ...Object.fromEntries(running) };
};

async function evaluated(outputs: Record<string, Tensor>, feeds: Record<string, NdArray>) {
  const program = await (await runtime()).program(outputs);
  const used = Object.fromEntries(Object.entries(feeds));
  const results = await program.run(used);
  await program.release();
  return results;
}

/** Loss, figures and gradients of a case. */
async function lossOf({ method: name, options, seed, tensors }: LossCase, more: object = {}) {
  const { stopGradient: _s, predictor: _p, ...others } = options;
  const flags = name === "byol" || name === "simSiam" ? options : others;
  const entry = await methodNamed(name);
  const given = { latentDim: 4, hidden: [5], augment: [addNoise], ...flags, ...more };
  const fitting = entry.create(given).fitting as Trained;
  const arrays = withStatistics(generated(seed, tensors));
  const symbols = Object.fromEntries(
    Object.entries(arrays).map(([key, { shape }]) => [key, input(key, shape)]),
  );
  const { x, noise0, noise1, ...p } = symbols;
  // The golden names no more parameters than the method has, and no fewer.
  const made = await fitting.initial({ data: new Float32Array(42), rows: 7, cols: 6 }, random(0));
  expect(Object.keys(p).sort()).toEqual(Object.keys(made).sort());
  const noises = [noise0!, noise1!];
  const batch = { data: { x }, training: true, normal: () => noises.shift()! } as unknown as TrainingBatch;
  const { loss, figures } = fitting.loss(batch, p);
  const trained = Object.keys(p).filter((key) => !isFixed(fitting, key));
  const slopes = gradient(
    loss,
    trained.map((key) => p[key]!),
  );
  const results = await evaluated(
    { loss, ...figures, ...Object.fromEntries(trained.map((key, i) => [`d ${key}`, slopes[i]!])) },
    arrays,
  );
  const number = (key: string) => Number(results[key]!.data[0]);
  const gradients = Object.fromEntries(
    trained.map((key) => [key, [...(results[`d ${key}`]!.data as Float32Array)]]),
  );
  return { loss: number("loss"), gradients, figure: number };
}

describe("losses and gradients are those of the papers' formulas in PyTorch", () => {
  test.each(golden.losses.map((one) => [`${one.method} ${JSON.stringify(one.options)}`, one] as const))(
    "%s",
    async (_, one) => {
      const { loss, gradients } = await lossOf(one);
      expectClose([loss], [one.loss], TOLERANCE, "loss");
      expect(Object.keys(gradients).sort()).toEqual(Object.keys(one.gradients).sort());
      const largest = Math.max(...Object.values(one.gradients).flat().map(Math.abs));
      for (const [name, wanted] of Object.entries(one.gradients)) {
        // A bias before batch normalization has the gradient 0, and rounding in its place.
        const scale = Math.max(...wanted.map(Math.abs), 0.1 * largest);
        expectClose([...gradients[name]!, scale], [...wanted, scale], TOLERANCE, name);
      }
    },
  );
});

describe("terms by themselves", () => {
  const only = (method: string, test: (options: LossCase["options"]) => boolean) =>
    golden.losses.find((one) => one.method === method && test(one.options))!;

  test.each(["invariance", "variance", "covariance"])("vicReg: %s, as a figure", async (term) => {
    const one = only("vicReg", (options) => options[term] === 1 && options.invariance !== 25);
    const { figure } = await lossOf(one, { invariance: 3, variance: 2, covariance: 5 });
    expectClose([figure(term)], [one.loss], TOLERANCE, term);
  });

  test("barlowTwins: both, as figures, and the gradient of the second", async () => {
    const [diagonal, both] = [0, 1].map((weight) => only("barlowTwins", (o) => o.offDiagonal === weight));
    const { figure, gradients } = await lossOf(both!);
    expectClose([figure("diagonal")], [diagonal!.loss], TOLERANCE, "diagonal");
    expectClose([figure("offDiagonal")], [both!.loss - diagonal!.loss], TOLERANCE, "off the diagonal");
    const first = await lossOf(diagonal!);
    for (const name of ["projector.1.weight", "encoder.0.weight"]) {
      const wanted = both!.gradients[name]!.map((value, i) => value - diagonal!.gradients[name]![i]!);
      const got = gradients[name]!.map((value, i) => value - first.gradients[name]![i]!);
      // A difference of two numbers of about its size.
      expectClose(got, wanted, 10 * TOLERANCE, name);
    }
  });
});

describe("a moving average of parameters is that of PyTorch, moved after every step of Adam", () => {
  const { momentum, learningRate, seed, tensors, losses, w: wanted, ...rest } = golden.movingAverage;
  const { x, y, w } = generated(seed, tensors) as Record<string, NdArray>;
  const spec: TrainingSpec = {
    data: { x: [4], y: [3] },
    state: { w: [4, 3], [averageOf("w")]: [4, 3] },
    trainable: ["w"],
    loss({ data }, p) {
      const { averages, updates } = movingAverage(p, ["w"], momentum);
      const ours = matmul(data.x!, p.w!);
      const toTarget = sub(ours, stopGradient(matmul(data.x!, averages.w!)));
      return { loss: add(mean(square(sub(ours, data.y!))), mean(square(toTarget))), updates };
    },
    optimizer: optimizer({ name: "adam" }),
    batchSize: 8,
  };

  test.each(["loop", "steps"])("in the form of %s", async (form) => {
    const loaded = await runtime();
    const program = (await (form === "loop"
      ? compileLoop(spec, loaded, () => {})
      : compileSteps(spec, loaded, () => {}, new TrainingMemory())))!;
    const steps = losses.length;
    const { state, losses: found } = await program.run({
      state: { w: w!, [averageOf("w")]: w!, ...program.initialSlots() },
      data: { x: x!, y: y! },
      order: BigInt64Array.from({ length: 8 * steps }, (_, i) => BigInt(i % 8)),
      firstStep: 1,
      learningRates: new Array<number>(steps).fill(learningRate),
      random: random(0),
    });
    await program.release();
    expectClose(found, losses, TOLERANCE, "losses");
    expectClose(state.w!.data as Float32Array, wanted, TOLERANCE, "w");
    const target = state[averageOf("w")]!.data as Float32Array;
    expectClose(target, rest["target of the last step"], TOLERANCE, "its average");
  });
});

test("gradients stop where PyTorch detaches, and flow elsewhere", async () => {
  const { x, w } = generated(golden.movingAverage.seed, golden.movingAverage.tensors) as Record<
    string,
    NdArray
  >;
  const [xIn, wIn] = [input("x", x!.shape), input("w", w!.shape)];
  const z = matmul(xIn, wIn);
  const [stopped] = gradient(sum(mul(z, stopGradient(z))), [wIn]);
  const [half] = gradient(mul(sum(mul(z, z)), 0.5), [wIn]);
  const results = await evaluated({ stopped: stopped!, half: half! }, { x: x!, w: w! });
  // d Σ z sg(z) = Σ z dz = d ½ Σ z².
  expectClose(
    results.stopped!.data as Float32Array,
    [...(results.half!.data as Float32Array)],
    1e-6,
    "stopped",
  );
});

test.each([
  ["residual", residualEncoder],
  ["convolutional", normalizedConvolutions],
] as const)("the %s network, in training and after it", async (name, encoder) => {
  const { image, seed, tensors, training, inference, gradients } = golden[name];
  const { x, c, ...arrays } = generated(seed, tensors);
  const network = encoder(image, 3);
  const inputDim = image.reduce((product, n) => product * n, 1);
  const made = network.initial(inputDim, random(0));
  expect(Object.fromEntries(Object.entries(made).map(([name, { shape }]) => [name, shape]))).toEqual(
    Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape])),
  );
  const p = Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, input(name, shape)]));
  const [rows, cotangent] = [input("x", [3, inputDim]), input("c", [3, 3])];
  const codes = network.encode(rows, p, { training: true, updates: {} });
  const trained = Object.keys(p).filter((name) => !network.fixed.includes(name));
  const slopes = gradient(
    sum(mul(codes, cotangent)),
    trained.map((name) => p[name]!),
  );
  const results = await evaluated(
    {
      codes,
      inference: network.encode(rows, p, { training: false, updates: {} }),
      ...Object.fromEntries(trained.map((name, i) => [`d ${name}`, slopes[i]!])),
    },
    { ...arrays, c: c!, x: float32([3, inputDim], x!.data as Float32Array) },
  );
  expectClose(results.codes!.data as Float32Array, training, TOLERANCE, "codes in training");
  expectClose(results.inference!.data as Float32Array, inference, TOLERANCE, "codes");
  for (const name of trained) {
    const data = results[`d ${name}`]!.data as Float32Array;
    const { norm, sum: total } = gradients[name]!;
    // Sums over seven layers of batch normalization: ten times the rounding of one.
    expectClose([Math.hypot(...data)], [norm], 10 * TOLERANCE, `‖d ${name}‖`);
    const size = norm * Math.sqrt(data.length);
    expectClose([data.reduce((s, v) => s + v, 0), size], [total, size], 10 * TOLERANCE, `Σ d ${name}`);
  }
});
