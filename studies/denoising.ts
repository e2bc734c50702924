/**
 * @file Denoising: squared error of reconstructions of noisy test images against the clean ones, beside PCA fitted on clean
 * and on noisy images at the k that is best on the very test images. `node dist/studies/denoising.js [digits] [fashion]`
 */
import { gaussianNoise, type Matrix, zeroMask } from "../src/data/index.js";
import {
  autoencoder,
  configureRuntime,
  denoisingAutoencoder,
  fit,
  type Noise,
  type Pca,
  pca,
  random,
} from "../src/index.js";
import { mean, measureSets } from "./images.js";

configureRuntime({ backend: "native", threads: 2 });
const SETTINGS = {
  digits: {
    network: { hidden: [256], latentDim: 64, latentActivation: "relu", outputActivation: "sigmoid" },
    training: { epochs: 100, batchSize: 64, learningRate: 1e-3, schedule: "cosine", seed: 0 },
    components: 64,
  },
  fashion: {
    network: { hidden: [512], latentDim: 128, latentActivation: "relu", outputActivation: "sigmoid" },
    training: { epochs: 8, batchSize: 128, learningRate: 1e-3, schedule: "cosine", seed: 0 },
    components: 190,
  },
} as const;
const KINDS: { noise: Noise; corrupt: (x: Matrix, seed: number) => Matrix }[] = [
  { noise: { gaussian: 0.3 }, corrupt: (x, seed) => gaussianNoise(x, { sigma: 0.3, seed }).x },
  { noise: { gaussian: 0.6 }, corrupt: (x, seed) => gaussianNoise(x, { sigma: 0.6, seed }).x },
  { noise: { zero: 0.5 }, corrupt: (x, seed) => zeroMask(x, { probability: 0.5, seed }).x },
  { noise: { saltAndPepper: 0.3 }, corrupt: (x, seed) => saltAndPepper(x, 0.3, seed) },
];
const WHAT = "mean over test images of ‖x − x̂(x̃)‖², x̃ noisy and x clean; PCA at its best k on these images";

await measureSets("denoising", { what: WHAT }, async (set, { train, test }) => {
  const { network, training, components } = SETTINGS[set];
  const principal = pca({ latentDim: components });
  const plain = await fit(autoencoder(network), train, training);
  const ofClean = await fit(principal, train);
  const errors = [];
  for (const { noise, corrupt } of KINDS) {
    const noisy = corrupt(test, 1);
    const model = await fit(denoisingAutoencoder({ ...network, noise }), train, training);
    const row = {
      noise,
      noisyImages: distance(test, noisy),
      denoisingAutoencoder: distance(test, await model.reconstruct(noisy)),
      plainAutoencoder: distance(test, await plain.reconstruct(noisy)),
      pcaOfCleanImages: await atBestK(ofClean, noisy, test),
      pcaOfNoisyImages: await atBestK(await fit(principal, corrupt(train, 2)), noisy, test),
    };
    errors.push(row);
    console.log(set, row);
  }
  return { network, training, errors };
});

/**
 * The least error of x̂ = V_k V_kᵀ (x̃ − μ) + μ over k; with c and a the codes of noisy and clean rows,
 * e_k = e_{k−1} + Σ (c_k² − 2 c_k a_k).
 */
async function atBestK(model: Pca, noisy: Matrix, clean: Matrix): Promise<{ k: number; error: number }> {
  const [c, a] = [await model.encode(noisy), await model.encode(clean)];
  let error = 0;
  for (let i = 0; i < clean.data.length; i++) error += (clean.data[i]! - model.mean[i % clean.cols]!) ** 2;
  let best = { k: 0, error };
  for (let k = 1; k <= c.cols; k++) {
    for (let i = k - 1; i < c.data.length; i += c.cols)
      error += c.data[i]! ** 2 - 2 * c.data[i]! * a.data[i]!;
    if (error < best.error) best = { k, error };
  }
  return { k: best.k, error: best.error / clean.rows };
}

/** Sets each pixel to 0 or 1, with even chances, with a probability. */
function saltAndPepper(x: Matrix, probability: number, seed: number): Matrix {
  const stream = random(seed).fork("salt and pepper");
  const [hit, salt] = [new Float32Array(x.data.length), new Float32Array(x.data.length)];
  stream.fillBernoulli(hit, probability);
  stream.fork("salt").fillBernoulli(salt, 0.5);
  return { ...x, data: x.data.map((value, i) => (hit[i] ? salt[i]! : value)) };
}

function distance(x: Matrix, y: Matrix): number {
  return mean(x.data.map((value, i) => (value - y.data[i]!) ** 2)) * x.cols;
}
