/**
 * @file Eigendecomposition of a symmetric tridiagonal matrix by divide and conquer.
 *
 *   T = diag(T₁, T₂) + β v vᵀ  ⇒  T = Q (D + ρ z zᵀ) Qᵀ,   Q = diag(Q₁, Q₂),   z = Qᵀ v
 *
 * The halves are solved first; what is left is diagonal plus rank one. Entries of z that are zero to rounding,
 * and pairs of equal entries of D, deflate: their vectors are final. The others come from the secular equation.
 * Sources: Cuppen (1981), "A divide and conquer method for the symmetric tridiagonal eigenproblem", Numer. Math.
 * 36; Gu & Eisenstat (1995), SIAM J. Matrix Anal. Appl. 16(1).
 */
import type { Breathing } from "./breathing.js";
import { type Dense, dense, maxAbs } from "./dense.js";
import {
  ascendingOrder,
  blockDiagonal,
  combineRows,
  DEFLATION_TOLERANCE,
  rotateRows,
  Span,
} from "./divide-and-conquer.js";
import { secularRoots } from "./secular.js";

/** The k largest eigenvalues ascending `[k]`, and the eigenvector of value i as row i of `vectors`, shape `[k, n]`. */
export interface TridiagonalEigen {
  readonly values: Float64Array;
  readonly vectors: Dense;
}

/**
 * @param diagonal shape `[n]`, n ≥ 1.
 * @param offDiagonal shape `[n − 1]`.
 * @param options.largest the k of so many largest, 1 … n: the last update makes the vectors of these alone. Default: n.
 */
export async function tridiagonalEigen(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  { breathe, largest = diagonal.length }: Breathing & { readonly largest?: number | undefined } = {},
): Promise<TridiagonalEigen> {
  const n = diagonal.length;
  if (n === 1) return { values: diagonal.slice(), vectors: dense(1, 1, Float64Array.of(1)) };

  const cut = n >> 1;
  const beta = offDiagonal[cut - 1]!;
  const first = diagonal.slice(0, cut);
  const second = diagonal.slice(cut);
  first[cut - 1]! -= Math.abs(beta);
  second[0]! -= Math.abs(beta);
  const solved1 = await tridiagonalEigen(first, offDiagonal.subarray(0, cut - 1), { breathe });
  const solved2 = await tridiagonalEigen(second, offDiagonal.subarray(cut), { breathe });

  const d = new Float64Array(n);
  d.set(solved1.values);
  d.set(solved2.values, cut);
  // v is e at the cut plus or minus e behind it; z = Qᵀ v / √2 has norm one, and ρ takes the two.
  const z = new Float64Array(n);
  for (let i = 0; i < cut; i++) z[i] = solved1.vectors.data[i * cut + cut - 1]! * Math.SQRT1_2;
  const sign = beta < 0 ? -Math.SQRT1_2 : Math.SQRT1_2;
  for (let i = cut; i < n; i++) z[i] = solved2.vectors.data[(i - cut) * (n - cut)]! * sign;
  const vectors = blockDiagonal(solved1.vectors, solved2.vectors, n, cut, cut);
  return rankOneUpdate(d, z, 2 * Math.abs(beta), vectors, cut, largest, breathe);
}

/** Eigendecomposition of Q (D + ρ z zᵀ) Qᵀ with ρ ≥ 0 and ‖z‖ = 1, where row i of `vectors` is qᵢ. */
async function rankOneUpdate(
  d: Float64Array,
  z: Float64Array,
  rho: number,
  vectors: Dense,
  cut: number,
  largest: number,
  breathe: Breathing["breathe"],
): Promise<TridiagonalEigen> {
  const n = d.length;
  const spans = new Uint8Array(n).fill(Span.first, 0, cut).fill(Span.second, cut);
  const kept = deflate(d, z, rho, vectors, spans);
  const values = d.slice();
  const inner = kept.length > 0 ? await keptProblem(kept, d, z, rho, breathe) : undefined;
  kept.forEach((row, i) => {
    values[row] = inner!.values[i]!;
  });
  const order = ascendingOrder(values).subarray(n - largest);
  const place = new Int32Array(n).fill(-1);
  order.forEach((row, i) => {
    place[row] = i;
  });
  const sorted = dense(largest, n);
  order.forEach((row, i) => {
    sorted.data.set(vectors.data.subarray(row * n, (row + 1) * n), i * n);
  });
  const updated = [...kept.keys()].filter((i) => place[kept[i]!]! >= 0);
  if (updated.length > 0) {
    const coefficients = inner!.vectors(updated);
    if (breathe) await breathe();
    const combined = await combineRows(vectors, kept, coefficients, spans, cut);
    if (breathe) await breathe();
    updated.forEach((i, at) => {
      sorted.data.set(combined.data.subarray(at * n, (at + 1) * n), place[kept[i]!]! * n);
    });
  }
  return { values: Float64Array.from(order, (row) => values[row]!), vectors: sorted };
}

/**
 * The rows that the rank-one term still couples, ascending in d. Pairs of nearly equal d are rotated so that one
 * of the two has z = 0 and is final. Changes d, z, vectors and spans in place.
 */
function deflate(d: Float64Array, z: Float64Array, rho: number, vectors: Dense, spans: Uint8Array): number[] {
  const tolerance = DEFLATION_TOLERANCE * Math.max(rho, maxAbs(d));
  const kept: number[] = [];
  let last = -1;
  for (const next of ascendingOrder(d)) {
    if (rho * Math.abs(z[next]!) <= tolerance) continue;
    if (last >= 0) {
      const r = Math.hypot(z[next]!, z[last]!);
      const c = z[next]! / r;
      const s = -z[last]! / r;
      const gap = d[next]! - d[last]!;
      if (Math.abs(gap * c * s) <= tolerance) {
        z[next] = r;
        z[last] = 0;
        rotateRows(vectors, last, next, c, s);
        spans[next] = spans[last] = spans[next]! | spans[last]!;
        const low = d[last]!;
        const high = d[next]!;
        d[last] = low * c * c + high * s * s;
        d[next] = low * s * s + high * c * c;
      } else {
        kept.push(last);
      }
    }
    last = next;
  }
  if (last >= 0) kept.push(last);
  return kept;
}

/** Eigenvalues of D + ρ z zᵀ over the kept entries, by the secular equation, and eigenvectors as rows: of those asked for. */
async function keptProblem(
  kept: readonly number[],
  d: Float64Array,
  z: Float64Array,
  rho: number,
  breathe: Breathing["breathe"],
): Promise<{ values: Float64Array; vectors(of: readonly number[]): Dense }> {
  const k = kept.length;
  const poles = Float64Array.from(kept, (i) => d[i]!);
  // Divided by ρ: no square overflows however small or large the matrix is.
  const weights = Float64Array.from(kept, (i) => z[i]! ** 2);
  const shifted = (origin: number, out: Float64Array) => {
    for (let j = 0; j < k; j++) out[j] = (poles[j]! - poles[origin]!) / rho;
  };
  const roots = await secularRoots(weights, 1, shifted, { breathe });
  const numerators = Float64Array.from(
    kept,
    (row, i) => Math.sign(z[row]!) * Math.sqrt(Math.max(0, roots.weights[i]!)),
  );
  const vectors = (of: readonly number[]) => {
    const rows = dense(of.length, k);
    of.forEach((i, row) => {
      let sum = 0;
      for (let j = 0, from = i * k, at = row * k; j < k; j++, at++) {
        const entry = numerators[j]! / roots.distance[from + j]!;
        rows.data[at] = entry;
        sum += entry * entry;
      }
      const scale = 1 / Math.sqrt(sum);
      for (let at = row * k; at < (row + 1) * k; at++) rows.data[at]! *= scale;
    });
    return rows;
  };
  return {
    values: Float64Array.from(kept, (_, i) => poles[roots.origin[i]!]! + rho * roots.offset[i]!),
    vectors,
  };
}
