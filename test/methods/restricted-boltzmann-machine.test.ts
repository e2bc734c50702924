import { describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { constant, gradient, type NdArray, runtime, type Tensor } from "../../src/engine/index.js";
import { fit } from "../../src/index.js";
import { freeEnergy, hiddenProbabilities, pseudoLikelihood } from "../../src/methods/energy/free-energy.js";
import {
  type RestrictedBoltzmannMachineOptions,
  restrictedBoltzmannMachine,
} from "../../src/methods/energy/restricted-boltzmann-machine.js";
import { bernoulliUnits, gaussianUnits } from "../../src/methods/energy/visible-units.js";
import { asConstants } from "../../src/methods/evaluate.js";
import type { Trained, TrainingBatch } from "../../src/methods/method.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { random } from "../../src/random.js";
import { expectClose, float32, generated, readGolden } from "../golden/golden.js";

interface Golden {
  seed: number;
  chains: number;
  cases: {
    kind: "bernoulli" | "gaussian";
    tensors: { name: string; shape: number[]; low: number; high: number }[];
    freeEnergy: number[];
    hidden: number[];
    pseudoLikelihood?: number[];
    reconstructionError: number;
    cd1: Record<string, number[]>;
    cd2: Record<string, number[]>;
    persistent: { gradients: Record<string, number[]>; chains: number[]; reconstructionError: number };
  }[];
}

const golden = readGolden<Golden>("restricted-boltzmann.json");

async function compute(outputs: Record<string, Tensor>): Promise<Record<string, NdArray>> {
  const program = await (await runtime()).program(outputs);
  const results = await program.run({});
  await program.release();
  return results;
}

/** One step's gradients, report and updates, with what is to be drawn given in its order. */
async function step(
  options: RestrictedBoltzmannMachineOptions,
  parameters: Parameters,
  x: NdArray,
  draws: readonly NdArray[],
): Promise<Record<string, NdArray>> {
  const p = asConstants(parameters);
  const left = [...draws];
  const draw = () => constant(left.shift()!);
  const data = { x: constant(x) };
  const batch = { data, training: true, hasMissing: false, normal: draw, uniform: draw };
  const fitting = restrictedBoltzmannMachine(options).fitting as Trained;
  const { loss, report, updates } = fitting.loss(batch as unknown as TrainingBatch, p);
  expect(left).toEqual([]);
  const names = Object.keys(parameters).filter((name) => !fitting.fixed!.includes(name));
  const gradients = gradient(
    loss,
    names.map((name) => p[name]!),
  );
  return compute({
    report: report!,
    ...updates,
    ...Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]!])),
  });
}

// Sums of a hundred float32 products.
const CLOSE = 1e-5;

describe.each(golden.cases)("against NumPy, $kind", (one) => {
  const t = generated(golden.seed, one.tensors);
  const names = ["weights", "visibleBias", "hiddenBias", "logDeviation", "center", "spread"];
  const parameters = Object.fromEntries(names.flatMap((name) => (t[name] ? [[name, t[name]!]] : [])));
  const units = one.kind === "gaussian" ? gaussianUnits : bernoulliUnits;
  const [k, d] = [t.hiddenBias!.shape[0]!, t.visibleBias!.shape[0]!];
  const options = { latentDim: k, visible: one.kind };
  const compareGradients = (got: Record<string, NdArray>, wanted: Record<string, number[]>) => {
    for (const [name, values] of Object.entries(wanted))
      expectClose(got[`d ${name}`]!.data, values, CLOSE, name);
  };

  test("free energy, hidden probabilities, pseudo-likelihood", async () => {
    const p = asConstants(parameters);
    const x = constant(t.x!);
    const got = await compute({
      freeEnergy: freeEnergy(x, p, units),
      hidden: hiddenProbabilities(units.inside(x, p), p),
      ...(one.pseudoLikelihood && { pseudoLikelihood: pseudoLikelihood(x, p) }),
    });
    expectClose(got.freeEnergy!.data, one.freeEnergy, CLOSE, "free energy");
    expectClose(got.hidden!.data, one.hidden, CLOSE, "hidden");
    if (one.pseudoLikelihood) expectClose(got.pseudoLikelihood!.data, one.pseudoLikelihood, CLOSE, "pseudo");
  });

  test("gradients of CD-1 and CD-2 with given noise", async () => {
    const first = await step(options, parameters, t.x!, [t.hidden0!, t.visible0!]);
    compareGradients(first, one.cd1);
    expectClose(first.report!.data, [one.reconstructionError], CLOSE, "reconstruction error");
    const draws = [t.hidden0!, t.visible0!, t.hidden1!, t.visible1!];
    compareGradients(await step({ ...options, steps: 2 }, parameters, t.x!, draws), one.cd2);
  });

  test("a step of persistent chains", async () => {
    const { chains } = golden;
    const top = ({ data }: NdArray, cols: number) =>
      float32([chains, cols], (data as Float32Array).subarray(0, chains * cols));
    const draws = [top(t.visible0!, d), top(t.hidden0!, k)];
    const before = { ...parameters, chains: float32([chains, k], new Float32Array(chains * k)) };
    const got = await step({ ...options, persistent: true, chains }, before, t.x!, draws);
    compareGradients(got, one.persistent.gradients);
    expectClose(got.chains!.data, one.persistent.chains, 0, "chains");
    expectClose(got.report!.data, [one.persistent.reconstructionError], CLOSE, "reconstruction error");
  });

  test("weight decay adds its multiple of W", async () => {
    const draws = [t.hidden0!, t.visible0!];
    const got = await step({ ...options, weightDecay: 0.5 }, parameters, t.x!, draws);
    const wanted = one.cd1.weights!.map((g, i) => g + 0.5 * (t.weights!.data[i] as number));
    expectClose(got["d weights"]!.data, wanted, CLOSE, "weights");
  });
});

/** All 4 × 4 pictures of whole rows or whole columns: 30 of 65,536. MacKay (2003), §43. */
const barsAndStripes = Array.from({ length: 16 }, (_, mask) => {
  const on = (line: number) => (mask >> line) & 1;
  const cells = Array.from({ length: 16 }, (_, i) => [on(i >> 2), on(i & 3)]);
  return [cells.map(([row]) => row!), cells.map(([, column]) => column!)];
}).flatMap(([rows, columns], mask) => (mask === 0 || mask === 15 ? [rows!] : [rows!, columns!]));

const meanOf = (values: Float32Array) => values.reduce((total, value) => total + value, 0) / values.length;

test.each([
  { options: { steps: 1 }, counts: [1, 400, 1000, 3000] },
  // Persistent chains must mix faster than the weights grow: at this learning rate they do so far, and not for ever.
  { options: { persistent: true, chains: 200 }, counts: [1, 400, 600, 1000] },
])("exact log-likelihood rises over training ($options)", async ({ options, counts }) => {
  const likelihoods: number[] = [];
  for (const epochs of counts) {
    const method = restrictedBoltzmannMachine({ latentDim: 12, ...options });
    const model = await fit(method, barsAndStripes, { epochs, seed: 4, batchSize: "all", learningRate: 0.1 });
    likelihoods.push(meanOf(await model.logLikelihood(barsAndStripes)));
  }
  // Independent columns give −16 log 2 = −11.09, the distribution itself −log 30 = −3.40.
  expect(likelihoods[0]).toBeCloseTo(-16 * Math.LN2, 1);
  for (let i = 1; i < likelihoods.length; i++)
    expect(likelihoods[i]).toBeGreaterThan(likelihoods[i - 1]! + 0.3);
  expect(likelihoods.at(-1)).toBeGreaterThan(-6);
});

test("the gradient of CD-k approaches the exact one as k grows", async () => {
  const [d, k, n] = [5, 4, 20_000];
  const stream = random(3);
  const numbers = (size: number, scale: number) =>
    Float32Array.from({ length: size }, () => scale * stream.normal());
  const parameters = {
    weights: float32([d, k], numbers(d * k, 2)),
    visibleBias: float32([d], numbers(d, 0.5)),
    hiddenBias: float32([k], numbers(k, 0.5)),
  };
  // Data far from the machine: two patterns.
  const x = float32(
    [n, d],
    Float32Array.from({ length: n * d }, (_, i) => (Math.floor(i / d) % 2 === 0 ? 1 : i % 2)),
  );

  // All 32 rows with their probabilities: E ∂F(v) is a sum.
  const states = float32(
    [2 ** d, d],
    Float32Array.from({ length: d * 2 ** d }, (_, i) => (Math.floor(i / d) >> (i % d)) & 1),
  );
  const p = asConstants(parameters);
  const weights = await compute({
    f: freeEnergy(constant(states), p, bernoulliUnits),
    h: hiddenProbabilities(constant(states), p),
  });
  const energies = weights.f!.data as Float32Array;
  const partition = energies.reduce((total, f) => total + Math.exp(-f), 0);
  const onData = await compute({ h: hiddenProbabilities(constant(x), p) });
  const moment = (v: NdArray, h: NdArray, weight: (row: number) => number) => {
    const total = new Float64Array(d * k);
    for (let r = 0; r < v.shape[0]!; r++)
      for (let i = 0; i < d; i++)
        for (let j = 0; j < k; j++)
          total[i * k + j]! += weight(r) * (v.data[r * d + i] as number) * (h.data[r * k + j] as number);
    return total;
  };
  const model = moment(states, weights.h!, (r) => Math.exp(-energies[r]!) / partition);
  const exact = moment(x, onData.h!, () => 1 / n).map((value, i) => model[i]! - value);

  const errors: number[] = [];
  for (const steps of [1, 5, 25]) {
    const draws = Array.from({ length: steps }, () => [
      float32([n, k], stream.fillUniform(new Float32Array(n * k))),
      float32([n, d], stream.fillUniform(new Float32Array(n * d))),
    ]).flat();
    const got = (await step({ latentDim: k, steps }, parameters, x, draws))["d weights"]!
      .data as Float32Array;
    const gap = exact.reduce((total, g, i) => total + (g - got[i]!) ** 2, 0);
    errors.push(Math.sqrt(gap / exact.reduce((total, g) => total + g * g, 0)));
  }
  expect(errors[0]).toBeGreaterThan(0.2);
  expect(errors[1]).toBeLessThan(0.5 * errors[0]!);
  // What is left is chance: entries deviate by 0.5/√n = .004, all twenty together by .016 of a gradient of size 1.
  expect(errors[2]).toBeLessThan(0.03);
});

test("persistent chains are no part of the fitted model", async () => {
  const model = await fit(restrictedBoltzmannMachine({ latentDim: 2, persistent: true }), barsAndStripes, {
    seed: 0,
    epochs: 1,
  });
  expect(Object.keys(model.parameters).sort()).toEqual(["baseBias", "hiddenBias", "visibleBias", "weights"]);
});

test("what does not apply is refused", async () => {
  const x = matrix(20, 3, random(0).fillNormal(new Float32Array(60)));
  const gaussian = await fit(restrictedBoltzmannMachine({ latentDim: 2, visible: "gaussian" }), x, {
    seed: 0,
    epochs: 1,
  });
  await expect(gaussian.pseudoLikelihood(x)).rejects.toThrow(
    "wants bernoulli visible units, these are gaussian",
  );
  await expect(gaussian.sample(0)).rejects.toThrow("sample: n must be an integer ≥ 1, got 0");
  await expect(gaussian.sample(2, { start: x })).rejects.toThrow("start must be 2 × 3, got 20 × 3");
  await expect(gaussian.annealedImportanceSampling({ chains: 1 })).rejects.toThrow(
    "chains must be an integer ≥ 2, got 1",
  );
  const wide = await fit(restrictedBoltzmannMachine({ latentDim: 21, visible: "gaussian" }), x, {
    seed: 0,
    epochs: 1,
  });
  await expect(wide.logPartition()).rejects.toThrow("enumerates at most 20 units, the smaller side has 21");
});
