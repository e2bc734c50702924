/**
 * @file Householder reflectors, one at a time and in blocks.
 *
 *   H = I − τ v vᵀ,  v₀ = 1          H₀ H₁ … H_{b−1} = I − V T Vᵀ,  T upper triangular
 *
 * Reflectors are kept as rows, so that each is contiguous: `vt` has shape [b, m]. A block acts by matrix products
 * on the engine. Source: Schreiber & Van Loan (1989), "A storage-efficient WY representation for products of
 * Householder transformations", SIAM J. Sci. Stat. Comput. 10(1).
 */
import type { Breathing } from "./breathing.js";
import { columns, type Dense, dense, rowsView } from "./dense.js";
import { gemm } from "./gemm.js";

/** Reflectors made before what is behind them is updated by a product. */
export const PANEL = 32;

/** Reflectors applied at once when all are known: wide products are the fast ones. */
export const BLOCK = 128;

/**
 * Makes the reflector that maps x[from..] to (β, 0, …, 0): x becomes v with x[from] = 1.
 * @returns τ (0 if x is such a vector already) and β.
 */
export function reflector(x: Float64Array, from: number): { tau: number; beta: number } {
  let tail = 0;
  for (let i = from + 1; i < x.length; i++) tail += x[i]! * x[i]!;
  const alpha = x[from]!;
  x[from] = 1;
  if (tail === 0) return { tau: 0, beta: alpha };
  // The sign away from alpha, so that nothing cancels in alpha − beta.
  const beta = alpha > 0 ? -Math.sqrt(alpha * alpha + tail) : Math.sqrt(alpha * alpha + tail);
  const scale = 1 / (alpha - beta);
  for (let i = from + 1; i < x.length; i++) x[i]! *= scale;
  return { tau: (beta - alpha) / beta, beta };
}

/** Σ x[i] y[i] over [from, to). */
export function dot(x: Float64Array, y: Float64Array, from = 0, to = x.length): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  // Four sums, since a single one waits for each addition before the next.
  for (; i + 3 < to; i += 4) {
    s0 += x[i]! * y[i]!;
    s1 += x[i + 1]! * y[i + 1]!;
    s2 += x[i + 2]! * y[i + 2]!;
    s3 += x[i + 3]! * y[i + 3]!;
  }
  for (; i < to; i++) s0 += x[i]! * y[i]!;
  return s0 + s1 + (s2 + s3);
}

/** y[i] += a x[i] over [from, to). */
export function axpy(a: number, x: Float64Array, y: Float64Array, from = 0, to = x.length): void {
  for (let i = from; i < to; i++) y[i]! += a * x[i]!;
}

/** The triangular factor T of a block, shape `[b, b]`. */
export async function blockFactor(vt: Dense, tau: Float64Array): Promise<Dense> {
  const b = vt.rows;
  const gram = (await gemm(vt, vt, { transposeB: true })).data;
  const t = dense(b, b);
  for (let j = 0; j < b; j++) {
    t.data[j * b + j] = tau[j]!;
    // Column j: −τⱼ T[:j, :j] (Vᵀ vⱼ)[:j].
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let p = i; p < j; p++) sum += t.data[i * b + p]! * gram[p * b + j]!;
      t.data[i * b + j] = -tau[j]! * sum;
    }
  }
  return t;
}

/** All reflectors of a factorization, Q = H₀ H₁ …; reflector i is row i and zero before coordinate `first + i`. */
export interface Reflectors {
  /** Shape `[count, m]`. */
  readonly vt: Dense;
  /** Shape `[count]`. */
  readonly tau: Float64Array;
  readonly first: number;
}

/** C ← Q C in place; C has shape `[m, n]`. */
export async function applyReflectors(
  { vt, tau, first }: Reflectors,
  c: Dense,
  { breathe }: Breathing = {},
): Promise<void> {
  for (let end = vt.rows; end > 0; ) {
    if (breathe) await breathe();
    const start = Math.floor((end - 1) / BLOCK) * BLOCK;
    const block = columns(rowsView(vt, start, end), first + start, vt.cols);
    const t = await blockFactor(block, tau.subarray(start, end));
    await applyLeft(block, t, rowsView(c, first + start, c.rows));
    end = start;
  }
}

/** C ← (I − V T Vᵀ) C in place; C has shape `[m, n]`. */
async function applyLeft(vt: Dense, t: Dense, c: Dense): Promise<void> {
  const scaled = await gemm(t, await gemm(vt, c));
  subtract(c.data, (await gemm(vt, scaled, { transposeA: true })).data);
}

/** C ← C (I − V T Vᵀ), or with Tᵀ for the transposed block; C has shape `[n, m]`, in place. */
export async function applyRight(vt: Dense, t: Dense, c: Dense, transposed = false): Promise<void> {
  const inner = await gemm(c, vt, { transposeB: true });
  const scaled = await gemm(inner, t, { transposeB: transposed });
  subtract(c.data, (await gemm(scaled, vt)).data);
}

function subtract(from: Float64Array, what: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i]! -= what[i]!;
}
