/**
 * @file Ends of an axis: of the bulk of the values, so that a few that lie far away do not squeeze it.
 */

export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Fewer values have no bulk. */
const FEWEST = 10;
const SHARE = 0.01;

/**
 * Least and greatest value, as far as they lie within one length of the bulk, which is all but the outer 1 % (at least one value)
 * at both ends. Values that are not finite do not count.
 */
export function robustLimits(values: ArrayLike<number>): Limits {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) return { low: 0, high: 1 };
  const [least, greatest] = [sorted[0]!, sorted[sorted.length - 1]!];
  if (sorted.length < FEWEST) return { low: least, high: greatest };
  const outer = Math.max(1, Math.floor(SHARE * sorted.length));
  const [from, to] = [sorted[outer]!, sorted[sorted.length - 1 - outer]!];
  if (to <= from) return { low: least, high: greatest };
  return { low: Math.max(least, from - (to - from)), high: Math.min(greatest, to + (to - from)) };
}
