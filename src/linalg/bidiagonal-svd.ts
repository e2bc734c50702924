/**
 * @file Singular value decomposition of an upper bidiagonal matrix by divide and conquer: B = U Σ Vᵀ.
 *
 *       ⎡ B₁        ⎤
 *   B = ⎢ α eᵀ  β eᵀ⎥ ,   B₁ = U₁ (D₁ 0) V₁ᵀ,  B₂ = U₂ (D₂ 0) V₂ᵀ   ⇒   B = U M Vᵀ,   M = first row z, diagonal d below
 *       ⎣       B₂  ⎦
 *
 * The squares of the singular values of M are the roots of 1 + Σ zⱼ² / (dⱼ² − σ²) = 0. Nothing is squared that
 * is not factored again, so small singular values keep their accuracy relative to ‖B‖.
 * Source: Gu & Eisenstat (1995), "A divide-and-conquer algorithm for the bidiagonal SVD", SIAM J. Matrix Anal.
 * Appl. 16(1).
 */
import type { Breathing } from "./breathing.js";
import { type Dense, dense, identity, maxAbs } from "./dense.js";
import { ascendingOrder, combineRows, DEFLATION_TOLERANCE, rotateRows, Span } from "./divide-and-conquer.js";
import { secularRoots } from "./secular.js";

/** Singular values ascending; singular vectors as rows. */
export interface BidiagonalSvd {
  /** Shape `[n]`. */
  readonly values: Float64Array;
  /** Row i is the left singular vector of value i; shape `[n, n]`. */
  readonly ut: Dense;
  /** Row i is the right singular vector of value i; a row more, for the null vector, if B has a column more. */
  readonly vt: Dense;
}

/**
 * @param diagonal shape `[n]`.
 * @param superDiagonal shape `[n − 1]` for a square matrix, `[n]` for one with a column more than rows.
 */
export async function bidiagonalSvd(
  diagonal: Float64Array,
  superDiagonal: Float64Array,
  { breathe }: Breathing = {},
): Promise<BidiagonalSvd> {
  const n = diagonal.length;
  const extra = n > 0 ? superDiagonal.length - (n - 1) : 1;
  return solve(diagonal, superDiagonal, extra, breathe);
}

async function solve(
  diagonal: Float64Array,
  superDiagonal: Float64Array,
  extra: number,
  breathe: Breathing["breathe"],
): Promise<BidiagonalSvd> {
  const n = diagonal.length;
  if (n === 0) return { values: new Float64Array(0), ut: dense(0, 0), vt: identity(extra) };

  const k = n >> 1;
  const alpha = diagonal[k]!;
  const beta = k < superDiagonal.length ? superDiagonal[k]! : 0;
  const first = await solve(diagonal.subarray(0, k), superDiagonal.subarray(0, k), 1, breathe);
  const second = await solve(diagonal.subarray(k + 1), superDiagonal.subarray(k + 1), extra, breathe);
  const size = Math.max(Math.abs(alpha), Math.abs(beta), maxAbs(first.values), maxAbs(second.values));
  const joined = join(first, second, alpha, beta, extra);
  if (size === 0) return { values: new Float64Array(n), ut: joined.ut, vt: joined.vt };
  return update(joined, size, k, breathe);
}

/** B = Uᵀ M V with M given by d and z; vector 0 of both belongs to the dividing row. */
interface Joined {
  readonly d: Float64Array;
  readonly z: Float64Array;
  readonly ut: Dense;
  readonly vt: Dense;
}

function join(
  first: BidiagonalSvd,
  second: BidiagonalSvd,
  alpha: number,
  beta: number,
  extra: number,
): Joined {
  const k = first.values.length;
  const n = k + 1 + second.values.length;
  const cut = k + 1;
  const ut = dense(n, n);
  const vt = dense(n + extra, n + extra);
  const d = new Float64Array(n);
  const z = new Float64Array(n);
  ut.data[k] = 1;
  for (let i = 0; i < k; i++) {
    d[1 + i] = first.values[i]!;
    z[1 + i] = alpha * first.vt.data[i * cut + k]!;
    place(first.ut, i, ut, 1 + i, 0);
    place(first.vt, i, vt, 1 + i, 0);
  }
  for (let i = 0; i < second.values.length; i++) {
    d[cut + i] = second.values[i]!;
    z[cut + i] = beta * second.vt.data[i * second.vt.cols]!;
    place(second.ut, i, ut, cut + i, cut);
    place(second.vt, i, vt, cut + i, cut);
  }
  // The null vectors of the halves: one combination meets the dividing row, the other stays a null vector.
  const along1 = alpha * first.vt.data[k * cut + k]!;
  const along2 = extra === 1 ? beta * second.vt.data[second.values.length * second.vt.cols]! : 0;
  place(first.vt, k, vt, 0, 0);
  if (extra === 1) place(second.vt, second.values.length, vt, n, cut);
  z[0] = Math.hypot(along1, along2);
  if (z[0] > 0) {
    const c = along1 / z[0];
    if (extra === 1) rotateRows(vt, 0, n, c, along2 / z[0]);
    else if (c < 0) for (let j = 0; j < cut; j++) vt.data[j] = -vt.data[j]!;
  }
  return { d, z, ut, vt };
}

function place(from: Dense, row: number, to: Dense, toRow: number, toColumn: number): void {
  to.data.set(from.data.subarray(row * from.cols, (row + 1) * from.cols), toRow * to.cols + toColumn);
}

async function update(
  { d, z, ut, vt }: Joined,
  size: number,
  k: number,
  breathe: Breathing["breathe"],
): Promise<BidiagonalSvd> {
  const n = d.length;
  for (let i = 0; i < n; i++) {
    d[i]! /= size;
    z[i]! /= size;
  }
  const spansU = new Uint8Array(n).fill(Span.first, 1, k + 1).fill(Span.second, k + 1);
  const spansV = spansU.slice();
  spansU[0] = Span.second;
  spansV[0] = Span.both;

  const kept = deflate(d, z, ut, vt, spansU, spansV);
  const inner = await keptProblem(kept, d, z, breathe);
  if (breathe) await breathe();
  const values = d.slice();
  const left = await combineRows(ut, kept, inner.left, spansU, k);
  if (breathe) await breathe();
  const right = await combineRows(vt, kept, inner.right, spansV, k + 1);
  if (breathe) await breathe();
  kept.forEach((row, i) => {
    values[row] = inner.values[i]!;
    place(left, i, ut, row, 0);
    place(right, i, vt, row, 0);
  });

  const order = ascendingOrder(values);
  const sortedU = dense(n, n);
  const sortedV = dense(vt.rows, vt.cols);
  order.forEach((row, i) => {
    place(ut, row, sortedU, i, 0);
    place(vt, row, sortedV, i, 0);
  });
  if (vt.rows > n) place(vt, n, sortedV, n, 0);
  return { values: Float64Array.from(order, (row) => values[row]! * size), ut: sortedU, vt: sortedV };
}

/**
 * The rows coupled by z, the dividing row first and then ascending in d. A pair of nearly equal d is rotated so
 * that one of the two has z = 0 and is final. Changes all arguments in place; the norm of M is about one.
 */
function deflate(
  d: Float64Array,
  z: Float64Array,
  ut: Dense,
  vt: Dense,
  spansU: Uint8Array,
  spansV: Uint8Array,
): number[] {
  const tolerance = DEFLATION_TOLERANCE;
  // The dividing row cannot deflate; as small as this, its size does not matter.
  z[0] = Math.max(z[0]!, tolerance);
  const kept = [0];
  let last = 0;
  for (const next of ascendingOrder(d)) {
    if (next === 0 || Math.abs(z[next]!) <= tolerance) continue;
    if (last > 0 && d[next]! - d[last]! <= tolerance) {
      const r = Math.hypot(z[next]!, z[last]!);
      const c = z[next]! / r;
      const s = -z[last]! / r;
      z[next] = r;
      z[last] = 0;
      rotateRows(ut, last, next, c, s);
      rotateRows(vt, last, next, c, s);
      spansU[next] = spansU[last] = spansU[next]! | spansU[last]!;
      spansV[next] = spansV[last] = spansV[next]! | spansV[last]!;
    } else if (last > 0) {
      kept.push(last);
    }
    last = next;
  }
  if (last > 0) kept.push(last);
  // Pole 0 stands for the dividing row: the next must keep off it.
  if (kept.length > 1) d[kept[1]!] = Math.max(d[kept[1]!]!, tolerance / 2);
  return kept;
}

/** Singular values (ascending) and vectors (as rows) of M over the kept entries, by the secular equation. */
async function keptProblem(
  kept: readonly number[],
  d: Float64Array,
  z: Float64Array,
  breathe: Breathing["breathe"],
): Promise<{ values: Float64Array; left: Dense; right: Dense }> {
  const k = kept.length;
  const poles = Float64Array.from(kept, (row, i) => (i === 0 ? 0 : d[row]!));
  const weights = Float64Array.from(kept, (row) => z[row]! ** 2);
  const shifted = (origin: number, out: Float64Array) => {
    const at = poles[origin]!;
    for (let j = 0; j < k; j++) out[j] = (poles[j]! - at) * (poles[j]! + at);
  };
  const roots = await secularRoots(weights, 1, shifted, { breathe });
  const exact = Float64Array.from(
    kept,
    (row, i) => Math.sign(z[row]!) * Math.sqrt(Math.max(0, roots.weights[i]!)),
  );
  const values = new Float64Array(k);
  const left = dense(k, k);
  const right = dense(k, k);
  for (let i = 0; i < k; i++) {
    const pole = poles[roots.origin[i]!]!;
    const mu = roots.offset[i]!;
    values[i] = pole + mu / (pole + Math.sqrt(Math.max(0, pole * pole + mu)));
    let sumLeft = 1;
    let sumRight = 0;
    for (let j = 0, at = i * k; j < k; j++, at++) {
      const entry = exact[j]! / roots.distance[at]!;
      right.data[at] = entry;
      sumRight += entry * entry;
      left.data[at] = poles[j]! * entry;
      sumLeft += (poles[j]! * entry) ** 2;
    }
    left.data[i * k] = -1;
    const scaleLeft = 1 / Math.sqrt(sumLeft);
    const scaleRight = 1 / Math.sqrt(sumRight);
    for (let at = i * k; at < (i + 1) * k; at++) {
      left.data[at]! *= scaleLeft;
      right.data[at]! *= scaleRight;
    }
  }
  return { values, left, right };
}
