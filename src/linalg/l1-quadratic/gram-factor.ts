/**
 * @file The solution of G_AA z = b_A for a set A of atoms that come and go, by G_AA = L Lᵀ and y = L⁻¹ b_A.
 *
 * An atom that comes adds a row by a triangular solve. One that goes takes its row along; rotations of neighboring
 * columns bring what is below back to a triangle, and the same rotations bring y along.
 * Source: Golub & Van Loan (2013), "Matrix computations", 4th ed., §6.5.
 */

import { factorRow, solveUpper } from "../small-cholesky.js";

/** The square of an atom's distance from the span of A, as a share of its own, below which it counts as within. */
const DEPENDENT = 1e-13;

export class GramFactor {
  /** A, in the order of the rows of L. */
  readonly atoms: Int32Array;
  /** Atoms of A. */
  count = 0;
  readonly #gram: Float64Array;
  readonly #k: number;
  /** L: row t begins at t k. One row more, for an atom that does not come. */
  readonly #l: Float64Array;
  readonly #y: Float64Array;

  /** @param gram G `[k, k]`. @param atoms room for A, at least k. */
  constructor(gram: Float64Array, k: number, atoms: Int32Array) {
    this.#gram = gram;
    this.#k = k;
    this.atoms = atoms;
    this.#l = new Float64Array((k + 1) * k);
    this.#y = new Float64Array(k);
  }

  /** @param b its number on the right. @returns false if the atom is in the span of A, which then stays as it was. */
  add(j: number, b: number): boolean {
    const l = this.#l;
    const gram = this.#gram;
    const atoms = this.atoms;
    const y = this.#y;
    const k = this.#k;
    const count = this.count;
    const here = count * k;
    const from = j * k;
    for (let t = 0; t < count; t++) l[here + t] = gram[from + atoms[t]!]!;
    l[here + count] = gram[from + j]!;
    if (!factorRow(l, k, count, DEPENDENT)) return false;
    let rest = b;
    for (let t = 0; t < count; t++) rest -= l[here + t]! * y[t]!;
    y[count] = rest * l[here + count]!;
    atoms[count] = j;
    this.count = count + 1;
    return true;
  }

  /** Takes away the atom in place p; those behind it move up. */
  remove(p: number): void {
    const l = this.#l;
    const y = this.#y;
    const k = this.#k;
    const count = --this.count;
    for (let t = p; t < count; t++) {
      this.atoms[t] = this.atoms[t + 1]!;
      for (let q = 0, at = t * k; q <= t + 1; q++, at++) l[at] = l[at + k]!;
    }
    for (let t = p; t < count; t++) {
      const at = t * k + t;
      // A rotation makes 0 of what was the diagonal of this row when it was one further down, which is kept as its inverse.
      const a = l[at]!;
      const b = 1 / l[at + 1]!;
      const length = Math.sqrt(a * a + b * b);
      const cosine = a / length;
      const sine = b / length;
      l[at] = 1 / length;
      const upper = y[t]!;
      const lower = y[t + 1]!;
      y[t] = cosine * upper + sine * lower;
      y[t + 1] = cosine * lower - sine * upper;
      for (let i = t + 1, under = at + k; i < count; i++, under += k) {
        const first = l[under]!;
        const second = l[under + 1]!;
        l[under] = cosine * first + sine * second;
        l[under + 1] = cosine * second - sine * first;
      }
    }
  }

  /** z ← G_AA⁻¹ b_A, its first numbers. */
  solve(z: Float64Array): void {
    for (let t = 0; t < this.count; t++) z[t] = this.#y[t]!;
    solveUpper(this.#l, this.#k, this.count, z, 0);
  }

  /** z ← G_AA⁻¹ G_Aj for the atom j that `add` has just found in the span of A. */
  solveWithin(z: Float64Array): void {
    const here = this.count * this.#k;
    for (let t = 0; t < this.count; t++) z[t] = this.#l[here + t]!;
    solveUpper(this.#l, this.#k, this.count, z, 0);
  }
}
