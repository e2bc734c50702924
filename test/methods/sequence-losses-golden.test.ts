/** @file Losses of next-step prediction, some rows ahead, and of the sequence autoencoder, ends cut off, beside PyTorch's. */
import { expect, test } from "vitest";
import { constant, gradient, input, runtime, type Tensor } from "../../src/engine/index.js";
import { nextStep, sequenceAutoencoder } from "../../src/index.js";
import { isFixed, type Trained, type TrainingBatch } from "../../src/methods/method.js";
import { random } from "../../src/random.js";
import { expectClose, float32, generated, readGolden } from "../golden/golden.js";

interface Case {
  method: "nextStep" | "sequenceAutoencoder";
  options: { latentDim: number; window?: number; rowShape?: number[]; network: "gru" };
  seed: number;
  tensors: { name: string; shape: number[]; low: number; high: number }[];
  /** Teacher forcing of next-step prediction: for each number of rows ahead, 1 where the row itself is told. */
  told?: number[][];
  /** Steps of each row that are there, of the autoencoder. */
  lengths?: number[];
  loss: number;
  report: number;
  gradients: Record<string, number[]>;
}
const { cases, spread } = readGolden<{ cases: Case[]; spread: number }>("sequence-losses.json");

/** Float32 against float64, a few dozen steps of it: of the largest number of a gradient. */
const TOLERANCE = 1e-5;

test.each(cases.map((one) => [`${one.method} ${JSON.stringify(one.options)}`, one] as const))(
  "%s",
  async (_, { method, options, seed, tensors, told = [], lengths = [], loss, report, gradients }) => {
    const fitting = (method === "nextStep" ? nextStep(options) : sequenceAutoencoder(options))
      .fitting as Trained;
    const { x, ...parameters } = generated(seed, tensors);
    const arrays = { ...parameters, spread: float32([], [spread]) };
    // The golden names no more parameters than the method has, and no fewer, of the same shapes.
    const cols = method === "nextStep" ? x!.shape[2]! : x!.shape[1]!;
    const made = await fitting.initial({ data: new Float32Array(9 * cols), rows: 9, cols }, random(0));
    const shapes = (of: Record<string, { shape: readonly number[] }>) =>
      Object.fromEntries(Object.entries(of).map(([name, { shape }]) => [name, [...shape]]));
    expect(shapes(arrays)).toEqual(shapes(made));

    const rows = Float32Array.from(x!.data as Float32Array);
    lengths.forEach((length, i) => {
      const [, features] = options.rowShape!;
      rows.fill(Number.NaN, i * cols + length * features!, (i + 1) * cols);
    });
    const draws = told.values();
    const batch = {
      data: { x: input("x", x!.shape) },
      training: true,
      hasMissing: lengths.length > 0,
      bernoulli: (_: number, shape: readonly number[]) => constant(float32(shape, draws.next().value!)),
    } as unknown as TrainingBatch;
    const p: Record<string, Tensor> = Object.fromEntries(
      Object.entries(arrays).map(([name, { shape }]) => [name, input(name, shape)]),
    );
    const { loss: ours, report: inUnits } = fitting.loss(batch, p);
    const names = Object.keys(p).filter((name) => !isFixed(fitting, name));
    expect(names.sort()).toEqual(Object.keys(gradients).sort());
    const slopes = gradient(
      ours,
      names.map((name) => p[name]!),
    );
    const program = await (await runtime()).program({
      loss: ours,
      report: inUnits!,
      ...Object.fromEntries(names.map((name, i) => [`d ${name}`, slopes[i]!])),
    });
    const found = await program.run({ ...arrays, x: float32(x!.shape, rows) });
    await program.release();
    expectClose(found.loss!.data, [loss], TOLERANCE, "loss");
    expectClose(found.report!.data, [report], TOLERANCE, "report");
    for (const name of names) expectClose(found[`d ${name}`]!.data, gradients[name]!, TOLERANCE, name);
  },
);
