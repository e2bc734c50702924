/**
 * @file Means of the rows of each cluster.
 */
import type { Matrix, Numbers } from "../../data/matrix.js";

/** Means `[clusters, d]` in float64; 0 of clusters without rows. @param labels the cluster of every row of x `[n, d]`, below 0 for none. */
export function clusterMeans({ data, rows, cols }: Matrix, labels: Int32Array, clusters: number): Numbers {
  const means = new Float64Array(clusters * cols);
  const sizes = new Float64Array(clusters);
  for (let i = 0; i < rows; i++) {
    const g = labels[i]!;
    if (g < 0) continue;
    sizes[g]!++;
    for (let j = 0; j < cols; j++) means[g * cols + j]! += data[i * cols + j]!;
  }
  for (let at = 0; at < means.length; at++) means[at]! /= sizes[Math.floor(at / cols)]! || 1;
  return { data: means, rows: clusters, cols };
}
