/**
 * @file The variational autoencoder on Fashion-MNIST: bounds on the likelihood of test images, beside the exact
 * likelihood under probabilistic PCA with as many codes. Arguments: the likelihood, if
 * only one is wanted, and a path for a PNG of samples.
 */
import { writeFileSync } from "node:fs";
import { machine } from "../bench/results.js";
import { sharedFile } from "../bench/shared-data.js";
import { readFileData } from "../node/read.js";
import { columnMeans, type Matrix, row, toMatrix } from "../src/data/matrix.js";
import { tileImages, writePng } from "../src/files/png.js";
import { configureRuntime, fit, pca, variationalAutoencoder } from "../src/index.js";
import { keepFigures } from "./results.js";

const K = 20;
const EPOCHS = 20;
const SAMPLES = 100;
/** Test rows that the importance-weighted bound is taken of. */
const BOUNDED = 1000;

async function images(part: string): Promise<Matrix> {
  const x = toMatrix((await readFileData(sharedFile(`data/fashion-mnist/${part}-images-idx3-ubyte.gz`))).x);
  return { ...x, data: x.data.map((value) => value / 255) };
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((t, v) => t + v, 0) / values.length;
const rounded = (value: number) => Number(value.toPrecision(6));

/** log p(x) under probabilistic PCA. Tipping & Bishop (1999), JRSS B. */
async function pcaLogLikelihoods(train: Matrix, test: Matrix): Promise<Float64Array> {
  const model = await fit(pca({ latentDim: K }), train);
  const d = train.cols;
  const n = train.rows;
  const means = columnMeans(train);
  const total = train.data.reduce((t, v, at) => t + (v - means[at % d]!) ** 2, 0) / n;
  const variances = Array.from(model.explainedVariance, (v) => (v * (n - 1)) / n);
  const rest = (total - variances.reduce((t, v) => t + v, 0)) / (d - K);
  const logs = variances.reduce((t, v) => t + Math.log(v), 0) + (d - K) * Math.log(rest);
  const z = await model.encode(test);
  return Float64Array.from({ length: test.rows }, (_, i) => {
    const length = row(test, i).reduce((t, v, j) => t + (v - model.mean[j]!) ** 2, 0);
    const codes = row(z, i);
    const inside = codes.reduce((t, v, j) => t + v * v * (1 / variances[j]! - 1 / rest), 0);
    return -0.5 * (length / rest + inside + logs + d * Math.log(2 * Math.PI));
  });
}

configureRuntime({ threads: 2 });
const [wanted, path] = process.argv.slice(2);
const [train, test] = [await images("train"), await images("t10k")];
const first = { rows: BOUNDED, cols: test.cols, data: test.data.subarray(0, BOUNDED * test.cols) };
for (const likelihood of ["bernoulli", "gaussian"] as const) {
  if (wanted !== undefined && wanted !== likelihood) continue;
  const model = await fit(variationalAutoencoder({ latentDim: K, likelihood }), train, {
    epochs: EPOCHS,
    schedule: "cosine",
    seed: 0,
  });
  const figures: Record<string, number> = {
    elbo: rounded(mean(await model.elbo(test))),
    elboOfFirst: rounded(mean(await model.elbo(first))),
    importanceWeightedBoundOfFirst: rounded(
      mean(await model.importanceWeightedBound(first, { samples: SAMPLES })),
    ),
    squaredErrorPerSample: rounded(mean(await model.squaredErrors(test))),
  };
  if (likelihood === "gaussian") {
    const linear = await pcaLogLikelihoods(train, test);
    figures.outputVariance = rounded(model.outputVariance!);
    figures.probabilisticPca = rounded(mean(linear));
    figures.probabilisticPcaOfFirst = rounded(mean(linear.subarray(0, BOUNDED)));
  }
  console.log(likelihood, figures);
  keepFigures(`variational-autoencoder-${likelihood}`, {
    protocol:
      `Fashion-MNIST, pixels in [0, 1], 60,000 training images, ${K} codes, hidden 512-256, ${EPOCHS} epochs of Adam, ` +
      "learning rate 0.001 falling by a cosine, batches of 128, seed 0. Nats a test image, the mean over 10,000; " +
      `"OfFirst" are of the first ${BOUNDED}, the importance-weighted bound with ${SAMPLES} samples.`,
    ...figures,
    machine: machine(),
    date: new Date().toISOString().slice(0, 10),
  });
  if (path === undefined) continue;
  const sheet = tileImages(await model.sample(100), [28, 28], 10, [0, 1]);
  writeFileSync(`${path}-${likelihood}.png`, await writePng(sheet));
}
