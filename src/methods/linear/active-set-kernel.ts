/**
 * @file Non-negative least squares to the end, many rows with one Gram matrix.
 *
 *   min over z ≥ 0 of ‖x − B z‖²:   z_P = G_PP⁻¹ a_P > 0,   (a − G z)ⱼ ≤ 0 for j not in P
 *
 * The active set method of Lawson & Hanson (1974), "Solving least squares problems", chapter 23, on G = BᵀB and a = Bᵀx
 * as in Bro & de Jong (1997), "A fast non-negativity-constrained least squares algorithm", J. Chemometrics 11, started from
 * a few sweeps of coordinate descent, which mostly find P.
 */
import { factorRow, solveLower, solveUpper } from "../../linalg/small-cholesky.js";
import type { Kernel } from "../../parallel/kernel.js";

/** Rows of a chunk. */
export const ACTIVE_SET_ROWS = 64;
const FIRST_SWEEPS = 12;
/** A gradient below this share of the largest aⱼ is rounding, */
const ROUNDING = 1e-11;
/** and so is a pivot below this share of its Gⱼⱼ: an atom that others make up is left to them. */
const DEPENDENT = 1e-11;

export interface ActiveSetArgs {
  /** G, row-major `[k, k]`. */
  gram: Float64Array;
  /** Row-major `[n, k]`. */
  right: Float64Array;
  /** Codes, row-major `[n, k]`: written. */
  codes: Float32Array;
  k: number;
  [name: string]: Float64Array | Float32Array | number;
}

export const activeSet: Kernel<ActiveSetArgs> = {
  name: "activeSet",
  run({ gram, right, codes, k }, chunk) {
    const scratch = {
      z: new Float64Array(k),
      gradient: new Float64Array(k),
      solution: new Float64Array(k),
      factor: new Float64Array(k * k),
      passive: new Int32Array(k),
    };
    const last = Math.min(codes.length / k, (chunk + 1) * ACTIVE_SET_ROWS);
    for (let i = chunk * ACTIVE_SET_ROWS; i < last; i++) {
      solveRow(gram, right.subarray(i * k, (i + 1) * k), k, scratch);
      codes.set(scratch.z, i * k);
    }
  },
};

interface Scratch {
  readonly z: Float64Array;
  readonly gradient: Float64Array;
  readonly solution: Float64Array;
  readonly factor: Float64Array;
  /** P, its members first. */
  readonly passive: Int32Array;
}

function solveRow(gram: Float64Array, a: Float64Array, k: number, scratch: Scratch): void {
  const { z, gradient, passive } = scratch;
  sweep(gram, a, k, z, gradient);
  let largest = 0;
  let size = 0;
  for (let j = 0; j < k; j++) {
    largest = Math.max(largest, Math.abs(a[j]!));
    if (z[j]! > 0) passive[size++] = j;
  }
  // Every round but those that rounding makes lowers the error, so that no set comes twice.
  for (let round = 0; round < 10 * k; round++) {
    size = toVertex(gram, a, k, size, scratch);
    gradientOf(gram, a, k, z, gradient);
    let next = -1;
    let steepest = -ROUNDING * largest;
    for (let j = 0; j < k; j++) {
      if (z[j] === 0 && gradient[j]! < steepest && gram[j * k + j]! > 0) {
        steepest = gradient[j]!;
        next = j;
      }
    }
    if (next < 0) return;
    passive[size++] = next;
  }
}

/** A few sweeps of coordinate descent from 0. */
function sweep(gram: Float64Array, a: Float64Array, k: number, z: Float64Array, gradient: Float64Array) {
  z.fill(0);
  for (let j = 0; j < k; j++) gradient[j] = -a[j]!;
  for (let round = 0; round < FIRST_SWEEPS; round++) {
    for (let j = 0; j < k; j++) {
      const curvature = gram[j * k + j]!;
      const before = z[j]!;
      if (curvature <= 0 || (before === 0 && gradient[j]! >= 0)) continue;
      const after = Math.max(0, before - gradient[j]! / curvature);
      z[j] = after;
      for (let l = 0; l < k; l++) gradient[l]! += (after - before) * gram[j * k + l]!;
    }
  }
}

/** z ← the least-squares solution on P, less the members that would turn negative on the way. @returns the size of P. */
function toVertex(gram: Float64Array, a: Float64Array, k: number, given: number, scratch: Scratch): number {
  const { z, solution, passive } = scratch;
  let size = given;
  for (;;) {
    let leaving = solveOn(gram, a, k, size, scratch);
    if (leaving < 0) {
      let share = 1;
      for (let p = 0; p < size; p++) {
        if (solution[p]! > 0) continue;
        const value = z[passive[p]!]!;
        const reach = value > 0 ? value / (value - solution[p]!) : 0;
        if (leaving < 0 || reach < share) [leaving, share] = [p, reach];
      }
      for (let p = 0; p < size; p++) {
        const j = passive[p]!;
        z[j] = leaving < 0 ? solution[p]! : Math.max(0, z[j]! + share * (solution[p]! - z[j]!));
      }
      if (leaving < 0) return size;
    }
    z[passive[leaving]!] = 0;
    passive[leaving] = passive[--size]!;
  }
}

/** solution ← G_PP⁻¹ a_P by Cholesky. @returns the place in P of an atom that those before make up, or −1. */
function solveOn(
  gram: Float64Array,
  a: Float64Array,
  k: number,
  size: number,
  { solution, factor, passive }: Scratch,
): number {
  for (let p = 0; p < size; p++) {
    const row = passive[p]! * k;
    for (let q = 0; q <= p; q++) factor[p * k + q] = gram[row + passive[q]!]!;
    if (!factorRow(factor, k, p, DEPENDENT)) return p;
    solution[p] = a[passive[p]!]!;
  }
  solveLower(factor, k, 0, size, solution, 0);
  solveUpper(factor, k, size, solution, 0);
  return -1;
}

/** G z − a */
function gradientOf(
  gram: Float64Array,
  a: Float64Array,
  k: number,
  z: Float64Array,
  out: Float64Array,
): void {
  for (let j = 0; j < k; j++) out[j] = -a[j]!;
  for (let j = 0; j < k; j++) {
    const value = z[j]!;
    if (value === 0) continue;
    for (let l = 0; l < k; l++) out[l]! += value * gram[j * k + l]!;
  }
}
