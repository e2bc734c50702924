/**
 * @file Names of methods as people spell them: in any case, with any or no marks between words, and by what else the field
 * calls them.
 */

/** The letters and digits of a name, in lower case and as Americans write: `t-SNE`, `TSNE` and `t_sne` are one. */
export function spelling(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/is(?=ation)/g, "iz");
}

/** Other names of methods, each by its `spelling`. */
export const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  pca: ["principalcomponentanalysis", "principalcomponents", "principalcomponentsanalysis"],
  logisticPca: ["binarypca", "logisticprincipalcomponentanalysis"],
  linearAutoencoder: ["linearae", "lae"],
  factorization: ["matrixfactorization", "mf"],
  nonNegativeFactorization: ["nmf", "nnmf", "nonnegativematrixfactorization"],
  lowRankCompletion: ["matrixcompletion", "lowrankmatrixcompletion", "softimpute"],
  autoencoder: ["ae", "autoencoders", "mlpautoencoder", "deepautoencoder"],
  convolutionalAutoencoder: ["convautoencoder", "convae", "cnnautoencoder", "convolutionalae"],
  contractiveAutoencoder: ["contractiveae"],
  sparseAutoencoder: ["sparseae"],
  denoisingAutoencoder: ["dae", "denoisingae"],
  maskedAutoencoder: ["mae", "maskedae"],
  stackedAutoencoder: ["stackedae"],
  variationalAutoencoder: ["vae", "betavae", "variationalae", "gaussianvae"],
  robustSubspaceRecovery: ["rsr", "rsrae"],
  autoDecoder: ["deepfactorization"],
  spectralContrastive: ["spectralcontrastivelearning", "spectralcontrastiveloss", "scl"],
  triplet: ["tripletloss", "tripletnetwork", "facenet"],
  simclr: ["ntxent", "contrastive", "contrastivelearning", "infonce"],
  byol: ["bootstrapyourownlatent"],
  simSiam: ["siamese", "simplesiamese"],
  vicReg: ["varianceinvariancecovariance", "varianceinvariancecovarianceregularization"],
  barlowTwins: ["barlow", "barlowtwin"],
  sparseCoding: [
    "dictionarylearning",
    "sparsedictionarylearning",
    "sparsecodes",
    "minibatchdictionarylearning",
  ],
  predictiveSparseDecomposition: ["psd"],
  restrictedBoltzmannMachine: ["rbm", "bernoullirbm", "boltzmannmachine"],
  kMeans: ["kmean", "lloyd", "kmeansclustering", "kmeansplusplus"],
  hdbscan: ["hierarchicaldbscan", "hdbscanstar"],
  isolationForest: ["iforest", "isolationforests", "isolationtrees"],
  localOutlierFactor: ["lof", "localoutlierfactors"],
  iterativeRidge: ["iterativeimputer", "mice", "chainedequations", "regem", "regularizedem", "bayesianridge"],
  nearestNeighborImputation: ["knnimputer", "knnimputation", "knnimpute", "nearestneighbors", "knn"],
  classicalMds: [
    "mds",
    "multidimensionalscaling",
    "classicalmultidimensionalscaling",
    "classicalscaling",
    "pcoa",
    "principalcoordinates",
    "principalcoordinateanalysis",
  ],
  laplacianEigenmaps: ["spectralembedding", "laplacianeigenmap"],
  locallyLinearEmbedding: ["lle", "locallinearembedding"],
  umap: ["uniformmanifoldapproximationandprojection", "uniformmanifoldapproximation", "densmap"],
  kalmanFilter: [
    "kalman",
    "kalmansmoother",
    "rtssmoother",
    "lds",
    "lineardynamicalsystem",
    "lineargaussianstatespacemodel",
    "statespace",
    "statespacemodel",
    "linearstatespace",
  ],
  nextStep: ["nextstepprediction", "rnn", "gru", "recurrentnetwork", "forecasting"],
  sequenceAutoencoder: [
    "seq2seq",
    "sequencetosequence",
    "recurrentautoencoder",
    "lstmautoencoder",
    "rnnautoencoder",
  ],
  tsne: ["sne", "tdistributedstochasticneighborembedding", "stochasticneighborembedding"],
};

const MAPS = ["umap", "tsne", "isomap", "laplacianEigenmaps"];
const CLUSTERS = ["kMeans", "hdbscan"];
const OUTLIERS = ["isolationForest", "localOutlierFactor", "robustSubspaceRecovery", "pca"];
const GENERATORS = ["variationalAutoencoder", "restrictedBoltzmannMachine"];
const FILLERS = ["iterativeRidge", "nearestNeighborImputation", "maskedAutoencoder"];

/** Methods that may be meant by a name of several, or that do the job of one that is not here; by its `spelling`. */
export const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  ...named(MAPS, [
    "parametricumap",
    "pacmap",
    "trimap",
    "phate",
    "largevis",
    "diffusionmap",
    "diffusionmaps",
  ]),
  ...named(CLUSTERS, [
    ...["dbscan", "optics", "birch", "meanshift", "kmedoids", "gmm", "gaussianmixture", "som"],
    ...["agglomerative", "hierarchical", "hierarchicalclustering", "agglomerativeclustering", "clustering"],
  ]),
  spectralclustering: ["laplacianEigenmaps", "kMeans"],
  ...named(OUTLIERS, [
    ...["outlierdetection", "anomalydetection", "extendedisolationforest", "copod", "ecod"],
    ...["ocsvm", "oneclasssvm", "robustpca", "deepsvdd"],
  ]),
  ...named(GENERATORS, ["gan", "diffusion", "flow", "normalizingflow", "dbn", "deepbeliefnetwork"]),
  ...named(FILLERS, ["missforest", "gain", "missranger", "imputer"]),
  ...named(["pca", "linearAutoencoder", "factorization"], ["svd", "truncatedsvd", "factoranalysis", "fa"]),
  ...named(["sparseCoding", "pca"], ["ica", "fastica", "sparsepca"]),
  ksvd: ["sparseCoding"],
  kernelpca: ["isomap", "laplacianEigenmaps", "autoencoder"],
  cae: ["contractiveAutoencoder", "convolutionalAutoencoder"],
  sae: ["sparseAutoencoder", "stackedAutoencoder"],
};

function named(methods: readonly string[], names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, methods]));
}
