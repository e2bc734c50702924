/**
 * @file Number of clusters: figures of every number from 1 to 12, and a rule that decides by them.
 *
 *   silhouette   is a row nearer to its own cluster than to the next?
 *   stability    the mean adjusted Rand index of clusterings that five subsamples of four fifths of the rows give to all rows
 *   gap          E log W* − log W: the inertia W of k clusters beside that of rows spread evenly over the same box
 *
 * The number of the highest silhouette is taken, among those that are stable, .8 or more, if there are any; but where one whose silhouette is
 * at most .05 below is the number that the gap statistic tells, that one. Where the silhouette goes on growing to the last number, none stands out, and
 * the least stable one is taken whose silhouette is at most .05 below. There is one group if the gap statistic tells one and no silhouette
 * reaches .5.
 * Sources: Rousseeuw (1987), J. Comput. Appl. Math. 20 (silhouette; below .5 structure is weak: Kaufman & Rousseeuw (1990), "Finding groups in
 * data", table 4); Ben-Hur, Elisseeff & Guyon (2002), "A stability based method for discovering structure in clustered data", PSB; Tibshirani,
 * Walther & Hastie (2001), "Estimating the number of clusters in a data set via the gap statistic", JRSS B 63 (with the box of their section 3b).
 */
import { type Matrix, matrix, takeRows } from "../../data/matrix.js";
import { log } from "../../elementary.js";
import { type KMeansOptions, kMeans } from "../../methods/cluster/k-means.js";
import { pca } from "../../methods/linear/pca.js";
import { adjustedRandIndex } from "../../metrics/agreement.js";
import { silhouette } from "../../metrics/silhouette.js";
import { type Random, random } from "../../random.js";
import { fit } from "../../training/fit.js";

/** The most clusters that are tried. */
export const MOST_CLUSTERS = 12;
/** Rows that are looked at, drawn where there are more. */
export const TRIAL_ROWS = 1000;
const REFERENCES = 10;
const SUBSAMPLES = 5;
const SUBSAMPLE_SHARE = 0.8;
const STABLE = 0.8;
const NEAR = 0.05;
const STRONG = 0.5;
/** An inertia is no less than this share of that of one cluster. */
const NOTHING = 1e-12;

/** Figures of one number of clusters. */
export interface ClusterTrial {
  /** Number of clusters, from 1. */
  readonly clusters: number;
  /** Mean silhouette, in [−1, 1]; of one cluster there is none. */
  readonly silhouette?: number;
  /** Mean adjusted Rand index of clusterings from subsamples, at most 1; of one cluster there is none. */
  readonly stability?: number;
  /** E log W* − log W. */
  readonly gap: number;
  /** Standard error of it, from ten references. */
  readonly gapError: number;
}

/** A number of clusters, and why it was chosen. */
export interface ChosenNumber {
  readonly clusters: number;
  /** A clause: `the highest silhouette, 0.62; the gap statistic tells 5 too`. */
  readonly reason: string;
}

type Settings = Omit<KMeansOptions, "clusters" | "starts" | "init" | "batchSize">;

/**
 * Figures for every number of clusters up to 12, or to the number of rows that differ.
 * @param x `[n, d]`, scaled; some 1,000 rows are enough.
 */
export async function clusterTrials(
  x: Matrix,
  {
    seed,
    signal,
    ...settings
  }: Settings & { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<ClusterTrial[]> {
  const stream = random(seed).fork("number of clusters");
  const inertiaOf = async (rows: Matrix, clusters: number, starts: number, own: number) =>
    fit(kMeans({ ...settings, clusters, starts, ...(starts === 1 && { swaps: 0 }) }), rows, {
      seed: own,
      signal,
    });
  const references = await spreadEvenly(x, stream);
  const size = Math.max(2, Math.round(SUBSAMPLE_SHARE * x.rows));
  const subsamples = Array.from({ length: SUBSAMPLES }, (_, b) =>
    stream.fork("subsample", b).permutation(x.rows).subarray(0, size).sort(),
  );
  const trials: ClusterTrial[] = [];
  const different = distinctRows(x, MOST_CLUSTERS);
  if (different === 1) return [];
  const most = Math.min(MOST_CLUSTERS, different, size - 1);
  /** The least inertia that counts: as many clusters as different rows have none. */
  let least = 0;
  for (let clusters = 1; clusters <= Math.max(1, most); clusters++) {
    const model = await inertiaOf(x, clusters, 10, seed);
    if (clusters === 1) least = NOTHING * model.inertia;
    const logs: number[] = [];
    for (const [b, reference] of references.entries())
      logs.push(log((await inertiaOf(reference, clusters, 1, b)).inertia));
    const mean = meanOf(logs);
    const deviation = Math.sqrt(meanOf(logs.map((value) => (value - mean) ** 2)));
    const judged = clusters > 1 && {
      silhouette: clusters < x.rows ? await silhouette(x, model.labels) : 0,
      stability: await stabilityOf(x, subsamples, (rows, b) => inertiaOf(rows, clusters, 3, b)),
    };
    trials.push({
      clusters,
      ...judged,
      gap: mean - log(Math.max(model.inertia, least)),
      gapError: deviation * Math.sqrt(1 + 1 / REFERENCES),
    });
  }
  return trials;
}

/** The number that the figures speak for. @param trials of 1 and more, in order. */
export function chosenNumber(trials: readonly ClusterTrial[]): ChosenNumber {
  const several = trials.filter((trial): trial is Required<ClusterTrial> => trial.silhouette !== undefined);
  if (several.length === 0) return { clusters: 1, reason: "there are too few different rows for more" };
  const byGap = numberByGap(trials);
  const best = (all: readonly Required<ClusterTrial>[]) =>
    all.reduce((a, b) => (b.silhouette > a.silhouette ? b : a));
  const stable = several.filter(({ stability }) => stability >= STABLE);
  const highest = best(stable.length > 0 ? stable : several);
  const shown = (value: number) => value.toFixed(2);
  if (byGap === 1 && highest.silhouette < STRONG) {
    return {
      clusters: 1,
      reason: `the gap statistic tells no groups, and no silhouette reaches ${STRONG} (the highest is ${shown(highest.silhouette)}, of ${highest.clusters})`,
    };
  }
  const near = several.find(
    ({ clusters, silhouette: own }) => clusters === byGap && own >= highest.silhouette - NEAR,
  );
  if (near && near !== highest) {
    return {
      clusters: near.clusters,
      reason: `the gap statistic tells it, and its silhouette ${shown(near.silhouette)} is within ${NEAR} of the highest`,
    };
  }
  if (highest === several.at(-1) && highest.clusters === MOST_CLUSTERS) {
    const least = (stable.length > 0 ? stable : several).find(
      ({ silhouette: own }) => own >= highest.silhouette - NEAR,
    )!;
    return {
      clusters: least.clusters,
      reason: `no number stands out, as the silhouette grows up to ${MOST_CLUSTERS}; it is the least whose silhouette, ${shown(least.silhouette)}, is within ${NEAR} of the highest`,
    };
  }
  const also = near ? "; the gap statistic tells the same" : "";
  const unstable =
    highest.stability < STABLE
      ? `, though other rows would give other clusters (stability ${shown(highest.stability)})`
      : "";
  return {
    clusters: highest.clusters,
    reason: `the highest silhouette, ${shown(highest.silhouette)}${stable.length > 0 ? ", of those that are stable" : ""}${also}${unstable}`,
  };
}

/** The least k with gap(k) ≥ gap(k + 1) − s(k + 1); `undefined` where the gap goes on growing. */
function numberByGap(trials: readonly ClusterTrial[]): number | undefined {
  return trials.find(({ gap }, i) => {
    const next = trials[i + 1];
    return next !== undefined && gap >= next.gap - next.gapError;
  })?.clusters;
}

/** Rows drawn evenly from the box along the principal axes of x, as many as x has. */
async function spreadEvenly(x: Matrix, stream: Random): Promise<Matrix[]> {
  const model = await fit(pca({ latentDim: Math.min(x.cols, Math.max(1, x.rows - 1)) }), x, { seed: 0 });
  const codes = await model.encode(x);
  const { cols } = codes;
  const low = new Float64Array(cols).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(cols).fill(Number.NEGATIVE_INFINITY);
  codes.data.forEach((value, i) => {
    low[i % cols] = Math.min(low[i % cols]!, value);
    high[i % cols] = Math.max(high[i % cols]!, value);
  });
  return Array.from({ length: REFERENCES }, (_, b) => {
    const rows = matrix(x.rows, cols);
    stream.fork("reference", b).fillUniform(rows.data);
    rows.data.forEach((value, i) => {
      rows.data[i] = low[i % cols]! + value * (high[i % cols]! - low[i % cols]!);
    });
    return rows;
  });
}

async function stabilityOf(
  x: Matrix,
  subsamples: readonly Uint32Array[],
  clustered: (rows: Matrix, b: number) => Promise<{ predict(x: Matrix): Promise<Int32Array> }>,
): Promise<number> {
  const given: Int32Array[] = [];
  for (const [b, rows] of subsamples.entries())
    given.push(await (await clustered(takeRows(x, rows), b)).predict(x));
  const pairs = given.flatMap((a, i) => given.slice(0, i).map((b) => adjustedRandIndex(a, b)));
  return meanOf(pairs);
}

/** Number of rows that differ, counted up to `most`. */
function distinctRows({ data, rows, cols }: Matrix, most: number): number {
  const seen = new Set<string>();
  for (let i = 0; i < rows && seen.size < most; i++) seen.add(data.subarray(i * cols, (i + 1) * cols).join());
  return seen.size;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
