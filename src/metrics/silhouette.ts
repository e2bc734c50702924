/**
 * @file Silhouette: is a row nearer to its own cluster than to the next?
 *
 *   s = (b − a) / max(a, b)
 *
 * a is the mean distance to the other rows of its cluster, b the least mean distance to the rows of another; a row that
 * is alone in its cluster has 0.
 * Source: Rousseeuw (1987), "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis",
 * J. Comput. Appl. Math. 20.
 */
import type { Matrix } from "../data/matrix.js";
import { groupsOf, type Labels } from "./groups.js";
import { checkPoints, squaredDistances } from "./squared-distances.js";

/**
 * The mean over all rows, in [−1, 1]; larger is better. Euclidean. It takes n² d multiplications, and memory for the
 * rows in float64 and 64 MiB.
 * @param x `[n, d]`, finite. @param labels n, of 2 to n − 1 kinds.
 * @throws RangeError for sizes that do not fit, missing labels, or numbers that are not finite.
 */
export async function silhouette(x: Matrix, labels: Labels): Promise<number> {
  const samples = await silhouetteSamples(x, labels);
  return samples.reduce((sum, value) => sum + value, 0) / samples.length;
}

/**
 * The same of every row `[n]`.
 * @throws RangeError as `silhouette`.
 */
export async function silhouetteSamples(x: Matrix, labels: Labels): Promise<Float64Array> {
  const n = x.rows;
  if (labels.length !== n) throw new RangeError(`silhouette: ${n} rows but ${labels.length} labels`);
  checkPoints(x, 3, "silhouette");
  const groups = groupsOf(labels, "silhouette");
  if (groups.count < 2 || groups.count >= n) {
    throw new RangeError(`silhouette: want 2 to ${n - 1} different labels, got ${groups.count}`);
  }
  const sizes = new Float64Array(groups.count);
  for (const group of groups.of) sizes[group]! += 1;

  const samples = new Float64Array(n);
  const sums = new Float64Array(groups.count);
  const { of } = groups;
  await squaredDistances(x, (block, first, count) => {
    for (let i = 0, at = 0; i < count; i++) {
      sums.fill(0);
      for (let j = 0; j < n; j++, at++) sums[of[j]!]! += Math.sqrt(block[at]!);
      const own = of[first + i]!;
      if (sizes[own] === 1) continue;
      const a = sums[own]! / (sizes[own]! - 1);
      let b = Number.POSITIVE_INFINITY;
      for (let g = 0; g < sums.length; g++) if (g !== own) b = Math.min(b, sums[g]! / sizes[g]!);
      const larger = Math.max(a, b);
      samples[first + i] = larger > 0 ? (b - a) / larger : 0;
    }
  });
  return samples;
}
