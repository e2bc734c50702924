/**
 * @file Measures of how good a representation is. Also `import … from "unlabeled/metrics"`.
 * @module unlabeled/metrics
 */
export { adjustedRandIndex, normalizedMutualInformation } from "./agreement.js";
export { type ConfidenceInterval, confidenceInterval } from "./confidence-interval.js";
export type { Labels } from "./groups.js";
export { rmseHidden } from "./imputation.js";
export { intrinsicDimension } from "./intrinsic-dimension.js";
export {
  identityDistance,
  type LinearMap,
  linearMap,
  noiseGain,
  type Reconstructing,
  spectralNorm,
} from "./linear-map.js";
export {
  conditionalMean,
  leastNoiseGain,
  type MaskedOptimumOptions,
  mapError,
  maskedOptimum,
  type WienerPoint,
  wienerFilter,
  wienerFrontier,
} from "./linear-optima.js";
export { neighborPreservation } from "./neighbor-preservation.js";
export {
  leaveOneOutAccuracy,
  type NeighborsAccuracyOptions,
  neighborsAccuracy,
} from "./neighbors-accuracy.js";
export { type LinearProbeOptions, type LinearProbeResult, linearProbe } from "./probe.js";
export { procrustesDisparity } from "./procrustes.js";
export { peakSignalToNoise } from "./psnr.js";
export { averagePrecision, rocAuc } from "./ranking.js";
export { explainedVarianceRatio, squaredErrorPerSample } from "./reconstruction.js";
export { silhouette, silhouetteSamples } from "./silhouette.js";
export { heldOut, type Split } from "./split.js";
export { continuity, type NeighborhoodOptions, trustworthiness } from "./trustworthiness.js";
