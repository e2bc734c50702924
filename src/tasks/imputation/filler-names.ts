/**
 * @file Names of the ways to fill gaps, apart from the ways, so that a list of them loads none.
 */

/** Ways to fill gaps, quick ones first. */
export const FILLERS = [
  "columnMeans",
  "nearestNeighborImputation",
  "iterativeRidge",
  "lowRankCompletion",
  "linearAutoencoder",
  "maskedAutoencoder",
] as const;

/** Name of a way to fill gaps: that of a method, or `columnMeans`. */
export type FillerName = (typeof FILLERS)[number];
