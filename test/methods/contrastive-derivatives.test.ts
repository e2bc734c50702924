/** @file The whole loss of each method of two views: its gradients, and theirs, beside central differences in float64. */
import { describe, expect, test } from "vitest";
import { add, constant, gradient, runtime, type Tensor } from "../../src/engine/index.js";
import {
  type Augmentation,
  barlowTwins,
  byol,
  type Method,
  simclr,
  simSiam,
  spectralContrastive,
  triplet,
  vicReg,
} from "../../src/index.js";
import { isFixed, type Trained, type TrainingBatch } from "../../src/methods/method.js";
import { averageOf } from "../../src/methods/networks/moving-average.js";
import { random } from "../../src/random.js";
import { checkGradients } from "../engine/central-differences.js";

const [ROWS, COLUMNS] = [6, 4];

const addNoise: Augmentation = { name: "addNoise", view: (x, { batch }) => add(x, batch.normal(x.shape)) };
const small = { latentDim: 3, hidden: [4], augment: [addNoise] };
/** The predictors of byol and simSiam have as many hidden units as each other: 2. */
const heads = { ...small, projection: [2, 8] };

const drawn = (stream: ReturnType<typeof random>, shape: readonly number[]): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1);
  const data = Float64Array.from({ length: size }, () => stream.normal());
  return constant({ dtype: "float64", shape, data });
};

/** Values of outputs by name. */
type Found = Record<string, number[]>;

interface WholeLoss {
  names: string[];
  shapes: (readonly number[])[];
  loss(...trained: Tensor[]): Tensor;
}

/**
 * The loss as a function of what is trained; rows, noise, statistics and averages are given.
 * @param stream the name of the random stream that numbers of this name are drawn from.
 */
async function lossOf(method: Method, stream = (name: string) => name): Promise<WholeLoss> {
  const fitting = method.fitting as Trained;
  const rows = { data: new Float32Array(ROWS * COLUMNS), rows: ROWS, cols: COLUMNS };
  const made = Object.entries(await fitting.initial(rows, random(0)));
  const trained = made.filter(([name]) => !isFixed(fitting, name));
  const given = made.filter(([name]) => isFixed(fitting, name));
  return {
    names: trained.map(([name]) => name),
    shapes: trained.map(([, { shape }]) => shape),
    loss(...symbols) {
      const numbers = random(2);
      const x = drawn(numbers, [ROWS, COLUMNS]);
      const batch = {
        data: { x },
        training: true,
        normal: (shape: readonly number[]) => drawn(numbers, shape),
      } as unknown as TrainingBatch;
      const p = Object.fromEntries([
        ...trained.map(([name], i) => [name, symbols[i]!]),
        ...given.map(([name, { shape }]) => [name, drawn(random(3).fork(stream(name)), shape)]),
      ]);
      return fitting.loss(batch, p).loss;
    },
  };
}

const methods: [string, Method][] = [
  ["spectralContrastive", spectralContrastive(heads)],
  ["triplet", triplet({ ...heads, margin: 0.5 })],
  ["triplet, most within the margin", triplet({ ...heads, margin: 3 })],
  ["simclr", simclr({ ...heads, temperature: 0.3 })],
  ["byol, targets of the averages alone", byol({ ...heads, momentum: 1 })],
  ["byol, gradients into the targets", byol({ ...heads, momentum: 0.4, stopGradient: false })],
  ["byol, no predictor", byol({ ...heads, momentum: 1, predictor: false })],
  ["simSiam, gradients into the targets", simSiam({ ...heads, stopGradient: false })],
  ["vicReg", vicReg({ ...heads, invariance: 2, variance: 3, covariance: 5 })],
  ["barlowTwins", barlowTwins({ ...heads, offDiagonal: 0.3 })],
];

describe("first and second derivatives of the whole loss agree with central differences", () => {
  test.each(methods)("%s", async (_, method) => {
    const { shapes, loss } = await lossOf(method);
    // Smaller numbers than normal ones: losses of fourth powers of them stay near 1, and so does what rounding takes.
    await checkGradients({ shapes, f: loss, at: (normal) => 0.7 * normal });
  });
});

test("with stopGradient simSiam's loss is a quarter of byol's whose averages are the network of now, less 1, and so are its gradients", async () => {
  const both = [byol({ ...heads, momentum: 1 }), simSiam(heads)];
  const found = await Promise.all(
    both.map(async (method) => {
      const { names, shapes, loss } = await lossOf(method, (name) => name.replace(averageOf(""), ""));
      const at = names.map((name, i) => drawn(random(3).fork(name), shapes[i]!));
      const value = loss(...at);
      const slopes = gradient(value, at).map((slope, i) => [names[i]!, slope]);
      const program = await (await runtime()).program({ loss: value, ...Object.fromEntries(slopes) });
      const results = await program.run({});
      await program.release();
      return Object.fromEntries(
        Object.entries(results).map(([key, { data }]) => [key, [...data].map(Number)]),
      );
    }),
  );
  const [{ loss: ofByol, ...held }, { loss: ofSimSiam, ...free }] = found as [Found, Found];
  expect(Object.keys(free).sort()).toEqual(Object.keys(held).sort());
  expect(ofSimSiam![0]).toBeCloseTo(ofByol![0]! / 4 - 1, 12);
  for (const [name, slopes] of Object.entries(free))
    for (const [i, slope] of slopes.entries()) expect(slope, name).toBeCloseTo(held[name]![i]! / 4, 11);
});
