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
 * until another atom's correlation has grown to λ, or a coefficient has come back to 0.
 * Source: Efron, Hastie, Johnstone & Tibshirani (2004), "Least angle regression", Annals of Statistics 32(2); Osborne,
 * Presnell & Turlach (2000), IMA J. Numerical Analysis 20(3).
 */
import { float64On, int32On } from "../../parallel/wasm.js";
import { codeOn, type SparseCode } from "./code.js";
import { GramFactor } from "./gram-factor.js";

/** A correlation whose distance to λ shrinks more slowly than this, relative to λ, stays where it is. */
const PARALLEL = 1e-10;
/** Most steps, as a multiple of the number of atoms: what takes more goes round in circles by rounding. */
const STEPS_PER_ATOM = 20;

/** The path of one row after the other. */
export class Homotopy {
  readonly #code: SparseCode;
  readonly #gram: Float64Array;
  readonly #k: number;
  readonly #alpha: number;
  readonly #nonNegative: boolean;
  readonly #factor: GramFactor;
  /** g of atoms not in use; 0 of those in use, whose ±λ it is. */
  readonly #g: Float64Array;
  /** dg/dγ of atoms not in use, else 0. */
  readonly #slope: Float64Array;
  readonly #zeros: Float64Array;
  /** s, z_A and u, in the order of the factor. */
  readonly #signs: Float64Array;
  readonly #z: Float64Array;
  readonly #u: Float64Array;
  /** Atoms within the span of those in use whose correlation is ±λ all along. */
  readonly #tied: Int32Array;
  readonly #tiedSigns: Float64Array;
  #tiedCount = 0;

  /** @param gram `[k, k]`, in the memory. */
  constructor(
    memory: WebAssembly.Memory,
    gram: Float64Array,
    k: number,
    alpha: number,
    nonNegative: boolean,
  ) {
    this.#code = codeOn(memory);
    this.#gram = gram;
    this.#k = k;
    this.#alpha = alpha;
    this.#nonNegative = nonNegative;
    this.#factor = new GramFactor(gram, k, int32On(memory, k + 3));
    this.#g = new Float64Array(k);
    this.#slope = float64On(memory, k);
    this.#zeros = float64On(memory, k);
    this.#signs = new Float64Array(k);
    this.#z = new Float64Array(k);
    this.#u = float64On(memory, k + 3);
    this.#tied = new Int32Array(k);
    this.#tiedSigns = new Float64Array(k);
  }

  /** Writes codes for the correlations `c[from]` on, from there on: those at α, or where rounding stops the path. */
  follow(c: Float64Array, from: number, out: Float64Array): void {
    const k = this.#k;
    const alpha = this.#alpha;
    const g = this.#g;
    const slope = this.#slope;
    const z = this.#z;
    const u = this.#u;
    const signs = this.#signs;
    const factor = this.#factor;
    const atoms = factor.atoms;
    const twoSided = !this.#nonNegative;
    let lambda = 0;
    let joins = -1;
    for (let j = 0; j < k; j++) {
      const value = c[from + j]!;
      g[j] = value;
      out[from + j] = 0;
      const size = twoSided ? Math.abs(value) : value;
      if (size > lambda) {
        lambda = size;
        joins = j;
      }
    }
    if (lambda <= alpha) return;
    factor.count = 0;
    this.#tiedCount = 0;
    let sign = g[joins]! > 0 ? 1 : -1;
    for (let step = STEPS_PER_ATOM * k; step > 0; step--) {
      if (joins >= 0) this.#add(joins, sign);
      const count = factor.count;
      factor.solve(u);
      this.#code.residual(
        this.#gram.byteOffset,
        k,
        atoms.byteOffset,
        u.byteOffset,
        count,
        this.#zeros.byteOffset,
        slope.byteOffset,
      );
      for (let t = 0; t < count; t++) slope[atoms[t]!] = 0;
      for (let t = 0; t < this.#tiedCount; t++) slope[this.#tied[t]!] = 0;
      // The end, unless something is nearer.
      let gamma = lambda - alpha;
      joins = -1;
      for (let j = 0; j < k; j++) {
        const value = g[j]!;
        const rise = slope[j]!;
        const closing = 1 + rise;
        if (lambda - value < gamma * closing && closing > PARALLEL) {
          gamma = Math.max(0, (lambda - value) / closing);
          joins = j;
          sign = 1;
        }
        if (twoSided) {
          const opposite = 1 - rise;
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
        const towards = -u[t]! * signs[t]!;
        const size = z[t]! * signs[t]!;
        if (towards > 0 && size < gamma * towards) {
          gamma = Math.max(0, size / towards);
          leaves = t;
        }
      }
      for (let t = 0; t < count; t++) z[t]! += gamma * u[t]!;
      lambda -= gamma;
      if (leaves < 0 && joins < 0) break;
      for (let j = 0; j < k; j++) g[j]! += gamma * slope[j]!;
      if (leaves >= 0) {
        joins = -1;
        this.#leave(leaves, lambda);
        if (factor.count === 0) break;
      }
    }
    for (let t = 0; t < factor.count; t++) out[from + atoms[t]!] = z[t]!;
  }

  #add(j: number, sign: number): void {
    const at = this.#factor.count;
    this.#g[j] = 0;
    if (this.#factor.add(j, sign)) {
      this.#signs[at] = sign;
      this.#z[at] = 0;
    } else {
      this.#tied[this.#tiedCount] = j;
      this.#tiedSigns[this.#tiedCount++] = sign;
    }
  }

  /** The atom in place p leaves, and tied ones are free to join. */
  #leave(p: number, lambda: number): void {
    const factor = this.#factor;
    this.#g[factor.atoms[p]!] = this.#signs[p]! * lambda;
    factor.remove(p);
    for (let t = p; t < factor.count; t++) {
      this.#z[t] = this.#z[t + 1]!;
      this.#signs[t] = this.#signs[t + 1]!;
    }
    for (let t = 0; t < this.#tiedCount; t++) this.#g[this.#tied[t]!] = this.#tiedSigns[t]! * lambda;
    this.#tiedCount = 0;
  }
}
