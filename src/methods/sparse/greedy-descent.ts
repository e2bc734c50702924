/**
 * @file Some steps of coordinate descent for the lasso of a row, each of the atom that is furthest from its condition: they
 * tell most of the atoms in use and their signs where these are few.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + α ‖z‖₁,   G = Dᵀ D,   c = Dᵀ x,   and z ≥ 0 if asked
 *
 * g = c − G z is in [−α, α] at the optimum, and α sign(zⱼ) where zⱼ ≠ 0. A step sets zⱼ ← soft(gⱼ + Gⱼⱼ zⱼ, α) / Gⱼⱼ.
 * Source: Wu & Lange (2008), "Coordinate descent algorithms for lasso penalized regression", Annals of Applied
 * Statistics 2(1).
 */

/** It ends when no correlation is further from its condition than this share of α, */
const NEAR = 0.2;
/** or after so many steps, */
const MOST_STEPS = 70;
/** and has lost its way if one is further off than this share then. */
const FAR = 2;

export class GreedyDescent {
  readonly #gram: Float64Array;
  readonly #k: number;
  readonly #alpha: number;
  readonly #nonNegative: boolean;
  readonly #g: Float64Array;
  /** Where g may be. */
  readonly #lowest: Float64Array;
  readonly #highest: Float64Array;

  constructor(gram: Float64Array, k: number, alpha: number, nonNegative: boolean) {
    this.#gram = gram;
    this.#k = k;
    this.#alpha = alpha;
    this.#nonNegative = nonNegative;
    this.#g = new Float64Array(k);
    this.#lowest = new Float64Array(k);
    this.#highest = new Float64Array(k);
  }

  /** Goes from z = 0, for the correlations `c[from]` on and codes there. @returns false if it has lost its way. */
  approach(c: Float64Array, from: number, z: Float64Array): boolean {
    const k = this.#k;
    const alpha = this.#alpha;
    const gram = this.#gram;
    const g = this.#g;
    const lowest = this.#lowest;
    const highest = this.#highest;
    const least = this.#nonNegative ? Number.NEGATIVE_INFINITY : -alpha;
    let best = 0;
    let j = -1;
    for (let i = 0; i < k; i++) {
      const value = c[from + i]!;
      g[i] = value;
      z[from + i] = 0;
      lowest[i] = least;
      highest[i] = alpha;
      const size = this.#nonNegative ? value : Math.abs(value);
      if (size > best) {
        best = size;
        j = i;
      }
    }
    best -= alpha;
    for (let step = 0; step < MOST_STEPS && best > NEAR * alpha; step++) {
      const row = j * k;
      const curvature = gram[row + j]!;
      const old = z[from + j]!;
      const pull = g[j]! + curvature * old;
      const value = pull > alpha ? (pull - alpha) / curvature : pull < least ? (pull + alpha) / curvature : 0;
      const change = value - old;
      z[from + j] = value;
      lowest[j] = value > 0 ? alpha : value < 0 ? -alpha : least;
      highest[j] = value < 0 ? -alpha : alpha;
      best = 0;
      for (let i = 0; i < k; i++) {
        const rest = g[i]! - change * gram[row + i]!;
        g[i] = rest;
        const wrong = Math.max(rest - highest[i]!, lowest[i]! - rest);
        if (wrong > best) {
          best = wrong;
          j = i;
        }
      }
    }
    return best <= FAR * alpha;
  }
}
