/**
 * @file Median of the Marchenko–Pastur distribution: of the eigenvalues of Z Zᵀ / n for noise Z `[m, n]` of variance 1, β = m / n.
 *
 *   density √((b − t)(t − a)) / (2π β t) on [a, b] = [(1 − √β)², (1 + √β)²]
 *
 * Source: Marchenko & Pastur (1967), "Distribution of eigenvalues for some sets of random matrices", Mathematics of the USSR-Sbornik 1(4).
 */

const PIECES = 2000;

/** @param beta in (0, 1]. */
export function marchenkoPasturMedian(beta: number): number {
  const [low, high] = [(1 - Math.sqrt(beta)) ** 2, (1 + Math.sqrt(beta)) ** 2];
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  // t = middle + half · u with u = (3 v − v³) / 2, so that what is summed is smooth at the ends, where the density is not.
  const place = (v: number) => middle + (half * (3 * v - v ** 3)) / 2;
  const weight = (v: number) => {
    const t = place(v);
    // At a = 0 the density grows without bound as fast as the step vanishes: beside the end it is finite.
    if (t - low <= 0 || high - t <= 0) return 0;
    return ((Math.sqrt((high - t) * (t - low)) / t) * 3 * (1 - v * v)) / 2;
  };
  const step = 2 / PIECES;
  const sums = new Float64Array(PIECES + 1);
  for (let i = 0; i < PIECES; i++) {
    const v = -1 + i * step;
    sums[i + 1] = sums[i]! + (step / 6) * (weight(v) + 4 * weight(v + step / 2) + weight(v + step));
  }
  const wanted = sums[PIECES]! / 2;
  let i = 0;
  while (sums[i + 1]! < wanted) i++;
  const share = (wanted - sums[i]!) / (sums[i + 1]! - sums[i]!);
  return place(-1 + (i + share) * step);
}
