/**
 * @file The k largest eigenpairs of a symmetric matrix by block Lanczos with full reorthogonalization.
 *
 *   A Qⱼ = Qⱼ₋₁ Rⱼ₋₁ᵀ + Qⱼ Mⱼ + Qⱼ₊₁ Rⱼ,   H = QᵀAQ block tridiagonal,   H s = θ s,   v = Q s
 *
 * All work is products with A and with the basis. A random start can miss copies of an eigenvalue of higher
 * multiplicity than the block is wide; so the result is certified: if σI − (A − V Θ Vᵀ) with σ just above θₖ has a
 * Cholesky factor, no eigenvalue above σ is missing (Sylvester's law of inertia).
 * Sources: Golub & Underwood (1977), "The block Lanczos method for computing eigenvalues", Mathematical Software
 * III; Parlett (1998), "The symmetric eigenvalue problem", §3.3 and §13.10.
 *
 * Our own code since the libraries compute all pairs, and slowly: see `eigh.ts`.
 */
import { type Random, random } from "../random.js";
import type { Breathing } from "./breathing.js";
import { cholesky, NotPositiveDefinite } from "./cholesky.js";
import { columns, type Dense, dense, rowsView, transpose } from "./dense.js";
import { type Eigen, eigh, leadingEigh, scaledSymmetricPart } from "./eigh.js";
import { gemm } from "./gemm.js";
import { transposedQr } from "./qr.js";
import { columnSigns, flipColumns } from "./signs.js";

/** Options of `topEigenpairs`. */
export interface TopEigenOptions extends Breathing {
  /**
   * A pair has converged when ‖A v − λ v‖ ≤ tol · |λ|max. The error of λ is at most that, and of second order
   * where λ stands apart. Default 1e-9.
   */
  readonly tol?: number | undefined;
}

/** Vectors a step: products with few are slow, but with many the Krylov space has less depth for its size. */
const WIDTH = 16;
/** Below this a full decomposition is as fast. */
const SMALLEST = 192;

/**
 * The k algebraically largest eigenvalues, descending, with eigenvectors as columns. Takes `eigh` for small
 * matrices, for large k, and where the iteration does not converge, so that the answer is always to the tolerance.
 * @param a shape `[n, n]`, symmetric as `eigh` wants it; not changed.
 * @param k 1 … n.
 * @returns `values` of shape `[k]`, `vectors` of shape `[n, k]`.
 * @throws RangeError for an impossible k or tolerance, and as `eigh`.
 */
export async function topEigenpairs(
  a: Dense,
  k: number,
  { tol = 1e-9, breathe }: TopEigenOptions = {},
): Promise<Eigen> {
  const n = a.rows;
  if (!Number.isInteger(k) || k < 1 || k > n) {
    throw new RangeError(`topEigenpairs: k must be a whole number in 1 … ${n}, got ${k}`);
  }
  if (!(tol > 0)) throw new RangeError(`topEigenpairs: tol must be > 0, got ${tol}`);
  if (n >= SMALLEST && k <= n / 8) {
    if (breathe) await breathe();
    const { work, scale } = scaledSymmetricPart(a, "topEigenpairs");
    const found = await blockLanczos(work, k, tol, breathe);
    if (found && (await certified(work, found, tol, breathe))) {
      flipColumns(found.vectors, columnSigns(found.vectors));
      return { values: found.values.map((value) => value / scale), vectors: found.vectors };
    }
  }
  return leadingEigh(a, k, { breathe });
}

/** The top k Ritz pairs once they have converged, or `undefined` if they have not within a third of the space. */
async function blockLanczos(
  a: Dense,
  k: number,
  tol: number,
  breathe: Breathing["breathe"],
): Promise<Eigen | undefined> {
  const n = a.rows;
  const most = Math.floor(n / 3 / WIDTH) * WIDTH;
  const stream = random(0).fork("topEigenpairs");
  // Basis vectors are rows, so that the basis grows in place.
  const basis = dense(most + WIDTH, n);
  const h = dense(most, most);
  basis.data.set((await orthonormalRows(randomRows(n, stream))).rows.data);

  let check = Math.min(most, 2 * k + 3 * WIDTH);
  for (let size = WIDTH; size <= most; size += WIDTH) {
    if (breathe) await breathe();
    const known = rowsView(basis, 0, size);
    const image = await gemm(rowsView(basis, size - WIDTH, size), a);
    const overlap = await removeComponents(image, known);
    await removeComponents(image, known);
    let { rows: next, factor } = await orthonormalRows(image);
    if (isBreakdown(factor)) {
      // The space is invariant: go on in a random direction, uncoupled to it.
      next = randomRows(n, stream);
      await removeComponents(next, known);
      await removeComponents(next, known);
      next = (await orthonormalRows(next)).rows;
      factor = dense(WIDTH, WIDTH);
    }
    basis.data.set(next.data, size * n);
    extend(h, size, overlap, factor);

    if (size >= check || size === most) {
      check = Math.ceil(size * 1.2);
      const { values, vectors } = await eigh(columns(rowsView(h, 0, size), 0, size), { breathe });
      if (converged(values, vectors, factor, k, tol)) {
        const s = columns(vectors, 0, k);
        return { values: values.slice(0, k), vectors: await gemm(known, s, { transposeA: true }) };
      }
    }
  }
  return undefined;
}

/** Subtracts from the rows of `x` their components along the rows of `basis`, in place, and returns these. */
async function removeComponents(x: Dense, basis: Dense): Promise<Dense> {
  const along = await gemm(x, basis, { transposeB: true });
  const inside = await gemm(along, basis);
  for (let i = 0; i < x.data.length; i++) x.data[i]! -= inside.data[i]!;
  return along;
}

/** X = FᵀE with orthonormal rows E and upper triangular F. */
async function orthonormalRows(x: Dense): Promise<{ rows: Dense; factor: Dense }> {
  const { qt, r } = await transposedQr(transpose(x));
  return { rows: qt, factor: r };
}

function randomRows(n: number, stream: Random): Dense {
  const rows = dense(WIDTH, n);
  for (let i = 0; i < rows.data.length; i++) rows.data[i] = stream.normal();
  return rows;
}

/** True if a new direction is only rounding; A is scaled to entries of about one. */
function isBreakdown(factor: Dense): boolean {
  for (let i = 0; i < WIDTH; i++) if (Math.abs(factor.data[i * WIDTH + i]!) < 1e-12) return true;
  return false;
}

/** Writes the last diagonal block of H, and the blocks that couple it to the next. */
function extend(h: Dense, size: number, overlap: Dense, factor: Dense): void {
  const from = size - WIDTH;
  for (let i = 0; i < WIDTH; i++) {
    for (let j = 0; j < WIDTH; j++) {
      h.data[(from + i) * h.cols + from + j] = overlap.data[i * overlap.cols + from + j]!;
      if (size === h.rows) continue;
      h.data[(size + i) * h.cols + from + j] = factor.data[i * WIDTH + j]!;
      h.data[(from + j) * h.cols + size + i] = factor.data[i * WIDTH + j]!;
    }
  }
}

/** ‖A v − θ v‖ = ‖R s_last‖, where s_last is the last block of rows of s. */
function converged(values: Float64Array, s: Dense, factor: Dense, k: number, tol: number): boolean {
  const largest = Math.max(Math.abs(values[0]!), Math.abs(values[values.length - 1]!));
  for (let j = 0; j < k; j++) {
    let square = 0;
    for (let i = 0; i < WIDTH; i++) {
      let sum = 0;
      for (let p = i; p < WIDTH; p++) {
        sum += factor.data[i * WIDTH + p]! * s.data[(s.rows - WIDTH + p) * s.cols + j]!;
      }
      square += sum * sum;
    }
    if (Math.sqrt(square) > tol * largest) return false;
  }
  return true;
}

/** True if no eigenvalue but those found is above the last of them, to the tolerance. */
async function certified(
  a: Dense,
  { values, vectors }: Eigen,
  tol: number,
  breathe: Breathing["breathe"],
): Promise<boolean> {
  const n = a.rows;
  const k = values.length;
  const sigma = values[k - 1]! + 10 * tol * Math.max(Math.abs(values[0]!), Math.abs(values[k - 1]!));
  // V (Θ + cI) Vᵀ with c large enough that what is found lies below σ, whatever its sign.
  const lowered = dense(
    n,
    k,
    vectors.data.map((value, at) => value * (values[at % k]! - values[k - 1]! + Math.abs(sigma))),
  );
  const found = await gemm(lowered, vectors, { transposeB: true });
  const rest = dense(n, n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < n; j++, at++) rest.data[at] = (i === j ? sigma : 0) - a.data[at]! + found.data[at]!;
  }
  try {
    await cholesky(rest, { breathe });
    return true;
  } catch (error) {
    // Not definite. Whatever a pause throws is not ours.
    if (error instanceof NotPositiveDefinite) return false;
    throw error;
  }
}
