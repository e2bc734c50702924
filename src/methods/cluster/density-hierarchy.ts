/**
 * @file The hierarchy of a fitted HDBSCAN, and where new rows are in it.
 *
 * A new row joins the row that it is nearest to by mutual reachability among its 2 m nearest: at the distance ε it comes to the
 * cluster that this row is in there, and it leaves that with it at the latest. No other distance is changed by its coming.
 * Source: McInnes & Healy (2017), "Accelerated hierarchical density based clustering", ICDM Workshops; the rule is that of
 * their implementation.
 */
import type { Matrix } from "../../data/matrix.js";
import type { NdArray } from "../../engine/tensor.js";
import type { Breathing } from "../../linalg/breathing.js";
import { type NeighborIndex, neighborIndex } from "../../linalg/neighbors/neighbor-index.js";
import { type Parameters, parameterMatrix } from "../parameters.js";
import { squaredDistance } from "./mutual-reachability.js";

/** See `CondensedTree`. */
export interface Hierarchy {
  /** `[n, d]` */
  readonly rows: NdArray;
  /** m of the core distance. */
  readonly minSamples: number;
  readonly coreDistances: Float64Array;
  readonly clusterOfRow: Int32Array;
  readonly leaves: Float64Array;
  readonly parents: Int32Array;
  readonly births: Float64Array;
  readonly deaths: Float64Array;
  /** `[clusters]`: the label that rows of each have, −1 for noise. */
  readonly labelOfCluster: Int32Array;
  /** `[labels]`: the cluster of each label. */
  readonly selected: Int32Array;
  /** `[clusters]`: ε at which the last rows leave a cluster or what it parts into. */
  readonly lasts: Float64Array;
}

/** @throws RangeError for arrays, as of a damaged file, that are no hierarchy. */
export function checkHierarchy(p: Parameters): void {
  const parents = p.parents!.data as Int32Array;
  const labels = p.labelOfCluster!.data as Int32Array;
  const count = p.persistence!.data.length;
  const bad = (parent: number, c: number) => (c === 0 ? parent !== -1 : !(parent >= 0 && parent < c));
  const orphan = parents.findIndex(bad);
  if (orphan >= 0) throw new RangeError(`hdbscan: cluster ${orphan} is a part of cluster ${parents[orphan]}`);
  const lost = (p.clusterOfRow!.data as Int32Array).findIndex((c) => !(c >= 0 && c < parents.length));
  if (lost >= 0) throw new RangeError(`hdbscan: row ${lost} is in none of the ${parents.length} clusters`);
  const wrong = labels.findIndex((label) => !(label >= -1 && label < count));
  if (wrong >= 0) throw new RangeError(`hdbscan: cluster ${wrong} has label ${labels[wrong]} of ${count}`);
  for (let label = 0; label < count; label++)
    if (!labels.includes(label)) throw new RangeError(`hdbscan: no cluster has label ${label}`);
}

export function hierarchyOf(p: Parameters, minSamples: number): Hierarchy {
  const numbers = (name: string) => p[name]!.data as Float64Array;
  const words = (name: string) => p[name]!.data as Int32Array;
  const [parents, labelOfCluster] = [words("parents"), words("labelOfCluster")];
  const lasts = numbers("deaths").slice();
  for (let c = parents.length - 1; c > 0; c--) lasts[parents[c]!] = Math.min(lasts[parents[c]!]!, lasts[c]!);
  return {
    rows: p.rows!,
    minSamples,
    coreDistances: numbers("coreDistances"),
    clusterOfRow: words("clusterOfRow"),
    leaves: numbers("leaves"),
    parents,
    births: numbers("births"),
    deaths: numbers("deaths"),
    labelOfCluster,
    // Parents come before their children.
    selected: Int32Array.from({ length: numbers("persistence").length }, (_, label) =>
      labelOfCluster.indexOf(label),
    ),
    lasts,
  };
}

/** GLOSH of a row that leaves `cluster`, its last, at ε = `level`. */
export function outlierScore({ lasts }: Hierarchy, cluster: number, level: number): number {
  return level > 0 ? 1 - lasts[cluster]! / level : 0;
}

/** Rows made ready to be searched, by the array that they are. */
const known = new WeakMap<NdArray, NeighborIndex>();

function indexOf(rows: NdArray): NeighborIndex {
  const index = known.get(rows) ?? neighborIndex(parameterMatrix({ rows }, "rows"));
  known.set(rows, index);
  return index;
}

/** The last cluster of new rows `[m]`, and ε at which they leave it. */
export async function attached(
  hierarchy: Hierarchy,
  x: Matrix,
  pauses: Breathing,
): Promise<{ clusters: Int32Array; levels: Float64Array }> {
  const { rows, minSamples: m, coreDistances, clusterOfRow, leaves, parents, births } = hierarchy;
  const index = indexOf(rows);
  const k = Math.min(index.rows, 2 * m);
  const { indices } = await index.query(x, k, pauses);
  const clusters = new Int32Array(x.rows);
  const levels = new Float64Array(x.rows);
  const distances = new Float64Array(k);
  for (let i = 0; i < x.rows; i++) {
    const nearest = indices.subarray(i * k, (i + 1) * k);
    // As they were summed in fitting, since they are compared with distances of then.
    nearest.forEach((row, r) => {
      const square = squaredDistance(x.data, i * x.cols, rows.data as Float32Array, row * x.cols, x.cols);
      distances[r] = Math.sqrt(square);
    });
    const core = distances.subarray(0, m - 1).reduce((most, distance) => Math.max(most, distance), 0);
    let [joined, level] = [nearest[0]!, Number.POSITIVE_INFINITY];
    nearest.forEach((row, r) => {
      const reach = Math.max(core, coreDistances[row]!, distances[r]!);
      if (reach < level) [joined, level] = [row, reach];
    });
    let cluster = clusterOfRow[joined]!;
    // At the distance where it comes, the row may have been in a cluster that this one parted from.
    while (level > leaves[joined]! && parents[cluster]! >= 0 && births[cluster]! <= level)
      cluster = parents[cluster]!;
    clusters[i] = cluster;
    levels[i] = Math.max(level, leaves[joined]!);
  }
  return { clusters, levels };
}
