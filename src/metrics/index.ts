/**
 * @file How good a representation is. Also `import … from "unlabeled/metrics"`.
 */
export { rmseHidden } from "./imputation.js";
export { type NeighboursAccuracyOptions, neighboursAccuracy } from "./neighbours-accuracy.js";
export { type LinearProbeOptions, type LinearProbeResult, linearProbe } from "./probe.js";
export { averagePrecision, rocAuc } from "./ranking.js";
export { explainedVarianceRatio, squaredErrorPerSample } from "./reconstruction.js";
export { heldOut, type Split } from "./split.js";
