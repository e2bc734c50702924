/**
 * @file Sweeps of coordinate descent for non-negative least squares of many rows with one Gram matrix.
 *
 *   zⱼ ← max(0, zⱼ − gⱼ / Gⱼⱼ),   g = G z − a,   G = BᵀB,   a = Bᵀx
 *
 * which for all rows together is HALS: one column of Z after another. Zeros that stay cost nothing, since g is kept up.
 */
import type { Kernel } from "../../parallel/kernel.js";

/** Rows of a chunk. */
export const DESCENT_ROWS = 256;
/** Sweeps end for a row once one moves it by less than this share of the first. */
const LEAST_MOVE = 0.1;

export interface DescentArgs {
  /** G, row-major `[k, k]`. */
  gram: Float64Array;
  /** Row-major `[n, k]`. */
  right: Float32Array;
  /** Z, row-major `[n, k]`, ≥ 0: changed in place. */
  z: Float64Array;
  /** Z once more. */
  rounded: Float32Array;
  /** Of every chunk Σ |projected gradient| before its sweeps. */
  violations: Float64Array;
  k: number;
  [name: string]: Float64Array | Float32Array | number;
}

/** Scalars: the most sweeps. */
export const coordinateDescent: Kernel<DescentArgs> = {
  module: import.meta.url,
  name: "coordinateDescent",
  run({ gram, right, z, rounded, violations, k }, chunk, scalars) {
    const sweeps = scalars[0]!;
    const gradient = new Float64Array(k);
    const last = Math.min(z.length / k, (chunk + 1) * DESCENT_ROWS);
    let violation = 0;
    for (let i = chunk * DESCENT_ROWS; i < last; i++) {
      const at = i * k;
      for (let j = 0; j < k; j++) gradient[j] = -right[at + j]!;
      for (let j = 0; j < k; j++) {
        const value = z[at + j]!;
        if (value === 0) continue;
        for (let l = 0, g = j * k; l < k; l++, g++) gradient[l]! += value * gram[g]!;
      }
      for (let j = 0; j < k; j++) if (z[at + j]! > 0 || gradient[j]! < 0) violation += Math.abs(gradient[j]!);
      let first = 0;
      for (let sweep = 0; sweep < sweeps; sweep++) {
        let moved = 0;
        for (let j = 0; j < k; j++) {
          const curvature = gram[j * k + j]!;
          const before = z[at + j]!;
          if (curvature <= 0 || (before === 0 && gradient[j]! >= 0)) continue;
          const after = Math.max(0, before - gradient[j]! / curvature);
          const step = after - before;
          z[at + j] = after;
          moved += step * step * curvature;
          for (let l = 0, g = j * k; l < k; l++, g++) gradient[l]! += step * gram[g]!;
        }
        if (sweep === 0) first = moved;
        if (moved <= LEAST_MOVE * LEAST_MOVE * first) break;
      }
      for (let j = 0; j < k; j++) rounded[at + j] = z[at + j]!;
    }
    violations[chunk] = violation;
  },
};
