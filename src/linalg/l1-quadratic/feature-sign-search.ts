/**
 * @file The minimum of a quadratic and an L1 norm by feature-sign search: the lasso of a row on the Gram matrix, and with
 * α = 0 and z ≥ 0 non-negative least squares.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + α ‖z‖₁,   G = Dᵀ D,   c = Dᵀ x,   and z ≥ 0 if asked
 *
 * If the atoms in use A and their signs s were known, z_A = G_AA⁻¹ (c_A − α s). The search goes towards that point until
 * a coefficient meets 0, whose atom leaves, or until it is there; then atoms whose correlation g = c − G z exceeds α
 * join, with its sign. Each round lowers the objective, so that it ends at the optimum. It begins at codes that are
 * given, as those of a dictionary that has changed little; else where greedy steps of coordinate descent lead, by which most of A
 * and s is right where few atoms are in use; where these do not come near, at the end of a homotopy, and then it takes away
 * the rounding of its path. What stops it is left to coordinate descent.
 * Source: Lee, Battle, Raina & Ng (2006), "Efficient sparse coding algorithms", NeurIPS 19, algorithm 1, with many atoms
 * at a time; for α = 0 it is the method of Bro & de Jong (1997), "A fast non-negativity-constrained least squares algorithm",
 * J. Chemometrics 11, with another start.
 */
import { float64On, int32On } from "../../parallel/wasm.js";
import { codeOn, type SparseCode } from "./code.js";
import { descend } from "./coordinate-descent.js";
import { GramFactor } from "./gram-factor.js";
import { Homotopy } from "./homotopy.js";

/** Share of the largest correlation by which others may be off at the end. */
const TOLERANCE = 1e-11;
/** Shares of an atom in another, as a share of the largest, up to which they are rounding. */
const UNRELATED = 1e-9;
/** Most rounds, as a multiple of the number of atoms: what takes more goes round in circles by rounding. */
const ROUNDS_PER_ATOM = 10;

/** The search for one row; its arrays serve one row after the other. */
export class FeatureSignSearch {
  readonly alpha: number;
  readonly nonNegative: boolean;
  readonly #memory: WebAssembly.Memory;
  readonly #code: SparseCode;
  readonly #gram: Float64Array;
  /** For `approach`. */
  readonly #room: Float64Array;
  #path: Homotopy | undefined;
  readonly #k: number;
  readonly #factor: GramFactor;
  /** g; 0 of atoms in use. */
  readonly #g: Float64Array;
  /** z_A and s, in the order of the factor. */
  readonly #z: Float64Array;
  readonly #signs: Float64Array;
  readonly #target: Float64Array;
  /** An atom that wants to join but is in the span of A, or −1. */
  #within = -1;

  /**
   * @param gram G `[k, k]`, in the memory, of whose numbers as they are then every search makes use.
   * @param alpha ≥ 0, and > 0 unless codes are to be ≥ 0.
   */
  constructor(
    memory: WebAssembly.Memory,
    gram: Float64Array,
    k: number,
    alpha: number,
    nonNegative: boolean,
  ) {
    this.#memory = memory;
    this.#code = codeOn(memory);
    this.#room = float64On(memory, 3 * k);
    this.#gram = gram;
    this.#k = k;
    this.alpha = alpha;
    this.nonNegative = nonNegative;
    this.#factor = new GramFactor(gram, k, int32On(memory, k + 3));
    this.#g = float64On(memory, k);
    this.#z = float64On(memory, k + 3);
    this.#signs = new Float64Array(k);
    this.#target = new Float64Array(k);
  }

  /**
   * The optimum for the correlations `c[from]` on. Both arrays are in the memory.
   * @param z where to start, or zeros, from `z[from]` on; where the codes are put.
   */
  solve(c: Float64Array, from: number, z: Float64Array): void {
    const end = from + this.#k;
    let at = from;
    while (at < end && z[at] === 0) at++;
    if (at === end) this.#start(c, from, z);
    if (this.#search(c, from, z)) return;
    descend(this.#gram, c.subarray(from, end), this.alpha, this.nonNegative, z.subarray(from, end));
  }

  #start(c: Float64Array, from: number, z: Float64Array): void {
    const near = this.#code.approach(
      this.#gram.byteOffset,
      this.#k,
      this.alpha,
      this.nonNegative,
      c.byteOffset + 8 * from,
      z.byteOffset + 8 * from,
      this.#room.byteOffset,
    );
    // Nothing is near by a share of 0, and a path that ends there is long.
    if (!near && this.alpha > 0) this.#homotopy().follow(c, from, z);
  }

  /** @returns whether the codes are optimal. */
  #search(c: Float64Array, from: number, out: Float64Array): boolean {
    const g = this.#g;
    const factor = this.#factor;
    let largest = 0;
    factor.count = 0;
    for (let j = 0; j < this.#k; j++) {
      const size = Math.abs(c[from + j]!);
      if (size > largest) largest = size;
      const value = out[from + j]!;
      if (value === 0) continue;
      out[from + j] = 0;
      this.#add(j, value > 0 ? 1 : -1, value, c[from + j]!);
    }
    const slack = TOLERANCE * largest;
    let before = 0;
    let single = false;
    let optimal = false;
    for (let round = ROUNDS_PER_ATOM * this.#k; round > 0; round--) {
      const moved = this.#walk(before);
      this.#code.residual(
        this.#gram.byteOffset,
        this.#k,
        factor.atoms.byteOffset,
        this.#z.byteOffset,
        factor.count,
        c.byteOffset + 8 * from,
        g.byteOffset,
      );
      let off = 0;
      for (let t = 0; t < factor.count; t++) {
        const j = factor.atoms[t]!;
        const error = Math.abs(g[j]! - this.alpha * this.#signs[t]!);
        if (error > off) off = error;
        g[j] = 0;
      }
      // Atoms that join together may all leave again; the best alone does not, but for rounding.
      if (!moved && single) break;
      single = !moved;
      before = factor.count;
      if (this.#join(c, from, this.alpha + slack, single) === 0) {
        optimal = off <= slack;
        break;
      }
      if (factor.count > before) continue;
      if (!this.#exchange(c, from)) break;
      before--;
    }
    for (let t = 0; t < factor.count; t++) out[from + factor.atoms[t]!] = this.#z[t]!;
    return optimal;
  }

  #homotopy(): Homotopy {
    this.#path ??= new Homotopy(this.#memory, this.#gram, this.#k, this.alpha, this.nonNegative);
    return this.#path;
  }

  /** Lets atoms join whose correlation is above the level, or the best alone. @returns how many want to. */
  #join(c: Float64Array, from: number, level: number, single: boolean): number {
    const k = this.#k;
    const g = this.#g;
    const lowest = this.nonNegative ? Number.NEGATIVE_INFINITY : -level;
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
    if (this.#factor.add(j, c - this.alpha * sign)) {
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
        // Rounding may make the share 1 too.
        if (leaves < 0 || crossing < share) {
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
    const right = c[from + j]! - this.alpha * sign;
    if (factor.add(j, right)) return false;
    factor.solveWithin(given);
    let largest = 0;
    for (let t = 0; t < factor.count; t++) largest = Math.max(largest, Math.abs(given[t]!));
    let amount = Number.POSITIVE_INFINITY;
    let leaves = -1;
    for (let t = 0; t < factor.count; t++) {
      // One that is at 0 already gives nothing and leaves at once.
      const towards = sign * this.#signs[t]! * given[t]!;
      if (towards <= UNRELATED * largest) continue;
      const share = (this.#signs[t]! * z[t]!) / towards;
      if (share < amount) {
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
