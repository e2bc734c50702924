/**
 * @file Agreement of two ways of grouping the same rows, whatever the groups are called. With nᵢⱼ rows in group i of the
 * one and group j of the other, aᵢ and bⱼ their sums, and C(m) = m (m − 1) / 2:
 *
 *   adjusted Rand index            (Σ C(nᵢⱼ) − E) / (½ (Σ C(aᵢ) + Σ C(bⱼ)) − E),   E = Σ C(aᵢ) Σ C(bⱼ) / C(n)
 *   normalized mutual information  I / (½ (H_a + H_b)),   I = Σ nᵢⱼ/n log(n nᵢⱼ / (aᵢ bⱼ)),   H_a = − Σ aᵢ/n log(aᵢ/n)
 *
 * Sources: Hubert & Arabie (1985), "Comparing partitions", Journal of Classification 2; Vinh, Epps & Bailey (2010),
 * "Information theoretic measures for clusterings comparison", JMLR 11 (normalized by the arithmetic mean).
 */
import { groupsOf, type Labels } from "./groups.js";

interface Contingency {
  readonly n: number;
  /** nᵢⱼ that are not 0, with i and j. */
  readonly cells: readonly { readonly count: number; readonly i: number; readonly j: number }[];
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/**
 * 1 for equal groupings, about 0 for independent ones, at least −½.
 * @param a @param b labels of the same n ≥ 1 rows.
 * @throws RangeError for lengths that differ, no rows, or missing labels.
 */
export function adjustedRandIndex(a: Labels, b: Labels): number {
  const table = contingency(a, b, "adjustedRandIndex");
  const together = table.cells.reduce((sum, { count }) => sum + pairs(count), 0);
  const inA = table.a.reduce((sum, count) => sum + pairs(count), 0);
  const inB = table.b.reduce((sum, count) => sum + pairs(count), 0);
  const all = pairs(table.n);
  const expected = all > 0 ? (inA * inB) / all : 0;
  const most = (inA + inB) / 2;
  // Both all apart, or both all together.
  return most === expected ? 1 : (together - expected) / (most - expected);
}

/**
 * In [0, 1], 1 for equal groupings, and where both are a single group.
 * @param a @param b labels of the same n ≥ 1 rows.
 * @throws RangeError for lengths that differ, no rows, or missing labels.
 */
export function normalizedMutualInformation(a: Labels, b: Labels): number {
  const { n, cells, a: inA, b: inB } = contingency(a, b, "normalizedMutualInformation");
  if (inA.length === 1 && inB.length === 1) return 1;
  let information = 0;
  for (const { count, i, j } of cells)
    information += (count / n) * Math.log((n * count) / (inA[i]! * inB[j]!));
  const mean = (entropy(inA, n) + entropy(inB, n)) / 2;
  return Math.min(1, Math.max(0, information / mean));
}

function contingency(a: Labels, b: Labels, where: string): Contingency {
  if (a.length !== b.length)
    throw new RangeError(`${where}: ${a.length} and ${b.length} labels, want as many`);
  if (a.length === 0) throw new RangeError(`${where}: want at least 1 row, got 0`);
  const [left, right] = [groupsOf(a, where), groupsOf(b, where)];
  const sumsA = new Float64Array(left.count);
  const sumsB = new Float64Array(right.count);
  const counts = new Map<number, number>();
  for (let row = 0; row < a.length; row++) {
    const [i, j] = [left.of[row]!, right.of[row]!];
    sumsA[i]! += 1;
    sumsB[j]! += 1;
    const cell = i * right.count + j;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const cells = Array.from(counts, ([cell, count]) => ({
    count,
    i: Math.floor(cell / right.count),
    j: cell % right.count,
  }));
  return { n: a.length, cells, a: sumsA, b: sumsB };
}

const pairs = (count: number): number => (count * (count - 1)) / 2;

function entropy(counts: Float64Array, n: number): number {
  return -counts.reduce((sum, count) => sum + (count / n) * Math.log(count / n), 0);
}
