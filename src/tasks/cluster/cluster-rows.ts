/**
 * @file Clusters of rows, as many as there are, and what makes them different: the task behind `unlabeled cluster`.
 */
import { columnNames, type Dataset, factsOf, isDataset } from "../../data/dataset.js";
import { type Matrix, type MatrixLike, type Numbers, takeRows, toNumbers } from "../../data/matrix.js";
import { applyScale, type ScaleHints, type ScaleKind, type Scaling } from "../../data/scale.js";
import { type Hdbscan, type HdbscanOptions, hdbscan } from "../../methods/cluster/hdbscan.js";
import { type KMeans, type KMeansOptions, kMeans } from "../../methods/cluster/k-means.js";
import { defaultScaleOf } from "../../methods/default-scale.js";
import type { Iteration } from "../../methods/method.js";
import { random } from "../../random.js";
import { refuseNonFinite } from "../../training/finite.js";
import { fit } from "../../training/fit.js";
import { centeredScale, unitsAmongFarRows } from "../robust-units.js";
import { clusterMeans } from "./cluster-means.js";
import { type ClusterDescription, describeClusters } from "./describe-clusters.js";
import { loneRows, measuredColumns } from "./lone-rows.js";
import { type ClusterTrial, chosenNumber, clusterTrials, TRIAL_ROWS } from "./number-of-clusters.js";

/** Options of `clusterRows`. */
export interface ClusterRowsOptions {
  /** `kMeans` (default), or `hdbscan`, which finds the number by itself and leaves rows between clusters out. */
  method?: "kMeans" | "hdbscan" | undefined;
  /** Number of clusters of k-means, ≥ 1, or `auto` (default): from 1 to 12 by silhouette, stability and gap statistic. */
  clusters?: number | "auto" | undefined;
  /**
   * Rows far from all others: `aside` (default) are in no cluster and move no center; `keep` treats them as all others. With fewer than 12 rows none
   * are.
   */
  outliers?: "aside" | "keep" | undefined;
  /** Further options of k-means. */
  kMeans?: Omit<KMeansOptions, "clusters"> | undefined;
  /** Options of HDBSCAN. */
  hdbscan?: HdbscanOptions | undefined;
  /** Whole number in [0, 2⁵³). Default 0. */
  seed?: number | undefined;
  /** Scaling of the columns. Default: as `fit` has it, measured without the rows set aside. */
  scale?: ScaleKind | undefined;
  /** For `scale`. */
  scaleHints?: ScaleHints | undefined;
  /** Told of the iterations of the final fit. */
  onIteration?: ((progress: Iteration) => void) | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
}

/** A cluster in words of its columns, and the rows that stand for it. */
export interface RowCluster extends ClusterDescription {
  /** Rows nearest to its center, from 0, nearest first: at most three. */
  readonly typical: readonly number[];
}

/** A row that is in no cluster since it is far from all others. */
export interface LoneRow {
  /** The row, from 0. */
  readonly row: number;
  /** The column in which it is farthest from the median, in robust units. */
  readonly column: string;
  /** Its number there. */
  readonly value: number;
  /** The median there. */
  readonly expected: number;
}

/** Clusters of rows. */
export interface RowClustering {
  /** The fitted model, of the rows that were not set aside. */
  readonly model: KMeans | Hdbscan;
  /** The cluster of every row `[n]`, from 0, as the model has it; −1 for rows set aside and for noise. */
  readonly labels: Int32Array;
  /** Number of clusters. */
  readonly clusters: number;
  /** Clusters in the order of their numbers. */
  readonly groups: readonly RowCluster[];
  /** Rows set aside, farthest from their medians first. */
  readonly outliers: readonly LoneRow[];
  /** Number of rows that HDBSCAN left out as noise, those set aside not among them. */
  readonly noise: number;
  /** Figures that the number was chosen by, where it was. */
  readonly trials?: readonly ClusterTrial[];
  /** Why this number was chosen, where it was: a clause. */
  readonly reason?: string;
  /** Rows that these figures are of, drawn at random where they are not all. */
  readonly trialRows?: number;
  /** Rows that the clusters are of `[m, d]`, in the units of fitting, and where they stand among all. */
  readonly fitted: { readonly x: Matrix; readonly rows: Uint32Array };
}

const TYPICAL = 3;

/**
 * Finds clusters of rows, says how many there are and what makes them different. Rows far from all others are set aside first, so that none of
 * them becomes a cluster, draws a center or stretches the scale of a column.
 * @param data rows `[n, d]` without missing numbers, or a data set, whose columns are then described as in its table.
 * @throws RangeError for data or options that do not fit.
 */
export async function clusterRows(
  data: MatrixLike | Dataset,
  options: ClusterRowsOptions = {},
): Promise<RowClustering> {
  const { method = "kMeans", clusters = "auto", outliers = "aside", seed = 0, signal, onIteration } = options;
  if (method !== "kMeans" && method !== "hdbscan")
    throw new RangeError(`clusterRows: method must be kMeans or hdbscan, got ${method}`);
  if (clusters !== "auto" && !(Number.isSafeInteger(clusters) && clusters >= 1))
    throw new RangeError(`clusterRows: clusters must be auto or an integer ≥ 1, got ${clusters}`);
  if (method === "hdbscan" && clusters !== "auto")
    throw new RangeError("clusterRows: hdbscan finds the number of clusters by itself, and takes none");
  const set = isDataset(data) ? data : undefined;
  const x = toNumbers(set?.x ?? (data as MatrixLike), "clusterRows");
  if (x.rows === 0) throw new RangeError("clusterRows: there are no rows");
  refuseNonFinite(x, "clusterRows", { missing: false });
  const hints: ScaleHints = { range: set?.range, groups: set?.groups, ...options.scaleHints };
  const of = method === "kMeans" ? kMeans({ clusters: 1 }) : hdbscan();
  const kind = options.scale ?? (set ? defaultScaleOf(of, factsOf(set)).scale : "none");
  const units = unitsAmongFarRows(x, kind, hints);
  const measured = measuredColumns(x, hints.groups);
  const far = outliers === "aside" ? await loneRows(x, units, measured, seed) : new Uint32Array();
  // As many clusters as rows are asked for: then each is one.
  const lone = clusters !== "auto" && x.rows - far.length < clusters ? new Uint32Array() : far;
  const rows = others(x.rows, lone);
  const kept = lone.length > 0 ? takeRows(x, rows) : x;
  const settings = { seed, signal, scale: kind, scaleHints: hints, onIteration };
  const learned = set ? { ...set, x: kept } : kept;

  let chosen: Pick<RowClustering, "trials" | "reason" | "trialRows"> = {};
  let model: KMeans | Hdbscan;
  if (method === "hdbscan") model = await fit(hdbscan(options.hdbscan), learned, settings);
  else {
    let count = clusters;
    if (count === "auto") {
      const sample = random(seed).fork("trial rows").permutation(kept.rows).subarray(0, TRIAL_ROWS).sort();
      const { starts: _, init: __, batchSize: ___, ...own } = options.kMeans ?? {};
      const scaled = applyScale(takeRows(kept, sample), centeredScale(kept, kind, hints), "clusterRows");
      const trials = await clusterTrials(scaled, { ...own, seed, signal });
      const decided = chosenNumber(trials);
      count = decided.clusters;
      chosen = { trials, reason: decided.reason, trialRows: sample.length };
    }
    model = await fit(kMeans({ ...options.kMeans, clusters: count }), learned, settings);
  }
  const own = model.labels;
  const scaled = applyScale(kept, model.scaling, "clusterRows");
  const labels = new Int32Array(x.rows).fill(-1);
  rows.forEach((row, i) => {
    labels[row] = own[i]!;
  });
  const names = columnNames(set?.columns, x.cols);
  // Pixels have no names that would tell anybody anything.
  const described = describeClusters(x, names, labels, set?.encoding, set?.rowShape ? 0 : undefined);
  const typical = typicalRows(scaled, own, described.length);
  return {
    model,
    labels,
    clusters: described.length,
    groups: described.map((group, g) => ({ ...group, typical: typical[g]!.map((i) => rows[i]!) })),
    outliers: Array.from(lone, (row) => farthestOf(x, row, units, measured, names))
      .sort((a, b) => b.far - a.far)
      .map(({ far: _, ...one }) => one),
    noise: own.reduce((count, label) => count + Number(label < 0), 0),
    ...chosen,
    fitted: { x: scaled, rows },
  };
}

/** Rows from 0 to n that are not among some, both ascending. */
function others(n: number, some: Uint32Array): Uint32Array {
  const among = new Set(some);
  return Uint32Array.from({ length: n }, (_, i) => i).filter((i) => !among.has(i));
}

/** Rows of each cluster that are nearest to its mean. */
function typicalRows(x: Matrix, labels: Int32Array, clusters: number): number[][] {
  const { data, rows, cols } = x;
  const means = clusterMeans(x, labels, clusters).data;
  const nearest: { row: number; distance: number }[][] = Array.from({ length: clusters }, () => []);
  for (let i = 0; i < rows; i++) {
    const g = labels[i]!;
    if (g < 0) continue;
    let distance = 0;
    for (let j = 0; j < cols; j++) distance += (data[i * cols + j]! - means[g * cols + j]!) ** 2;
    const list = nearest[g]!;
    if (list.length === TYPICAL && distance >= list.at(-1)!.distance) continue;
    list.push({ row: i, distance });
    list.sort((a, b) => a.distance - b.distance);
    list.length = Math.min(list.length, TYPICAL);
  }
  return nearest.map((list) => list.map(({ row }) => row));
}

function farthestOf(
  { data, cols }: Numbers,
  row: number,
  { offset, factor }: Scaling,
  columns: readonly number[],
  names: readonly string[],
) {
  const value = (j: number) => data[row * cols + j]!;
  const off = (j: number) => Math.abs(value(j) - (offset[j] ?? 0)) / (factor[j] ?? 1);
  const at = columns.reduce((far, j) => (off(j) > off(far) ? j : far));
  return { row, column: names[at]!, value: value(at), expected: offset[at] ?? 0, far: off(at) };
}
