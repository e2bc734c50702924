/**
 * @file HDBSCAN: clusters of any shape and density, as many as there are, and rows that are in none.
 *
 *   d(a, b) = max(core(a), core(b), ‖a − b‖),   core(a) = distance to the m-th nearest row, a itself the first
 *
 * At every distance ε the rows fall into parts that d ≤ ε joins. As ε falls, these shed rows and part into clusters; those
 * are told that keep most rows over the longest range of density 1 / ε. Rows that are in none of them are noise, −1.
 * Sources: Campello, Moulavi & Sander (2013), "Density-based clustering based on hierarchical density estimates", PAKDD;
 * probabilities and new rows: McInnes & Healy (2017), "Accelerated hierarchical density based clustering", ICDM Workshops;
 * scores: Campello, Moulavi, Zimek & Sander (2015), "Hierarchical density estimates for data clustering, visualization, and
 * outlier detection", ACM Transactions on Knowledge Discovery from Data 10(1).
 */
import type { RowsLike } from "../../data/dataset.js";
import type { Matrix } from "../../data/matrix.js";
import { float64, int32 } from "../../engine/arrays.js";
import type { FitContext, Method } from "../method.js";
import type { FittedModel } from "../model.js";
import { boolean, checkOptions, integer, type OptionTable, oneOf, optional } from "../options.js";
import { matrixParameter, type Parameters } from "../parameters.js";
import { rowsInUnits } from "../rows-in-units.js";
import { selectClusters, stabilities } from "./cluster-selection.js";
import { type CondensedTree, condensedTree } from "./condensed-tree.js";
import { attached, checkHierarchy, type Hierarchy, hierarchyOf, outlierScore } from "./density-hierarchy.js";
import { coreSquares, spanningTree } from "./mutual-reachability.js";

/** Options of `hdbscan`. */
export interface HdbscanOptions {
  /** Rows that are a cluster at least, ≥ 2. Default 5. */
  minClusterSize?: number | undefined;
  /** Rows m that make a place dense, the row there among them, from 1 to n: more, and more rows are noise. Default: `minClusterSize`. */
  minSamples?: number | undefined;
  /** Clusters that are told: `eom` (default), those of most excess of mass; `leaf`, those that do not part further. */
  selection?: "eom" | "leaf" | undefined;
  /** All rows may be one cluster. Default false: then there are at least two, or none. */
  allowSingleCluster?: boolean | undefined;
}

export const hdbscanOptions: OptionTable<HdbscanOptions> = {
  minClusterSize: integer({ min: 2, default: 5, help: "rows that are a cluster at least" }),
  minSamples: optional(integer({ min: 1, help: "rows that make a place dense" }), "minClusterSize"),
  selection: oneOf(["eom", "leaf"], {
    default: "eom",
    help: "clusters that are told: most excess of mass, or leaves",
  }),
  allowSingleCluster: boolean({ default: false, help: "all rows may be one cluster" }),
};

/** Clusters of rows, and how surely they are in them. */
export interface Memberships {
  /** The cluster of every row `[n]`, from 0; −1 for noise. */
  readonly labels: Int32Array;
  /** Density at which a row leaves its cluster as a share of that at which the last do `[n]`, in (0, 1]; 0 for noise. */
  readonly probabilities: Float64Array;
}

/** A fitted HDBSCAN. */
export interface Hdbscan extends FittedModel, Memberships {
  /** Number of clusters. */
  readonly clusters: number;
  /** Number of rows it was fitted to that are in none. */
  readonly noise: number;
  /**
   * Stability of every cluster `[clusters]`, in [0, 1]: the mean over its rows of the range of densities that they are in it, as a
   * share of the largest density at which there are clusters.
   */
  readonly persistence: Float64Array;
  /** Scores of the rows it was fitted to `[n]`, as `score` has them. */
  readonly fittedScores: Float64Array;
  /** The cluster of new rows `[m]`, from 0; −1 for noise. */
  predict(x: RowsLike): Promise<Int32Array>;
  /** The clusters of new rows `[m]`, and how surely they are in them. */
  memberships(x: RowsLike): Promise<Memberships>;
  /** 1 − ε_last / ε `[m]` in [0, 1): ε where a row leaves its cluster, ε_last where the last rows leave that or its parts (GLOSH). */
  score(x: RowsLike): Promise<Float32Array>;
}

/**
 * HDBSCAN: clusters of rows `[n, d]` of any shape and density, as many as there are, and noise, −1. It has no codes.
 *
 * Time grows with n²; memory as a few copies of the rows.
 * Source: Campello, Moulavi & Sander (2013), "Density-based clustering based on hierarchical density estimates", PAKDD.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function hdbscan(options: HdbscanOptions = {}): Method<Hdbscan> {
  const checked = checkOptions("hdbscan", hdbscanOptions, options) as Checked;
  const { minClusterSize, minSamples = minClusterSize } = checked;
  const where = (p: Parameters) => hierarchyOf(p, minSamples);
  return {
    name: "hdbscan",
    options: { ...checked },
    shiftInvariant: true,
    codeSize: () => undefined,
    checkSize(rows) {
      for (const [name, wanted] of Object.entries({ minClusterSize, minSamples })) {
        if (rows < wanted)
          throw new RangeError(`hdbscan: ${name} ${wanted} wants at least ${wanted} rows, got ${rows}`);
      }
    },
    fitting: { kind: "solved", solve: (x, context) => solve(x, { ...checked, minSamples }, context) },
    parts: () => ({}),
    procedures: () => ({
      async score(x, p, pauses) {
        const hierarchy = where(p);
        const { clusters, levels } = await attached(hierarchy, x, pauses);
        return Float32Array.from(clusters, (cluster, i) => outlierScore(hierarchy, cluster, levels[i]!));
      },
    }),
    procedureShapes: (d) => ({
      rows: ["n", d],
      coreDistances: ["n"],
      clusterOfRow: ["n"],
      leaves: ["n"],
      parents: ["clusters"],
      births: ["clusters"],
      deaths: ["clusters"],
      labelOfCluster: ["clusters"],
      persistence: ["labels"],
    }),
    metrics: ["clusters", "noise"],
    notes({ parameters }) {
      if (parameters.persistence!.data.length > 0) return [];
      return [
        "hdbscan: all rows are noise: no two dense places are apart; take a smaller minClusterSize or minSamples, or allowSingleCluster",
      ];
    },
    results(p, d, fitted) {
      checkHierarchy(p);
      const hierarchy = where(p);
      const own = memberships(hierarchy, hierarchy.clusterOfRow, hierarchy.leaves);
      const among = async (x: RowsLike, called: string) => {
        const rows = rowsInUnits(x, d, fitted, `hdbscan.${called}`);
        const { clusters, levels } = await attached(hierarchy, rows, {});
        return memberships(hierarchy, clusters, levels);
      };
      return {
        ...own,
        clusters: p.persistence!.data.length,
        noise: own.labels.reduce((count, label) => count + Number(label < 0), 0),
        persistence: p.persistence!.data as Float64Array,
        fittedScores: hierarchy.leaves.map((level, i) =>
          outlierScore(hierarchy, hierarchy.clusterOfRow[i]!, level),
        ),
        predict: async (x) => (await among(x, "predict")).labels,
        memberships: (x) => among(x, "memberships"),
      };
    },
  };
}

/** Options with defaults; one that may be left out stays so. */
type Checked = Required<Omit<HdbscanOptions, "minSamples">> & { readonly minSamples?: number };

async function solve(
  x: Matrix,
  { minClusterSize, minSamples, selection, allowSingleCluster }: Required<Checked>,
  { breathe, onIteration }: FitContext,
): Promise<Parameters> {
  const n = x.rows;
  const cores = await coreSquares(x, minSamples, breathe);
  const joined = await spanningTree(x, cores, async (share) => {
    onIteration?.({ iteration: Math.round(share * n), iterations: n, fraction: share });
    await breathe();
  });
  const tree = condensedTree(joined, minClusterSize);
  await breathe();
  const { labels, selected } = selectClusters(tree, selection, allowSingleCluster);
  const clusters = tree.parents.length;
  return {
    rows: matrixParameter(x),
    coreDistances: float64([n], cores.map(Math.sqrt)),
    clusterOfRow: int32([n], tree.clusterOfRow),
    leaves: float64([n], tree.leaves),
    parents: int32([clusters], tree.parents),
    births: float64([clusters], tree.births),
    deaths: float64([clusters], tree.deaths),
    labelOfCluster: int32([clusters], labels),
    persistence: float64([selected.length], persistence(tree, selected)),
  };
}

/** S(C) / (|C| · the largest density); where that is infinite, the share of rows at infinite density. */
function persistence(tree: CondensedTree, selected: Int32Array): Float64Array {
  const stability = stabilities(tree);
  const least = tree.leaves.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (least > 0) return Float64Array.from(selected, (c) => (stability[c]! * least) / tree.sizes[c]!);
  const dense = new Float64Array(tree.parents.length);
  tree.leaves.forEach((level, i) => {
    if (level === 0) dense[tree.clusterOfRow[i]!]! += 1;
  });
  return Float64Array.from(selected, (c) => dense[c]! / tree.sizes[c]!);
}

/** @param clusters the last of each row. @param levels ε at which it leaves it. */
function memberships(
  { labelOfCluster, selected, deaths }: Hierarchy,
  clusters: Int32Array,
  levels: Float64Array,
): Memberships {
  const labels = clusters.map((cluster) => labelOfCluster[cluster]!);
  return {
    labels,
    probabilities: levels.map((level, i) => {
      if (labels[i]! < 0) return 0;
      const last = deaths[selected[labels[i]!]!]!;
      return level > last ? last / level : 1;
    }),
  };
}
