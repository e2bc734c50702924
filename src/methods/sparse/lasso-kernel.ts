/**
 * @file Lasso, elastic net and their non-negative forms for many rows, by coordinate descent on the Gram matrix.
 *
 *   min over z of  ½ zᵀ (G + β I) z − cᵀ z + α ‖z‖₁,   G = Dᵀ D,   c = Dᵀ x,   and z ≥ 0 if asked
 *
 * A step sets zⱼ ← soft(gⱼ + Gⱼⱼ zⱼ, α) / (Gⱼⱼ + β), where g = c − G z is kept up to date.
 * Source: Friedman, Hastie & Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
 * descent", J. Statistical Software 33(1), covariance updates.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { CHUNK_ROWS, type CodeArgs } from "./row-kernel.js";

/** A row is done when no step moves its gradient by more than this share of its largest correlation. */
const TOLERANCE = 1e-9;
const MOST_SWEEPS = 100_000;

/** Scalars: rows, α, β, and 1 where codes must be ≥ 0, else 0. */
export const lassoRows: Kernel<CodeArgs> = {
  module: import.meta.url,
  name: "lassoRows",
  run({ gram, correlations, codes }, chunk, scalars) {
    const [rows, alpha, ridge, nonNegative] = scalars as unknown as [number, number, number, number];
    const k = Math.sqrt(gram.length);
    const g = new Float64Array(k);
    const z = new Float64Array(k);
    const active = new Int32Array(k);
    const lowest = nonNegative === 1 ? Number.POSITIVE_INFINITY : alpha;
    const end = Math.min(rows, (chunk + 1) * CHUNK_ROWS);
    for (let row = chunk * CHUNK_ROWS; row < end; row++) {
      let largest = 0;
      for (let j = 0; j < k; j++) {
        const c = correlations[row * k + j]!;
        g[j] = c;
        z[j] = 0;
        if (Math.abs(c) > largest) largest = Math.abs(c);
      }
      const small = TOLERANCE * largest;
      // Sweeps over all atoms, and between them over those in use until these are settled.
      let inUse = k;
      let all = true;
      for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
        let moved = 0;
        for (let at = 0; at < inUse; at++) {
          const j = all ? at : active[at]!;
          const curvature = gram[j * k + j]!;
          if (curvature === 0) continue;
          const before = z[j]!;
          const pull = g[j]! + curvature * before;
          const after =
            pull > alpha
              ? (pull - alpha) / (curvature + ridge)
              : pull < -lowest
                ? (pull + alpha) / (curvature + ridge)
                : 0;
          if (after === before) continue;
          const step = after - before;
          z[j] = after;
          for (let i = 0, from = j * k; i < k; i++, from++) g[i]! -= step * gram[from]!;
          const size = Math.abs(step) * curvature;
          if (size > moved) moved = size;
        }
        if (moved <= small) {
          if (all) break;
          all = true;
          inUse = k;
        } else if (all) {
          all = false;
          inUse = 0;
          for (let j = 0; j < k; j++) if (z[j] !== 0) active[inUse++] = j;
        }
      }
      codes.set(z, row * k);
    }
  },
};
