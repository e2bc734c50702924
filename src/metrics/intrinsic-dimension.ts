/**
 * @file The intrinsic dimension of data by two nearest neighbors.
 *
 *   d̂ = m / Σᵢ log μᵢ,   μᵢ = rᵢ₂ / rᵢ₁
 *
 * with rᵢ₁ and rᵢ₂ the distances of row i to its nearest and second nearest, over the m rows whose nearest is not equal to them. Where
 * density varies little between these neighbors μ is Pareto, P(μ > t) = t^{−d}, whatever the density, and d̂ its maximum likelihood.
 * Source: Facco, d'Errico, Rodriguez & Laio (2017), "Estimating the intrinsic dimension of datasets by a minimal neighborhood
 * information", Scientific Reports 7; the estimate is that of Denti, Doimo, Laio & Mira (2022), "The generalized ratios intrinsic dimension
 * estimator", Scientific Reports 12.
 */
import type { Matrix } from "../data/matrix.js";
import { kNearestWithin } from "../linalg/neighbors/nearest-neighbors.js";

/**
 * The number of dimensions that data have about each row: 1 on a curve, 2 on a surface. Euclidean; it grows somewhat too small as it
 * exceeds ten or so, since few rows are near in many dimensions. Rows equal to another are left out.
 * @param x `[n, d]`, finite, n ≥ 3. @throws RangeError for fewer rows, or rows that are all equal to another.
 */
export async function intrinsicDimension(x: Matrix): Promise<number> {
  if (x.rows < 3) throw new RangeError(`intrinsicDimension: want at least 3 rows, got ${x.rows}`);
  const { distances } = await kNearestWithin(x, 2);
  let count = 0;
  let sum = 0;
  for (let i = 0; i < x.rows; i++) {
    const [first, second] = [distances[2 * i]!, distances[2 * i + 1]!];
    if (first === 0) continue;
    sum += Math.log(second / first);
    count++;
  }
  if (count === 0) throw new RangeError("intrinsicDimension: every row is equal to another");
  return count / sum;
}
