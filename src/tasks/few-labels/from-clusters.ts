/**
 * @file Clusters as labels: rows are clustered without labels, and the labels of a few are carried to all rows of their cluster.
 */
import type { RowsLike } from "../../data/dataset.js";
import type { MatrixLike } from "../../data/matrix.js";
import { kMeans } from "../../methods/cluster/k-means.js";
import type { Encoder } from "../../methods/model.js";
import { confidenceInterval } from "../../metrics/confidence-interval.js";
import { fit } from "../../training/fit.js";
import { drawLabels, type FewLabelsOptions } from "./draws.js";
import { type FeatureName, featuresOf } from "./features.js";
import type { LabelAccuracy } from "./few-labels.js";

/** Options of `fewLabelsFromClusters`. */
export interface ClusterLabelOptions extends FewLabelsOptions {
  /** Clusters k of k-means, from 1 to the number of rows. Default: twice the number of classes. */
  clusters?: number | undefined;
}

/** One line of the table of `fewLabelsFromClusters`. */
export interface ClusterLabelEntry extends LabelAccuracy {
  /** Features that rows were clustered by. */
  readonly features: FeatureName;
  /** Share of all rows whose cluster has no label, in [0, 1], of each draw. Accuracies are of judged rows that have one. */
  readonly unlabeledShares: readonly number[];
  /** Their mean. */
  readonly unlabeledShare: number;
}

/** Accuracies of labels that clusters carry. */
export interface FewLabelsFromClusters {
  /** One entry for all that was clustered and each number of labels, in this order. */
  readonly entries: readonly ClusterLabelEntry[];
  /** k */
  readonly clusters: number;
  /** The K different labels. */
  readonly classes: readonly string[];
  /** Seeds of the draws. */
  readonly seeds: readonly number[];
  /** Rows that each draw judges on. */
  readonly judged: number;
  /** Numbers in a row of each. */
  readonly sizes: Readonly<Record<FeatureName, number>>;
}

const WHERE = "fewLabelsFromClusters";
const CLUSTERS_A_CLASS = 2;

/** Clusters where nobody says a number. @param labels one a row, `""` where it is missing. */
export function clusterCount(labels: readonly string[]): number {
  const classes = new Set(labels.filter((label) => label !== "")).size;
  return Math.min(CLUSTERS_A_CLASS * classes, labels.length);
}

/**
 * Gives every row the label that most labeled rows of its cluster have, of equally frequent ones the first in code-unit order.
 * @param clusters one a row `[n]`. @param labels one a row, `""` where it is missing: most may be.
 * @returns labels of all rows `[n]`; `""` in clusters of which no row has one.
 * @throws RangeError for another number of labels than rows.
 */
export function labelsOfClusters(clusters: ArrayLike<number>, labels: readonly string[]): string[] {
  if (labels.length !== clusters.length)
    throw new RangeError(`labelsOfClusters: ${clusters.length} rows, but ${labels.length} labels`);
  const counts = new Map<number, Map<string, number>>();
  labels.forEach((label, i) => {
    if (label === "") return;
    const own = counts.get(clusters[i]!) ?? new Map<string, number>();
    counts.set(clusters[i]!, own.set(label, (own.get(label) ?? 0) + 1));
  });
  const majority = new Map(
    [...counts].map(([cluster, own]) => {
      const sorted = [...own].sort(([a], [b]) => (a < b ? -1 : 1));
      return [cluster, sorted.reduce((best, one) => (one[1] > best[1] ? one : best))[0]];
    }),
  );
  return Array.from(clusters, (cluster) => majority.get(cluster) ?? "");
}

/**
 * Accuracies of labels that n labeled rows carry to all rows of their cluster, and the share of rows that get none. k-means
 * clusters all rows once, by the codes of a model, by the raw numbers and by as many principal components. Rows and labels are
 * drawn as by `fewLabels`.
 * @param model a fitted model, or the codes `[n, k]` of the rows.
 * @param x rows `[n, d]`: raw numbers are these in the units that the model was fitted in; beside codes, as they are given.
 * @param labels one a row, `""` where it is missing.
 * @throws RangeError for options out of range, fewer labels than classes, more than there are, or fewer than two classes; the
 *   reason of the signal.
 */
export async function fewLabelsFromClusters(
  model: Encoder | MatrixLike,
  x: RowsLike,
  labels: readonly string[],
  options: ClusterLabelOptions = {},
): Promise<FewLabelsFromClusters> {
  const { signal, onProgress, seed = 0 } = options;
  const { draws, labeled, classes } = drawLabels(WHERE, labels.length, labels, options);
  const clusters = options.clusters ?? clusterCount(labels);
  const method = kMeans({ clusters });
  const features = await featuresOf(WHERE, model, x, signal);
  if (features[0]!.x.rows !== labels.length)
    throw new RangeError(`${WHERE}: ${features[0]!.x.rows} rows, but ${labels.length} labels`);
  const entries: ClusterLabelEntry[] = [];
  for (const [i, { name, x: rows }] of features.entries()) {
    const { labels: of } = await fit(method, rows, { seed, signal });
    onProgress?.({ fraction: (i + 1) / features.length });
    for (const count of labeled) {
      const carried = draws.map(({ learned, judged }) => {
        const given = new Array<string>(labels.length).fill("");
        for (const row of learned.subarray(0, count)) given[row] = labels[row]!;
        const told = labelsOfClusters(of, given);
        const reached = judged.filter((row) => told[row] !== "");
        return {
          unlabeled: told.filter((label) => label === "").length / told.length,
          // None where no judged row is reached.
          accuracy: reached.filter((row) => told[row] === labels[row]).length / reached.length,
        };
      });
      const shares = carried.map(({ unlabeled }) => unlabeled);
      const accuracies = carried.flatMap(({ accuracy }) => (Number.isNaN(accuracy) ? [] : [accuracy]));
      entries.push({
        features: name,
        labeled: count,
        accuracies,
        ...(accuracies.length > 0 ? confidenceInterval(accuracies) : { mean: Number.NaN }),
        unlabeledShares: shares,
        unlabeledShare: confidenceInterval(shares).mean,
      });
    }
  }
  const sizes = Object.fromEntries(features.map(({ name, x: { cols } }) => [name, cols]));
  return {
    entries,
    clusters,
    classes,
    seeds: draws.map((draw) => draw.seed),
    judged: draws[0]!.judged.length,
    sizes: sizes as Record<FeatureName, number>,
  };
}
