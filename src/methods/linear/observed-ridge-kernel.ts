/**
 * @file Ridge regression of what is there of a row on components, many rows at a time.
 *
 *   min over a of  Σ_{j observed} (xⱼ − bⱼᵀa)² + λ ‖a‖²,   B = V √S,   z = √S a,   VᵀV = I
 *
 * Solved by the normal equations (B_ΩᵀB_Ω + λI) a = B_Ωᵀ x_Ω and Cholesky; of a whole row they are diagonal.
 */
import { factorSmall, solveLower, solveUpper } from "../../linalg/small-cholesky.js";
import type { Kernel } from "../../parallel/kernel.js";

/** Rows of a chunk. */
export const RIDGE_ROWS = 64;

export interface RidgeArgs {
  /** Row-major `[n, d]`, less the mean; NaN is missing. */
  x: Float64Array;
  /** √S Vᵀ, row-major `[r, d]`. */
  factor: Float64Array;
  /** S, all > 0, `[r]`. */
  squares: Float64Array;
  /** Codes, row-major `[n, k]`, k ≥ r; the others stay 0. */
  codes: Float32Array;
  d: number;
  k: number;
  weight: number;
  [name: string]: Float64Array | Float32Array | number;
}

export const observedRidge: Kernel<RidgeArgs> = {
  name: "observedRidge",
  run({ x, factor, squares, codes, d, k, weight }, chunk) {
    const r = squares.length;
    const rows = x.length / d;
    const gram = new Float64Array(r * r);
    const right = new Float64Array(r);
    const observed = new Int32Array(d);
    const last = Math.min(rows, (chunk + 1) * RIDGE_ROWS);
    for (let i = chunk * RIDGE_ROWS; i < last; i++) {
      const at = i * d;
      let count = 0;
      for (let j = 0; j < d; j++) if (!Number.isNaN(x[at + j]!)) observed[count++] = j;
      for (let a = 0; a < r; a++) {
        let sum = 0;
        for (let o = 0; o < count; o++) sum += factor[a * d + observed[o]!]! * x[at + observed[o]!]!;
        right[a] = sum;
      }
      if (count === d) {
        for (let a = 0; a < r; a++) right[a]! /= squares[a]! + weight;
      } else {
        for (let a = 0; a < r; a++) {
          for (let b = 0; b <= a; b++) {
            let sum = 0;
            for (let o = 0; o < count; o++)
              sum += factor[a * d + observed[o]!]! * factor[b * d + observed[o]!]!;
            gram[a * r + b] = sum;
          }
          gram[a * r + a]! += weight;
        }
        if (!factorSmall(gram, r, r)) right.fill(Number.NaN);
        solveLower(gram, r, 0, r, right, 0);
        solveUpper(gram, r, r, right, 0);
      }
      for (let a = 0; a < r; a++) codes[i * k + a] = Math.sqrt(squares[a]!) * right[a]!;
    }
  },
};
