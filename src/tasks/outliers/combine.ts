/**
 * @file Scores of several detectors as one, by rank.
 *
 *   eᵢ = −log₁₀ (share of rows that score as high as row i, or higher)      for every detector
 *   score = max over kinds of the median of e over the detectors of a kind
 *
 * Within a kind the majority speaks, so that no detector that errs is heard alone; among kinds the one that finds a row most unusual, since
 * each sees outliers that the others cannot see.
 * Source: Aggarwal & Sathe (2015), "Theoretical foundations and algorithms for outlier ensembles", ACM SIGKDD Explorations 17(1), where
 * it is the maximum of averages.
 */
import { log } from "../../elementary.js";
import { countBelow, quantileOf } from "../robust-units.js";
import type { OutlierKind } from "./detectors.js";

/** Scores of a detector. */
export interface DetectorScores {
  readonly kind: OutlierKind;
  /** One a row `[n]`. */
  readonly scores: ArrayLike<number>;
  /** Those of rows that the others are compared with; the same where these are the rows themselves. */
  readonly usual: ArrayLike<number>;
  /** See `margins`, one a row. */
  readonly margins: Float64Array;
}

/** Margin that is beyond all doubt. */
export const FENCE = 6;
/** Margin from which on a detector is heard that is alone of its kind. */
const ALONE = 4;

/** −log₁₀ of the share of usual rows that score as high as each row or higher; beyond the highest it goes on by the logarithm of the distance. */
export function evidence(scores: ArrayLike<number>, usual: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(usual).sort();
  const n = sorted.length;
  const own = scores === usual;
  const highest = sorted[n - 1]!;
  const span = highest - quantileOf(sorted, 0.9);
  return Float64Array.from(scores, (score) => {
    const [below, to] = [countBelow(sorted, score), countBelow(sorted, score, true)];
    // Rows of equal scores share a place; of the rows themselves each is one of those that score so high.
    const above = n - (below + to) / 2 + (own ? 0 : 0.5);
    const share = Math.max(0.5, above) / n;
    const beyond = span > 0 && score > highest ? log(1 + (score - highest) / span) / Math.LN10 : 0;
    return -log(Math.min(1, share)) / Math.LN10 + beyond;
  });
}

/** One score a row. @param detectors at least one. */
export function combined(detectors: readonly DetectorScores[]): Float64Array {
  return mostOfKinds(detectors, ({ scores, usual, kind, margins }) => {
    const own = evidence(scores, usual);
    return kind === "columns" ? own.map((value, i) => (margins[i]! > ALONE ? value : 0)) : own;
  });
}

/** max over kinds of the median over the detectors of a kind. */
export function mostOfKinds(
  detectors: readonly DetectorScores[],
  told: (detector: DetectorScores) => Float64Array,
): Float64Array {
  const kinds = new Map<OutlierKind, Float64Array[]>();
  for (const one of detectors) kinds.set(one.kind, [...(kinds.get(one.kind) ?? []), told(one)]);
  const n = detectors[0]!.scores.length;
  return Float64Array.from({ length: n }, (_, i) =>
    Math.max(...[...kinds.values()].map((all) => medianOf(all.map((one) => one[i]!)))),
  );
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  return quantileOf(values, 0.5);
}
