/**
 * @file Detectors of outliers judged by labels that none of them has seen.
 */
import { averagePrecision, rocAuc } from "../../metrics/ranking.js";
import type { OutlierSearch } from "./find-outliers.js";

/** Figures of one detector, or of the combination. */
export interface OutlierFigures {
  /** Name: that of a method, or `combination`. */
  readonly name: string;
  /** The same in words. */
  readonly title: string;
  /** Probability that an outlier scores higher than another row. */
  readonly rocAuc: number;
  /** Average precision. */
  readonly averagePrecision: number;
  /** Share of outliers among as many first rows as there are outliers. */
  readonly precisionAtN: number;
}

/** Figures of detectors by labels. */
export interface JudgedOutliers {
  /** Label of the outliers. */
  readonly outlierLabel: string;
  /** Rows that have a label. */
  readonly rows: number;
  /** Outliers among them. */
  readonly outliers: number;
  /** The combination first, where there is one; the distance to the mean among the others. */
  readonly figures: readonly OutlierFigures[];
  /** True if no method has a higher area under the ROC curve than the distance to the mean. */
  readonly meanUnbeaten: boolean;
}

const TRUE = /^(1|true|yes|outlier|anomaly)$/i;

/**
 * Judges the detectors of a search.
 * @param labels one a row `[n]`, `""` where it is missing; of the two that there are, `1`, `true`, `yes`, `outlier` or `anomaly` marks outliers, else
 *   the rarer one.
 * @throws RangeError for other than two labels, and for another number of them.
 */
export function judgedOutliers(search: OutlierSearch, labels: readonly string[]): JudgedOutliers {
  const { scores, detectors, combined } = search;
  if (labels.length !== scores.length)
    throw new RangeError(`judgedOutliers: ${scores.length} rows but ${labels.length} labels`);
  const rows = Array.from(labels.keys()).filter((i) => labels[i] !== "");
  const counts = new Map<string, number>();
  for (const i of rows) counts.set(labels[i]!, (counts.get(labels[i]!) ?? 0) + 1);
  if (counts.size !== 2)
    throw new RangeError(
      `judgedOutliers: want labels of two kinds, outliers and others, got ${counts.size} kinds`,
    );
  const names = [...counts.keys()];
  const outlierLabel =
    names.find((name) => TRUE.test(name)) ?? names.sort((a, b) => counts.get(a)! - counts.get(b)!)[0]!;
  const flags = rows.map((i) => labels[i] === outlierLabel);
  const figuresOf = (name: string, title: string, all: ArrayLike<number>): OutlierFigures => {
    const own = rows.map((i) => all[i]!);
    return {
      name,
      title,
      rocAuc: rocAuc(own, flags),
      averagePrecision: averagePrecision(own, flags),
      precisionAtN: precisionAtN(own, flags),
    };
  };
  const figures = [
    ...(combined ? [figuresOf("combination", "combination", scores)] : []),
    ...detectors.map(({ name, title, scores: own }) => figuresOf(name, title, own)),
  ];
  const mean = figures.find(({ name }) => name === "distanceToMean");
  return {
    outlierLabel,
    rows: rows.length,
    outliers: counts.get(outlierLabel)!,
    figures,
    meanUnbeaten: mean !== undefined && figures.every((one) => one === mean || one.rocAuc <= mean.rocAuc),
  };
}

function precisionAtN(scores: readonly number[], flags: readonly boolean[]): number {
  const n = flags.filter(Boolean).length;
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return order.slice(0, n).filter((i) => flags[i]).length / n;
}
