/**
 * @file A fit of some milliseconds for every method, to be done over and over.
 */

import { type Matrix, matrix } from "../src/data/matrix.js";
import { type FitOptions, fit } from "../src/index.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { methodNamed, methods } from "../src/methods/registry.js";
import { random } from "../src/random.js";

interface SmallFit {
  /** Its own name where a method has several. */
  readonly name: string;
  readonly method: string;
  readonly options: object;
}

const small = (method: string, options: object, variant = ""): SmallFit => ({
  name: method + variant,
  method,
  options,
});

const LATENT = { latentDim: 2 };

/** One fit of every method, and more where others of its solvers hold memory of their own. */
export const SMALL_FITS: readonly SmallFit[] = [
  small("pca", LATENT),
  small("pca", { ...LATENT, solver: "randomized" }, " randomized"),
  small("logisticPca", { ...LATENT, maxIter: 5 }),
  small("linearAutoencoder", LATENT),
  small("factorization", { ...LATENT, maxIter: 5 }),
  small("nonNegativeFactorization", { ...LATENT, maxIter: 5 }),
  small("lowRankCompletion", { ...LATENT, weight: 1, maxIter: 5 }),
  small("lowRankCompletion", { ...LATENT, weight: 1, solver: "als", maxIter: 5 }, " als"),
  small("restrictedBoltzmannMachine", LATENT),
  small("autoencoder", { ...LATENT, hidden: [4] }),
  small("contractiveAutoencoder", LATENT),
  small("convolutionalAutoencoder", {
    rowShape: [2, 3],
    layers: {
      encoder: [{ conv: 2, kernel: [2, 2] }, { dense: 2 }],
      decoder: [{ dense: 4 }, { reshape: [2, 1, 2] }, { convTranspose: 1, kernel: [2, 2] }],
    },
  }),
  small("sparseAutoencoder", LATENT),
  small("denoisingAutoencoder", { ...LATENT, hidden: [4], noise: { gaussian: 0.1 } }),
  small("maskedAutoencoder", { ...LATENT, hidden: [4] }),
  small("stackedAutoencoder", { ...LATENT, hidden: [4], pretrainingEpochs: 1 }),
  small("variationalAutoencoder", { ...LATENT, hidden: [4] }),
  small("robustSubspaceRecovery", { ...LATENT, hidden: [4] }),
  ...["spectralContrastive", "triplet", "simclr", "byol", "simSiam", "vicReg", "barlowTwins"].map((method) =>
    small(method, { ...LATENT, hidden: [4], projection: [4] }),
  ),
  small("simclr", { ...LATENT, encoder: "residual", rowShape: [2, 3], augment: ["flip"] }, " residual"),
  small("sparseCoding", { ...LATENT, maxIter: 2, batchSize: 16 }),
  small("sparseCoding", { ...LATENT, penalty: "l0", nonZeros: 1, update: "kSvd", maxIter: 2 }, " l0"),
  small("sparseCoding", { ...LATENT, penalty: "group", update: "batch", maxIter: 2 }, " group"),
  small("predictiveSparseDecomposition", { ...LATENT, steps: 2 }),
  small("autoDecoder", { ...LATENT, hidden: [4], searchSteps: 2 }),
  small("deepSparseCoding", { ...LATENT, hidden: [4], searchSteps: 2 }),
  small("kalmanFilter", { ...LATENT, iterations: 3 }),
  small("nextStep", { ...LATENT, window: 8 }),
  small("nextStep", { ...LATENT, window: 8, network: "diagonal" }, " diagonal"),
  small("sequenceAutoencoder", { ...LATENT, hidden: 4, rowShape: [3, 2] }),
  small("classicalMds", LATENT),
  small("laplacianEigenmaps", { ...LATENT, nNeighbors: 8 }),
  small("isomap", { ...LATENT, nNeighbors: 6 }),
  small("locallyLinearEmbedding", { ...LATENT, nNeighbors: 8 }),
  small("kMeans", { clusters: 2, starts: 1, swaps: 1 }),
  small("hdbscan", { minClusterSize: 5 }),
  small("isolationForest", { trees: 5 }),
  small("localOutlierFactor", { nNeighbors: 5 }),
  small("iterativeRidge", { ridge: 0.1, maxIter: 3 }),
  small("nearestNeighborImputation", { nNeighbors: 3 }),
  small("tsne", { perplexity: 5, maxIter: 3, algorithm: "fft" }),
  small("tsne", { perplexity: 5, maxIter: 3, algorithm: "exact" }, " exact"),
  small("umap", { nNeighbors: 6, maxIter: 3 }),
  small("umap", { nNeighbors: 6, maxIter: 3, densMap: true, initialDims: 4, latentDim: 3 }, " densMap"),
];

const missing = methods.find(({ name }) => !SMALL_FITS.some(({ method }) => method === name));
if (missing) throw new RangeError(`small fits: none of ${missing.name}`);

/** 40 rows of 6 numbers in [0, 1]. */
export function smallRows(seed: number): Matrix {
  const stream = random(seed);
  return matrix(
    40,
    6,
    Float32Array.from({ length: 240 }, () => stream.uniform()),
  );
}

/** Fits once and encodes the rows, or scores them where there are no codes; gives the parameters and these as bytes. */
export async function fitSmall(name: string, x: Matrix, seed: number): Promise<Uint8Array> {
  const { method, options } = SMALL_FITS.find((one) => one.name === name)!;
  const created: Method<Coder> = (await methodNamed(method)).create(options);
  const trained = created.fitting.kind !== "solved";
  const training: FitOptions = { seed, ...(trained && { epochs: 2, batchSize: 16 }) };
  const model = await fit(created, x, training);
  const found = model.partNames.includes("encode") ? (await model.encode(x)).data : await model.score(x);
  const saved = model.save();
  const out = new Uint8Array(saved.length + found.byteLength);
  out.set(saved);
  out.set(new Uint8Array(found.buffer, found.byteOffset, found.byteLength), saved.length);
  return out;
}
