/**
 * @file Fits of every method at sizes drawn at random: batches, widths and codes at which work is cut in other ways.
 */
import type { FitOptions } from "../src/index.js";
import { methods } from "../src/methods/registry.js";
import type { Random } from "../src/random.js";

export interface DrawnFit {
  readonly method: string;
  readonly options: object;
  readonly rows: number;
  readonly cols: number;
  readonly fit: FitOptions;
}

/** From 1 to `most`, small ones as likely as large ones. */
const size = (stream: Random, most: number) => Math.max(1, Math.floor((most + 1) ** stream.uniform()));
const pick = <T>(stream: Random, from: readonly T[]): T => from[stream.integer(from.length)]!;

/** Shorter than the others: a batch of so many rows is left at the end of each epoch. */
const batchOf = (stream: Random) =>
  stream.integer(2) === 0 ? 1 + stream.integer(40) : 64 + stream.integer(194);

type Draw = (stream: Random, cols: number) => object;

const hidden: Draw = (stream) => ({
  latentDim: size(stream, 128),
  hidden: Array.from({ length: stream.integer(3) }, () => size(stream, 1024)),
});
const code: Draw = (stream, cols) => ({ latentDim: Math.min(cols, size(stream, 48)) });
const twoHidden: Draw = (stream) => ({
  latentDim: size(stream, 64),
  hidden: [size(stream, 1024), size(stream, 256)],
});

/** Options of the methods of two views, whose losses are products of a whole batch. */
const twoViews: Draw = (stream) => ({
  latentDim: size(stream, 64),
  hidden: Array.from({ length: stream.integer(3) }, () => size(stream, 512)),
  projection: Array.from({ length: stream.integer(3) }, () => size(stream, 128)),
  augment: [pick(stream, ["swap", "hide", "gaussian:0.3"])],
});

/** Options of methods trained by gradients. */
const TRAINED: Readonly<Record<string, Draw>> = {
  autoencoder: (stream, cols) => ({
    ...hidden(stream, cols),
    tied: stream.integer(2) === 1,
    batchNorm: stream.integer(2) === 1,
    loss: pick(stream, ["squaredError", "binaryCrossEntropy", "crossEntropy", "huber"]),
  }),
  linearAutoencoder: (stream, cols) => ({
    latentDim: size(stream, 200),
    parameterization: pick(
      stream,
      cols < 200
        ? ["free", "projection", "shared", "tied", "unrolled"]
        : ["free", "shared", "tied", "unrolled"],
    ),
  }),
  restrictedBoltzmannMachine: (stream) => ({
    latentDim: size(stream, 600),
    persistent: stream.integer(2) === 1,
  }),
  contractiveAutoencoder: (stream) => ({ latentDim: size(stream, 300) }),
  convolutionalAutoencoder: (stream, cols) => {
    const side = Math.sqrt(cols);
    const [filters, kernel, more] = [size(stream, 32), pick(stream, [3, 5]), size(stream, 32)];
    const even = { kernel, padding: (kernel - 1) / 2 };
    return {
      rowShape: [side, side],
      layers: {
        encoder: [
          { conv: filters, ...even },
          { maxPool: 2 },
          { conv: more, ...even },
          { dense: size(stream, 32) },
        ],
        decoder: [
          { dense: more * (side / 2) ** 2 },
          { reshape: [more, side / 2, side / 2] },
          { convTranspose: filters, kernel: 2, stride: 2 },
          { conv: 1, ...even },
        ],
      },
    };
  },
  sparseAutoencoder: (stream) => ({
    latentDim: size(stream, 600),
    sparsity: pick(stream, [{ l1: 0.01 }, { kl: [0.1, 0.1] }]),
  }),
  denoisingAutoencoder: (stream, cols) => ({ ...hidden(stream, cols), noise: { gaussian: 0.3 } }),
  maskedAutoencoder: hidden,
  stackedAutoencoder: (stream, cols) => ({ ...twoHidden(stream, cols), pretrainingEpochs: 1 }),
  variationalAutoencoder: hidden,
  // Its code is a part of the last hidden layer.
  robustSubspaceRecovery: (stream) => {
    const last = size(stream, 256);
    return { latentDim: Math.min(last, size(stream, 128)), hidden: [size(stream, 1024), last] };
  },
  predictiveSparseDecomposition: (stream) => ({ latentDim: size(stream, 300), steps: 3 }),
  autoDecoder: (stream, cols) => ({ ...hidden(stream, cols), searchSteps: 3 }),
  deepSparseCoding: (stream, cols) => ({ ...hidden(stream, cols), searchSteps: 3 }),
  spectralContrastive: twoViews,
  triplet: twoViews,
  simclr: twoViews,
  byol: twoViews,
  simSiam: twoViews,
  vicReg: twoViews,
  barlowTwins: twoViews,
  nextStep: (stream) => ({
    latentDim: size(stream, 128),
    network: pick(stream, ["linear", "gru", "diagonal", "convolution"]),
    window: 2 + size(stream, LEAST_MOMENTS - 2),
    stride: size(stream, 8),
  }),
  sequenceAutoencoder: (stream, cols) => ({
    latentDim: size(stream, 32),
    hidden: size(stream, 64),
    rowShape: [cols / FEATURES, FEATURES],
  }),
};

/** Options of methods that are solved. */
const SOLVED: Readonly<Record<string, Draw>> = {
  pca: (stream, cols) => ({ ...code(stream, cols), solver: pick(stream, ["exact", "randomized"]) }),
  logisticPca: (stream, cols) => ({ ...code(stream, cols), maxIter: 3 }),
  factorization: (stream, cols) => ({ ...code(stream, cols), maxIter: 3 }),
  nonNegativeFactorization: (stream, cols) => ({ ...code(stream, cols), maxIter: 3 }),
  lowRankCompletion: (stream, cols) => ({
    ...code(stream, cols),
    weight: 1,
    maxIter: 3,
    solver: pick(stream, ["soft-impute", "als"]),
  }),
  sparseCoding: (stream, cols) => ({
    ...code(stream, cols),
    maxIter: 2,
    penalty: pick(stream, ["l1", "l0", "elasticNet"]),
  }),
  classicalMds: code,
  laplacianEigenmaps: () => ({ latentDim: 2, nNeighbors: 12 }),
  isomap: () => ({ latentDim: 2, nNeighbors: 10 }),
  locallyLinearEmbedding: () => ({ latentDim: 2, nNeighbors: 10 }),
  kMeans: (stream) => ({ clusters: 2 + stream.integer(30), starts: 2 }),
  hdbscan: (stream) => ({ minClusterSize: 2 + stream.integer(20) }),
  isolationForest: (stream) => ({ trees: size(stream, 50), sampleSize: 2 + stream.integer(100) }),
  localOutlierFactor: (stream) => ({ nNeighbors: size(stream, 40) }),
  iterativeRidge: (stream) => ({ ridge: pick(stream, [0.01, 0.1, 1]), maxIter: 3 }),
  nearestNeighborImputation: (stream) => ({
    nNeighbors: size(stream, 20),
    weights: pick(stream, ["distance", "uniform"]),
  }),
  kalmanFilter: (stream) => ({ latentDim: size(stream, 5), iterations: 3 }),
  umap: (stream) => ({ nNeighbors: 2 + stream.integer(12), maxIter: 20, densMap: stream.integer(2) === 1 }),
  tsne: (stream) => ({ perplexity: 8, maxIter: 20, algorithm: pick(stream, ["exact", "fft"]) }),
};

const missing = methods.find(({ name }) => !(name in TRAINED) && !(name in SOLVED));
if (missing) throw new RangeError(`drawn fits: no sizes for ${missing.name}`);

/** Moments of the shortest series, and features of a moment in rows that are sequences. */
const LEAST_MOMENTS = 40;
const FEATURES = 4;

/** Columns of its data. */
function columnsOf(method: string, stream: Random): number {
  if (method === "convolutionalAutoencoder") return pick(stream, [64, 144, 196]);
  if (method === "sequenceAutoencoder") return FEATURES * (2 + stream.integer(20));
  if (method === "kalmanFilter" || method === "nextStep") return size(stream, 12);
  return 2 + size(stream, 700);
}

/** A fit of a method, its data and its options. */
export function drawnFit(method: string, stream: Random): DrawnFit {
  const seed = stream.integer(1000);
  const cols = columnsOf(method, stream);
  const solved = SOLVED[method];
  if (solved)
    return { method, options: solved(stream, cols), rows: 60 + stream.integer(300), cols, fit: { seed } };
  const batchSize = batchOf(stream);
  const drawn = batchSize * (1 + stream.integer(3)) + stream.integer(batchSize);
  const rows = Math.max(drawn, method === "nextStep" ? LEAST_MOMENTS : 2);
  const options = TRAINED[method]!(stream, cols);
  // Some train for seconds, so that programs for one thread and for all take turns.
  const epochs = stream.integer(8) === 0 ? 100 : 2;
  return { method, options, rows, cols, fit: { seed, epochs, batchSize } };
}
