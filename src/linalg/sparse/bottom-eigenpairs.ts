/**
 * @file The smallest eigenvalues of a sparse positive semidefinite matrix by shift and invert: they are the largest of
 * (A + σI)⁻¹, and stand far apart there.
 *
 *   (A + σI)⁻¹ v = θ v,   λ = 1/θ − σ
 *
 * A tiny σ > 0 keeps the matrix definite where it is singular, as graph Laplacians and the matrix of locally linear
 * embedding are. Eigenvalues and vectors are those of A itself, by Rayleigh–Ritz in the space found. Where the factor
 * would be too large, products with A alone have to do.
 * Source: Ericsson & Ruhe (1980), "The spectral transformation Lanczos method for the numerical solution of large
 * sparse generalized symmetric eigenvalue problems", Mathematics of Computation 35(152).
 */
import { random } from "../../random.js";
import { NotPositiveDefinite } from "../cholesky.js";
import { type Dense, dense, transpose } from "../dense.js";
import { type Eigen, eigh } from "../eigh.js";
import { blockLanczos } from "./block-lanczos.js";
import { checkSymmetricSparse, largestRowSum, type SparseMatrix, sparseToDense } from "./csr.js";
import { rayleighRitz } from "./rayleigh-ritz.js";
import { type SparseCholesky, sparseCholesky } from "./sparse-cholesky.js";
import { type SymbolicFactor, symbolicFactor } from "./supernodes.js";
import { checkWanted, topEigenpairsSparse } from "./top-eigenpairs-sparse.js";

/** Options of `bottomEigenpairs`. */
export interface BottomEigenOptions {
  /** A pair has converged when its residual in (A + σI)⁻¹ is at most tol · θ. Default 1e-9. */
  readonly tol?: number | undefined;
  /** σ > 0, in units of the largest row sum of |A|. Default 1e-10, and more where rounding asks for it. */
  readonly shift?: number | undefined;
  /** Steps at most. Default 300 with a factor, 3000 without. */
  readonly maxIter?: number | undefined;
  /** Numbers that a factor may hold, 8 bytes each. Default 2²⁸; without one, see `topEigenpairsSparse`. */
  readonly maxEntries?: number | undefined;
  /** For the start. Default 0. */
  readonly seed?: number | undefined;
  /** For long work: called often. */
  readonly breathe?: (() => Promise<void>) | undefined;
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
/** Vectors a step at most, by fours: copies of one eigenvalue beyond them may be missed. */
const WIDEST = 16;
const SHIFT = 1e-10;
const LARGEST_SHIFT = 1e-6;
const MOST_ENTRIES = 2 ** 28;

/**
 * The k smallest eigenvalues of a positive semidefinite matrix.
 *
 * Time and memory are the factor's. The matrix of locally linear embedding with 10 neighbors of 20,000 points has 2.3
 * million numbers in it on a swiss roll, and 18 million (24 · 10⁹ multiplications) on 50 principal components of
 * Fashion-MNIST, where numbers grow as n^1.7 and multiplications as n^2.5.
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
  const { tol = 1e-9, maxIter = 300, seed = 0, maxEntries = MOST_ENTRIES, breathe } = options;
  const n = a.rows;
  checkSymmetricSparse(a, "bottomEigenpairs");
  checkWanted(k, n, tol, "bottomEigenpairs");
  if (options.shift !== undefined && !(options.shift > 0))
    throw new RangeError(`bottomEigenpairs: shift must be > 0, got ${options.shift}`);

  const width = Math.min(WIDEST, 4 * Math.ceil(k / 4));
  if (n <= SMALLEST || n < 4 * (k + 4 * width))
    return lastReversed(await eigh(sparseToDense(a), { breathe }), k);
  const symbolic = symbolicFactor(a, maxEntries);
  if (!symbolic) {
    const negative = { ...a, values: a.values.map((value) => -value) };
    const { values, vectors } = await topEigenpairsSparse(negative, k, options);
    return { values: values.map((value) => -value), vectors };
  }
  const factor = await factorShifted(a, symbolic, options);
  const found = await blockLanczos(factor.solve, n, {
    k,
    width,
    most: k + Math.max(5 * width, 24),
    tol,
    maxIter,
    random: random(seed).fork("bottomEigenpairs"),
    breathe,
  });
  return lastReversed(await rayleighRitz(a, transpose(found.vectors)), k);
}

/** A + σI factored, σ raised until rounding no longer makes it indefinite. */
async function factorShifted(
  a: SparseMatrix,
  symbolic: SymbolicFactor,
  { shift = SHIFT, breathe }: BottomEigenOptions,
): Promise<SparseCholesky> {
  const unit = largestRowSum(a) || 1;
  for (let share = shift; ; share *= 100) {
    try {
      return await sparseCholesky(a, { shift: share * unit, breathe }, symbolic);
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite)) throw error;
      if (share * 100 > LARGEST_SHIFT)
        throw new RangeError(`bottomEigenpairs: want a positive semidefinite matrix (${error.message})`);
    }
  }
}

/** The last k of descending pairs, ascending. */
function lastReversed({ values, vectors: { data, rows, cols } }: Eigen, k: number): BottomPairs {
  const vectors = dense(rows, k);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < k; j++) vectors.data[i * k + j] = data[(i + 1) * cols - 1 - j]!;
  }
  return { values: values.slice(-k).reverse(), vectors };
}
