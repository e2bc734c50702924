/**
 * @file Householder reduction of a symmetric matrix to tridiagonal form: A = Q T Qᵀ.
 *
 * Reflectors are gathered in blocks: within one, A is read for a matrix–vector product a column (the half of the
 * work that no matrix product can do); the update A − V Wᵀ − W Vᵀ follows as one product on the engine.
 * Source: Dongarra, Sorensen & Hammarling (1989), "Block reduction of matrices to condensed forms for eigenvalue
 * computations", J. Comput. Appl. Math. 27; LAPACK dsytrd and dlatrd.
 */
import type { Breathing } from "./breathing.js";
import { type Dense, dense, rowsView } from "./dense.js";
import { gemm } from "./gemm.js";
import { axpy, dot, PANEL, type Reflectors, reflector } from "./householder.js";

/** T as diagonal and off-diagonal, and Q as blocks of reflectors. */
export interface Tridiagonal {
  /** Shape `[n]`. */
  readonly diagonal: Float64Array;
  /** Shape `[n − 1]`. */
  readonly offDiagonal: Float64Array;
  /** The reflectors whose product is Q. */
  readonly q: Reflectors;
}

/** @param a symmetric, shape `[n, n]`, n ≥ 1; overwritten. */
export async function tridiagonalize(a: Dense, { breathe }: Breathing = {}): Promise<Tridiagonal> {
  const n = a.rows;
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n - 1);
  const q: Reflectors = { vt: dense(n - 1, n), tau: new Float64Array(n - 1), first: 1 };
  // Kept for all updates: fresh memory takes longer than what is written to it.
  const room = new Float64Array(Math.max(0, n - PANEL) ** 2);
  for (let start = 0; start < n - 1; start += PANEL) {
    const end = Math.min(n - 1, start + PANEL);
    const vt = rowsView(q.vt, start, end);
    const wt = dense(end - start, n);
    await reducePanel(a, start, vt, wt, q.tau.subarray(start, end), diagonal, offDiagonal, breathe);
    await updateTrailing(a, end, vt, wt, room);
  }
  diagonal[n - 1] = a.data[n * n - 1]!;

  return { diagonal, offDiagonal, q };
}

/** Reduces `vt.rows` columns from `start`; row i of `vt` and `wt` holds reflector i and its w. */
async function reducePanel(
  a: Dense,
  start: number,
  vt: Dense,
  wt: Dense,
  tau: Float64Array,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  breathe: Breathing["breathe"],
): Promise<void> {
  const n = a.rows;
  const [vs, ws] = [rowsOf(vt), rowsOf(wt)];
  for (let i = 0; i < vt.rows; i++) {
    if (breathe) await breathe();
    const j = start + i;
    const v = vs[i]!;
    const w = ws[i]!;
    // Row j of the trailing matrix is column j; bring it up to date with the reflectors of this block.
    v.set(a.data.subarray(j * n + j, (j + 1) * n), j);
    for (let p = 0; p < i; p++) {
      const vp = vs[p]!;
      const wp = ws[p]!;
      axpy(-wp[j]!, vp, v, j);
      axpy(-vp[j]!, wp, v, j);
    }
    diagonal[j] = v[j]!;
    v[j] = 0;
    const made = reflector(v, j + 1);
    tau[i] = made.tau;
    offDiagonal[j] = made.beta;

    symmetricProduct(a, j + 1, v, w);
    for (let p = 0; p < i; p++) {
      const vp = vs[p]!;
      const wp = ws[p]!;
      const alongV = dot(vp, v, j + 1);
      const alongW = dot(wp, v, j + 1);
      axpy(-alongW, vp, w, j + 1);
      axpy(-alongV, wp, w, j + 1);
    }
    for (let r = j + 1; r < n; r++) w[r]! *= made.tau;
    axpy(-0.5 * made.tau * dot(w, v, j + 1), v, w, j + 1);
  }
}

const rowsOf = ({ data, rows, cols }: Dense): Float64Array[] =>
  Array.from({ length: rows }, (_, i) => data.subarray(i * cols, (i + 1) * cols));

/** A ← A − V Wᵀ − W Vᵀ on rows and columns from `from`. */
async function updateTrailing(
  a: Dense,
  from: number,
  vt: Dense,
  wt: Dense,
  room: Float64Array,
): Promise<void> {
  const n = a.rows;
  const size = n - from;
  if (size === 0) return;
  const b = vt.rows;
  const left = dense(2 * b, size);
  const right = dense(2 * b, size);
  for (let i = 0; i < b; i++) {
    const v = vt.data.subarray(i * n + from, (i + 1) * n);
    const w = wt.data.subarray(i * n + from, (i + 1) * n);
    left.data.set(v, i * size);
    left.data.set(w, (b + i) * size);
    right.data.set(w, i * size);
    right.data.set(v, (b + i) * size);
  }
  const update = (await gemm(left, right, { transposeA: true, into: room })).data;
  for (let i = 0; i < size; i++) {
    const at = (from + i) * n + from;
    for (let j = 0; j < size; j++) a.data[at + j]! -= update[i * size + j]!;
  }
}

/**
 * y ← A x on rows and columns from `from`, reading the lower triangle once, four rows at a time: every entry
 * serves both its row and its column, and the speed is that of memory.
 */
function symmetricProduct(a: Dense, from: number, x: Float64Array, y: Float64Array): void {
  const { data, rows: n } = a;
  y.fill(0, from, n);
  let i = from;
  for (; i + 3 < n; i += 4) {
    const r0 = i * n;
    const r1 = r0 + n;
    const r2 = r1 + n;
    const r3 = r2 + n;
    const x0 = x[i]!;
    const x1 = x[i + 1]!;
    const x2 = x[i + 2]!;
    const x3 = x[i + 3]!;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = from; j < i; j++) {
      const a0 = data[r0 + j]!;
      const a1 = data[r1 + j]!;
      const a2 = data[r2 + j]!;
      const a3 = data[r3 + j]!;
      const xj = x[j]!;
      s0 += a0 * xj;
      s1 += a1 * xj;
      s2 += a2 * xj;
      s3 += a3 * xj;
      y[j]! += a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3);
    }
    const a10 = data[r1 + i]!;
    const a20 = data[r2 + i]!;
    const a21 = data[r2 + i + 1]!;
    const a30 = data[r3 + i]!;
    const a31 = data[r3 + i + 1]!;
    const a32 = data[r3 + i + 2]!;
    y[i]! += s0 + data[r0 + i]! * x0 + a10 * x1 + a20 * x2 + a30 * x3;
    y[i + 1]! += s1 + a10 * x0 + data[r1 + i + 1]! * x1 + a21 * x2 + a31 * x3;
    y[i + 2]! += s2 + a20 * x0 + a21 * x1 + data[r2 + i + 2]! * x2 + a32 * x3;
    y[i + 3]! += s3 + a30 * x0 + a31 * x1 + a32 * x2 + data[r3 + i + 3]! * x3;
  }
  for (; i < n; i++) {
    let sum = 0;
    for (let j = from; j < i; j++) {
      const entry = data[i * n + j]!;
      sum += entry * x[j]!;
      y[j]! += entry * x[i]!;
    }
    y[i]! += sum + data[i * n + i]! * x[i]!;
  }
}
