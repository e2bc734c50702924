/**
 * @file Householder QR: A = Q R, Q with orthonormal columns, R upper triangular.
 *
 * Works on Aᵀ, whose rows are the columns of A: a block of columns is then one contiguous piece, and the columns
 * behind it are updated by matrix products on the engine with nothing copied. Orthogonal to rounding whatever the
 * condition of A. Source: Golub & Van Loan (2013), "Matrix computations", 4th ed., §5.2.
 *
 * Our own code since loops in JavaScript are too slow, see `svd.ts`.
 */
import type { Breathing } from "./breathing.js";
import { checkFinite, type Dense, dense, rowsView, scaleToOne, transpose } from "./dense.js";
import { applyRight, axpy, BLOCK, blockFactor, dot, reflector } from "./householder.js";

/** Columns factored one by one: long columns make these the slow part. */
const NARROW = 16;

/** Thin QR of an m × n matrix, k = min(m, n). */
export interface QR {
  /** Orthonormal columns, shape `[m, k]`. */
  readonly q: Dense;
  /** Upper triangular, or trapezoidal if m < n; the sign of its diagonal is free. Shape `[k, n]`. */
  readonly r: Dense;
}

/**
 * Thin QR; `a` is not changed.
 * @param a shape `[m, n]`, finite.
 * @throws RangeError if an entry is not finite.
 */
export async function qr(a: Dense, pauses: Breathing = {}): Promise<QR> {
  checkFinite(a, "qr");
  const { qt, r } = await transposedQr(a, pauses);
  return { q: transpose(qt), r };
}

/** As `qr`, but Qᵀ, of shape `[k, m]`, and with no check. */
export async function transposedQr(a: Dense, { breathe }: Breathing = {}): Promise<{ qt: Dense; r: Dense }> {
  const scale = scaleToOne(a.data);
  const at = transpose(a);
  for (let i = 0; i < at.data.length; i++) at.data[i]! *= scale;
  const m = a.rows;
  const n = a.cols;
  const k = Math.min(m, n);

  const vt = dense(k, m);
  const tau = new Float64Array(k);
  const factors: Dense[] = [];
  for (let start = 0; start < k; start += BLOCK) {
    const end = Math.min(k, start + BLOCK);
    await factorColumns(at, start, end, vt, tau, breathe);
    const block = rowsView(vt, start, end);
    const t = await blockFactor(block, tau.subarray(start, end));
    factors.push(t);
    if (end < n) await applyRight(block, t, rowsView(at, end, n));
  }

  const r = dense(k, n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= Math.min(j, k - 1); i++) r.data[i * n + j] = at.data[j * m + i]! / scale;
  }
  const qt = dense(k, m);
  for (let i = 0; i < k; i++) qt.data[i * m + i] = 1;
  for (let b = factors.length - 1; b >= 0; b--) {
    if (breathe) await breathe();
    const start = b * BLOCK;
    const block = rowsView(vt, start, Math.min(k, start + BLOCK));
    await applyRight(block, factors[b]!, rowsView(qt, start, k), true);
  }
  return { qt, r };
}

/**
 * Factors columns `start` to `end` (rows of `at`): leaves R in them, and their reflectors in `vt` and `tau`. Halves
 * them down to panels, so that most of the work is products (Elmroth & Gustavson 2000, IBM J. Res. Dev. 44(4)).
 */
async function factorColumns(
  at: Dense,
  start: number,
  end: number,
  vt: Dense,
  tau: Float64Array,
  breathe: Breathing["breathe"],
): Promise<void> {
  if (breathe) await breathe();
  if (end - start <= NARROW) {
    factorPanel(at, start, end, vt, tau);
    return;
  }
  const middle = (start + end) >> 1;
  await factorColumns(at, start, middle, vt, tau, breathe);
  const half = rowsView(vt, start, middle);
  await applyRight(half, await blockFactor(half, tau.subarray(start, middle)), rowsView(at, middle, end));
  await factorColumns(at, middle, end, vt, tau, breathe);
}

function factorPanel(at: Dense, start: number, end: number, vt: Dense, tau: Float64Array): void {
  const row = (a: Dense, i: number) => a.data.subarray(i * a.cols, (i + 1) * a.cols);
  for (let j = start; j < end; j++) {
    const column = row(at, j);
    const v = row(vt, j);
    v.set(column.subarray(j), j);
    const made = reflector(v, j);
    tau[j] = made.tau;
    column[j] = made.beta;
    for (let p = j + 1; p < end; p++) {
      const other = row(at, p);
      axpy(-made.tau * dot(v, other, j), v, other, j);
    }
  }
}
