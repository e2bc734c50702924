/**
 * @file Quality of scores that should rank outliers before the rest, larger scores being more abnormal. Rows with equal scores
 * share a threshold, as in scikit-learn's roc_auc_score and average_precision_score.
 */

/**
 * Area under the receiver operating characteristic: the probability that an outlier scores higher than another row,
 * ties counting one half (the Mann–Whitney statistic).
 * Source: Hanley & McNeil (1982), "The meaning and use of the area under a ROC curve", Radiology 143(1).
 * @param scores n numbers; infinite ones are allowed, NaN is not.
 * @param isOutlier n flags with at least one of each kind.
 * @returns in [0, 1], 0.5 for scores without information.
 * @throws RangeError for lengths that differ, a NaN score, or rows of one kind only.
 */
export function rocAuc(scores: ArrayLike<number>, isOutlier: ArrayLike<boolean>): number {
  const { groups, outliers, others } = ranked(scores, isOutlier, "rocAuc");
  let othersAbove = 0;
  let lost = 0;
  for (const group of groups) {
    lost += group.outliers * (othersAbove + group.others / 2);
    othersAbove += group.others;
  }
  return 1 - lost / (outliers * others);
}

/**
 * Average precision AP = Σ_t (R_t − R_{t−1}) P_t over the different scores t from high to low, with P_t and R_t the
 * precision and recall of the rows that score at least t.
 * Source: Zhu (2004), "Recall, precision and average precision", University of Waterloo.
 * @param scores n numbers; infinite ones are allowed, NaN is not.
 * @param isOutlier n flags with at least one of each kind.
 * @returns in (0, 1]; scores without information give the share of outliers.
 * @throws RangeError for lengths that differ, a NaN score, or rows of one kind only.
 */
export function averagePrecision(scores: ArrayLike<number>, isOutlier: ArrayLike<boolean>): number {
  const { groups, outliers } = ranked(scores, isOutlier, "averagePrecision");
  let found = 0;
  let seen = 0;
  let sum = 0;
  for (const group of groups) {
    found += group.outliers;
    seen += group.outliers + group.others;
    sum += group.outliers * (found / seen);
  }
  return sum / outliers;
}

/** Rows of equal score. */
interface Group {
  outliers: number;
  others: number;
}

/** Rows grouped by score, from high to low. */
function ranked(
  scores: ArrayLike<number>,
  isOutlier: ArrayLike<boolean>,
  where: string,
): { groups: Group[]; outliers: number; others: number } {
  const n = scores.length;
  if (isOutlier.length !== n) {
    throw new RangeError(`${where}: ${n} scores but ${isOutlier.length} flags`);
  }
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(scores[i])) throw new RangeError(`${where}: the score of row ${i} is NaN`);
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) =>
    scores[a] === scores[b] ? 0 : scores[b]! - scores[a]!,
  );
  const groups: Group[] = [];
  let outliers = 0;
  order.forEach((row, rank) => {
    if (rank === 0 || scores[row] !== scores[order[rank - 1]!]) groups.push({ outliers: 0, others: 0 });
    const group = groups.at(-1)!;
    if (isOutlier[row]) {
      group.outliers++;
      outliers++;
    } else {
      group.others++;
    }
  });
  const others = n - outliers;
  if (outliers === 0 || others === 0) {
    throw new RangeError(`${where}: want outliers and other rows, got ${outliers} outliers among ${n} rows`);
  }
  return { groups, outliers, others };
}
