/**
 * @file Newton's method for the group lasso of a row when the groups in use are known.
 *
 *   F(z) = G_AA z − c_A + α (z_b / ‖z_b‖)_b = 0,   F' = G_AA + α diag_b (I − u_b u_bᵀ) / ‖z_b‖,   u_b = z_b / ‖z_b‖
 *
 * F is the gradient of a convex function, so a zero of it with every z_b ≠ 0 is the optimum for these groups. Steps are
 * halved until ‖F‖ falls; where they do not lead to a zero at once, block coordinate descent goes on.
 * Source: Roth & Fischer (2008), "The group-lasso for generalized linear models", ICML, for the active set; Nocedal & Wright
 * (2006), "Numerical optimization", 2nd ed., §11.2, for the line search.
 */

import { factorSmall, solveLower, solveUpper } from "../../linalg/small-cholesky.js";

/** A pivot of F' below this share of its entry is rounding. */
const SINGULAR = 1e-13;
const MOST_STEPS = 12;
const MOST_HALVINGS = 6;

export class GroupNewton {
  readonly #gram: Float64Array;
  readonly #k: number;
  readonly #size: number;
  readonly #alpha: number;
  /** The atoms in use, group after group. */
  readonly #atoms: Int32Array;
  readonly #z: Float64Array;
  readonly #trial: Float64Array;
  readonly #f: Float64Array;
  readonly #step: Float64Array;
  /** 1 / ‖z_b‖ of the groups in use. */
  readonly #inverse: Float64Array;
  /** The lower triangle of F', then its Cholesky factor; a row every k numbers. */
  readonly #h: Float64Array;
  #count = 0;

  constructor(gram: Float64Array, k: number, size: number, alpha: number) {
    this.#gram = gram;
    this.#k = k;
    this.#size = size;
    this.#alpha = alpha;
    this.#atoms = new Int32Array(k);
    this.#z = new Float64Array(k);
    this.#trial = new Float64Array(k);
    this.#f = new Float64Array(k);
    this.#step = new Float64Array(k);
    this.#inverse = new Float64Array(k);
    this.#h = new Float64Array(k * k);
  }

  /**
   * Moves the codes of some groups to their optimum, the others being 0.
   * @param c correlations, from `c[from]` on. @param groups the numbers of those in use, `count` of them.
   * @param small ‖F‖ at which it is there. @returns false if it did not get there, and z is as it was.
   */
  solve(
    c: Float64Array,
    from: number,
    z: Float64Array,
    groups: Int32Array,
    count: number,
    small: number,
  ): boolean {
    const size = this.#size;
    const m = count * size;
    this.#count = count;
    for (let b = 0; b < count; b++) {
      for (let i = 0; i < size; i++) {
        this.#atoms[b * size + i] = groups[b]! * size + i;
        this.#z[b * size + i] = z[groups[b]! * size + i]!;
      }
    }
    let error = this.#gradient(c, from, this.#z);
    for (let step = 0; step < MOST_STEPS; step++) {
      if (error <= small) {
        for (let t = 0; t < m; t++) z[this.#atoms[t]!] = this.#z[t]!;
        return true;
      }
      if (!this.#direction(m)) return false;
      let share = 1;
      let next = Number.POSITIVE_INFINITY;
      for (let halving = 0; halving < MOST_HALVINGS; halving++) {
        for (let t = 0; t < m; t++) this.#trial[t] = this.#z[t]! - share * this.#step[t]!;
        next = this.#gradient(c, from, this.#trial);
        if (next < error) break;
        share /= 2;
      }
      if (!(next < error)) return false;
      error = next;
      this.#z.set(this.#trial);
    }
    return false;
  }

  /** Sets F and 1 / ‖z_b‖. @returns ‖F‖, not a finite number if a group is 0. */
  #gradient(c: Float64Array, from: number, z: Float64Array): number {
    const size = this.#size;
    const m = this.#count * size;
    let square = 0;
    for (let b = 0; b < this.#count; b++) {
      let length = 0;
      for (let t = b * size; t < (b + 1) * size; t++) length += z[t]! * z[t]!;
      this.#inverse[b] = 1 / Math.sqrt(length);
      for (let t = b * size; t < (b + 1) * size; t++) {
        const row = this.#atoms[t]! * this.#k;
        let value = this.#alpha * z[t]! * this.#inverse[b]! - c[from + this.#atoms[t]!]!;
        for (let s = 0; s < m; s++) value += this.#gram[row + this.#atoms[s]!]! * z[s]!;
        this.#f[t] = value;
        square += value * value;
      }
    }
    return Math.sqrt(square);
  }

  /** Solves F' step = F by Cholesky. @returns false where F' is singular. */
  #direction(m: number): boolean {
    const h = this.#h;
    const k = this.#k;
    const size = this.#size;
    const step = this.#step;
    for (let t = 0; t < m; t++) {
      const b = Math.floor(t / size);
      const bend = this.#alpha * this.#inverse[b]!;
      const u = this.#z[t]! * this.#inverse[b]!;
      const row = this.#atoms[t]! * k;
      for (let s = 0; s <= t; s++) {
        let value = this.#gram[row + this.#atoms[s]!]!;
        if (s >= b * size) value -= bend * u * this.#z[s]! * this.#inverse[b]!;
        if (s === t) value += bend;
        h[t * k + s] = value;
      }
      step[t] = this.#f[t]!;
    }
    if (!factorSmall(h, k, m, SINGULAR)) return false;
    solveLower(h, k, 0, m, step, 0);
    solveUpper(h, k, m, step, 0);
    return true;
  }
}
