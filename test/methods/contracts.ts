/** @file Small options for every method, with which the contract is checked. */

export interface Contract {
  /** Small options, to be fitted in a moment. */
  options: object;
  /** True if another seed gives another model. */
  seeded: boolean;
  /** An option with a value out of its range, and what is said of it. */
  wrong: [object, string];
  /** `unit`: numbers in [0, 1] are what it takes, or some of them. Default: any numbers. */
  domain?: "unit";
  /** True if the method's score is its own and not ‖x − x̂‖². Default false. */
  ownScore?: boolean;
  /** True if reconstruct is another computation than decode after encode. Default false. */
  ownReconstruction?: boolean;
  /** True if a difference of rounding grows in training, a descent or by cuts until results are others. Default false. */
  chaotic?: boolean;
  /** True, of methods of sequences, if a code depends on later rows of its sequence too. Default false. */
  lookingAhead?: boolean;
  /** Other options for the digits, where images of 8 × 8 pixels want them. */
  onDigits?: object;
  /** True if of a sequence only what follows its end may be missing. Default false: any number may, where some may. */
  onlyPadding?: boolean;
  /** The option that may not be left out. Default: `latentDim`. */
  needs?: string;
  /** True if options may be left out altogether. Default false: `latentDim` is missing then. */
  needsNothing?: boolean;
}

/** Two fixed atoms for rows of d numbers. */
const directions = (d: number) => Array.from({ length: d }, (_, i) => [i === 0 ? 1 : 0, 1 / Math.sqrt(d)]);

/** Encoders of little images in a moment; on rows of five numbers, fully connected layers. */
const views = { latentDim: 2, hidden: [8], projection: [8, 4] };
const onImages = { encoder: "convolutional", rowShape: [8, 8] };

/** One entry or more for each method: a method without one fails. */
export const contracts: Record<string, Contract[]> = {
  pca: [
    {
      options: { latentDim: 2 },
      seeded: false,
      wrong: [{ latentDim: 0 }, "latentDim must be an integer ≥ 1, got 0"],
    },
    {
      options: { latentDim: 2, whiten: true, solver: "randomized" },
      seeded: true,
      wrong: [{ solver: "magic" }, 'solver must be one of auto, exact, randomized, got "magic"'],
    },
  ],
  logisticPca: [
    {
      options: { latentDim: 2 },
      seeded: false,
      wrong: [{ saturation: 0 }, "saturation must be a number > 0, got 0"],
      domain: "unit",
      ownScore: true,
    },
  ],
  linearAutoencoder: [
    ...["free", "projection", "shared", "tied"].map((parameterization) => ({
      options: { latentDim: 2, parameterization },
      seeded: true,
      wrong: [{ parameterization: "bound" }, "parameterization must be one of free, projection"] as [
        object,
        string,
      ],
    })),
    {
      options: { latentDim: 2, parameterization: "unrolled", steps: 3 },
      seeded: true,
      wrong: [{ stepSize: -1 }, "stepSize must be a number > 0, or one of learned, lipschitz, got -1"],
    },
    {
      options: { latentDim: 2, parameterization: "tied", maskRatio: 0.2, lossOn: "hidden" },
      seeded: true,
      wrong: [{ maskToken: "channel" }, 'maskToken must be one of zero, mean, got "channel"'],
    },
    {
      options: { latentDim: 2, parameterization: "shared", noise: "relativeGaussian:0.3" },
      seeded: true,
      wrong: [{ noise: "gaussian:-1" }, "noise must be gaussian:SIGMA with SIGMA ≥ 0"],
    },
  ],
  factorization: [
    { options: { latentDim: 2 }, seeded: true, wrong: [{ tol: -1 }, "tol must be a number ≥ 0, got -1"] },
    {
      options: { latentDim: 2, solver: "gradient" },
      seeded: true,
      wrong: [{ center: "yes" }, 'center must be true or false, got "yes"'],
    },
  ],
  nonNegativeFactorization: [
    {
      options: { latentDim: 2 },
      seeded: false,
      wrong: [{ init: "zero" }, "init must be one of nndsvd, nndsvda, random"],
      domain: "unit",
    },
    {
      options: { latentDim: 2, init: "random", maxIter: 50 },
      seeded: true,
      wrong: [{ tol: -1 }, "tol must be a number ≥ 0, got -1"],
      domain: "unit",
    },
  ],
  lowRankCompletion: [
    {
      options: { latentDim: 2, weight: 1 },
      seeded: false,
      wrong: [{ weight: 0 }, "weight must be a number > 0, or validated, got 0"],
    },
    {
      options: { latentDim: 2, weight: 1, solver: "als" },
      seeded: true,
      wrong: [{ solver: "svd" }, "solver must be one of soft-impute, als"],
    },
  ],
  spectralContrastive: [
    {
      options: { latentDim: 2, hidden: [8] },
      seeded: true,
      wrong: [{ hidden: [0] }, "hidden must be a list of integers ≥ 1, got [0]"],
    },
  ],
  triplet: [
    {
      options: { latentDim: 2, hidden: [8] },
      seeded: true,
      wrong: [{ margin: 0 }, "margin must be a number > 0, got 0"],
      onDigits: onImages,
    },
  ],
  simclr: [
    {
      options: views,
      seeded: true,
      wrong: [{ temperature: 0 }, "temperature must be a number > 0, got 0"],
      onDigits: onImages,
    },
    {
      options: { ...views, keepHeads: true, augment: ["zero:0.2", "gaussian:0.1"] },
      seeded: true,
      wrong: [{ augment: ["blurr"] }, "augment must be a list of"],
      onDigits: onImages,
    },
  ],
  byol: [
    {
      options: views,
      seeded: true,
      // Batch normalization takes off what a bias before it adds: its gradient is rounding, which Adam makes steps of.
      chaotic: true,
      wrong: [{ momentum: 2 }, "momentum must be a number in [0, 1], got 2"],
      onDigits: onImages,
    },
  ],
  simSiam: [
    {
      options: views,
      seeded: true,
      // Batch normalization takes off what a bias before it adds: its gradient is rounding, which Adam makes steps of.
      chaotic: true,
      wrong: [{ predictor: 3 }, "predictor must be true or false, got 3"],
      onDigits: onImages,
    },
  ],
  vicReg: [
    {
      options: views,
      seeded: true,
      // Batch normalization takes off what a bias before it adds: its gradient is rounding, which Adam makes steps of.
      chaotic: true,
      wrong: [{ variance: -1 }, "variance must be a number ≥ 0, got -1"],
      onDigits: onImages,
    },
  ],
  barlowTwins: [
    {
      options: views,
      seeded: true,
      // Batch normalization takes off what a bias before it adds: its gradient is rounding, which Adam makes steps of.
      chaotic: true,
      wrong: [{ offDiagonal: -1 }, "offDiagonal must be a number ≥ 0, got -1"],
      onDigits: onImages,
    },
  ],
  restrictedBoltzmannMachine: [
    {
      options: { latentDim: 2 },
      seeded: true,
      wrong: [{ steps: 0 }, "steps must be an integer from 1 to 1000, got 0"],
      domain: "unit",
      ownScore: true,
    },
    {
      options: { latentDim: 2, persistent: true, chains: 7, steps: 2, weightDecay: 1e-3 },
      seeded: true,
      wrong: [{ chains: 0 }, "chains must be an integer ≥ 1, got 0"],
      domain: "unit",
      ownScore: true,
    },
    {
      options: { latentDim: 2, visible: "gaussian" },
      seeded: true,
      wrong: [{ visible: "poisson" }, 'visible must be one of bernoulli, gaussian, got "poisson"'],
      ownScore: true,
    },
    {
      options: { latentDim: 2, visible: "gaussian", persistent: true },
      seeded: true,
      wrong: [{ weightDecay: -1 }, "weightDecay must be a number ≥ 0, got -1"],
      ownScore: true,
    },
  ],
  autoencoder: [
    {
      options: { latentDim: 2, hidden: [6, 4] },
      seeded: true,
      wrong: [{ hidden: [3, 0] }, "hidden must be a list of integers ≥ 1, got [3,0]"],
    },
    {
      options: { latentDim: 2, hidden: [5], tied: true, batchNorm: true, activation: "gelu" },
      chaotic: true,
      seeded: true,
      wrong: [{ activation: "sine" }, "activation must be one of relu, sigmoid, tanh, gelu, linear"],
    },
  ],
  contractiveAutoencoder: [
    {
      options: { latentDim: 2 },
      seeded: true,
      wrong: [{ contraction: -1 }, "contraction must be a number ≥ 0, got -1"],
    },
    {
      options: { latentDim: 2, hidden: [5], tied: false, batchNorm: true },
      seeded: true,
      wrong: [{ jacobian: "random" }, "jacobian must be one of auto, exact, hutchinson"],
    },
    {
      options: { latentDim: 2, hidden: [4], activation: "gelu", jacobian: "hutchinson", probes: 2 },
      seeded: true,
      wrong: [{ probes: 0 }, "probes must be an integer from 1 to 1000, got 0"],
    },
  ],
  convolutionalAutoencoder: [
    {
      options: {
        rowShape: [1, 5],
        layers: {
          encoder: [{ conv: 3, kernel: [1, 3], stride: [1, 2], padding: [0, 1] }, { dense: 2 }],
          decoder: [
            { dense: 9 },
            { reshape: [3, 1, 3] },
            { convTranspose: 1, kernel: [1, 3], stride: [1, 2], padding: [0, 1] },
          ],
        },
      },
      onDigits: {
        rowShape: [8, 8],
        layers: {
          encoder: [{ conv: 3, kernel: 4, stride: 2, padding: 1 }, { maxPool: 2, stride: 1 }, { dense: 2 }],
          decoder: [
            { dense: 16 },
            { reshape: [1, 4, 4] },
            { convTranspose: 1, kernel: 4, stride: 2, padding: 1 },
          ],
        },
      },
      needsNothing: true,
      seeded: true,
      wrong: [
        { layers: { encoder: [{ conv: 3, kernel: 0 }], decoder: [] } },
        "encoder layer 1 (conv 3): kernel must be an integer ≥ 1, or two, got 0",
      ],
    },
    {
      options: {
        latentDim: 2,
        rowShape: [5, 1, 1],
        layers: { encoder: [{ averagePool: 1 }], decoder: [{ conv: 5, kernel: 1 }] },
        normalize: true,
        outputActivation: "tanh",
      },
      onDigits: {
        rowShape: [1, 8, 8],
        layers: { encoder: [{ averagePool: 2 }], decoder: [{ convTranspose: 1, kernel: 2, stride: 2 }] },
      },
      needsNothing: true,
      seeded: true,
      wrong: [{ rowShape: [5] }, "rowShape must be [height, width] or [channels, height, width]"],
    },
  ],
  sparseAutoencoder: [
    {
      options: { latentDim: 2 },
      seeded: true,
      wrong: [{ sparsity: "l0:1" }, "sparsity must be l1:WEIGHT, kl:WEIGHT:TARGET or topK:COUNT"],
    },
    {
      options: { latentDim: 2, hidden: [5], tied: false, sparsity: { kl: [0.5, 0.1] } },
      seeded: true,
      wrong: [{ latentActivation: "relu" }, "sparsity kl:0.5:0.1 wants latentActivation sigmoid, got relu"],
    },
    {
      options: { latentDim: 2, sparsity: { topK: 1 } },
      seeded: true,
      wrong: [{ sparsity: { topK: 3 } }, "sparsity topK:3 wants a latentDim of 3 or more, got 2"],
    },
  ],
  denoisingAutoencoder: [
    {
      options: { latentDim: 2, hidden: [6] },
      seeded: true,
      wrong: [{ noise: "zero:2" }, "noise must be gaussian:SIGMA with SIGMA ≥ 0, relativeGaussian:SHARE"],
    },
    {
      options: { latentDim: 2, hidden: [], noise: "saltAndPepper:0.1" },
      seeded: true,
      wrong: [
        { noise: { gaussian: -1 } },
        "noise must be gaussian:SIGMA with SIGMA ≥ 0, relativeGaussian:SHARE",
      ],
    },
  ],
  maskedAutoencoder: [
    {
      options: { latentDim: 2, hidden: [6], maskToken: "channel" },
      seeded: true,
      wrong: [{ maskRatio: 1 }, "maskRatio must be a number in [0, 1), got 1"],
    },
    {
      options: { latentDim: 2, hidden: [6], tied: true, lossOn: "hidden" },
      seeded: true,
      wrong: [{ maskToken: "blank" }, "maskToken must be one of learned, channel, mean, zero"],
    },
  ],
  stackedAutoencoder: [
    {
      options: { latentDim: 2, hidden: [6, 4], pretrainingEpochs: 2 },
      seeded: true,
      wrong: [{ pretrainingEpochs: 0 }, "pretrainingEpochs must be an integer ≥ 1, got 0"],
    },
    {
      options: {
        latentDim: 2,
        hidden: [4],
        pretraining: "denoising",
        pretrainingNoise: { saltAndPepper: 0.2 },
        pretrainingEpochs: 2,
        tied: true,
        activation: "tanh",
      },
      seeded: true,
      wrong: [{ pretraining: "greedy" }, "pretraining must be one of plain, denoising, rbm"],
    },
    {
      options: { latentDim: 2, hidden: [6, 4], pretrainingEpochs: 2, preset: "hinton2006" },
      seeded: true,
      wrong: [{ activation: "relu" }, "pretraining rbm wants activation sigmoid, got relu"],
      domain: "unit",
    },
  ],
  variationalAutoencoder: [
    {
      options: { latentDim: 2, hidden: [6] },
      seeded: true,
      wrong: [{ variance: 0 }, "variance must be a number > 0, or learned, got 0"],
      ownScore: true,
    },
    {
      options: { latentDim: 2, hidden: [6, 4], likelihood: "bernoulli", activation: "tanh", beta: 0.5 },
      seeded: true,
      wrong: [{ beta: -1 }, "beta must be a number ≥ 0, got -1"],
      domain: "unit",
      ownScore: true,
    },
  ],
  robustSubspaceRecovery: [
    {
      options: { latentDim: 2, hidden: [6, 4] },
      seeded: true,
      wrong: [{ hidden: [4, 1] }, "latentDim must be at most the 1 of the last hidden layer, got 2"],
    },
    {
      options: { latentDim: 2, hidden: [], score: "cosine", loss: "squaredError" },
      seeded: true,
      wrong: [{ projectionWeight: -1 }, "projectionWeight must be a number ≥ 0, got -1"],
      ownScore: true,
    },
  ],
  sparseCoding: [
    {
      options: { latentDim: 2, maxIter: 5, batchSize: 16 },
      seeded: true,
      wrong: [{ sparsity: 0 }, "sparsity must be a number > 0, got 0"],
    },
    {
      options: { latentDim: 2, penalty: "l0", nonZeros: 1, update: "kSvd", maxIter: 5 },
      seeded: true,
      wrong: [{ penalty: "l1" }, "update kSvd wants penalty l0, got l1"],
    },
    {
      options: { latentDim: 2, penalty: "group", update: "batch", center: true, maxIter: 5 },
      seeded: true,
      wrong: [{ groupSize: 3 }, "groupSize must divide latentDim 2, got 3"],
    },
    {
      options: { latentDim: 2, penalty: "elasticNet", dictionary: directions(5) },
      onDigits: { dictionary: directions(64) },
      seeded: false,
      wrong: [{ dictionary: [[1]] }, "the dictionary has 1 columns, want latentDim 2"],
    },
  ],
  predictiveSparseDecomposition: [
    {
      options: { latentDim: 2, steps: 5 },
      seeded: true,
      wrong: [{ sparsity: 0 }, "sparsity must be a number > 0, got 0"],
    },
    {
      options: { latentDim: 2, steps: 5, predictor: "tanh" },
      seeded: true,
      wrong: [{ predictor: "relu" }, "predictor must be one of tanh, sigmoid, shrink"],
    },
  ],
  autoDecoder: [
    {
      options: { latentDim: 2, hidden: [6], searchSteps: 20 },
      seeded: true,
      wrong: [{ codeRate: 0 }, "codeRate must be a number > 0, got 0"],
    },
    {
      options: {
        latentDim: 2,
        hidden: [],
        searchSteps: 20,
        loss: "binaryCrossEntropy",
        penalties: ["l2:0.01"],
      },
      seeded: true,
      wrong: [{ searchSteps: 0 }, "searchSteps must be an integer from 1 to 100000, got 0"],
      domain: "unit",
    },
  ],
  deepSparseCoding: [
    {
      options: { latentDim: 2, hidden: [6], searchSteps: 20 },
      seeded: true,
      wrong: [{ steps: 0 }, "steps must be an integer from 1 to 1000, got 0"],
    },
    {
      options: { latentDim: 2, hidden: [6], inference: "amortized" },
      seeded: true,
      wrong: [{ inference: "exact" }, "inference must be one of optimized, amortized"],
    },
  ],
  classicalMds: [
    {
      options: { latentDim: 2 },
      seeded: false,
      wrong: [{ metric: "cosine" }, 'metric must be one of euclidean, precomputed, got "cosine"'],
    },
  ],
  laplacianEigenmaps: [
    {
      options: { latentDim: 2 },
      seeded: false,
      wrong: [{ nNeighbors: 1 }, "nNeighbors must be an integer ≥ 2, got 1"],
    },
    {
      options: { latentDim: 2, affinity: "heat", nNeighbors: 20 },
      seeded: false,
      wrong: [{ gamma: 0 }, "gamma must be a number > 0, got 0"],
      onDigits: { affinity: "heat" },
    },
  ],
  isomap: [
    {
      options: { latentDim: 2 },
      seeded: false,
      wrong: [{ nNeighbors: 0 }, "nNeighbors must be an integer ≥ 1, got 0"],
    },
    {
      options: { latentDim: 2, nNeighbors: 4, landmarks: 20 },
      seeded: true,
      wrong: [{ landmarks: 1 }, "landmarks must be an integer ≥ 2, got 1"],
    },
  ],
  locallyLinearEmbedding: [
    {
      options: { latentDim: 2 },
      onDigits: { nNeighbors: 10 },
      seeded: false,
      wrong: [{ reg: 0 }, "reg must be a number > 0, got 0"],
    },
    ...["modified", "ltsa", "hessian"].map((variant) => ({
      options: { latentDim: 2, nNeighbors: 8, variant },
      seeded: false,
      wrong: [{ nNeighbors: 1 }, `variant ${variant} of latentDim 2 wants nNeighbors ≥ `] as [object, string],
    })),
  ],
  kMeans: [
    {
      options: { clusters: 2, starts: 2 },
      seeded: true,
      wrong: [{ clusters: 0 }, "clusters must be an integer ≥ 1, got 0"],
      needs: "clusters",
      ownScore: true,
      ownReconstruction: true,
    },
    {
      options: { clusters: 2, init: "random", batchSize: 16, code: "triangle" },
      seeded: true,
      wrong: [{ algorithm: "fast" }, "algorithm must be one of auto, lloyd, hamerly, elkan"],
      needs: "clusters",
      ownScore: true,
      ownReconstruction: true,
    },
  ],
  hdbscan: [
    {
      options: { minClusterSize: 4 },
      seeded: false,
      needsNothing: true,
      wrong: [{ minClusterSize: 1 }, "minClusterSize must be an integer ≥ 2, got 1"],
    },
    {
      options: { minSamples: 2, selection: "leaf", allowSingleCluster: true },
      seeded: false,
      needsNothing: true,
      wrong: [{ selection: "mass" }, "selection must be one of eom, leaf"],
    },
  ],
  isolationForest: [
    {
      options: { trees: 20, sampleSize: 16 },
      chaotic: true,
      seeded: true,
      needsNothing: true,
      wrong: [{ sampleSize: 1 }, "sampleSize must be an integer ≥ 2, got 1"],
    },
  ],
  localOutlierFactor: [
    {
      options: { nNeighbors: 6 },
      seeded: false,
      needsNothing: true,
      wrong: [{ nNeighbors: 0 }, "nNeighbors must be an integer ≥ 1, got 0"],
    },
  ],
  iterativeRidge: [
    {
      options: { ridge: 0.1 },
      seeded: false,
      needsNothing: true,
      ownReconstruction: true,
      wrong: [{ ridge: 0 }, "ridge must be a number > 0, or validated, got 0"],
    },
  ],
  nearestNeighborImputation: [
    {
      options: { nNeighbors: 5 },
      seeded: false,
      needsNothing: true,
      ownReconstruction: true,
      wrong: [{ nNeighbors: 1.5 }, "nNeighbors must be an integer ≥ 1, or validated, got 1.5"],
    },
  ],
  tsne: [
    {
      options: { latentDim: 2, perplexity: 5, maxIter: 20, algorithm: "fft" },
      onDigits: { maxIter: 5 },
      chaotic: true,
      seeded: true,
      needsNothing: true,
      wrong: [{ perplexity: 1 }, "perplexity must be a number > 1, or a list of them, got 1"],
    },
    {
      options: { latentDim: 2, perplexity: [3, 8], maxIter: 20, init: "random", algorithm: "exact" },
      onDigits: { maxIter: 3 },
      chaotic: true,
      seeded: true,
      needsNothing: true,
      wrong: [{ latentDim: 4 }, "latentDim must be an integer from 1 to 3, got 4"],
    },
  ],
  umap: [
    {
      options: { latentDim: 2, nNeighbors: 6, maxIter: 20 },
      onDigits: { maxIter: 5 },
      chaotic: true,
      seeded: true,
      needsNothing: true,
      wrong: [{ nNeighbors: 1 }, "nNeighbors must be an integer ≥ 2, got 1"],
    },
    {
      options: { latentDim: 2, maxIter: 20, init: "pca", densMap: true, initialDims: 3 },
      onDigits: { maxIter: 5, initialDims: 20 },
      chaotic: true,
      seeded: true,
      needsNothing: true,
      wrong: [{ minDist: 2 }, "minDist must be at most spread, 1, got 2"],
    },
  ],
  kalmanFilter: [
    {
      options: { latentDim: 2, iterations: 10 },
      onDigits: { iterations: 2 },
      seeded: false,
      wrong: [{ iterations: 0 }, "iterations must be an integer ≥ 1, got 0"],
      ownScore: true,
      ownReconstruction: true,
    },
    {
      options: { latentDim: 2, iterations: 10, code: "smoothed", observationNoise: "full" },
      onDigits: { iterations: 2 },
      seeded: false,
      wrong: [{ code: "past" }, 'code must be one of filtered, smoothed, got "past"'],
      ownScore: true,
      ownReconstruction: true,
      lookingAhead: true,
    },
  ],
  nextStep: [
    ...["linear", "gru", "diagonal", "convolution"].map((network) => ({
      options: { latentDim: 2, network, window: 8 },
      seeded: true,
      ownReconstruction: true,
      wrong: [{ network: "lstm" }, "network must be one of linear, gru, diagonal, convolution"] as [
        object,
        string,
      ],
    })),
    {
      options: { latentDim: 2, window: 7, stride: 3, horizon: 3, teacherForcing: 0.5, residual: false },
      seeded: true,
      ownReconstruction: true,
      wrong: [{ horizon: 7 }, "window must be above horizon, 7, got 7"],
    },
  ],
  sequenceAutoencoder: [
    ...["gru", "linear", "diagonal", "convolution"].map((network) => ({
      options: { latentDim: 2, network, hidden: 4 },
      onDigits: { rowShape: [8, 8] },
      seeded: true,
      onlyPadding: true,
      wrong: [{ rowShape: [5] }, "rowShape must be [steps, features], integers ≥ 1, got [5]"] as [
        object,
        string,
      ],
    })),
  ],
};
