/**
 * @file The spread of data: one number for all of it, by which what depends on units is measured.
 */
import { columnMeans, type Matrix } from "../data/matrix.js";

/** r² = 1/d Σⱼ var xⱼ of x `[n, d]`, variances divided by n: 1 for standardized columns. Missing values (NaN) are not looked for. */
export function meanVariance(x: Matrix, means: Float64Array = columnMeans(x)): number {
  const squares = x.data.reduce((total, value, at) => total + (value - means[at % x.cols]!) ** 2, 0);
  return squares / x.data.length;
}
