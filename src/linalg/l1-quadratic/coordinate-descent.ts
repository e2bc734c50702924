/**
 * @file Coordinate descent on the Gram matrix for the lasso of one row.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + α ‖z‖₁,   and z ≥ 0 if asked
 *
 * A step sets zⱼ ← soft(gⱼ + Gⱼⱼ zⱼ, α) / Gⱼⱼ, where g = c − G z is kept up to date. Slow where atoms in use are alike, but
 * each step lowers the objective: it is there for atoms so nearly dependent that solving for their codes is mostly rounding.
 * Source: Friedman, Hastie & Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
 * descent", J. Statistical Software 33(1), covariance updates.
 */

/** A row is done when no step moves its gradient by more than this share of its largest correlation. */
const TOLERANCE = 1e-12;
const MOST_SWEEPS = 1000;

/** @param z where to start; where the codes are put. */
export function descend(
  gram: Float64Array,
  c: Float64Array,
  alpha: number,
  nonNegative: boolean,
  z: Float64Array,
): void {
  const k = c.length;
  const g = Float64Array.from(c);
  const active = new Int32Array(k);
  const lowest = nonNegative ? Number.POSITIVE_INFINITY : alpha;
  let largest = 0;
  for (let j = 0; j < k; j++) {
    if (Math.abs(c[j]!) > largest) largest = Math.abs(c[j]!);
    const value = z[j]!;
    if (value !== 0) for (let i = 0, from = j * k; i < k; i++, from++) g[i]! -= value * gram[from]!;
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
        pull > alpha ? (pull - alpha) / curvature : pull < -lowest ? (pull + alpha) / curvature : 0;
      if (after === before) continue;
      const step = after - before;
      z[j] = after;
      for (let i = 0, from = j * k; i < k; i++, from++) g[i]! -= step * gram[from]!;
      const size = Math.abs(step) * curvature;
      if (size > moved) moved = size;
    }
    if (moved <= small) {
      if (all) return;
      all = true;
      inUse = k;
    } else if (all) {
      all = false;
      inUse = 0;
      for (let j = 0; j < k; j++) if (z[j] !== 0) active[inUse++] = j;
    }
  }
}
