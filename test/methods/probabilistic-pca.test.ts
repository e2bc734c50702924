/** @file A linear variational autoencoder beside probabilistic PCA, whose likelihood has a closed form. */
import { describe, expect, test } from "vitest";
import { columnMeans, type Matrix, matrix, row } from "../../src/data/matrix.js";
import { fit, type VariationalAutoencoder, variationalAutoencoder } from "../../src/index.js";
import { cholesky, choleskySolve, type Dense, dense, eigh } from "../../src/linalg/index.js";
import { random } from "../../src/random.js";

const mean = (values: Float64Array) => values.reduce((t, v) => t + v, 0) / values.length;

/** n rows of a linear model with k = 2 codes of unlike size, and noise of variance 0.25. */
function linearData(n: number, d: number): Matrix {
  const stream = random(3);
  const loadings = Float64Array.from({ length: 2 * d }, (_, i) => (i < d ? 2 : 1) * stream.normal());
  const x = matrix(n, d);
  for (let i = 0; i < n; i++) {
    const [a, b] = [stream.normal(), stream.normal()];
    for (let j = 0; j < d; j++)
      row(x, i)[j] = j + a * loadings[j]! + b * loadings[d + j]! + 0.5 * stream.normal();
  }
  return x;
}

describe("a linear one is probabilistic PCA", async () => {
  const [n, d, k] = [500, 6, 2];
  const x = linearData(n, d);
  const options = { latentDim: k, hidden: [] };
  const training = {
    epochs: 2000,
    batchSize: "all",
    learningRate: 0.02,
    schedule: "cosine",
    seed: 1,
  } as const;
  const model = await fit(variationalAutoencoder(options), x, training);
  const hasty = await fit(variationalAutoencoder(options), x, {
    ...training,
    epochs: 10,
    schedule: "constant",
  });

  // Tipping & Bishop (1999), "Probabilistic principal component analysis", JRSS B, equations (3) to (8).
  const { values } = await eigh(covariance(x));
  const tail = values.slice(k).reduce((sum, v) => sum + v, 0) / (d - k);
  const logs = values.slice(0, k).reduce((sum, v) => sum + Math.log(v), 0) + (d - k) * Math.log(tail);
  const most = -0.5 * (logs + d + d * Math.log(2 * Math.PI));

  test("training reaches the maximum of its likelihood and never beats it", async () => {
    const reached = mean(await exactLogLikelihoods(model, x));
    // What is left is the wandering of the last steps, under fresh noise; a code not used costs 0.5 nat and more.
    expect(reached).toBeGreaterThan(most - 5e-3);
    expect(reached).toBeLessThan(most + 1e-5);
    expect(model.outputVariance! / tail).toBeCloseTo(1, 1);
  });

  test("where q is exact, so is the ELBO", async () => {
    const exact = mean(await exactLogLikelihoods(model, x));
    const bound = mean(await model.elbo(x, { samples: 200, seed: 1 }));
    // Of 200 · 500 draws, each with a deviation near 2 nats, the mean strays by .006.
    expect(Math.abs(bound - exact)).toBeLessThan(0.05);
  });

  test("the importance-weighted bound rises from the ELBO to log p(x)", async () => {
    const exact = mean(await exactLogLikelihoods(hasty, x));
    const bounds = [mean(await hasty.elbo(x, { samples: 50 }))];
    for (const samples of [1, 5, 50, 500])
      bounds.push(mean(await hasty.importanceWeightedBound(x, { samples })));
    const [elbo, one, five, fifty, most] = bounds as [number, number, number, number, number];
    // L₁ is an estimate of the ELBO, of 500 draws.
    expect(Math.abs(one - elbo)).toBeLessThan(0.3);
    expect(five).toBeGreaterThan(elbo + 0.05);
    expect(fifty).toBeGreaterThan(five);
    expect(most).toBeGreaterThan(fifty);
    expect(most).toBeLessThan(exact + 0.01);
    expect(exact - most).toBeLessThan(0.05);
  });

  test("rows drawn from it have its covariance W Wᵀ", async () => {
    const drawn = await model.sample(20_000, { seed: 4 });
    const { weights } = linear(model);
    const { data } = covariance(drawn);
    const scale = Math.max(...data);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        const wanted = weights[i * k]! * weights[j * k]! + weights[i * k + 1]! * weights[j * k + 1]!;
        // Deviation of a variance of 20,000 draws: 1 %.
        expect(Math.abs(data[i * d + j]! - wanted) / scale).toBeLessThan(0.05);
      }
    }
    expect(await model.sample(3, { seed: 4 })).toEqual(await model.sample(3, { seed: 4 }));
    expect(await model.sample(3, { seed: 5 })).not.toEqual(await model.sample(3, { seed: 4 }));
  });
});

/** x̂ = b + W z, in the units of the data. */
function linear(model: VariationalAutoencoder): { weights: Float32Array; bias: Float32Array } {
  const data = (name: string) => model.parameters[name]!.data as Float32Array;
  const [center, spread] = [data("center"), data("spread")[0]!];
  return {
    weights: data("decoder.0.weight").map((value) => spread * value),
    bias: data("decoder.0.bias").map((value, j) => center[j]! + spread * value),
  };
}

/** log N(x; b, W Wᵀ + s² I) of every row, in closed form. */
async function exactLogLikelihoods(model: VariationalAutoencoder, x: Matrix): Promise<Float64Array> {
  const { weights, bias } = linear(model);
  const d = x.cols;
  const k = weights.length / d;
  const c = dense(d, d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++)
      for (let a = 0; a < k; a++) c.data[i * d + j]! += weights[i * k + a]! * weights[j * k + a]!;
  for (let i = 0; i < d; i++) c.data[i * (d + 1)]! += model.outputVariance!;
  const factor = await cholesky(c);
  const logDeterminant = 2 * bias.reduce((t, _, i) => t + Math.log(factor.data[i * (d + 1)]!), 0);
  const centered = dense(
    d,
    x.rows,
    Float64Array.from({ length: d * x.rows }, (_, at) => {
      const [j, i] = [Math.floor(at / x.rows), at % x.rows];
      return x.data[i * d + j]! - bias[j]!;
    }),
  );
  const solved = await choleskySolve(factor, centered);
  return Float64Array.from({ length: x.rows }, (_, i) => {
    let distance = 0;
    for (let j = 0; j < d; j++) distance += centered.data[j * x.rows + i]! * solved.data[j * x.rows + i]!;
    return -0.5 * (distance + logDeterminant + d * Math.log(2 * Math.PI));
  });
}

/** Divided by n. */
function covariance(x: Matrix): Dense {
  const means = columnMeans(x);
  const out = dense(x.cols, x.cols);
  for (let i = 0; i < x.rows; i++)
    for (let a = 0; a < x.cols; a++)
      for (let b = 0; b < x.cols; b++)
        out.data[a * x.cols + b]! += ((row(x, i)[a]! - means[a]!) * (row(x, i)[b]! - means[b]!)) / x.rows;
  return out;
}
