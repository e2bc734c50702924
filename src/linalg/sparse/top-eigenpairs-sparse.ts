/**
 * @file The largest eigenvalues of a sparse symmetric matrix, by products with it alone.
 *
 * Fast where the wanted values stand apart: the steps grow with √(‖A‖ / gap), the gap being that below the last of
 * them. Source: see `block-lanczos.ts`.
 */
import { random } from "../../random.js";
import { columns, type Dense, transpose } from "../dense.js";
import { type Eigen, eigh } from "../eigh.js";
import { blockLanczos } from "./block-lanczos.js";
import { checkSymmetricSparse, largestRowSum, type SparseMatrix, sparseToDense } from "./csr.js";
import { multiplySparse } from "./products.js";
import { rayleighRitz } from "./rayleigh-ritz.js";

/** Options of `topEigenpairsSparse`. */
export interface SparseEigenOptions {
  /** A pair has converged when ‖A v − λ v‖ ≤ tol times about 2 of the largest row sum of |A|. Default 1e-9. */
  readonly tol?: number | undefined;
  /** Steps of some vectors at most. Default 3000. */
  readonly maxIter?: number | undefined;
  /** For the start. Default 0. */
  readonly seed?: number | undefined;
  /** For long work: called often. */
  readonly breathe?: (() => Promise<void>) | undefined;
}

/** Rows up to which a full decomposition is as fast. */
const SMALLEST = 256;
/** Vectors a step: copies of one eigenvalue beyond them, and beyond k, may be missed. */
const NARROWEST = 4;
const WIDEST = 16;
/** Vectors of the basis beside those wanted: more cost time for products with it, fewer cost steps. */
const BASIS = 96;

/**
 * The k largest eigenvalues, descending, with eigenvectors as columns, their largest entries positive.
 * @param a shape `[n, n]`, symmetric, both triangles.
 * @param k 1 … n.
 * @returns `values` of shape `[k]`, `vectors` of shape `[n, k]`.
 * @throws RangeError for an impossible k or tol, or a matrix that is not symmetric; NotConverged after `maxIter` steps.
 */
export async function topEigenpairsSparse(
  a: SparseMatrix,
  k: number,
  { tol = 1e-9, maxIter = 3000, seed = 0, breathe }: SparseEigenOptions = {},
): Promise<Eigen> {
  const n = a.rows;
  checkSymmetricSparse(a, "topEigenpairsSparse");
  checkWanted(k, n, tol, "topEigenpairsSparse");
  const width = Math.max(NARROWEST, Math.min(WIDEST, k));
  const most = k + Math.max(BASIS, 5 * width);
  if (n <= SMALLEST || n < 2 * most) {
    const { values, vectors } = await eigh(sparseToDense(a), { breathe });
    return { values: values.slice(0, k), vectors: columns(vectors, 0, k) };
  }
  // Shifted to be positive, so that the largest are so in size, too.
  const shift = largestRowSum(a);
  const apply = async (x: Dense) => {
    const y = multiplySparse(a, x);
    for (let i = 0; i < y.data.length; i++) y.data[i]! += shift * x.data[i]!;
    return y;
  };
  const stream = random(seed).fork("topEigenpairsSparse");
  const found = await blockLanczos(apply, n, { k, width, most, tol, maxIter, random: stream, breathe });
  return rayleighRitz(a, transpose(found.vectors));
}

/** @throws RangeError for a k that is not in 1 … n, or a tol that is not > 0. */
export function checkWanted(k: number, n: number, tol: number, where: string): void {
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw new RangeError(`${where}: k must be a whole number in 1 … ${n}, got ${k}`);
  if (!(tol > 0)) throw new RangeError(`${where}: tol must be > 0, got ${tol}`);
}
