/**
 * @file The largest eigenvalues of a symmetric operator by block Lanczos with full reorthogonalization and thick
 * restarts.
 *
 *   A Qⱼ = Q H·ⱼ + Qⱼ₊₁ R,   H s = θ s,   v = Q s,   ‖A v − θ v‖ = ‖R s_last‖
 *
 * When the basis is full, its best Ritz vectors and the last block become the first of a new one. A block as wide as
 * an eigenvalue's multiplicity finds all its copies.
 * Sources: Golub & Underwood (1977), "The block Lanczos method for computing eigenvalues", Mathematical Software III;
 * Wu & Simon (2000), "Thick-restart Lanczos method for large symmetric eigenvalue problems", SIAM Journal on Matrix
 * Analysis and Applications 22(2).
 */
import type { Random } from "../../random.js";
import { columns, type Dense, dense, rowsView, transpose } from "../dense.js";
import { eigh } from "../eigh.js";
import { gemm } from "../gemm.js";
import { transposedQr } from "../qr.js";

export interface BlockLanczosOptions {
  /** Eigenpairs wanted. */
  readonly k: number;
  /** Vectors a step. */
  readonly width: number;
  /** Vectors of the basis at most, ≥ k + 3 width. */
  readonly most: number;
  /** A pair has converged when ‖A v − θ v‖ ≤ tol · |θ|, or what is left is rounding of the largest |θ| and stays. */
  readonly tol: number;
  /** Steps at most. */
  readonly maxIter: number;
  readonly random: Random;
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** The largest eigenpairs, descending. */
export interface LargestPairs {
  /** `[k]` */
  readonly values: Float64Array;
  /** Eigenvectors are rows, `[k, n]`. */
  readonly vectors: Dense;
  /** Steps it took. */
  readonly iterations: number;
}

/** The iteration used up its steps. */
export class NotConverged extends Error {}

/** Residuals below this share of the largest |θ| may be rounding. */
const ROUNDING = 1e-14;

/**
 * @param apply the operator, on columns `[n, width]`, symmetric.
 * @throws NotConverged after `maxIter` steps.
 */
export async function blockLanczos(
  apply: (x: Dense) => Promise<Dense>,
  n: number,
  { k, width, most, tol, maxIter, random, breathe }: BlockLanczosOptions,
): Promise<LargestPairs> {
  // Basis vectors are rows, so that the basis grows in place.
  const basis = dense(most + width, n);
  let h = dense(most, most);
  for (let i = 0; i < width * n; i++) basis.data[i] = random.normal();
  // Vectors of a very large θ must be in the first block: the rounding of what they leave in others would drown the rest.
  const start = await transposedQr(await apply(transpose(rowsView(basis, 0, width))), { breathe });
  basis.data.set(start.qt.data);

  let kept = 0;
  let worst = Number.POSITIVE_INFINITY;
  for (let size = width, step = 1; step <= maxIter; size += width, step++) {
    const known = rowsView(basis, 0, size);
    const image = await apply(transpose(rowsView(basis, size - width, size)));
    const overlap = await removeComponents(image, known);
    addTo(overlap, await removeComponents(image, known));
    setColumns(h, size, overlap);
    const { values, vectors } = await eigh(columns(rowsView(h, 0, size), 0, size), { breathe });
    const largest = Math.max(Math.abs(values[0]!), Math.abs(values[size - 1]!));
    const { qt, r } = await nextBlock(image, known, ROUNDING * largest, random);
    await breathe?.();

    if (size >= k + kept || size + width > most) {
      const before = worst;
      worst = worstResidual(values, vectors, r, Math.min(k, size));
      const rounding = (ROUNDING * largest) / Math.abs(values[Math.min(k, size) - 1]!);
      if (size >= k && (worst <= tol || (worst <= rounding && worst > before / 4))) {
        const s = columns(vectors, 0, k);
        return {
          values: values.slice(0, k),
          vectors: await gemm(s, known, { transposeA: true }),
          iterations: step,
        };
      }
    }
    if (size + width > most) {
      kept = Math.min(size - width, k + Math.max(width, Math.floor((most - k) / 3)));
      const ritz = await gemm(columns(vectors, 0, kept), known, { transposeA: true });
      basis.data.set(ritz.data);
      h = dense(most, most);
      for (let i = 0; i < kept; i++) h.data[i * most + i] = values[i]!;
      size = kept;
    }
    basis.data.set(qt.data, size * n);
  }
  throw new NotConverged(
    `blockLanczos: ${k} eigenpairs of ${n} rows have not converged in ${maxIter} steps: residual ${worst.toExponential(1)}, want ${tol}`,
  );
}

/** Subtracts from the columns of `x` their components along the rows of `basis`, in place, and returns these. */
async function removeComponents(x: Dense, basis: Dense): Promise<Dense> {
  const along = await gemm(basis, x);
  const inside = await gemm(basis, along, { transposeA: true });
  for (let i = 0; i < x.data.length; i++) x.data[i]! -= inside.data[i]!;
  return along;
}

function addTo(sum: Dense, more: Dense): void {
  for (let i = 0; i < sum.data.length; i++) sum.data[i]! += more.data[i]!;
}

/** Writes the last columns of H, and the rows across from them. */
function setColumns(h: Dense, size: number, overlap: Dense): void {
  const width = overlap.cols;
  const from = size - width;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < width; j++) {
      const across = i >= from ? overlap.data[(from + j) * width + i - from]! : overlap.data[i * width + j]!;
      const value = (overlap.data[i * width + j]! + across) / 2;
      h.data[i * h.cols + from + j] = h.data[(from + j) * h.cols + i] = value;
    }
  }
}

/**
 * X = Q R with rows of Qᵀ orthogonal to the basis as well.
 * @param rounding a direction of this length or less is replaced by a random one.
 */
async function nextBlock(
  x: Dense,
  basis: Dense,
  rounding: number,
  random: Random,
): Promise<{ qt: Dense; r: Dense }> {
  const { qt, r } = await transposedQr(x);
  const width = r.cols;
  let spoilt = false;
  for (let i = 0; i < width; i++) {
    const length = Math.abs(r.data[i * width + i]!);
    if (length > 1e6 * rounding) continue;
    spoilt = true;
    if (length > rounding) continue;
    for (let at = i * qt.cols; at < (i + 1) * qt.cols; at++) qt.data[at] = random.normal();
  }
  if (!spoilt) return { qt, r };
  // Little was left of some directions, and with it some of the basis: once more.
  const again = transpose(qt);
  await removeComponents(again, basis);
  await removeComponents(again, basis);
  const second = await transposedQr(again);
  return { qt: second.qt, r: await gemm(second.r, r) };
}

/** The largest ‖R s_last‖ of the first k pairs, each relative to its |θ|. */
function worstResidual(values: Float64Array, s: Dense, r: Dense, k: number): number {
  const width = r.cols;
  const last = (s.rows - width) * s.cols;
  let worst = 0;
  for (let j = 0; j < k; j++) {
    let square = 0;
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let p = 0; p < width; p++) sum += r.data[i * width + p]! * s.data[last + p * s.cols + j]!;
      square += sum * sum;
    }
    worst = Math.max(worst, Math.sqrt(square) / Math.abs(values[j]!));
  }
  return worst;
}
