/**
 * @file The lasso of many rows by homotopy (LARS) on the Gram matrix.
 *
 *   min over z of  ½ zᵀ G z − cᵀ z + λ ‖z‖₁,   G = Dᵀ D,   c = Dᵀ x,   and z ≥ 0 if asked
 *
 * As λ falls from ‖c‖_∞, where z = 0, to α, z moves along straight lines. While A are the atoms in use and s the signs of
 * their correlations g = c − G z, which are all of size λ,
 *
 *   u = G_AA⁻¹ s,   z_A ← z_A + γ u,   g ← g − γ G_A u,   λ ← λ − γ
 *
 * until another atom's correlation has grown to λ, or a coefficient has come back to 0. G_AA = L Lᵀ gains and loses a
 * row by a triangular solve and by rotations. The last z_A is solved for directly, so that it does not carry the
 * rounding of the path.
 * Source: Efron, Hastie, Johnstone & Tibshirani (2004), "Least angle regression", Annals of Statistics 32(2); Osborne,
 * Presnell & Turlach (2000), IMA J. Numerical Analysis 20(3).
 */
import type { Kernel } from "../../parallel/kernel.js";
import { descend } from "./coordinate-descent.js";
import { CHUNK_ROWS, type CodeArgs } from "./row-kernel.js";

/** The square of an atom off the span of those in use, as a share of its own, below which it counts as within. */
const DEPENDENT = 1e-10;
/** A correlation whose distance to λ shrinks more slowly than this, relative to λ, stays where it is. */
const PARALLEL = 1e-10;
/** How far correlations may be off at the end, as a share of the largest. */
const TOLERANCE = 1e-11;
/** Most steps, as a multiple of the number of atoms: a path goes round in circles but for rounding. */
const STEPS_PER_ATOM = 20;

/** Scalars: rows, α, and 1 where codes must be ≥ 0, else 0. */
export const homotopyRows: Kernel<CodeArgs> = {
  module: import.meta.url,
  name: "homotopyRows",
  run({ gram, correlations, codes }, chunk, scalars) {
    const [rows, alpha, nonNegative] = scalars as unknown as [number, number, number];
    const k = Math.sqrt(gram.length);
    const path = new Path(gram, k, nonNegative === 1);
    const end = Math.min(rows, (chunk + 1) * CHUNK_ROWS);
    for (let row = chunk * CHUNK_ROWS; row < end; row++) {
      const c = correlations.subarray(row * k, (row + 1) * k);
      const z = codes.subarray(row * k, (row + 1) * k);
      z.fill(0);
      if (!path.follow(c, alpha, z)) descend(gram, c, alpha, nonNegative === 1, z);
    }
  },
};

/** One row's path; its arrays serve one row after the other. */
class Path {
  readonly #gram: Float64Array;
  readonly #k: number;
  readonly #nonNegative: boolean;
  /** g of atoms not in use; 0 of those in use, whose ±λ it is. */
  readonly #g: Float64Array;
  /** −dg/dγ of atoms not in use, else 0. */
  readonly #slope: Float64Array;
  /** Atoms in use, in the order of the rows of L; three more for loops of four. */
  readonly #atoms: Int32Array;
  readonly #signs: Float64Array;
  readonly #z: Float64Array;
  readonly #u: Float64Array;
  /** L, a row every k numbers, and the inverse of its diagonal. */
  readonly #l: Float64Array;
  readonly #inverse: Float64Array;
  /** L⁻¹ s */
  readonly #y: Float64Array;
  #count = 0;
  /** Atoms within the span of those in use whose correlation is ±λ all along. */
  readonly #tied: Int32Array;
  readonly #tiedSigns: Float64Array;
  #tiedCount = 0;

  constructor(gram: Float64Array, k: number, nonNegative: boolean) {
    this.#gram = gram;
    this.#k = k;
    this.#nonNegative = nonNegative;
    this.#g = new Float64Array(k);
    this.#slope = new Float64Array(k);
    this.#atoms = new Int32Array(k + 3);
    this.#signs = new Float64Array(k);
    this.#z = new Float64Array(k);
    this.#u = new Float64Array(k + 3);
    this.#l = new Float64Array(k * k);
    this.#inverse = new Float64Array(k);
    this.#y = new Float64Array(k);
    this.#tied = new Int32Array(k);
    this.#tiedSigns = new Float64Array(k);
  }

  /** Sets z, which is zeros, to the codes at α. @returns whether they are optimal. */
  follow(c: Float64Array, alpha: number, out: Float64Array): boolean {
    const k = this.#k;
    const [g, slope, z, u, atoms] = [this.#g, this.#slope, this.#z, this.#u, this.#atoms];
    const twoSided = !this.#nonNegative;
    let lambda = 0;
    let joins = -1;
    for (let j = 0; j < k; j++) {
      const value = c[j]!;
      g[j] = value;
      const size = twoSided ? Math.abs(value) : value;
      if (size > lambda) {
        lambda = size;
        joins = j;
      }
    }
    if (lambda <= alpha) return true;
    const largest = lambda;
    this.#count = 0;
    this.#tiedCount = 0;
    let sign = g[joins]! > 0 ? 1 : -1;
    for (let step = STEPS_PER_ATOM * k; step > 0; step--) {
      if (joins >= 0) this.#add(joins, sign);
      this.#direct();
      const count = this.#count;
      // The end, unless something is nearer.
      let gamma = lambda - alpha;
      joins = -1;
      for (let j = 0; j < k; j++) {
        const value = g[j]!;
        const fall = slope[j]!;
        const closing = 1 - fall;
        if (lambda - value < gamma * closing && closing > PARALLEL) {
          gamma = Math.max(0, (lambda - value) / closing);
          joins = j;
          sign = 1;
        }
        if (twoSided) {
          const opposite = 1 + fall;
          if (lambda + value < gamma * opposite && opposite > PARALLEL) {
            gamma = Math.max(0, (lambda + value) / opposite);
            joins = j;
            sign = -1;
          }
        }
      }
      let leaves = -1;
      for (let t = 0; t < count; t++) {
        // Only towards 0: the newest is at 0 and moves away.
        const towards = -u[t]! * this.#signs[t]!;
        const size = z[t]! * this.#signs[t]!;
        if (towards > 0 && size < gamma * towards) {
          gamma = Math.max(0, size / towards);
          leaves = t;
        }
      }
      for (let t = 0; t < count; t++) z[t]! += gamma * u[t]!;
      lambda -= gamma;
      if (leaves < 0 && joins < 0) return this.#finish(c, alpha, largest, out);
      for (let j = 0; j < k; j++) g[j]! -= gamma * slope[j]!;
      if (leaves >= 0) {
        joins = -1;
        g[atoms[leaves]!] = this.#signs[leaves]! * lambda;
        this.#remove(leaves);
        for (let t = 0; t < this.#tiedCount; t++) g[this.#tied[t]!] = this.#tiedSigns[t]! * lambda;
        this.#tiedCount = 0;
        if (this.#count === 0) return false;
      }
    }
    return false;
  }

  /** A new last row of L, unless the atom is in the span of those in use. */
  #add(j: number, sign: number): void {
    const [k, gram, l, count] = [this.#k, this.#gram, this.#l, this.#count];
    const here = count * k;
    let left = gram[j * k + j]!;
    let rest = sign;
    for (let t = 0; t < count; t++) {
      let value = gram[j * k + this.#atoms[t]!]!;
      for (let q = 0, at = t * k; q < t; q++, at++) value -= l[at]! * l[here + q]!;
      value *= this.#inverse[t]!;
      l[here + t] = value;
      left -= value * value;
      rest -= value * this.#y[t]!;
    }
    this.#g[j] = 0;
    if (!(left > DEPENDENT * gram[j * k + j]!)) {
      this.#tied[this.#tiedCount] = j;
      this.#tiedSigns[this.#tiedCount++] = sign;
      return;
    }
    const pivot = Math.sqrt(left);
    l[here + count] = pivot;
    this.#inverse[count] = 1 / pivot;
    this.#y[count] = rest / pivot;
    this.#atoms[count] = j;
    this.#signs[count] = sign;
    this.#z[count] = 0;
    this.#count = count + 1;
  }

  /** Takes row p out of L, and brings it back to a triangle. */
  #remove(p: number): void {
    const [k, l] = [this.#k, this.#l];
    const count = --this.#count;
    for (let t = p; t < count; t++) {
      this.#atoms[t] = this.#atoms[t + 1]!;
      this.#signs[t] = this.#signs[t + 1]!;
      this.#z[t] = this.#z[t + 1]!;
      for (let q = 0, at = t * k; q <= t + 1; q++, at++) l[at] = l[at + k]!;
    }
    for (let t = p; t < count; t++) {
      const at = t * k + t;
      const [a, b] = [l[at]!, l[at + 1]!];
      const length = Math.sqrt(a * a + b * b);
      const [cosine, sine] = [a / length, b / length];
      l[at] = length;
      this.#inverse[t] = 1 / length;
      for (let i = t + 1, under = at + k; i < count; i++, under += k) {
        const [left, right] = [l[under]!, l[under + 1]!];
        l[under] = cosine * left + sine * right;
        l[under + 1] = cosine * right - sine * left;
      }
    }
    for (let t = p; t < count; t++) {
      let value = this.#signs[t]!;
      for (let q = 0, at = t * k; q < t; q++, at++) value -= l[at]! * this.#y[q]!;
      this.#y[t] = value * this.#inverse[t]!;
    }
  }

  /** u = L⁻ᵀ y, and the slopes G_A u of the others. */
  #direct(): void {
    const [u, l, k, count] = [this.#u, this.#l, this.#k, this.#count];
    u.set(this.#y.subarray(0, count));
    this.#solveTransposed(u);
    this.#combine(this.#slope);
    for (let t = 0; t < count; t++) this.#slope[this.#atoms[t]!] = 0;
    for (let t = 0; t < this.#tiedCount; t++) this.#slope[this.#tied[t]!] = 0;
    void l;
    void k;
  }

  #solveTransposed(v: Float64Array): void {
    const [l, k] = [this.#l, this.#k];
    for (let t = this.#count - 1; t >= 0; t--) {
      const value = v[t]! * this.#inverse[t]!;
      v[t] = value;
      for (let q = 0, at = t * k; q < t; q++, at++) v[q]! -= value * l[at]!;
    }
  }

  /** G_A u, four atoms at a time. */
  #combine(into: Float64Array): void {
    const [k, gram, u, atoms, count] = [this.#k, this.#gram, this.#u, this.#atoms, this.#count];
    for (let t = count; t < count + 3; t++) {
      atoms[t] = 0;
      u[t] = 0;
    }
    for (let t = 0; t < count; t += 4) {
      const [u0, u1, u2, u3] = [u[t]!, u[t + 1]!, u[t + 2]!, u[t + 3]!];
      const [from0, from1, from2, from3] = [
        atoms[t]! * k,
        atoms[t + 1]! * k,
        atoms[t + 2]! * k,
        atoms[t + 3]! * k,
      ];
      if (t === 0)
        for (let j = 0; j < k; j++)
          into[j] =
            u0 * gram[from0 + j]! + u1 * gram[from1 + j]! + u2 * gram[from2 + j]! + u3 * gram[from3 + j]!;
      else
        for (let j = 0; j < k; j++)
          into[j]! +=
            u0 * gram[from0 + j]! + u1 * gram[from1 + j]! + u2 * gram[from2 + j]! + u3 * gram[from3 + j]!;
    }
  }

  /** z_A = G_AA⁻¹ (c_A − α s). @returns whether correlations and signs are those of an optimum. */
  #finish(c: Float64Array, alpha: number, largest: number, out: Float64Array): boolean {
    const [k, l, u, atoms, signs, count] = [this.#k, this.#l, this.#u, this.#atoms, this.#signs, this.#count];
    for (let t = 0; t < count; t++) {
      let value = c[atoms[t]!]! - alpha * signs[t]!;
      for (let q = 0, at = t * k; q < t; q++, at++) value -= l[at]! * u[q]!;
      u[t] = value * this.#inverse[t]!;
    }
    this.#solveTransposed(u);
    let optimal = true;
    for (let t = 0; t < count; t++) {
      const value = u[t]!;
      if (value * signs[t]! >= 0) out[atoms[t]!] = value;
      else {
        // Rounding turned a coefficient that was about to leave.
        u[t] = 0;
        optimal = optimal && Math.abs(value) <= TOLERANCE * largest;
      }
    }
    this.#combine(this.#slope);
    const most = alpha + TOLERANCE * largest;
    const least = this.#nonNegative ? Number.NEGATIVE_INFINITY : -most;
    for (let j = 0; j < k; j++) {
      const g = c[j]! - this.#slope[j]!;
      if (g > most || g < least) optimal = false;
    }
    const slack = TOLERANCE * largest;
    for (let t = 0; t < count; t++) {
      const j = atoms[t]!;
      if (Math.abs(c[j]! - this.#slope[j]! - alpha * signs[t]!) > slack) optimal = false;
    }
    return optimal;
  }
}
