/**
 * @file A linear Gaussian state space system:
 *
 *   x₁ ~ N(m, P),   x_{t+1} = A x_t + w,  w ~ N(0, Q),   y_t = C x_t + μ + v,  v ~ N(0, R)
 */

/** Numbers of a system with a state of k numbers and rows of d, all float64 and row-major. */
export interface LinearSystem {
  /** k */
  readonly latentDim: number;
  /** d */
  readonly inputDim: number;
  /** A `[k, k]`. */
  readonly transition: Float64Array;
  /** C `[d, k]`. */
  readonly observation: Float64Array;
  /** Q `[k, k]`, positive semidefinite. */
  readonly processNoise: Float64Array;
  /** R `[d, d]`, positive definite. */
  readonly observationNoise: Float64Array;
  /** μ `[d]`. */
  readonly mean: Float64Array;
  /** m `[k]`. */
  readonly initialMean: Float64Array;
  /** P `[k, k]`, positive semidefinite. */
  readonly initialCovariance: Float64Array;
}

/** True if nothing stands beside the diagonal of a `[n, n]`. */
export function isDiagonal(a: Float64Array, n: number): boolean {
  return a.every((value, at) => value === 0 || at % (n + 1) === 0);
}
