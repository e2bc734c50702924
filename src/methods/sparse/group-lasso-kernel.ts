/**
 * @file Group lasso for many rows by block coordinate descent on the Gram matrix.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + α Σ_b ‖z_b‖,   G = Dᵀ D,   c = Dᵀ x,   the blocks z_b of one size
 *
 * For a block with the others fixed, and p = g_b + G_bb z_b: z_b = 0 if ‖p‖ ≤ α; else z_b = (G_bb + α/t I)⁻¹ p, where t
 * is its length, the root of Σᵢ (vᵢᵀ p)² / (λᵢ t + α)² = 1 for the eigenpairs (λᵢ, vᵢ) of G_bb. Newton's method on
 * the inverse of the root of that sum is monotone from t = 0. After some sweeps the groups in use are known, and Newton's method
 * finds all their codes together (group-newton.ts).
 * Source: Yuan & Lin (2006), J. Royal Statistical Society B 68(1); the exact block step: Qin, Scheinberg & Goldfarb
 * (2013), "Efficient block-coordinate descent algorithms for the group lasso", Math. Prog. Computation 5.
 */
import { CHUNK_ROWS } from "../../linalg/l1-quadratic/rows-kernel.js";
import type { Kernel } from "../../parallel/kernel.js";
import { GroupNewton } from "./group-newton.js";
import type { CodeArgs } from "./row-kernel.js";

/** A row is done when no step moves its gradient by more than this share of its largest correlation. */
const TOLERANCE = 1e-12;
const MOST_SWEEPS = 100_000;
const SWEEPS_BEFORE_NEWTON = 12;
const MOST_NEWTON_STEPS = 60;

/** Atoms stand in the order of their groups, and each block G_bb is diagonal. Scalars: rows, α, atoms of a group. */
export const groupLassoRows: Kernel<CodeArgs> = {
  name: "groupLassoRows",
  run({ gram, correlations, codes }, chunk, scalars) {
    const [rows, alpha, size] = scalars as unknown as [number, number, number];
    const k = Math.sqrt(gram.length);
    const groups = k / size;
    const g = new Float64Array(k);
    const z = new Float64Array(k);
    const pull = new Float64Array(size);
    const curvatures = new Float64Array(size);
    const active = new Int32Array(groups);
    const newton = new GroupNewton(gram, k, size, alpha);
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
      let inUse = groups;
      let all = true;
      // Sweeps over the groups in use since they were last chosen, and how many before Newton's method has its turn.
      let sweeps = 0;
      let patience = SWEEPS_BEFORE_NEWTON;
      for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
        let moved = 0;
        for (let at = 0; at < inUse; at++) {
          const first = (all ? at : active[at]!) * size;
          let square = 0;
          for (let i = 0; i < size; i++) {
            const j = first + i;
            curvatures[i] = gram[j * k + j]!;
            pull[i] = g[j]! + curvatures[i]! * z[j]!;
            square += pull[i]! * pull[i]!;
          }
          const length = square > alpha * alpha ? blockLength(pull, curvatures, alpha) : 0;
          for (let i = 0; i < size; i++) {
            const j = first + i;
            const after = length === 0 ? 0 : (pull[i]! * length) / (curvatures[i]! * length + alpha);
            const step = after - z[j]!;
            if (step === 0) continue;
            z[j] = after;
            for (let to = 0, from = j * k; to < k; to++, from++) g[to]! -= step * gram[from]!;
            const change = Math.abs(step) * curvatures[i]!;
            if (change > moved) moved = change;
          }
        }
        if (all) {
          if (moved <= small) break;
          all = false;
          sweeps = 0;
        } else if (moved <= small) {
          all = true;
          inUse = groups;
          continue;
        } else if (++sweeps === patience) {
          if (newton.solve(correlations, row * k, z, active, inUse, small / 10)) {
            setGradient(gram, correlations, row * k, z, g);
            all = true;
            inUse = groups;
            continue;
          }
          patience *= 2;
        }
        // Those at 0 leave: Newton's method has no use for them.
        inUse = 0;
        for (let b = 0; b < groups; b++) if (isUsed(z, b * size, size)) active[inUse++] = b;
      }
      codes.set(z, row * k);
    }
  },
};

/** g = c − G z */
function setGradient(
  gram: Float64Array,
  c: Float64Array,
  from: number,
  z: Float64Array,
  g: Float64Array,
): void {
  const k = g.length;
  for (let j = 0; j < k; j++) g[j] = c[from + j]!;
  for (let t = 0; t < k; t++) {
    const value = z[t]!;
    if (value !== 0) for (let j = 0, at = t * k; j < k; j++, at++) g[j]! -= value * gram[at]!;
  }
}

function isUsed(z: Float64Array, first: number, size: number): boolean {
  for (let j = first; j < first + size; j++) if (z[j] !== 0) return true;
  return false;
}

/** t > 0 with s(t) = Σ pᵢ² / (λᵢ t + α)² = 1, where s(0) > 1, by Newton's method on s(t)^−½ = 1. */
function blockLength(p: Float64Array, curvatures: Float64Array, alpha: number): number {
  let t = 0;
  for (let step = 0; step < MOST_NEWTON_STEPS; step++) {
    let sum = 0;
    let slope = 0;
    for (let i = 0; i < p.length; i++) {
      const inverse = 1 / (curvatures[i]! * t + alpha);
      const term = p[i]! * p[i]! * inverse * inverse;
      sum += term;
      slope += term * curvatures[i]! * inverse;
    }
    // Directions without curvature have no pull but for rounding.
    if (!(slope > 0)) return 0;
    const next = t + (sum * (Math.sqrt(sum) - 1)) / slope;
    if (!(next > t)) return t;
    t = next;
  }
  return t;
}
