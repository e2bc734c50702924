/**
 * @file Squared distances of every row to every other: ‖xᵢ − xⱼ‖², or (1 − cos ∠(xᵢ, xⱼ))².
 */
import type { Kernel } from "../../../parallel/kernel.js";

export interface PairwiseArgs extends Record<string, Float64Array | Float32Array | number> {
  /** `[n, d]`. */
  x: Float32Array;
  /** 1 / ‖xᵢ‖ for angles, 0 for a row of zeros; empty for Euclidean distances. */
  inverseNorms: Float64Array;
  d: number;
  /** `[n, n − 1]`: each row without itself. */
  squaredDistances: Float64Array;
}

/** A chunk is one row. */
export const pairwise: Kernel<PairwiseArgs> = {
  name: "pairwise",
  run({ x, inverseNorms, d, squaredDistances }, i) {
    const n = x.length / d;
    let to = i * (n - 1);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      let sum = 0;
      if (inverseNorms.length === 0) {
        for (let a = i * d, b = j * d, end = a + d; a < end; a++, b++) {
          const difference = x[a]! - x[b]!;
          sum += difference * difference;
        }
        squaredDistances[to++] = sum;
      } else {
        for (let a = i * d, b = j * d, end = a + d; a < end; a++, b++) sum += x[a]! * x[b]!;
        const dissimilarity = 1 - sum * inverseNorms[i]! * inverseNorms[j]!;
        squaredDistances[to++] = dissimilarity * dissimilarity;
      }
    }
  },
};
