/**
 * @file Rows that are unusual: a method that scores them where none is named, and scores above a threshold.
 */
import { type Pca, pca } from "../../methods/linear/pca.js";
import type { Method } from "../../methods/method.js";
import { quantileOf } from "../robust-units.js";

/** Squared distances from the principal components that the rows have in common. @param latentDim number of these. */
export function usualScorer(latentDim: number): Method<Pca> {
  return pca({ latentDim });
}

/**
 * The q-quantile, interpolated between the two nearest scores.
 * Source: Hyndman & Fan (1996), "Sample quantiles in statistical packages", definition 7.
 * @param scores at least one. @param q in [0, 1].
 */
export function quantile(scores: Float32Array, q: number): number {
  return quantileOf(Float64Array.from(scores).sort(), q);
}

/** Rows, from 0, that score higher than `limit`, in their order. */
export function outliers(scores: Float32Array, limit: number): number[] {
  const rows: number[] = [];
  scores.forEach((score, row) => {
    if (score > limit) rows.push(row);
  });
  return rows;
}
