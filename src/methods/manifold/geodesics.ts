/**
 * @file Squared lengths of shortest paths in a graph, from many sources, on all threads.
 */
import { sharedFloat64 } from "../../parallel/shared.js";
import { gatherTeam } from "../../parallel/team.js";
import { CHUNK_SOURCES, geodesicRows } from "./geodesics-kernel.js";
import type { Graph } from "./neighborhood-graph.js";

/** Starts of paths: source s at its nodes, each with a distance it has already. */
export interface Sources {
  /** Row-major `[sources, each]` */
  readonly nodes: Int32Array;
  readonly distances: Float64Array;
  readonly each: number;
}

/** Buckets narrower than this share of the mean length of an edge gain nothing more (measured on rolls and digits). */
const BUCKET_SHARE = 0.1;
const MOST_BUCKETS = 1024;
/** Sources of a run, some tens of milliseconds of work. */
const RUN_SOURCES = 64;

/** Every node as a source of its own. */
export function sourcesAt(nodes: Int32Array): Sources {
  return { nodes, distances: new Float64Array(nodes.length), each: 1 };
}

/**
 * Squared distances from every source to the nodes wanted, some rows at a time.
 * @param take is given rows `[count, wanted]` from source `first` on, which are overwritten afterwards.
 */
export async function geodesicSquares(
  graph: Graph,
  sources: Sources,
  wanted: Int32Array,
  take: (squares: Float64Array, first: number, count: number) => void | Promise<void>,
): Promise<void> {
  const { nodes: startNodes, distances: startDistances, each: startsEach } = sources;
  const squares = sharedFloat64(RUN_SOURCES * wanted.length);
  const args = {
    ...graph,
    ...bucketsFor(graph, sources),
    startNodes,
    startDistances,
    startsEach,
    wanted,
    squares,
  };
  const team = gatherTeam(geodesicRows, args);
  try {
    const count = startNodes.length / startsEach;
    for (let first = 0; first < count; first += RUN_SOURCES) {
      const rows = Math.min(RUN_SOURCES, count - first);
      team.run(Math.ceil(rows / CHUNK_SOURCES), first, rows);
      await take(squares.subarray(0, rows * wanted.length), first, rows);
    }
  } finally {
    team.release();
  }
}

function bucketsFor({ lengths }: Graph, { distances, each }: Sources): { width: number; buckets: number } {
  let total = 0;
  let reach = 0;
  for (const length of lengths) {
    total += length;
    reach = Math.max(reach, length);
  }
  for (let at = 0; at < distances.length; at += each) {
    const own = distances.subarray(at, at + each);
    reach = Math.max(reach, Math.max(...own) - Math.min(...own));
  }
  const width = Math.max((BUCKET_SHARE * total) / lengths.length, (2 * reach) / MOST_BUCKETS);
  if (!(width > 0)) return { width: 1, buckets: 2 };
  // One bucket more for where in its own a distance stands, and one for rounding.
  const buckets = 2 ** Math.ceil(Math.log2(reach / width + 2));
  return { width, buckets };
}
