/**
 * @file Clusters of a hierarchy that are told: those of most excess of mass, or those that do not part further.
 *
 *   S(C) = Σ over rows x of C of  1 / ε(x, C) − 1 / ε(C),   ε(x, C) where x leaves C or C parts, ε(C) where C appeared
 *
 * No cluster is told together with one that it parts into; among such choices the sum of S is largest, and of two equal ones
 * that of the larger clusters.
 * Source: Campello, Moulavi & Sander (2013), "Density-based clustering based on hierarchical density estimates", PAKDD,
 * section 5.
 */
import type { CondensedTree } from "./condensed-tree.js";

export interface ClusterSelection {
  /** `[clusters]`: the label of each, that of a cluster which it is a part of, or −1. Labels are as clusters in order. */
  readonly labels: Int32Array;
  /** The cluster of every label, ascending. */
  readonly selected: Int32Array;
}

/** S of every cluster, ∞ where rows are at one place. */
export function stabilities({
  parents,
  births,
  deaths,
  sizes,
  clusterOfRow,
  leaves,
}: CondensedTree): Float64Array {
  const density = (distance: number) => 1 / distance;
  const born = (cluster: number) => (parents[cluster]! < 0 ? 0 : density(births[cluster]!));
  const stability = new Float64Array(parents.length);
  for (let i = 0; i < leaves.length; i++) {
    const cluster = clusterOfRow[i]!;
    stability[cluster]! += density(leaves[i]!) - born(cluster);
  }
  // Rows that are in a further cluster left this one when it parted.
  for (let c = 1; c < parents.length; c++) {
    const parent = parents[c]!;
    stability[parent]! += sizes[c]! * (density(deaths[parent]!) - born(parent));
  }
  return stability;
}

export function selectClusters(
  tree: CondensedTree,
  by: "eom" | "leaf",
  allowSingleCluster: boolean,
): ClusterSelection {
  const { parents } = tree;
  const clusters = parents.length;
  const first = allowSingleCluster ? 0 : 1;
  const stability = stabilities(tree);
  const ofParts = new Float64Array(clusters);
  const parts = new Uint8Array(clusters);
  const isChosen = new Uint8Array(clusters);
  for (let c = clusters - 1; c >= first; c--) {
    const own = by === "leaf" ? parts[c] === 0 : stability[c]! >= ofParts[c]!;
    isChosen[c] = Number(own);
    const parent = parents[c]!;
    if (parent < 0) continue;
    ofParts[parent]! += own ? stability[c]! : ofParts[c]!;
    parts[parent] = 1;
  }
  const labels = new Int32Array(clusters).fill(-1);
  const selected: number[] = [];
  for (let c = 0; c < clusters; c++) {
    const outer = c === 0 ? -1 : labels[parents[c]!]!;
    if (outer >= 0) labels[c] = outer;
    else if (isChosen[c]) labels[c] = selected.push(c) - 1;
  }
  return { labels, selected: Int32Array.from(selected) };
}
