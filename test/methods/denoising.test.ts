/** @file The noise of the denoising autoencoder, and what it takes off again. */

import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { gaussianNoise, matrix, takeRows } from "../../src/data/index.js";
import { constant, input, runtime } from "../../src/engine/index.js";
import { ownScalars } from "../../src/engine/training-step.js";
import { type Coder, denoisingAutoencoder, fit, type Matrix, type Noise, pca } from "../../src/index.js";
import { corruptionOf } from "../../src/methods/augmentations/noise-option.js";
import type { TrainingBatch } from "../../src/methods/method.js";
import type { Parameters } from "../../src/methods/parameters.js";
import { random } from "../../src/random.js";
import { digitRows } from "./digit-rows.js";

const options = { latentDim: 3, hidden: [16] } as const;

/** x̃ of rows x, with numbers drawn as in training. */
async function corrupted(noise: Noise, x: Matrix): Promise<Float32Array> {
  const { view, measure } = corruptionOf(noise);
  let draws = 0;
  const draw = (fill: (out: Float32Array) => Float32Array) =>
    constant({
      dtype: "float32",
      shape: [x.rows, x.cols],
      data: fill(new Float32Array(x.data.length)),
    });
  const stream = () => random(3).fork("draw", draws++);
  const batch = {
    normal: () => draw((out) => stream().fillNormal(out)),
    bernoulli: (probability: number) => draw((out) => stream().fillBernoulli(out, probability)),
    scalar: ownScalars,
  } as unknown as TrainingBatch;
  const measured: Parameters = measure?.(x) ?? {};
  const p = Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, constant(value)]));
  const noisy = view(input("x", [x.rows, x.cols]), { batch, shape: [x.cols], parameters: p });
  const program = await (await runtime()).program({ noisy });
  const feeds = { x: { dtype: "float32", shape: [x.rows, x.cols], data: x.data } } as const;
  return (await program.run(feeds)).noisy!.data as Float32Array;
}

const share = (data: Float32Array, is: (value: number, i: number) => boolean) =>
  data.filter(is).length / data.length;
// A share of 20 000 draws is within five standard deviations, 5 √(.25 / 20 000), but once in two million.
const SLACK = 0.018;

describe("what is done to rows", () => {
  const x = matrix(
    2000,
    10,
    random(1)
      .fillUniform(new Float32Array(20_000))
      .map((v) => 0.25 + v / 2),
  );

  test("gaussian: σ ε is added", async () => {
    const difference = (await corrupted({ gaussian: 0.5 }, x)).map((v, i) => v - x.data[i]!);
    const variance = difference.reduce((t, v) => t + v * v, 0) / difference.length;
    expect(variance).toBeGreaterThan(0.25 * (1 - 0.05)); // five times √(2 / 20 000)
    expect(variance).toBeLessThan(0.25 * (1 + 0.05));
    expect(share(difference, (v) => v > 0)).toBeCloseTo(0.5, 1);
  });

  // Uniform on [.25, .75]: a deviation of .5 / √12.
  test.each([1, 255, 1 / 64])(
    "relativeGaussian: τ of the data's own deviation is added, in units of %d",
    async (unit) => {
      const moved = matrix(
        2000,
        10,
        x.data.map((v, i) => unit * (v + (i % 10))),
      );
      const difference = (await corrupted({ relativeGaussian: 0.3 }, moved)).map(
        (v, i) => v - moved.data[i]!,
      );
      const variance = difference.reduce((t, v) => t + v * v, 0) / difference.length;
      const wanted = (0.3 * unit) ** 2 * (0.25 / 12);
      // Of the noise as above, and of the deviation, which is of 20 000 draws too.
      expect(Math.abs(variance / wanted - 1)).toBeLessThan(0.1);
    },
  );

  test("zero: a share ν is set to 0, the rest is as it was", async () => {
    const noisy = await corrupted("zero:0.3", x);
    expect(Math.abs(share(noisy, (v) => v === 0) - 0.3)).toBeLessThan(SLACK);
    expect(share(noisy, (v, i) => v !== 0 && v !== x.data[i])).toBe(0);
  });

  test("salt and pepper on data in [0, 1] are 1 and 0, also where a column never has them", async () => {
    const noisy = await corrupted({ saltAndPepper: 0.4 }, x);
    expect(Math.abs(share(noisy, (v) => v === 0) - 0.2)).toBeLessThan(SLACK);
    expect(Math.abs(share(noisy, (v) => v === 1) - 0.2)).toBeLessThan(SLACK);
    // x + (s − x) and x + 0 (s − x) are exact for these numbers but for one rounding.
    const kept = share(noisy, (v, i) => Math.abs(v - x.data[i]!) < 1e-7);
    expect(Math.abs(kept - 0.6)).toBeLessThan(SLACK);
  });

  test("on other data they are the greatest and least number of each column", async () => {
    const wide = matrix(
      x.rows,
      10,
      x.data.map((v, i) => (i % 10) * 100 + (1 + (i % 10)) * v),
    );
    const noisy = await corrupted("saltAndPepper:1", wide);
    const columns = Array.from({ length: 10 }, (_, j) => wide.data.filter((_v, i) => i % 10 === j));
    const extremes = columns.map((column) => [Math.min(...column), Math.max(...column)]);
    const near = (value: number, i: number) =>
      extremes[i % 10]!.some((extreme) => Math.abs(value - extreme) < 1e-6 * (1 + Math.abs(extreme)));
    expect(share(noisy, near)).toBe(1);
  });

  test("noise is fresh in every epoch: the loss of a network that does not move is never the same", async () => {
    const still = { epochs: 4, batchSize: "all", learningRate: 1e-30, optimizer: "sgd", seed: 1 } as const;
    const method = denoisingAutoencoder({ ...options, noise: { gaussian: 0.5 } });
    const { history } = await fit(method, digitRows, still);
    expect(new Set(history.map(({ loss }) => loss)).size).toBe(4);
    const silent = await fit(denoisingAutoencoder({ ...options, noise: { gaussian: 0 } }), digitRows, still);
    expect(new Set(silent.history.map(({ loss }) => loss)).size).toBe(1);
  });
});

test("noise is said as an object or in words, and kept in words", () => {
  const kept = (noise: Noise) => denoisingAutoencoder({ latentDim: 2, noise }).options.noise;
  expect(kept({ saltAndPepper: 0.1 })).toBe("saltAndPepper:0.1");
  expect(kept("zero")).toBe("zero");
  expect(denoisingAutoencoder({ latentDim: 2 }).options.noise).toBe("relativeGaussian:0.3");
  for (const wrong of ["gaussian:-1", "zero:1.5", "pepper:0.1", "zero:0.1:0.2", "gaussian:much"])
    expect(() => kept(wrong)).toThrow("denoisingAutoencoder: noise must be gaussian:SIGMA");
  expect(() => kept({ gaussian: 0.1, zero: 0.1 } as Noise)).toThrow("noise must be");
});

// Vincent et al. (2008): learned manifolds are curved, PCA's are not.
test("it brings noisy digits nearer to the clean ones than PCA at its best k, fitted on clean digits", async () => {
  const all = matrix(
    1797,
    64,
    digits().x.data.map((v) => v / 16),
  );
  const rows = (from: number, to: number) =>
    takeRows(
      all,
      Array.from({ length: to - from }, (_, i) => from + i),
    );
  const [train, clean] = [rows(0, 1500), rows(1500, 1797)];
  const noisy = gaussianNoise(clean, { sigma: 0.4, seed: 1 }).x;
  const error = async (model: Coder) => {
    const { data } = await model.reconstruct(noisy);
    return data.reduce((t, v, i) => t + (v - clean.data[i]!) ** 2, 0) / clean.rows;
  };
  const linear: number[] = [];
  for (const latentDim of [8, 10, 12, 15, 20, 25])
    linear.push(await error(await fit(pca({ latentDim }), train)));
  const method = denoisingAutoencoder({
    latentDim: 64,
    hidden: [128],
    outputActivation: "sigmoid",
    noise: { gaussian: 0.4 },
  });
  const model = await fit(method, train, { epochs: 25, batchSize: 64, schedule: "cosine", seed: 1 });
  expect(await error(model)).toBeLessThan(0.9 * Math.min(...linear));
});
