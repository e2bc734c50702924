/**
 * @file The secular equation of divide and conquer: the eigenvalues of a diagonal matrix plus rank one.
 *
 *   f(λ) = c + Σⱼ wⱼ / (pⱼ − λ) = 0,   p₀ < p₁ < … < pₙ₋₁,   wⱼ > 0,   c > 0
 *
 * has one root in every gap (pₖ, pₖ₊₁) and one above pₙ₋₁. Every root is found as an offset μ from its nearest
 * pole, so that all differences pⱼ − λ keep full relative accuracy; eigenvectors made from them are orthogonal.
 * Iteration: the "middle way", Li (1993), "Solving secular equations stably and efficiently", LAPACK note 89,
 * inside a shrinking bracket. Weights: Gu & Eisenstat (1994), "A stable and efficient algorithm for the
 * rank-one modification of the symmetric eigenproblem", SIAM J. Matrix Anal. Appl. 15(4).
 */
import type { Breathing } from "./breathing.js";

/** Roots of a secular equation. */
export interface SecularRoots {
  /** Index of the pole each root is measured from. */
  readonly origin: Int32Array;
  /** Root k is `poles[origin[k]] + offset[k]`. */
  readonly offset: Float64Array;
  /** `distance[k * n + j]` = pole j − root k, to full relative accuracy; shape `[n, n]`. */
  readonly distance: Float64Array;
  /** Weights ŵⱼ for which the computed roots are exact: eigenvectors are to be made of these, shape `[n]`. */
  readonly weights: Float64Array;
}

const MAX_ITERATIONS = 100;

/**
 * Solves for all n roots.
 * @param weights wⱼ > 0, shape `[n]`.
 * @param constant c > 0.
 * @param shiftedPoles fills its second argument with pⱼ − p_origin, to full relative accuracy.
 */
export async function secularRoots(
  weights: Float64Array,
  constant: number,
  shiftedPoles: (origin: number, out: Float64Array) => void,
  { breathe }: Breathing = {},
): Promise<SecularRoots> {
  const n = weights.length;
  const origin = new Int32Array(n);
  const offset = new Float64Array(n);
  const distance = new Float64Array(n * n);
  const delta = new Float64Array(n);
  const total = weights.reduce((sum, weight) => sum + weight, 0);

  for (let k = 0; k < n; k++) {
    if (breathe) await breathe();
    shiftedPoles(k, delta);
    let low = 0;
    // The last root lies at most Σw / c above its pole; a little more keeps it inside the open bracket.
    let high = k + 1 < n ? delta[k + 1]! / 2 : (total / constant) * (1 + 2 ** -50);
    origin[k] = k;
    if (k + 1 < n && secularAt(weights, constant, delta, k, high).value < 0) {
      // The root lies in the upper half of the gap: measure it from the upper pole.
      origin[k] = k + 1;
      shiftedPoles(k + 1, delta);
      low = delta[k]! / 2;
      high = 0;
    }
    const mu = rootInGap(weights, constant, delta, k, low, high);
    offset[k] = mu;
    for (let j = 0; j < n; j++) distance[k * n + j] = delta[j]! - mu;
  }
  const exact = await exactWeights(constant, distance, n, shiftedPoles, breathe);
  return { origin, offset, distance, weights: exact };
}

interface SecularValue {
  value: number;
  /** Derivative of the terms with poles up to k, and of those above: both ≥ 0. */
  slopeBelow: number;
  slopeAbove: number;
  /** Bound on the rounding error of `value`, in units of the machine precision. */
  roundOff: number;
}

function secularAt(
  weights: Float64Array,
  constant: number,
  delta: Float64Array,
  k: number,
  mu: number,
): SecularValue {
  let below = 0;
  let slopeBelow = 0;
  let roundOff = 0;
  // Terms are summed from the far poles inward, small ones first; each partial sum adds its own rounding.
  for (let j = 0; j <= k; j++) {
    const inverse = 1 / (delta[j]! - mu);
    const term = weights[j]! * inverse;
    below += term;
    slopeBelow += term * inverse;
    roundOff -= below;
  }
  let above = 0;
  let slopeAbove = 0;
  for (let j = weights.length - 1; j > k; j--) {
    const inverse = 1 / (delta[j]! - mu);
    const term = weights[j]! * inverse;
    above += term;
    slopeAbove += term * inverse;
    roundOff += above;
  }
  return {
    value: constant + below + above,
    slopeBelow,
    slopeAbove,
    roundOff: roundOff + 8 * (above - below) + 2 * constant + Math.abs(mu) * (slopeBelow + slopeAbove),
  };
}

/** The root in (low, high), where f rises from below zero to above; one of the ends may be the pole at 0. */
function rootInGap(
  weights: Float64Array,
  constant: number,
  delta: Float64Array,
  k: number,
  low: number,
  high: number,
): number {
  const last = k === weights.length - 1;
  let mu = low + (high - low) / 2;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const { value, slopeBelow, slopeAbove, roundOff } = secularAt(weights, constant, delta, k, mu);
    if (Math.abs(value) <= Number.EPSILON * roundOff) return mu;
    if (value < 0) low = mu;
    else high = mu;

    const toLower = delta[k]! - mu;
    let step: number;
    if (last) {
      // One pole only: f ≈ a + s / (pₖ − λ) with f and f′ matched.
      const asymptote = value - slopeBelow * toLower;
      step = toLower + (slopeBelow * toLower * toLower) / asymptote;
    } else {
      const toUpper = delta[k + 1]! - mu;
      const a = (toLower + toUpper) * value - toLower * toUpper * (slopeBelow + slopeAbove);
      const b = toLower * toUpper * value;
      const c = value - toLower * slopeBelow - toUpper * slopeAbove;
      const root = Math.sqrt(Math.max(0, a * a - 4 * b * c));
      step = a <= 0 ? (a - root) / (2 * c) : (2 * b) / (a + root);
    }
    // f rises everywhere, so a step against the sign of f, or out of the bracket, is no use.
    if (!(value * step < 0)) step = -value / (slopeBelow + slopeAbove);
    let next = mu + step;
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    if (next === mu || next === low || next === high) return mu;
    mu = next;
  }
  return mu;
}

/**
 * The weights whose roots are exactly those computed (Löwner's formula):
 *   ŵⱼ = c (λₙ₋₁ − pⱼ) Πₖ (λₖ − pⱼ) / (pₖ₊[k ≥ j] − pⱼ), written so that every factor is near 1.
 */
async function exactWeights(
  constant: number,
  distance: Float64Array,
  n: number,
  shiftedPoles: (origin: number, out: Float64Array) => void,
  breathe: Breathing["breathe"],
): Promise<Float64Array> {
  const exact = new Float64Array(n);
  const delta = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    if (breathe) await breathe();
    shiftedPoles(j, delta);
    let product = -distance[(n - 1) * n + j]! * constant;
    for (let k = 0; k < j; k++) product *= distance[k * n + j]! / -delta[k]!;
    for (let k = j; k < n - 1; k++) product *= -distance[k * n + j]! / delta[k + 1]!;
    exact[j] = product;
  }
  return exact;
}
