/**
 * @file The lasso of many rows by feature-sign search on the Gram matrix.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + α ‖z‖₁,   G = Dᵀ D,   c = Dᵀ x,   and z ≥ 0 if asked
 *
 * If the atoms in use A and their signs s were known, z_A = G_AA⁻¹ (c_A − α s). The search goes towards that point until
 * a coefficient meets 0, whose atom leaves, or until it is there; then atoms whose correlation g = c − G z exceeds α
 * join, with its sign. Each round lowers the objective, so that it ends at the optimum. It begins with a large α that it
 * lowers by a constant factor a round, as a path of solutions would, so that few atoms join in vain.
 * Source: Lee, Battle, Raina & Ng (2006), "Efficient sparse coding algorithms", NeurIPS 19, algorithm 1, with many atoms
 * at a time; the way down: Friedman, Hastie & Tibshirani (2010), J. Statistical Software 33(1).
 */
import type { Kernel } from "../../parallel/kernel.js";
import { descend } from "./coordinate-descent.js";
import { GramFactor } from "./gram-factor.js";
import { CHUNK_ROWS, type CodeArgs } from "./row-kernel.js";

/** Coordinate descent ends when no correlation is further from where it should be than this share of α. */
const NEAR = 0.2;
/** And after so many steps. */
const MOST_STEPS = 70;
/** How far correlations may be off at the end, as a share of the largest. */
const TOLERANCE = 1e-11;
/** Most rounds, as a multiple of the number of atoms: what takes more goes round in circles by rounding. */
const ROUNDS_PER_ATOM = 10;

/** Scalars: rows, α, and 1 where codes must be ≥ 0, else 0. */
export const featureSignRows: Kernel<CodeArgs> = {
  module: import.meta.url,
  name: "featureSignRows",
  run({ gram, correlations, codes }, chunk, scalars) {
    const [rows, alpha, nonNegative] = scalars as unknown as [number, number, number];
    const k = Math.sqrt(gram.length);
    const search = new FeatureSignSearch(gram, k, alpha, nonNegative === 1);
    const end = Math.min(rows, (chunk + 1) * CHUNK_ROWS);
    for (let row = chunk * CHUNK_ROWS; row < end; row++) {
      const from = row * k;
      if (search.find(correlations, from, codes)) continue;
      const c = correlations.subarray(from, from + k);
      descend(gram, c, alpha, nonNegative === 1, codes.subarray(from, from + k));
    }
  },
};

/** The search for one row; its arrays serve one row after the other. */
class FeatureSignSearch {
  readonly #gram: Float64Array;
  readonly #k: number;
  readonly #alpha: number;
  readonly #nonNegative: boolean;
  readonly #factor: GramFactor;
  /** g; 0 of atoms in use. */
  readonly #g: Float64Array;
  /** z_A and s, in the order of the factor. */
  readonly #z: Float64Array;
  readonly #signs: Float64Array;
  readonly #target: Float64Array;
  /** Where g should be: between −α and α, or at α s of atoms in use. */
  readonly #lowest: Float64Array;
  readonly #highest: Float64Array;
  /** An atom that wants to join but is in the span of A, or −1. */
  #within = -1;

  constructor(gram: Float64Array, k: number, alpha: number, nonNegative: boolean) {
    this.#gram = gram;
    this.#k = k;
    this.#alpha = alpha;
    this.#nonNegative = nonNegative;
    this.#factor = new GramFactor(gram, k);
    this.#g = new Float64Array(k);
    this.#z = new Float64Array(k + 3);
    this.#signs = new Float64Array(k);
    this.#target = new Float64Array(k);
    this.#lowest = new Float64Array(k);
    this.#highest = new Float64Array(k);
  }

  /** Writes codes for the correlations `c[from]` on. @returns whether they are optimal. */
  find(c: Float64Array, from: number, out: Float64Array): boolean {
    const g = this.#g;
    const factor = this.#factor;
    const largest = this.#approach(c, from, out);
    if (largest <= this.#alpha) return true;
    const slack = TOLERANCE * largest;
    factor.count = 0;
    for (let j = 0; j < this.#k; j++) {
      const value = out[from + j]!;
      if (value === 0) continue;
      out[from + j] = 0;
      this.#add(j, value > 0 ? 1 : -1, value, c[from + j]!);
    }
    let before = factor.count;
    let single = false;
    let optimal = false;
    for (let round = ROUNDS_PER_ATOM * this.#k; round > 0; round--) {
      const moved = this.#walk(before);
      factor.residual(c, from, this.#z, g);
      let off = 0;
      for (let t = 0; t < factor.count; t++) {
        const j = factor.atoms[t]!;
        const error = Math.abs(g[j]! - this.#alpha * this.#signs[t]!);
        if (error > off) off = error;
        g[j] = 0;
      }
      before = factor.count;
      // Atoms that join together may all leave again; the best alone does not, but for rounding.
      if (!moved && single) break;
      single = !moved;
      if (this.#join(c, from, this.#alpha + slack, single) === 0) {
        optimal = off <= slack;
        break;
      }
      if (factor.count === before && !this.#exchange(c, from)) break;
    }
    for (let t = 0; t < factor.count; t++) out[from + factor.atoms[t]!] = this.#z[t]!;
    return optimal;
  }

  /** Coordinate descent from 0, each step where it is most wanted. @returns ‖c‖_∞, or the largest of c if z ≥ 0. */
  #approach(c: Float64Array, from: number, z: Float64Array): number {
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
    const largest = best;
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
        const above = rest - highest[i]!;
        const below = lowest[i]! - rest;
        const wrong = above > below ? above : below;
        if (wrong > best) {
          best = wrong;
          j = i;
        }
      }
    }
    return largest;
  }

  /** Lets atoms join whose correlation is above the level, or the best alone. @returns how many want to. */
  #join(c: Float64Array, from: number, level: number, single: boolean): number {
    const k = this.#k;
    const g = this.#g;
    const lowest = this.#nonNegative ? Number.NEGATIVE_INFINITY : -level;
    this.#within = -1;
    let wanting = 0;
    let best = -1;
    for (let j = 0; j < k; j++) {
      const value = g[j]!;
      if (value <= level && value >= lowest) continue;
      wanting++;
      if (!single) this.#add(j, value > 0 ? 1 : -1, 0, c[from + j]!);
      else if (best < 0 || Math.abs(value) > Math.abs(g[best]!)) best = j;
    }
    if (best >= 0) this.#add(best, g[best]! > 0 ? 1 : -1, 0, c[from + best]!);
    return wanting;
  }

  #add(j: number, sign: number, value: number, c: number): void {
    const at = this.#factor.count;
    if (this.#factor.add(j, c - this.#alpha * sign)) {
      this.#signs[at] = sign;
      this.#z[at] = value;
    } else this.#within = j;
  }

  /** Goes to the optimum of the atoms in use. @param before how many have not just joined. @returns whether it got anywhere. */
  #walk(before: number): boolean {
    const z = this.#z;
    const signs = this.#signs;
    const target = this.#target;
    const factor = this.#factor;
    let old = before;
    let moved = false;
    for (;;) {
      const count = factor.count;
      factor.solve(target);
      let share = 1;
      let leaves = -1;
      for (let t = 0; t < count; t++) {
        const end = target[t]!;
        if (end * signs[t]! >= 0) continue;
        const crossing = z[t]! / (z[t]! - end);
        if (crossing < share) {
          share = crossing;
          leaves = t;
        }
      }
      if (leaves < 0) {
        for (let t = 0; t < count; t++) z[t] = target[t]!;
        return moved || count > old;
      }
      for (let t = 0; t < count; t++) z[t]! += share * (target[t]! - z[t]!);
      if (share > 0) moved = true;
      if (leaves < old) old--;
      this.#leave(leaves);
    }
  }

  #leave(p: number): void {
    this.#factor.remove(p);
    for (let t = p; t < this.#factor.count; t++) {
      this.#z[t] = this.#z[t + 1]!;
      this.#signs[t] = this.#signs[t + 1]!;
    }
  }

  /**
   * Takes in the atom that is in the span of A: what it adds to D z others give up, which lowers ‖z‖₁, until one of them
   * is at 0 and leaves. @returns false if rounding is in the way.
   */
  #exchange(c: Float64Array, from: number): boolean {
    const j = this.#within;
    const z = this.#z;
    const given = this.#target;
    const factor = this.#factor;
    if (j < 0) return false;
    const sign = this.#g[j]! > 0 ? 1 : -1;
    const right = c[from + j]! - this.#alpha * sign;
    if (factor.add(j, right)) return false;
    factor.solveWithin(given);
    let amount = Number.POSITIVE_INFINITY;
    let leaves = -1;
    for (let t = 0; t < factor.count; t++) {
      const share = (sign * z[t]!) / given[t]!;
      if (share > 0 && share < amount) {
        amount = share;
        leaves = t;
      }
    }
    if (leaves < 0) return false;
    for (let t = 0; t < factor.count; t++) z[t]! -= sign * amount * given[t]!;
    this.#leave(leaves);
    this.#within = -1;
    this.#add(j, sign, sign * amount, c[from + j]!);
    return this.#within < 0;
  }
}
