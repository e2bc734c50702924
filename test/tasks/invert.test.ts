import { beforeAll, describe, expect, test } from "vitest";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { square, sum } from "../../src/engine/index.js";
import { autoencoder, fit, l2, type Pca, pca } from "../../src/index.js";
import { dense } from "../../src/linalg/dense.js";
import { leastSquares } from "../../src/linalg/least-squares.js";
import { random } from "../../src/random.js";
import { type InvertOptions, invert } from "../../src/tasks/inverse-problem/invert.js";
import {
  blur,
  downsample,
  gaussianKernel,
  identity,
  linear,
  type Measurement,
  mask,
  measure,
} from "../../src/tasks/inverse-problem/measurements.js";
import { checkGradients, SINGLE } from "../engine/central-differences.js";
import { digitRows } from "../methods/digit-rows.js";

const k = 8;
const train = takeRows(
  digitRows,
  Uint32Array.from({ length: 280 }, (_, i) => i),
);
const unseen = takeRows(
  digitRows,
  Uint32Array.from({ length: 6 }, (_, i) => 280 + i),
);
let model: Pca;
let codes: Matrix;

beforeAll(async () => {
  model = await fit(pca({ latentDim: k }), train, { seed: 0 });
  codes = await model.encode(train);
});

const gaussian = (m: number) =>
  matrix(
    m,
    64,
    Float32Array.from({ length: m * 64 }, (_, i) => random(3).fork(i).normal() / Math.sqrt(m)),
  );
const half = Array.from({ length: 64 }, (_, j) => (j * 7) % 2);

const problems: Record<string, Measurement> = {
  "a linear measurement": linear(gaussian(20)),
  "a mask": mask(half),
  "a blur": blur(gaussianKernel(3, 1), [8, 8]),
  "a down-sampling": downsample(2, [8, 8]),
  "the identity": identity(),
};

/**
 * The minimum over z of ‖y − F(μ + V z)‖² + λ ‖S z‖², with S = diag(1/s): least squares in z, computed in float64.
 * @returns x̂ of every row.
 */
async function closedForm(y: Matrix, f: Measurement, lambda: number, s: readonly number[]): Promise<Matrix> {
  const basis = await measure(f, model.components);
  const middle = await measure(f, [Array.from(model.mean)]);
  const m = y.cols;
  const equations = dense(m + k, k);
  const wanted = dense(m + k, y.rows);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < m; i++) equations.data[i * k + j] = basis.data[j * m + i]!;
    equations.data[(m + j) * k + j] = Math.sqrt(lambda) / s[j]!;
  }
  for (let i = 0; i < m; i++) {
    for (let r = 0; r < y.rows; r++) wanted.data[i * y.rows + r] = y.data[r * m + i]! - middle.data[i]!;
  }
  const z = await leastSquares(equations, wanted);
  const rows = Array.from({ length: y.rows }, (_, r) =>
    Array.from({ length: k }, (_, j) => z.data[j * y.rows + r]!),
  );
  return model.decode(rows);
}

function farthest(a: Matrix, b: Matrix): number {
  return a.data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b.data[i]!)), 0);
}

describe("with a linear decoder every problem is one of least squares", () => {
  test.each(Object.keys(problems))("%s", async (name) => {
    const measurement = problems[name]!;
    const y = await measure(measurement, unseen);
    const options = { measurement, seed: 0, starts: 2 };
    const found = await invert(model, y, { ...options, codes, steps: 1500 });
    // Adam with a rate that falls to 0 ends within a few 1e-5 of the minimum; pixels are in [0, 1].
    expect(farthest(found.x, await closedForm(y, measurement, 0, Array(k).fill(1)))).toBeLessThan(1e-4);
  });

  test("with ‖z‖², in coordinates in which the codes are standard normal", async () => {
    const measurement = linear(gaussian(5));
    const y = await measure(measurement, unseen);
    // Codes of a PCA are uncorrelated: their coordinates are z over its standard deviation, here with n below.
    const deviations = Array.from(model.singularValues, (sigma) => sigma / Math.sqrt(train.rows));
    const found = await invert(model, y, {
      measurement,
      codes,
      penalties: ["l2:0.05"],
      steps: 1500,
      seed: 0,
    });
    expect(farthest(found.x, await closedForm(y, measurement, 0.05, deviations))).toBeLessThan(1e-4);
    const plain = await invert(model, y, { measurement, penalties: [l2(0.05)], steps: 1500, seed: 0 });
    expect(farthest(plain.x, await closedForm(y, measurement, 0.05, Array(k).fill(1)))).toBeLessThan(1e-4);
  });

  test("missing values are left out, row by row", async () => {
    const holes = matrix(6, 64, unseen.data.slice());
    for (let i = 0; i < 6; i++) for (let j = 0; j < 20; j++) row(holes, i)[(i * 11 + j) % 64] = Number.NaN;
    const found = await invert(model, holes, { codes, steps: 1500, seed: 0 });
    for (let i = 0; i < 6; i++) {
      const seen = mask(row(holes, i).map((value) => (Number.isNaN(value) ? 0 : 1)));
      const y = await measure(seen, takeRows(unseen, [i]));
      const wanted = await closedForm(y, seen, 0, Array(k).fill(1));
      expect(farthest(takeRows(found.x, [i]), wanted)).toBeLessThan(1e-4);
    }
  });
});

test("the result tells what it found: x = g(z), and the terms of its objective", async () => {
  const measurement = linear(gaussian(5));
  const y = await measure(measurement, unseen);
  const weight = 0.05;
  const found = await invert(model, y, { measurement, penalties: [l2(weight)], steps: 50, seed: 0 });
  const [x, again] = [await model.decode(found.z), await measure(measurement, found.x)];
  expect(farthest(found.x, x)).toBeLessThan(1e-6);
  for (let i = 0; i < 6; i++) {
    const misfit = row(y, i).reduce((s, value, j) => s + (value - row(again, i)[j]!) ** 2, 0);
    const penalty = weight * row(found.z, i).reduce((s, value) => s + value ** 2, 0);
    expect(found.misfit[i]).toBeCloseTo(misfit, 4);
    expect(found.objective[i]).toBeCloseTo(misfit + penalty, 4);
  }
});

describe("a decoder that is not linear", () => {
  const decoder = () =>
    fit(autoencoder({ latentDim: 4, hidden: [24], activation: "tanh" }), train, {
      epochs: 15,
      seed: 0,
      scale: "standard",
    });

  test("gradients through a model's part, scaling undone, against central differences", async () => {
    const net = await decoder();
    const [decode, measurement] = [net.part("decode"), downsample(2, [8, 8])];
    await checkGradients({
      shapes: [[2, 4]],
      f: (z) => sum(square(measurement.apply(decode(z))), 1),
      precision: SINGLE,
    });
  });

  test("the best of several starts counts, and does not depend on the other rows", async () => {
    const net = await decoder();
    const measurement = linear(gaussian(6));
    const y = await measure(measurement, unseen);
    const given: InvertOptions = { measurement, codes: await net.encode(train), steps: 40, seed: 5 };
    const [one, many] = [
      await invert(net, y, { ...given, starts: 1 }),
      await invert(net, y, { ...given, starts: 6 }),
    ];
    expect(Array.from(one.start)).toEqual(Array(6).fill(0));
    expect(new Set(many.start).size).toBeGreaterThan(1);
    for (let i = 0; i < 6; i++) {
      // The first start is the same in both, so the best of six is at most as high, but for rounding in float32.
      expect(many.objective[i]! / one.objective[i]!).toBeLessThan(1 + 1e-5);
    }
    const alone = await invert(net, takeRows(y, [0]), { ...given, starts: 1 });
    expect(farthest(alone.x, takeRows(one.x, [0]))).toBeLessThan(1e-5);
  });

  test("the same seed gives the same bits; a drawn one is told", async () => {
    const net = await decoder();
    const y = await measure(identity(), unseen);
    const first = await invert(net, y, { steps: 20 });
    const second = await invert(net, y, { steps: 20, seed: first.seed });
    expect(second).toEqual(first);
  });
});

test("progress comes to 1, and a signal stops it", async () => {
  const fractions: number[] = [];
  const controller = new AbortController();
  const y = await measure(identity(), unseen);
  await invert(model, y, { steps: 25, seed: 0, onProgress: ({ fraction }) => fractions.push(fraction) });
  expect(fractions).toEqual([0.4, 0.8, 1]);
  const stopped = invert(model, y, {
    steps: 1000,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
});

describe("what does not fit is refused in one line", () => {
  test.each<[string, Matrix, InvertOptions, RegExp]>([
    ["another size", matrix(1, 3), {}, /^invert: identity of 64 numbers gives 64, the measurements have 3$/],
    [
      "a measurement of other rows",
      matrix(1, 1),
      { measurement: mask([1]) },
      /^mask: measures rows of 1 numbers, got/,
    ],
    [
      "nothing measured",
      matrix(1, 64),
      { measurement: mask(Array(64).fill(0)) },
      /^invert: nothing of row 0/,
    ],
    [
      "an infinite number",
      matrix(1, 64, new Float32Array(64).fill(1 / 0)),
      {},
      /^invert: row 0 column 0 is Infinity/,
    ],
    [
      "codes of another size",
      matrix(1, 64),
      { codes: matrix(9, 3) },
      /^invert: codes must be \[≥ 2, 8\], got 9 × 3$/,
    ],
    ["no start", matrix(1, 64), { starts: 0 }, /^invert: starts must be an integer ≥ 1, got 0$/],
    [
      "a loss of logits",
      matrix(1, 64),
      { loss: "binaryCrossEntropy" },
      /^invert: loss binaryCrossEntropy takes/,
    ],
    [
      "a penalty over rows",
      matrix(1, 64),
      { penalties: ["kl:1:0.5"] },
      /^invert: penalty kl:1:0.5 gives \[\], want one/,
    ],
    [
      "rates too large",
      matrix(1, 64),
      { learningRate: 1e38 },
      /no longer finite at step .*learning rate below 1e\+38/,
    ],
  ])("%s", async (_, y, options, message) => {
    await expect(invert(model, y, options)).rejects.toThrow(message);
  });
});
