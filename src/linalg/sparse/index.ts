/**
 * @file Sparse matrices in float64: products, factorization, eigenpairs.
 */
export { NotConverged } from "./block-lanczos.js";
export { type BottomEigenOptions, type BottomPairs, bottomEigenpairs } from "./bottom-eigenpairs.js";
export { type Components, connectedComponents } from "./connected-components.js";
export {
  type SparseMatrix,
  sparseFromTriplets,
  sparseGram,
  sparseToDense,
  symmetricPart,
  type Triplets,
  transposeSparse,
} from "./csr.js";
export type { LowerTriangle } from "./elimination-tree.js";
export { type NormalizedLaplacian, normalizedLaplacian } from "./laplacian.js";
export { minimumDegreeOrder } from "./minimum-degree.js";
export { multiplySparse } from "./products.js";
export {
  type SparseCholesky,
  type SparseCholeskyOptions,
  sparseCholesky,
} from "./sparse-cholesky.js";
export { type Supernode, type SymbolicFactor, symbolicFactor } from "./supernodes.js";
export { type SparseEigenOptions, topEigenpairsSparse } from "./top-eigenpairs-sparse.js";
