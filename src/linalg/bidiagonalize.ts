/**
 * @file Householder reduction of a square matrix to upper bidiagonal form: A = Q B Pᵀ.
 *
 * Reflectors are gathered in blocks: within one, A is read for two matrix–vector products a step; the update
 * A − V Yᵀ − X Uᵀ follows as one product on the engine.
 * Source: Dongarra, Sorensen & Hammarling (1989), "Block reduction of matrices to condensed forms for eigenvalue
 * computations", J. Comput. Appl. Math. 27; LAPACK dgebrd and dlabrd.
 */
import type { Breathing } from "./breathing.js";
import { type Dense, dense, rowsView } from "./dense.js";
import { gemm } from "./gemm.js";
import { axpy, dot, PANEL, type Reflectors, reflector } from "./householder.js";

/** B as diagonal and superdiagonal; Q and P as blocks of reflectors. */
export interface Bidiagonal {
  /** Shape `[n]`. */
  readonly diagonal: Float64Array;
  /** Shape `[n − 1]`. */
  readonly superDiagonal: Float64Array;
  /** The reflectors whose product is Q, and those whose product is P. */
  readonly left: Reflectors;
  readonly right: Reflectors;
}

/** Left reflectors V, right reflectors U and the factors Y and X of their update, all as rows, shape `[b, n]`. */
interface Panel {
  readonly vt: Dense;
  readonly ut: Dense;
  readonly yt: Dense;
  readonly xt: Dense;
  readonly tauLeft: Float64Array;
  readonly tauRight: Float64Array;
}

/** @param a shape `[n, n]`, n ≥ 1; overwritten. */
export async function bidiagonalize(a: Dense, { breathe }: Breathing = {}): Promise<Bidiagonal> {
  const n = a.rows;
  const result = { diagonal: new Float64Array(n), superDiagonal: new Float64Array(n - 1) };
  const left: Reflectors = { vt: dense(n, n), tau: new Float64Array(n), first: 0 };
  const right: Reflectors = { vt: dense(n - 1, n), tau: new Float64Array(n - 1), first: 1 };
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(n, start + PANEL);
    const endRight = Math.min(n - 1, end);
    const panel: Panel = {
      vt: rowsView(left.vt, start, end),
      ut: rowsView(right.vt, start, endRight),
      yt: dense(end - start, n),
      xt: dense(endRight - start, n),
      tauLeft: left.tau.subarray(start, end),
      tauRight: right.tau.subarray(start, endRight),
    };
    await reducePanel(a, start, panel, result, breathe);
    await updateTrailing(a, end, panel);
  }
  return { ...result, left, right };
}

async function reducePanel(
  a: Dense,
  start: number,
  panel: Panel,
  out: { diagonal: Float64Array; superDiagonal: Float64Array },
  breathe: Breathing["breathe"],
): Promise<void> {
  const n = a.rows;
  const { vt, ut, yt, xt, tauLeft, tauRight } = panel;
  const rowOf = (m: Dense, i: number) => m.data.subarray(i * n, (i + 1) * n);
  for (let i = 0; i < vt.rows; i++) {
    if (breathe) await breathe();
    const j = start + i;
    const v = rowOf(vt, i);
    for (let r = j; r < n; r++) v[r] = a.data[r * n + j]!;
    for (let p = 0; p < i; p++) {
      axpy(-yt.data[p * n + j]!, rowOf(vt, p), v, j);
      axpy(-ut.data[p * n + j]!, rowOf(xt, p), v, j);
    }
    const madeLeft = reflector(v, j);
    tauLeft[i] = madeLeft.tau;
    out.diagonal[j] = madeLeft.beta;
    if (j + 1 === n) break;

    // y = τ (A − V Yᵀ − X Uᵀ)ᵀ v
    const y = rowOf(yt, i);
    transposedProduct(a, j, j + 1, v, y);
    for (let p = 0; p < i; p++) {
      axpy(-dot(rowOf(vt, p), v, j), rowOf(yt, p), y, j + 1);
      axpy(-dot(rowOf(xt, p), v, j), rowOf(ut, p), y, j + 1);
    }
    for (let c = j + 1; c < n; c++) y[c]! *= madeLeft.tau;

    const u = rowOf(ut, i);
    u.set(a.data.subarray(j * n + j + 1, (j + 1) * n), j + 1);
    for (let p = 0; p <= i; p++) axpy(-vt.data[p * n + j]!, rowOf(yt, p), u, j + 1);
    for (let p = 0; p < i; p++) axpy(-xt.data[p * n + j]!, rowOf(ut, p), u, j + 1);
    const madeRight = reflector(u, j + 1);
    tauRight[i] = madeRight.tau;
    out.superDiagonal[j] = madeRight.beta;

    // x = τ (A − V Yᵀ − X Uᵀ) u, with this step's v and y in V and Y
    const x = rowOf(xt, i);
    product(a, j + 1, u, x);
    for (let p = 0; p <= i; p++) axpy(-dot(rowOf(yt, p), u, j + 1), rowOf(vt, p), x, j + 1);
    for (let p = 0; p < i; p++) axpy(-dot(rowOf(ut, p), u, j + 1), rowOf(xt, p), x, j + 1);
    for (let r = j + 1; r < n; r++) x[r]! *= madeRight.tau;
  }
}

/** A ← A − V Yᵀ − X Uᵀ on rows and columns from `from`. */
async function updateTrailing(a: Dense, from: number, { vt, ut, yt, xt }: Panel): Promise<void> {
  const n = a.rows;
  const size = n - from;
  if (size === 0) return;
  const left = stack(vt, xt, from);
  const right = stack(yt, ut, from);
  const update = (await gemm(left, right, { transposeA: true })).data;
  for (let i = 0; i < size; i++) {
    const at = (from + i) * n + from;
    for (let j = 0; j < size; j++) a.data[at + j]! -= update[i * size + j]!;
  }
}

/** The rows of both, columns from `from`. */
function stack(top: Dense, bottom: Dense, from: number): Dense {
  const width = top.cols - from;
  const out = dense(top.rows + bottom.rows, width);
  [top, bottom].forEach((part, which) => {
    for (let i = 0; i < part.rows; i++) {
      out.data.set(
        part.data.subarray(i * part.cols + from, (i + 1) * part.cols),
        (which * top.rows + i) * width,
      );
    }
  });
  return out;
}

/** y ← A x on rows and columns from `from`, four rows at a time. */
function product(a: Dense, from: number, x: Float64Array, y: Float64Array): void {
  const { data, cols: n } = a;
  let i = from;
  for (; i + 3 < n; i += 4) {
    const r0 = i * n;
    const r1 = r0 + n;
    const r2 = r1 + n;
    const r3 = r2 + n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let j = from; j < n; j++) {
      const xj = x[j]!;
      s0 += data[r0 + j]! * xj;
      s1 += data[r1 + j]! * xj;
      s2 += data[r2 + j]! * xj;
      s3 += data[r3 + j]! * xj;
    }
    y[i] = s0;
    y[i + 1] = s1;
    y[i + 2] = s2;
    y[i + 3] = s3;
  }
  for (; i < n; i++) {
    let sum = 0;
    for (let j = from; j < n; j++) sum += data[i * n + j]! * x[j]!;
    y[i] = sum;
  }
}

/** y ← Aᵀ x over rows from `fromRow` and columns from `fromColumn`, four rows at a time. */
function transposedProduct(
  a: Dense,
  fromRow: number,
  fromColumn: number,
  x: Float64Array,
  y: Float64Array,
): void {
  const { data, cols: n } = a;
  y.fill(0, fromColumn, n);
  let i = fromRow;
  for (; i + 3 < n; i += 4) {
    const r0 = i * n;
    const r1 = r0 + n;
    const r2 = r1 + n;
    const r3 = r2 + n;
    const x0 = x[i]!;
    const x1 = x[i + 1]!;
    const x2 = x[i + 2]!;
    const x3 = x[i + 3]!;
    for (let j = fromColumn; j < n; j++) {
      y[j]! += data[r0 + j]! * x0 + data[r1 + j]! * x1 + (data[r2 + j]! * x2 + data[r3 + j]! * x3);
    }
  }
  for (; i < n; i++) {
    const xi = x[i]!;
    for (let j = fromColumn; j < n; j++) y[j]! += data[i * n + j]! * xi;
  }
}
