/**
 * @file The hierarchy of density: which clusters there are at every distance ε, how they part, and who leaves them when.
 *
 * From the spanning tree edges are taken away, the longest first, equally long ones together. What falls apart into two or
 * more parts of `minClusterSize` rows parts into clusters; smaller parts leave it as noise.
 * Sources: Campello, Moulavi & Sander (2013), "Density-based clustering based on hierarchical density estimates", PAKDD,
 * algorithms 1 and 2; the name: McInnes & Healy (2017), "Accelerated hierarchical density based clustering", ICDM Workshops.
 */

/** Edges of a spanning tree of n nodes. */
export interface SpanningTree {
  /** Row-major `[n − 1, 2]`. */
  readonly ends: Int32Array;
  /** `[n − 1]` */
  readonly lengths: Float64Array;
}

/** Clusters in the order in which they appear as ε falls: parents before their children. The first is of all rows. */
export interface CondensedTree {
  /** `[clusters]`: the cluster it parted from, −1 for the first. */
  readonly parents: Int32Array;
  /** `[clusters]`: ε at which it parted from it; 0 for the first, which is there at any. */
  readonly births: Float64Array;
  /** `[clusters]`: ε at which it parts, or its last rows leave it. */
  readonly deaths: Float64Array;
  /** `[clusters]`: rows when it appears. */
  readonly sizes: Int32Array;
  /** `[n]`: the last cluster that a row was in. */
  readonly clusterOfRow: Int32Array;
  /** `[n]`: ε at which it left that. */
  readonly leaves: Float64Array;
}

/** Components of the spanning tree, merged as ε grows: rows are nodes 0 … n − 1, further ones parts that met at one ε. */
interface Dendrogram {
  readonly levels: Float64Array;
  readonly sizes: Int32Array;
  /** Children of node n + i stand at `offsets[i]` to `offsets[i + 1]`. */
  readonly offsets: Int32Array;
  readonly children: Int32Array;
  readonly root: number;
}

/** @param tree of at least `minClusterSize` nodes. @param minClusterSize ≥ 2. */
export function condensedTree(tree: SpanningTree, minClusterSize: number): CondensedTree {
  const n = tree.lengths.length + 1;
  const { levels, sizes, offsets, children, root } = dendrogram(tree);
  const parents = [-1];
  const births = [0];
  const deaths = [0];
  const starts = [root];
  const clusterOfRow = new Int32Array(n);
  const leaves = new Float64Array(n);
  const stack: number[] = [];
  const leave = (node: number, cluster: number, level: number) => {
    stack.push(node);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (at >= n) {
        for (let c = offsets[at - n]!; c < offsets[at - n + 1]!; c++) stack.push(children[c]!);
        continue;
      }
      clusterOfRow[at] = cluster;
      leaves[at] = level;
    }
  };
  // Clusters are appended while they are gone through.
  for (let cluster = 0; cluster < starts.length; cluster++) {
    // A cluster has at least two rows, so that it is no row itself.
    for (let node: number | undefined = starts[cluster]!; node !== undefined; ) {
      const level: number = levels[node - n]!;
      const parts: Int32Array = children.subarray(offsets[node - n]!, offsets[node - n + 1]!);
      const large = parts.filter((part) => sizes[part]! >= minClusterSize);
      for (const part of parts) if (sizes[part]! < minClusterSize) leave(part, cluster, level);
      deaths[cluster] = level;
      node = large.length === 1 ? large[0] : undefined;
      if (large.length < 2) continue;
      for (const part of large) {
        parents.push(cluster);
        births.push(level);
        deaths.push(level);
        starts.push(part);
      }
    }
  }
  return {
    parents: Int32Array.from(parents),
    births: Float64Array.from(births),
    deaths: Float64Array.from(deaths),
    sizes: Int32Array.from(starts, (node) => sizes[node]!),
    clusterOfRow,
    leaves,
  };
}

function dendrogram({ ends, lengths }: SpanningTree): Dendrogram {
  const n = lengths.length + 1;
  const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[a]! - lengths[b]!);
  const sets = new Int32Array(n).map((_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (sets[root] !== root) root = sets[root]!;
    for (let at = i; at !== root; ) [at, sets[at]] = [sets[at]!, root];
    return root;
  };
  /** The node that a set of rows is, by its root. */
  const nodeOf = new Int32Array(n).map((_, i) => i);
  const sizes = new Int32Array(2 * n - 1).fill(1, 0, n);
  const levels: number[] = [];
  const offsets = [0];
  const children: number[] = [];
  for (let from = 0; from < order.length; ) {
    const level = lengths[order[from]!]!;
    let to = from;
    while (to < order.length && lengths[order[to]!] === level) to++;
    // Parts that meet at this level, by the set that they end in.
    const met = new Set<number>();
    for (let e = from; e < to; e++) for (const end of [0, 1]) met.add(find(ends[2 * order[e]! + end]!));
    for (let e = from; e < to; e++) {
      const [a, b] = [find(ends[2 * order[e]!]!), find(ends[2 * order[e]! + 1]!)];
      sets[Math.max(a, b)] = Math.min(a, b);
    }
    const parts = new Map<number, number[]>();
    for (const set of [...met].sort((a, b) => a - b)) {
      const into = find(set);
      if (!parts.has(into)) parts.set(into, []);
      parts.get(into)!.push(nodeOf[set]!);
    }
    for (const [into, nodes] of parts) {
      const node = n + levels.length;
      levels.push(level);
      children.push(...nodes);
      offsets.push(children.length);
      sizes[node] = nodes.reduce((sum, part) => sum + sizes[part]!, 0);
      nodeOf[into] = node;
    }
    from = to;
  }
  return {
    levels: Float64Array.from(levels),
    sizes,
    offsets: Int32Array.from(offsets),
    children: Int32Array.from(children),
    root: n + levels.length - 1,
  };
}
