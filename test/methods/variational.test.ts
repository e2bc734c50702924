/** @file The variational autoencoder beside PyTorch and closed forms. */
import { describe, expect, test } from "vitest";
import { digits as whole } from "../../src/data/digits.js";
import { columnMeans, matrix, row, takeRows } from "../../src/data/matrix.js";
import { applyScale, fitScale } from "../../src/data/scale.js";
import { readModelFile, writeModelFile } from "../../src/files/model-file.js";
import { fit, load, type VariationalAutoencoderOptions, variationalAutoencoder } from "../../src/index.js";
import { expectClose, generated, readGolden } from "../golden/golden.js";
import { digitRows as digits } from "./digit-rows.js";
import { checkTrainingGradients, trainingLoss } from "./training-loss.js";

interface Golden {
  seed: number;
  tensors: { name: string; shape: number[]; low: number; high: number }[];
  cases: {
    options: Omit<VariationalAutoencoderOptions, "latentDim">;
    loss: number;
    gradients: Record<string, number[]>;
  }[];
}
const golden = readGolden<Golden>("variational.json");
const small = { latentDim: 2, hidden: [4], activation: "tanh" } as const;

describe.each(golden.cases)("the loss with $options", ({ options, loss: wanted, gradients: slopes }) => {
  const { x, epsilon, outputLogVariance, ...layers } = generated(golden.seed, golden.tensors);
  const parameters =
    options.variance === "learned" ? { ...layers, outputLogVariance: outputLogVariance! } : layers;
  const method = variationalAutoencoder({ ...small, ...options });

  test("and its gradients are PyTorch's", async () => {
    const { loss, gradients } = await trainingLoss(method, parameters, x!, epsilon);
    expectClose([loss], [wanted], 1e-6, "loss");
    for (const [name, slope] of Object.entries(slopes))
      expectClose(gradients[name]!.data, [slope].flat(), 5e-6, name);
  });

  test("has the gradient that central differences have", () =>
    checkTrainingGradients(method, parameters, x!, epsilon));
});

describe("fitted", async () => {
  const options = { latentDim: 4, hidden: [32] } as const;
  const training = { epochs: 150, learningRate: 5e-3, seed: 1 } as const;
  const gaussian = await fit(variationalAutoencoder(options), digits, { ...training, scale: "standard" });
  const bernoulli = await fit(
    variationalAutoencoder({ ...options, likelihood: "bernoulli" }),
    digits,
    training,
  );

  test("its score is −log p(x|μ) + KL, of both outputs", async () => {
    const { mean: mu, variance } = await bernoulli.posterior(digits);
    const xHat = await bernoulli.decode(mu);
    const scores = await bernoulli.score(digits);
    for (let i = 0; i < 20; i++) {
      const [x, means, likely] = [row(digits, i), row(mu, i), row(xHat, i)];
      const cross = x.reduce(
        (t, v, j) => t - v * Math.log(likely[j]!) - (1 - v) * Math.log(1 - likely[j]!),
        0,
      );
      // Probabilities near 1 know 1 − x̂ to 1e-7 alone.
      expectClose([scores[i]!], [cross + divergence(means, row(variance, i))], 1e-4, `row ${i}`);
    }
    const q = await gaussian.posterior(digits);
    const own = await gaussian.score(digits);
    // ‖x − x̂‖² in scaled units is what an autoencoder scores.
    const scaling = fitScale(digits, "standard");
    const [scaled, remade] = [digits, await gaussian.reconstruct(digits)].map((m) => applyScale(m, scaling));
    const s2 = gaussian.outputVariance!;
    for (let i = 0; i < 20; i++) {
      const error = row(scaled!, i).reduce((t, v, j) => t + (v - row(remade!, i)[j]!) ** 2, 0);
      const wanted = 0.5 * (error / s2 + 64 * Math.log(2 * Math.PI * s2));
      expectClose([own[i]!], [wanted + divergence(row(q.mean, i), row(q.variance, i))], 1e-4, `row ${i}`);
    }
  });

  test("codes are the posterior's means, and new rows lie where the data do", async () => {
    expect((await gaussian.posterior(digits)).mean).toEqual(await gaussian.encode(digits));
    const drawn = await bernoulli.sample(50);
    expect(drawn.data.every((v) => v > 0 && v < 1)).toBe(true);
    // In units of the data, not of training.
    const means = columnMeans(await gaussian.sample(500));
    const distance = columnMeans(digits).reduce((t, v, j) => t + (v - means[j]!) ** 2, 0);
    expect(distance).toBeLessThan(0.5);
  });

  test("its ELBO rises over training, and above that of pixels by themselves", async () => {
    const means = columnMeans(digits);
    const alone = means.reduce(
      (t, p) => (p > 0 && p < 1 ? t + p * Math.log(p) + (1 - p) * Math.log(1 - p) : t),
      0,
    );
    const bound = mean(await bernoulli.elbo(digits, { seed: 1 }));
    expect(bound).toBeGreaterThan(alone + 1);
    expect(-bernoulli.history.at(-1)!.loss).toBeGreaterThan(-bernoulli.history[0]!.loss);
    // The history is of the parameters before each step, and of other noise.
    expect(Math.abs(bound + bernoulli.history.at(-1)!.loss)).toBeLessThan(0.5);
  });

  test("β trades likelihood for a smaller KL", async () => {
    const strict = await fit(
      variationalAutoencoder({ ...options, likelihood: "bernoulli", beta: 4 }),
      digits,
      training,
    );
    const information = async (model: typeof strict) => {
      const { mean: mu, variance } = await model.posterior(digits);
      return mean(Float64Array.from({ length: mu.rows }, (_, i) => divergence(row(mu, i), row(variance, i))));
    };
    expect(await information(strict)).toBeLessThan(0.5 * (await information(bernoulli)));
  });

  // A linear scaling of the rows changes nothing: in units of their own spread they are the same rows.
  test("its defaults learn the same in any units of the data", async () => {
    const rows = takeRows(
      whole().x,
      Array.from({ length: 800 }, (_, i) => i),
    );
    const fitted = [1 / 16, 1, 16].map(async (unit) => {
      const x = matrix(
        rows.rows,
        rows.cols,
        rows.data.map((v) => v * unit),
      );
      const model = await fit(variationalAutoencoder({ latentDim: 24 }), x, { epochs: 15, seed: 1 });
      const { mean: mu, variance } = await model.posterior(x);
      const kl = Float64Array.from({ length: x.rows }, (_, i) => divergence(row(mu, i), row(variance, i)));
      const means = columnMeans(x);
      const spread = x.data.reduce((t, v, i) => t + (v - means[i % x.cols]!) ** 2, 0) / x.rows;
      return [mean(kl), mean(await model.squaredErrors(x)) / spread];
    });
    for (const [kl, left] of await Promise.all(fitted)) {
      expect(kl).toBeGreaterThan(4);
      expect(left).toBeLessThan(0.5);
      // Rounding of s² in other units makes other last bits, and 105 steps make more of them.
      const [known, rest] = (await fitted[1]) as [number, number];
      expectClose([kl!, left!], [known, rest], 0.02, "KL and error");
    }
  });

  test("a file from before rows were centered works as it did: networks on the rows themselves", async () => {
    const model = await fit(variationalAutoencoder(options), digits, { epochs: 2, seed: 1 });
    const { parameters, ...record } = readModelFile(model.save(), "model");
    const { center, spread, ...layers } = parameters;
    const before = await load(
      writeModelFile({ ...record, parameters: layers }),
      variationalAutoencoder(options),
    );
    const z = [[1, -2, 0.5, 0]];
    const wanted = (await before.decode(z)).data.map(
      (g, j) => Number(center!.data[j]) + Number(spread!.data[0]) * g,
    );
    expectClose((await model.decode(z)).data, [...wanted], 1e-6, "decoded");
    const inside = matrix(
      digits.rows,
      digits.cols,
      digits.data.map((v, at) => (v - Number(center!.data[at % digits.cols])) / Number(spread!.data[0])),
    );
    expectClose((await before.encode(inside)).data, [...(await model.encode(digits)).data], 1e-5, "encoded");
  });

  test("what cannot be drawn or bounded is refused", async () => {
    await expect(bernoulli.sample(0)).rejects.toThrow(
      "variationalAutoencoder.sample: n must be an integer ≥ 1, got 0",
    );
    await expect(bernoulli.elbo(digits, { samples: 0.5 })).rejects.toThrow(
      "elbo: samples must be an integer ≥ 1",
    );
    await expect(bernoulli.elbo([[1, 2]])).rejects.toThrow("rows must have 64 numbers, got 2");
    await expect(bernoulli.sample(1, { seed: -1 })).rejects.toThrow("seed must be a whole number");
  });
});

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((t, v) => t + v, 0) / values.length;

function divergence(mu: Float32Array, variance: Float32Array): number {
  return 0.5 * mu.reduce((t, m, j) => t + m * m + variance[j]! - 1 - Math.log(variance[j]!), 0);
}
