/**
 * @file Names of the detectors of outliers, which help and checks of words have without loading them.
 */
import type { OutlierMethod } from "../src/tasks/outliers/detectors.js";

/** All of them, in the order of their kinds. */
export const DETECTOR_NAMES: readonly OutlierMethod[] = [
  "distanceToMean",
  "tailShares",
  "isolationForest",
  "robustSubspaceRecovery",
  "autoencoder",
  "neighbors",
  "localOutlierFactor",
  "kMeans",
  "pca",
  "regression",
];
