/**
 * @file The loop over sources of shortest paths in a graph with lengths ≥ 0.
 *
 * Dijkstra's algorithm (1959) with buckets in place of a heap: nodes wait in the bucket ⌊distance / width⌋, and those of
 * one bucket are taken in any order, again if they have become nearer meanwhile. What comes out is the same bits as
 * from a heap, since the least sum over all paths does not depend on the order. Waiting distances never differ by
 * more than the longest edge, so that the buckets go round in a circle.
 * Source: Dial (1969), "Algorithm 360: shortest-path forest with topological ordering", CACM 12(11); Meyer & Sanders
 * (2003), "Δ-stepping: a parallelizable shortest path algorithm", Journal of Algorithms 49(1).
 */
import type { Kernel } from "../../parallel/kernel.js";

/** Sources to a chunk. */
export const CHUNK_SOURCES = 4;

const NONE = -1;

/**
 * Squared distances from sources to the nodes wanted, a row a source.
 * Scalars: the first source, and how many from there on.
 */
export const geodesicRows: Kernel<{
  /** The graph: edges of node i stand at `offsets[i]` to `offsets[i + 1]`. */
  offsets: Int32Array;
  neighbors: Int32Array;
  lengths: Float64Array;
  /** Width of a bucket, > 0. */
  width: number;
  /** Buckets, a power of two: the circle is longer than the longest edge, and than the starts of a source differ by. */
  buckets: number;
  /** Source s starts at the nodes from `s · startsEach` on, each with a distance of its own. */
  startNodes: Int32Array;
  startDistances: Float64Array;
  startsEach: number;
  /** Nodes wanted. */
  wanted: Int32Array;
  /** Row r is that of the r-th source of a run. */
  squares: Float64Array;
}> = {
  name: "geodesicRows",
  run(args, chunk, scalars) {
    const { offsets, neighbors, lengths, startNodes, startDistances, startsEach, wanted, squares } = args;
    const n = offsets.length - 1;
    const perWidth = 1 / args.width;
    const circle = args.buckets - 1;
    const distances = new Float64Array(n);
    // The nodes of a bucket are a doubly linked list.
    const heads = new Int32Array(args.buckets);
    const next = new Int32Array(n);
    const previous = new Int32Array(n);
    const bucketOf = new Int32Array(n);

    const end = Math.min(scalars[1]!, (chunk + 1) * CHUNK_SOURCES);
    for (let row = chunk * CHUNK_SOURCES; row < end; row++) {
      distances.fill(Number.POSITIVE_INFINITY);
      heads.fill(NONE);
      bucketOf.fill(NONE);
      let nearest = Number.POSITIVE_INFINITY;
      const first = (scalars[0]! + row) * startsEach;
      for (let s = first; s < first + startsEach; s++) {
        const node = startNodes[s]!;
        const distance = startDistances[s]!;
        if (distance < nearest) nearest = distance;
        distances[node] = distance;
        const bucket = Math.floor(distance * perWidth) & circle;
        const head = heads[bucket]!;
        next[node] = head;
        previous[node] = NONE;
        if (head !== NONE) previous[head] = node;
        heads[bucket] = node;
        bucketOf[node] = bucket;
      }
      let waiting = startsEach;
      for (let now = Math.floor(nearest * perWidth) & circle; waiting > 0; now = (now + 1) & circle) {
        for (let node = heads[now]!; node !== NONE; node = heads[now]!) {
          const follower = next[node]!;
          heads[now] = follower;
          if (follower !== NONE) previous[follower] = NONE;
          bucketOf[node] = NONE;
          waiting--;
          const here = distances[node]!;
          for (let e = offsets[node]!, last = offsets[node + 1]!; e < last; e++) {
            const other = neighbors[e]!;
            const distance = here + lengths[e]!;
            if (distance >= distances[other]!) continue;
            distances[other] = distance;
            const bucket = Math.floor(distance * perWidth) & circle;
            const was = bucketOf[other]!;
            if (was === bucket) continue;
            if (was === NONE) waiting++;
            else {
              const before = previous[other]!;
              const after = next[other]!;
              if (before === NONE) heads[was] = after;
              else next[before] = after;
              if (after !== NONE) previous[after] = before;
            }
            const head = heads[bucket]!;
            next[other] = head;
            previous[other] = NONE;
            if (head !== NONE) previous[head] = other;
            heads[bucket] = other;
            bucketOf[other] = bucket;
          }
        }
      }
      for (let j = 0, at = row * wanted.length; j < wanted.length; j++, at++) {
        const distance = distances[wanted[j]!]!;
        squares[at] = distance * distance;
      }
    }
  },
};
