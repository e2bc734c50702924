/**
 * @file Unlabeled: representations from unlabeled data. `fit(method, data)` gives a fitted model.
 * @module unlabeled
 */

export type { BytesLike } from "./data/bytes.js";
export type { RowsLike, SequencesLike } from "./data/dataset.js";
export type { Matrix, MatrixLike, Numbers } from "./data/matrix.js";
export { type ColumnMoments, fitScale, type ScaleHints, type ScaleKind, type Scaling } from "./data/scale.js";
export type { Sequences } from "./data/sequences.js";
export * as engine from "./engine/index.js";
export type { OptimizerSpec } from "./engine/optimizers.js";
export { configureRuntime, type RuntimeOptions } from "./engine/session.js";
export type { AffineMap } from "./methods/augmentations/affine-map.js";
export type { Augmentation, ViewSource } from "./methods/augmentations/augmentation.js";
export type { Augmenting } from "./methods/augmentations/augmentations-option.js";
/** Augmentations of rows: `augmentations.shift(2)`. */
export * as augmentations from "./methods/augmentations/named.js";
export type { Noise } from "./methods/augmentations/noise-option.js";
export {
  type AutoDecoder,
  type AutoDecoderOptions,
  autoDecoder,
} from "./methods/autoencoder/auto-decoder.js";
export { type AutoencoderOptions, autoencoder } from "./methods/autoencoder/autoencoder.js";
export {
  type ContractiveAutoencoder,
  type ContractiveAutoencoderOptions,
  contractiveAutoencoder,
} from "./methods/autoencoder/contractive.js";
export {
  type ConvolutionalAutoencoder,
  type ConvolutionalAutoencoderOptions,
  convolutionalAutoencoder,
} from "./methods/autoencoder/convolutional.js";
export { type DenoisingAutoencoderOptions, denoisingAutoencoder } from "./methods/autoencoder/denoising.js";
export type { BoundOptions } from "./methods/autoencoder/likelihood-bounds.js";
export {
  type MaskedAutoencoder,
  type MaskedAutoencoderOptions,
  maskedAutoencoder,
} from "./methods/autoencoder/masked.js";
export {
  type RobustSubspaceRecovery,
  type RobustSubspaceRecoveryOptions,
  robustSubspaceRecovery,
} from "./methods/autoencoder/robust-subspace-recovery.js";
export {
  type SparseAutoencoder,
  type SparseAutoencoderOptions,
  type Sparsity,
  sparseAutoencoder,
} from "./methods/autoencoder/sparse.js";
export {
  type StackedAutoencoder,
  type StackedAutoencoderOptions,
  stackedAutoencoder,
} from "./methods/autoencoder/stacked.js";
export {
  type VariationalAutoencoder,
  type VariationalAutoencoderOptions,
  variationalAutoencoder,
} from "./methods/autoencoder/variational.js";
export { type Hdbscan, type HdbscanOptions, hdbscan, type Memberships } from "./methods/cluster/hdbscan.js";
export { type KMeans, type KMeansOptions, kMeans } from "./methods/cluster/k-means.js";
export { type BarlowTwinsOptions, barlowTwins } from "./methods/contrastive/barlow-twins.js";
export { type ByolOptions, byol } from "./methods/contrastive/byol.js";
export type { ViewOptions } from "./methods/contrastive/contrastive-of.js";
export { type SimSiamOptions, simSiam } from "./methods/contrastive/sim-siam.js";
export { type SimclrOptions, simclr } from "./methods/contrastive/simclr.js";
export {
  type SpectralContrastiveOptions,
  spectralContrastive,
} from "./methods/contrastive/spectral-contrastive.js";
export { type TripletOptions, triplet } from "./methods/contrastive/triplet.js";
export { type VicRegOptions, vicReg } from "./methods/contrastive/vic-reg.js";
export {
  type ChosenScale,
  type DataFacts,
  defaultScaleOf,
  type TakesNumbers,
} from "./methods/default-scale.js";
export type { AnnealingOptions, PartitionEstimate } from "./methods/energy/annealed-importance-sampling.js";
export type { SampleOptions } from "./methods/energy/gibbs.js";
export {
  type RestrictedBoltzmannMachine,
  type RestrictedBoltzmannMachineOptions,
  restrictedBoltzmannMachine,
} from "./methods/energy/restricted-boltzmann-machine.js";
export {
  type IterativeRidge,
  type IterativeRidgeOptions,
  iterativeRidge,
} from "./methods/imputation/iterative-ridge.js";
export {
  type NearestNeighborImputation,
  type NearestNeighborImputationOptions,
  nearestNeighborImputation,
} from "./methods/imputation/nearest-neighbor-imputation.js";
export {
  type Factorization,
  type FactorizationOptions,
  factorization,
} from "./methods/linear/factorization.js";
export {
  type LinearAutoencoder,
  type LinearAutoencoderOptions,
  linearAutoencoder,
  type Parameterization,
} from "./methods/linear/linear-autoencoder.js";
export { type LogisticPca, type LogisticPcaOptions, logisticPca } from "./methods/linear/logistic-pca.js";
export {
  type LowRankCompletion,
  type LowRankCompletionOptions,
  lowRankCompletion,
} from "./methods/linear/low-rank-completion.js";
export {
  type NonNegativeFactorization,
  type NonNegativeFactorizationOptions,
  nonNegativeFactorization,
} from "./methods/linear/non-negative-factorization.js";
export { type Pca, type PcaOptions, pca } from "./methods/linear/pca.js";
export {
  binaryCrossEntropy,
  crossEntropy,
  huber,
  type Loss,
  meanSquared,
  squaredError,
  unsquared,
} from "./methods/losses.js";
export {
  type ClassicalMds,
  type ClassicalMdsOptions,
  classicalMds,
} from "./methods/manifold/classical-mds.js";
export { type Isomap, type IsomapOptions, isomap } from "./methods/manifold/isomap.js";
export {
  type LaplacianEigenmaps,
  type LaplacianEigenmapsOptions,
  laplacianEigenmaps,
} from "./methods/manifold/laplacian-eigenmaps.js";
export {
  type LocallyLinearEmbedding,
  type LocallyLinearEmbeddingOptions,
  locallyLinearEmbedding,
} from "./methods/manifold/locally-linear-embedding.js";
export { type Tsne, type TsneOptions, tsne } from "./methods/manifold/tsne.js";
export { type Umap, type UmapOptions, umap } from "./methods/manifold/umap.js";
export type { Iteration, Method, Preparation } from "./methods/method.js";
export { defineMethod, type MethodDefinition, type MethodEntry } from "./methods/method-entry.js";
export type { Coder, Embedder, Encoder, Epoch, FittedModel, PartName } from "./methods/model.js";
export type { Layer, LayerStack } from "./methods/networks/convolutional-layers.js";
export type { EncoderOptions } from "./methods/networks/encoders.js";
export type { Activation } from "./methods/networks/network.js";
export type { SequenceNetworkName } from "./methods/networks/sequence-networks.js";
export {
  type IsolationForest,
  type IsolationForestOptions,
  isolationForest,
} from "./methods/outlier/isolation-forest.js";
export {
  type LocalOutlierFactor,
  type LocalOutlierFactorOptions,
  localOutlierFactor,
} from "./methods/outlier/local-outlier-factor.js";
export { group, kl, l1, l2, type Penalty, type PenaltyInput } from "./methods/penalties.js";
export { type ListedMethod, methodNamed, methods } from "./methods/registry.js";
export {
  type FilteredStates,
  type Forecast,
  kalmanSteadyState,
  type SmoothedStates,
  type SteadyState,
  type SystemMatrices,
} from "./methods/sequence/kalman/kalman-results.js";
export {
  type KalmanFilter,
  type KalmanFilterOptions,
  kalmanFilter,
} from "./methods/sequence/kalman-filter.js";
export { type NextStep, type NextStepOptions, nextStep } from "./methods/sequence/next-step.js";
export {
  type SequenceAutoencoderOptions,
  sequenceAutoencoder,
} from "./methods/sequence/sequence-autoencoder.js";
export {
  type DeepSparseCoding,
  type DeepSparseCodingOptions,
  deepSparseCoding,
} from "./methods/sparse/deep-sparse-coding.js";
export {
  type PredictiveSparseDecomposition,
  type PredictiveSparseDecompositionOptions,
  type Predictor,
  predictiveSparseDecomposition,
} from "./methods/sparse/predictive-sparse-decomposition.js";
export { type SparsePenalty, sparseCodes } from "./methods/sparse/sparse-codes.js";
export {
  type SparseCoding,
  type SparseCodingOptions,
  sparseCoding,
} from "./methods/sparse/sparse-coding.js";
export { type Random, random } from "./random.js";
export {
  type ClusterRowsOptions,
  clusterRows,
  type LoneRow,
  type RowCluster,
  type RowClustering,
} from "./tasks/cluster/cluster-rows.js";
export {
  type ClusterDescription,
  type ClusterDifference,
  type DescribedType,
  describeClusters,
} from "./tasks/cluster/describe-clusters.js";
export type { ClusterTrial } from "./tasks/cluster/number-of-clusters.js";
export {
  type Candidate,
  type CompareOptions,
  type Comparison,
  type ComparisonEntry,
  type ComparisonTrial,
  compareMethods,
  type Judged,
} from "./tasks/compare.js";
export { type Denoised, type DenoiseOptions, denoise } from "./tasks/denoise/denoise.js";
export {
  type DimensionEntry,
  type DimensionOptions,
  type FewLabelsByDimension,
  fewLabelsByDimension,
} from "./tasks/few-labels/by-dimension.js";
export type { FewLabelsOptions } from "./tasks/few-labels/draws.js";
export type { FeatureName } from "./tasks/few-labels/features.js";
export {
  type FewLabels,
  type FewLabelsEntry,
  fewLabels,
  type LabelAccuracy,
  type Learner,
  type LearningOptions,
} from "./tasks/few-labels/few-labels.js";
export {
  type ClusterLabelEntry,
  type ClusterLabelOptions,
  type FewLabelsFromClusters,
  fewLabelsFromClusters,
  labelsOfClusters,
} from "./tasks/few-labels/from-clusters.js";
export { fillGaps } from "./tasks/fill.js";
export { type FineTuned, type FineTuneOptions, fineTune } from "./tasks/fine-tune.js";
export { type HiddenError, type HiddenErrorOptions, hiddenError } from "./tasks/hidden-error.js";
export { FILLERS, type FillerName } from "./tasks/imputation/filler-names.js";
export {
  type BestImputation,
  type ImputationProgress,
  type ImputationTrial,
  type ImputeByBestOptions,
  type ImputedColumn,
  imputeByBest,
} from "./tasks/imputation/impute-by-best.js";
export { type ImputeOptions, impute } from "./tasks/impute.js";
export {
  type DeepImagePriorOptions,
  deepImagePrior,
  type ImagesFound,
} from "./tasks/inverse-problem/deep-image-prior.js";
export type { InversionProgress } from "./tasks/inverse-problem/descend.js";
export { type Inversion, type InvertOptions, invert } from "./tasks/inverse-problem/invert.js";
export type { Measurement } from "./tasks/inverse-problem/measurements.js";
/** Measurements of rows: `measurements.linear(a)`. */
export * as measurements from "./tasks/inverse-problem/measurements.js";
export type { FigureName, Figures, LearnedRows } from "./tasks/judging.js";
export type { OutlierKind, OutlierMethod } from "./tasks/outliers/detectors.js";
export type { OutlierReason } from "./tasks/outliers/explain.js";
export {
  type DetectorProgress,
  type DetectorResult,
  type FindOutliersOptions,
  findOutliers,
  type OutlierRow,
  type OutlierSearch,
} from "./tasks/outliers/find-outliers.js";
export {
  type JudgedOutliers,
  judgedOutliers,
  type OutlierFigures,
} from "./tasks/outliers/outlier-figures.js";
export {
  type Classifier,
  type Eigenfaces,
  type EigenfacesOptions,
  eigenfaces,
  type Recognition,
} from "./tasks/recognize.js";
export { type SimilarRows, type SimilarRowsOptions, similarRows } from "./tasks/similar-rows.js";
export { type Tried, type Tuned, type TunedTrial, type TuneOptions, tune } from "./tasks/tune.js";
export { drawViews, type ViewsOptions } from "./tasks/views.js";
export {
  codeGrid,
  type Generative,
  type GridOptions,
  interpolate,
  isGenerative,
  sample,
  type Walk,
} from "./tasks/walk.js";
export { DivergedError, InterruptedError, StoppedError } from "./training/errors.js";
export { fit } from "./training/fit.js";
export type { FitOptions } from "./training/fit-options.js";
export { load } from "./training/load.js";
export type { Schedule } from "./training/schedule.js";
export type { Progress } from "./training/trainer.js";
export type { TrainingOptions } from "./training/training-options.js";
export { type Snapshot, startTraining, type TrainingSession } from "./training/training-session.js";
export { VERSION } from "./version.js";
