/**
 * @file Dense and sparse linear algebra in float64, dense products on the engine. Also `import … from "unlabeled/linalg"`.
 * @module unlabeled/linalg
 */
export type { Breathing } from "./breathing.js";
export { cholesky, choleskySolve, inverseSpd, NotPositiveDefinite } from "./cholesky.js";
export { type Scatter, type ScatterOptions, scatterMatrix } from "./covariance.js";
export { type Dense, dense, identity, toDense, toFloat32, transpose } from "./dense.js";
export { type Eigen, eigh } from "./eigh.js";
export { type GemmOptions, gemm, gemm32 } from "./gemm.js";
export { type LeastSquaresOptions, leastSquares } from "./least-squares.js";
export type { ApproximateNeighbors } from "./neighbors/approximate.js";
export {
  kNearestWithin,
  type NeighborMetric,
  type NeighborOptions,
  type Neighbors,
  nearestNeighbors,
} from "./neighbors/nearest-neighbors.js";
export { type NeighborIndex, type NeighborIndexOptions, neighborIndex } from "./neighbors/neighbor-index.js";
export {
  type NeighborSearch,
  type NeighborsWithinOptions,
  neighborsWithin,
} from "./neighbors/neighbors-within.js";
export { degrees, principalAngles } from "./principal-angles.js";
export { type QR, qr } from "./qr.js";
export { type RandomizedSvd, type RandomizedSvdOptions, randomizedSvd } from "./randomized-svd.js";
export * from "./sparse/index.js";
export { type Svd, svd } from "./svd.js";
export { type TopEigenOptions, topEigenpairs } from "./top-eigenpairs.js";
export { type TruncatedSvd, type TruncatedSvdOptions, truncatedSvd } from "./truncated-svd.js";
