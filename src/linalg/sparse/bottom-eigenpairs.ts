/**
 * @file The smallest eigenvalues of a sparse positive semidefinite matrix by shift and invert: they are the largest of
 * (A + σI)⁻¹, and stand far apart there.
 *
 *   (A + σI)⁻¹ v = θ v,   λ = 1/θ − σ
 *
 * A tiny σ > 0 keeps the matrix definite where it is singular, as graph Laplacians and the matrix of locally linear
 * embedding are. Eigenvalues and residuals are those of A itself, by Rayleigh–Ritz in the space found.
 * Source: Ericsson & Ruhe (1980), "The spectral transformation Lanczos method for the numerical solution of large
 * sparse generalized symmetric eigenvalue problems", Mathematics of Computation 35(152).
 */
import { random } from "../../random.js";
import { type Dense, dense, transpose } from "../dense.js";
import { eigh } from "../eigh.js";
import { gemm } from "../gemm.js";
import { columnSigns, flipColumns } from "../signs.js";
import { blockLanczos } from "./block-lanczos.js";
import { checkSymmetricSparse, largestRowSum, type SparseMatrix, sparseToDense } from "./csr.js";
import { multiplySparse } from "./products.js";
import { NotPositiveDefinite, type SparseCholesky, sparseCholesky } from "./sparse-cholesky.js";
import { symbolicFactor } from "./supernodes.js";

export interface BottomEigenOptions {
  /** A pair has converged when its residual in (A + σI)⁻¹ is at most tol · θ. Default 1e-9. */
  readonly tol?: number;
  /** σ > 0, in units of the largest row sum of |A|. Default 1e-10, and more where rounding asks for it. */
  readonly shift?: number;
  /** Steps at most. Default 300. */
  readonly maxIter?: number;
  /** For the start. Default 0. */
  readonly seed?: number;
  /** For long work: called often. */
  readonly breathe?: () => Promise<void>;
}

/** The smallest eigenvalues, ascending, and their eigenvectors. */
export interface BottomPairs {
  /** `[k]` */
  readonly values: Float64Array;
  /** Column i belongs to value i; its entry of largest absolute value is positive. `[n, k]`. */
  readonly vectors: Dense;
}

/** Rows up to which a full decomposition is as fast. */
const SMALLEST = 256;
/** Vectors a step at most: copies of one eigenvalue beyond them may be missed. */
const WIDEST = 16;
const SHIFT = 1e-10;
const LARGEST_SHIFT = 1e-6;

/**
 * The k smallest eigenvalues of a positive semidefinite matrix.
 * @param a shape `[n, n]`, symmetric, both triangles; eigenvalues ≥ 0 but for rounding.
 * @param k 1 … n.
 * @throws RangeError for an impossible k, tol or shift, a matrix that is not symmetric, or not positive semidefinite;
 *   NotConverged after `maxIter` steps.
 */
export async function bottomEigenpairs(
  a: SparseMatrix,
  k: number,
  options: BottomEigenOptions = {},
): Promise<BottomPairs> {
  const { tol = 1e-9, maxIter = 300, seed = 0, breathe } = options;
  checkSymmetricSparse(a, "bottomEigenpairs");
  const n = a.rows;
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw new RangeError(`bottomEigenpairs: k must be a whole number in 1 … ${n}, got ${k}`);
  if (!(tol > 0)) throw new RangeError(`bottomEigenpairs: tol must be > 0, got ${tol}`);
  if (options.shift !== undefined && !(options.shift > 0))
    throw new RangeError(`bottomEigenpairs: shift must be > 0, got ${options.shift}`);

  const width = Math.max(2, Math.min(WIDEST, k));
  if (n <= SMALLEST || n < 4 * (k + 4 * width)) return smallestOfAll(a, k);
  const factor = await factorShifted(a, options);
  const found = await blockLanczos(factor.solve, n, {
    k,
    width,
    most: k + Math.max(5 * width, 24),
    tol,
    maxIter,
    random: random(seed).fork("bottomEigenpairs"),
    breathe,
  });
  return rayleighRitz(a, transpose(found.vectors));
}

/** A + σI factored, σ raised until rounding no longer makes it indefinite. */
async function factorShifted(a: SparseMatrix, options: BottomEigenOptions): Promise<SparseCholesky> {
  const { breathe } = options;
  const unit = largestRowSum(a) || 1;
  const symbolic = symbolicFactor(a, Number.POSITIVE_INFINITY)!;
  for (let share = options.shift ?? SHIFT; ; share *= 100) {
    try {
      return await sparseCholesky(a, { shift: share * unit, ...(breathe && { breathe }) }, symbolic);
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite)) throw error;
      if (share * 100 > LARGEST_SHIFT)
        throw new RangeError(`bottomEigenpairs: want a positive semidefinite matrix (${error.message})`);
    }
  }
}

async function smallestOfAll(a: SparseMatrix, k: number): Promise<BottomPairs> {
  const all = await eigh(sparseToDense(a));
  const n = a.rows;
  const vectors = dense(n, k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) vectors.data[i * k + j] = all.vectors.data[i * n + n - 1 - j]!;
  }
  return { values: Float64Array.from({ length: k }, (_, j) => all.values[n - 1 - j]!), vectors };
}

/** Eigenpairs of A within the space of orthonormal columns, ascending. */
export async function rayleighRitz(a: SparseMatrix, basis: Dense): Promise<BottomPairs> {
  const k = basis.cols;
  const h = await gemm(basis, multiplySparse(a, basis), { transposeA: true });
  // Next to singular, rounding is large beside its entries.
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (h.data[i * k + j]! + h.data[j * k + i]!) / 2;
      h.data[i * k + j] = h.data[j * k + i] = mean;
    }
  }
  const { values, vectors } = await eigh(h);
  const ascending = dense(k, k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) ascending.data[i * k + j] = vectors.data[i * k + k - 1 - j]!;
  }
  const rotated = await gemm(basis, ascending);
  flipColumns(rotated, columnSigns(rotated));
  return { values: values.slice().reverse(), vectors: rotated };
}
