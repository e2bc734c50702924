/**
 * @file K-SVD: atoms and their coefficients together, one atom at a time, for dictionaries of the L0 penalty.
 *
 *   E = X_I − Σ_{l ≠ j} z_l b_lᵀ  over the rows I that use atom j;   z bᵀ ≈ E:   bⱼ ← Eᵀz / ‖Eᵀz‖,   z ← E bⱼ
 *
 * The two products are one step of a power iteration for the rank-1 approximation of E, from where it stands.
 * Source: Aharon, Elad & Bruckstein (2006), "K-SVD: an algorithm for designing overcomplete dictionaries", IEEE Trans.
 * Signal Processing 54(11); the step in place of an SVD: Rubinstein, Zibulevsky & Elad (2008), Technion CS-2008-08.
 */
import type { Matrix } from "../../data/matrix.js";
import { dense, transpose } from "../../linalg/dense.js";
import type { FitContext } from "../method.js";
import { initialAtoms, replaceUnused } from "./initial-atoms.js";
import { type SparsePenalty, sparseCodes } from "./sparse-codes.js";

export interface KSvdOptions {
  readonly penalty: SparsePenalty & { kind: "l0" };
  readonly maxIter: number;
  readonly tol: number;
}

/** Atoms `[k, d]` of unit norm, learned from rows x: codes by matching pursuit and one pass over the atoms by turns. */
export async function kSvd(
  x: Matrix,
  k: number,
  { penalty, maxIter, tol }: KSvdOptions,
  { random, onIteration, breathe }: FitContext,
): Promise<Float64Array> {
  const atoms = initialAtoms(x, k, false, random.fork("atoms"));
  let before = Number.POSITIVE_INFINITY;
  for (let pass = 1; pass <= maxIter; pass++) {
    await breathe();
    const codes = await sparseCodes(x, transpose(dense(k, x.cols, atoms)), penalty, { breathe });
    const { uses, losses } = await kSvdPass(x, atoms, codes.data, breathe);
    const objective = losses.reduce((sum, loss) => sum + loss, 0);
    const fraction = pass / maxIter;
    onIteration?.({ iteration: pass, iterations: maxIter, objective: objective / x.rows, fraction });
    const drop = before - objective;
    if (pass === maxIter || (drop >= 0 && drop <= tol * objective)) break;
    before = objective;
    if (pass < maxIter / 2) forgetCopies(atoms, uses);
    replaceUnused(atoms, uses, x.data, losses, false);
  }
  return atoms;
}

/** Beyond this |cosine| two atoms are one. */
const ALIKE = 0.99;

/** Counts the second of two atoms that have become one as used by no row. */
function forgetCopies(atoms: Float64Array, uses: Float64Array): void {
  const k = uses.length;
  const d = atoms.length / k;
  for (let j = 1; j < k; j++) {
    for (let i = 0; i < j; i++) {
      let cosine = 0;
      for (let p = 0; p < d; p++) cosine += atoms[i * d + p]! * atoms[j * d + p]!;
      if (uses[i]! > 0 && Math.abs(cosine) > ALIKE) uses[j] = 0;
    }
  }
}

/**
 * One pass over the atoms.
 * @param atoms `[k, d]`, changed; of unit norm.
 * @param codes `[n, k]`, changed where they are not 0.
 * @returns how many rows use each atom `[k]`, and ‖x − Bz‖² of every row `[n]`.
 */
async function kSvdPass(
  x: Matrix,
  atoms: Float64Array,
  codes: Float32Array,
  breathe: FitContext["breathe"],
): Promise<{ uses: Float64Array; losses: Float64Array }> {
  const { rows: n, cols: d } = x;
  const k = atoms.length / d;
  const residual = residuals(x, atoms, codes);
  const uses = new Float64Array(k);
  const using = new Int32Array(n);
  const next = new Float64Array(d);
  for (let j = 0; j < k; j++) {
    await breathe();
    const atom = atoms.subarray(j * d, (j + 1) * d);
    let count = 0;
    for (let i = 0; i < n; i++) if (codes[i * k + j] !== 0) using[count++] = i;
    uses[j] = count;
    if (count === 0) continue;
    next.fill(0);
    for (let u = 0; u < count; u++) {
      const from = using[u]! * d;
      const z = codes[using[u]! * k + j]!;
      for (let p = 0; p < d; p++) {
        const own = residual[from + p]! + z * atom[p]!;
        residual[from + p] = own;
        next[p]! += z * own;
      }
    }
    let squares = 0;
    for (let p = 0; p < d; p++) squares += next[p]! * next[p]!;
    const size = Math.sqrt(squares);
    if (size > 0) for (let p = 0; p < d; p++) atom[p] = next[p]! / size;
    for (let u = 0; u < count; u++) {
      const from = using[u]! * d;
      let z = 0;
      for (let p = 0; p < d; p++) z += residual[from + p]! * atom[p]!;
      codes[using[u]! * k + j] = z;
      for (let p = 0; p < d; p++) residual[from + p]! -= z * atom[p]!;
    }
  }
  const losses = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) for (let p = 0; p < d; p++, at++) losses[i]! += residual[at]! ** 2;
  return { uses, losses };
}

/** X − Z Bᵀ `[n, d]`. */
function residuals(x: Matrix, atoms: Float64Array, codes: Float32Array): Float64Array {
  const { rows: n, cols: d } = x;
  const k = atoms.length / d;
  const residual = Float64Array.from(x.data);
  for (let i = 0; i < n; i++) {
    const from = i * d;
    for (let j = 0; j < k; j++) {
      const z = codes[i * k + j]!;
      if (z === 0) continue;
      for (let p = 0, at = j * d; p < d; p++, at++) residual[from + p]! -= z * atoms[at]!;
    }
  }
  return residual;
}
