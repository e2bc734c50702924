import { expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix } from "../../src/data/matrix.js";
import { fit, restrictedBoltzmannMachine } from "../../src/index.js";
import { annealedImportanceSampling } from "../../src/methods/energy/annealed-importance-sampling.js";
import { gibbsSample } from "../../src/methods/energy/gibbs.js";
import { logPartition, logSumOfExponentials } from "../../src/methods/energy/log-partition.js";
import { bernoulliUnits } from "../../src/methods/energy/visible-units.js";
import { random } from "../../src/random.js";
import { float32 } from "../golden/golden.js";

const bits = (state: number, count: number) => Array.from({ length: count }, (_, i) => (state >> i) & 1);

function machine(d: number, k: number) {
  const stream = random(9);
  const numbers = (size: number) => Float32Array.from({ length: size }, () => stream.normal());
  const parameters = {
    weights: float32([d, k], numbers(d * k)),
    visibleBias: float32([d], numbers(d)),
    hiddenBias: float32([k], numbers(k)),
    baseBias: float32([d], new Float32Array(d)),
  };
  const w = parameters.weights.data as Float32Array;
  const dot = (a: Float32Array, on: number[]) => on.reduce((total, bit, i) => total + bit * a[i]!, 0);
  /** −E(v, h) */
  const weigh = (v: number[], h: number[]) =>
    dot(parameters.visibleBias.data as Float32Array, v) +
    dot(parameters.hiddenBias.data as Float32Array, h) +
    v.reduce((total, bit, i) => total + bit * dot(w.subarray(i * k, (i + 1) * k), h), 0);
  return { parameters, weigh };
}

test.each([
  [7, 4],
  [4, 7],
])("log Z of %i visible and %i hidden units is the sum over all states", async (d, k) => {
  const { parameters, weigh } = machine(d, k);
  const all = Array.from({ length: 2 ** (d + k) }, (_, s) => weigh(bits(s >> k, d), bits(s, k)));
  expect(await logPartition(parameters, bernoulliUnits)).toBeCloseTo(logSumOfExponentials(all), 10);
});

test("more than one block of states", async () => {
  const [d, k] = [14, 13];
  const { parameters } = machine(d, k);
  const transposed = {
    ...parameters,
    weights: float32(
      [k, d],
      Float32Array.from(
        { length: k * d },
        (_, i) => parameters.weights.data[(i % d) * k + Math.floor(i / d)] as number,
      ),
    ),
    visibleBias: parameters.hiddenBias,
    hiddenBias: parameters.visibleBias,
  };
  // Once over the hidden units, once over the visible ones of the machine turned upside down.
  const upright = await logPartition(parameters, bernoulliUnits);
  expect(await logPartition(transposed, bernoulliUnits)).toBeCloseTo(upright, 9);
});

test("the density of a gaussian machine integrates to 1", async () => {
  const stream = random(5);
  // Two clusters, in columns of unlike mean and size.
  const x = matrix(
    400,
    2,
    Float32Array.from({ length: 800 }, (_, i) => {
      const side = (i >> 1) % 2 === 0 ? 1 : -1;
      return i % 2 === 0 ? 50 + 20 * side + 4 * stream.normal() : (side + 0.2 * stream.normal()) / 4;
    }),
  );
  const model = await fit(restrictedBoltzmannMachine({ latentDim: 8, visible: "gaussian" }), x, {
    seed: 1,
    epochs: 60,
    learningRate: 0.02,
  });
  const cells = 300;
  const grid = matrix(
    cells * cells,
    2,
    Float32Array.from({ length: 2 * cells * cells }, (_, i) => {
      const [a, b] = [Math.floor((i >> 1) / cells) / cells, ((i >> 1) % cells) / cells];
      return i % 2 === 0 ? -60 + 220 * a : -1.2 + 2.4 * b;
    }),
  );
  const density = (await model.logLikelihood(grid)).reduce((total, value) => total + Math.exp(value), 0);
  // Free energies in float32, and what lies outside of the grid.
  expect(density * (220 / cells) * (2.4 / cells)).toBeCloseTo(1, 3);

  const mean = (values: Float32Array) => values.reduce((total, value) => total + value, 0) / values.length;
  const gaussian = await fit(restrictedBoltzmannMachine({ latentDim: 1, visible: "gaussian" }), x, {
    seed: 1,
    epochs: 1,
    learningRate: 1e-6,
  });
  expect(mean(await model.logLikelihood(x))).toBeGreaterThan(mean(await gaussian.logLikelihood(x)) + 1);

  const exact = await model.logPartition();
  const { logPartition: estimated } = await model.annealedImportanceSampling();
  expect(Math.abs(estimated - exact)).toBeLessThan(0.1);
});

test("annealed importance sampling comes within 0.1 nat of the exact log Z of a machine of digits", async () => {
  const x = digits().x;
  const model = await fit(restrictedBoltzmannMachine({ latentDim: 12 }), x, {
    seed: 1,
    scale: "unit",
    epochs: 10,
  });
  const exact = await model.logPartition();
  for (const seed of [0, 1, 2]) {
    const estimate = await model.annealedImportanceSampling({ seed });
    expect(Math.abs(estimate.logPartition - exact)).toBeLessThan(0.1);
    // The error it states is of the size of the error it makes.
    expect(estimate.standardError).toBeLessThan(0.1);
    expect(Math.abs(estimate.logPartition - exact)).toBeLessThan(4 * estimate.standardError);
    expect(estimate.effectiveChains).toBeGreaterThan(50);
    expect(estimate.logWeights).toHaveLength(100);
  }
  const few = await model.annealedImportanceSampling({ temperatures: 20 });
  const many = await model.annealedImportanceSampling({ temperatures: 2000 });
  expect(many.standardError).toBeLessThan(few.standardError / 3);
});

test("annealed importance sampling of large weights reports its spread honestly", async () => {
  const { parameters } = machine(8, 6);
  const { logPartition: estimated, standardError } = await annealedImportanceSampling(
    parameters,
    bernoulliUnits,
    {
      chains: 200,
      temperatures: 300,
      seed: 0,
    },
  );
  const exact = await logPartition(parameters, bernoulliUnits);
  expect(Math.abs(estimated - exact)).toBeLessThan(4 * standardError);
});

test("Gibbs samples have the machine's own means", async () => {
  const [d, k, n] = [6, 4, 4000];
  const { parameters, weigh } = machine(d, k);
  const weights = Array.from({ length: 2 ** (d + k) }, (_, s) =>
    Math.exp(weigh(bits(s >> k, d), bits(s, k))),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = Array.from({ length: d }, (_, i) =>
    weights.reduce((sum, weight, s) => sum + (((s >> (k + i)) & 1) * weight) / total, 0),
  );
  const rows: Matrix = await gibbsSample(parameters, bernoulliUnits, n, {
    steps: 200,
    seed: 1,
    start: undefined,
  });
  for (let i = 0; i < d; i++) {
    let count = 0;
    for (let r = 0; r < n; r++) count += rows.data[r * d + i]!;
    // Four deviations of a share of 4000 independent chains.
    expect(Math.abs(count / n - exact[i]!)).toBeLessThan((4 * 0.5) / Math.sqrt(n));
  }
});

test("samples come in the user's units, the same for the same seed", async () => {
  const x = digits().x;
  const model = await fit(restrictedBoltzmannMachine({ latentDim: 8 }), x, {
    seed: 1,
    scale: "unit",
  });
  const drawn = await model.sample(5, { steps: 20, seed: 3 });
  expect([drawn.rows, drawn.cols]).toEqual([5, 64]);
  expect(Math.max(...drawn.data)).toBe(16);
  expect(await model.sample(5, { steps: 20, seed: 3 })).toEqual(drawn);
  expect(await model.sample(5, { steps: 20, seed: 4 })).not.toEqual(drawn);
  const start = matrix(5, 64, x.data.slice(0, 320));
  expect(await model.sample(5, { steps: 1, seed: 3, start })).not.toEqual(
    await model.sample(5, { steps: 1, seed: 3 }),
  );
});
