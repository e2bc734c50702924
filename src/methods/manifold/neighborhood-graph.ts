/**
 * @file The graph of nearest neighbors: an edge wherever one of two rows is among the k nearest of the other, as long
 * as they are apart. Where it falls into components, they are joined by the shortest link of every two.
 * Source: Tenenbaum, de Silva & Langford (2000), "A global geometric framework for nonlinear dimensionality
 * reduction", Science 290; links as scikit-learn makes them.
 */
import { type Matrix, takeRows } from "../../data/matrix.js";
import { kNearestWithin } from "../../linalg/neighbors/nearest-neighbors.js";
import { PairwiseDistances } from "../../linalg/pairwise-distances.js";

/** Edges, each once. */
export interface Edges {
  /** Row-major `[edges, 2]`. */
  readonly ends: Int32Array;
  /** `[edges]` */
  readonly lengths: Float64Array;
}

/** The same, from every node: its edges stand at `offsets[i]` to `offsets[i + 1]`. */
export interface Graph {
  /** `[n + 1]` */
  readonly offsets: Int32Array;
  /** `[2 · edges]` */
  readonly neighbors: Int32Array;
  readonly lengths: Float64Array;
}

/** A connected graph, and how many components it had before links were laid. */
export interface Neighborhood {
  readonly edges: Edges;
  readonly components: number;
}

/** The graph of the k nearest neighbors of every row, joined to one piece. */
export async function neighborhood(
  x: Matrix,
  k: number,
  breathe: () => Promise<void>,
): Promise<Neighborhood> {
  const nearest = await kNearestWithin(x, k, { breathe });
  const edges = union(nearest.indices, nearest.distances, k);
  const { labels, components } = connectedComponents(adjacency(x.rows, edges));
  if (components === 1) return { edges, components };
  const links = await shortestLinks(x, labels, components, breathe);
  return { edges: joined(edges, links), components };
}

/** @throws RangeError for an edge to a node that is not there, or a length that is none. */
export function adjacency(n: number, { ends, lengths }: Edges): Graph {
  const offsets = new Int32Array(n + 1);
  for (let i = 0; i < ends.length; i++) {
    const node = ends[i]!;
    if (!(node >= 0 && node < n)) throw new RangeError(`graph: an edge ends at node ${node} of ${n}`);
    offsets[node + 1]! += 1;
  }
  for (let i = 0; i < n; i++) offsets[i + 1]! += offsets[i]!;
  const filled = offsets.slice();
  const neighbors = new Int32Array(ends.length);
  const both = new Float64Array(ends.length);
  for (let e = 0; e < lengths.length; e++) {
    const length = lengths[e]!;
    if (!(length >= 0 && length < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`graph: edge ${e} is ${length} long, want a finite number ≥ 0`);
    }
    const [a, b] = [ends[2 * e]!, ends[2 * e + 1]!];
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const at = filled[from]!++;
      neighbors[at] = to;
      both[at] = length;
    }
  }
  return { offsets, neighbors, lengths: both };
}

/** Component that every node belongs to `[n]`, counted in the order of their first nodes. */
export function connectedComponents({ offsets, neighbors }: Graph): {
  labels: Int32Array;
  components: number;
} {
  const n = offsets.length - 1;
  const labels = new Int32Array(n).fill(-1);
  const stack = new Int32Array(n);
  let components = 0;
  for (let start = 0; start < n; start++) {
    if (labels[start]! >= 0) continue;
    labels[start] = components;
    stack[0] = start;
    for (let depth = 1; depth > 0; ) {
      const node = stack[--depth]!;
      for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
        const other = neighbors[e]!;
        if (labels[other]! >= 0) continue;
        labels[other] = components;
        stack[depth++] = other;
      }
    }
    components++;
  }
  return { labels, components };
}

/** An edge for every pair of which one is in the list of the other. */
function union(indices: Uint32Array, distances: Float64Array, k: number): Edges {
  const ends: number[] = [];
  const lengths: number[] = [];
  for (let at = 0; at < indices.length; at++) {
    const i = Math.floor(at / k);
    const j = indices[at]!;
    // The pair in both lists is taken from that of the earlier row.
    if (i > j && indices.subarray(j * k, (j + 1) * k).includes(i)) continue;
    ends.push(i, j);
    lengths.push(distances[at]!);
  }
  return { ends: Int32Array.from(ends), lengths: Float64Array.from(lengths) };
}

function joined(a: Edges, b: Edges): Edges {
  const ends = new Int32Array(a.ends.length + b.ends.length);
  ends.set(a.ends);
  ends.set(b.ends, a.ends.length);
  const lengths = new Float64Array(a.lengths.length + b.lengths.length);
  lengths.set(a.lengths);
  lengths.set(b.lengths, a.lengths.length);
  return { ends, lengths };
}

/** Distances held at a time. */
const BLOCK = 2 ** 22;

/** The shortest link between every two components. */
async function shortestLinks(
  x: Matrix,
  labels: Int32Array,
  components: number,
  breathe: () => Promise<void>,
): Promise<Edges> {
  const order = Int32Array.from(labels.keys()).sort((a, b) => labels[a]! - labels[b]! || a - b);
  const distances = new PairwiseDistances(takeRows(x, order));
  const least = new Float64Array(components);
  const from = new Int32Array(components);
  const to = new Int32Array(components);
  const ends: number[] = [];
  const lengths: number[] = [];
  for (let start = 0; start < x.rows; ) {
    const label = labels[order[start]!]!;
    let end = start;
    while (end < x.rows && labels[order[end]!] === label) end++;
    least.fill(Number.POSITIVE_INFINITY);
    const later = x.rows - end;
    const blockRows = Math.max(1, Math.floor(BLOCK / Math.max(1, later)));
    for (let at = start; at < end && later > 0; at += blockRows) {
      const until = Math.min(end, at + blockRows);
      const squares = await distances.between(at, until, end, x.rows);
      for (let i = at, p = 0; i < until; i++) {
        for (let j = end; j < x.rows; j++, p++) {
          const other = labels[order[j]!]!;
          if (squares[p]! >= least[other]!) continue;
          least[other] = squares[p]!;
          from[other] = order[i]!;
          to[other] = order[j]!;
        }
      }
      await breathe();
    }
    for (let other = label + 1; other < components; other++) {
      ends.push(from[other]!, to[other]!);
      lengths.push(distance(x, from[other]!, to[other]!));
    }
    start = end;
  }
  return { ends: Int32Array.from(ends), lengths: Float64Array.from(lengths) };
}

function distance({ data, cols }: Matrix, a: number, b: number): number {
  let square = 0;
  for (let j = 0; j < cols; j++) square += (data[a * cols + j]! - data[b * cols + j]!) ** 2;
  return Math.sqrt(square);
}
