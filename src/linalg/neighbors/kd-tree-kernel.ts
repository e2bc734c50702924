/**
 * @file The k nearest points of a k-d tree, in float64, the nearer half first.
 *
 * A box is left out when it is farther than the k-th nearest so far. Its distance is summed as those of points are, term by
 * term no larger, so that rounding leaves it no larger than theirs.
 */
import type { Kernel } from "../../parallel/kernel.js";
import { insert } from "./measure-kernel.js";

interface TreeArgs extends Record<string, Float32Array | Float64Array | Int32Array | Uint32Array | number> {
  /** See `KdTree`. */
  order: Uint32Array;
  points: Float64Array;
  nodes: Int32Array;
  boxes: Float64Array;
  d: number;
  k: number;
  /** `[m, d]`; m = 0 where the points themselves are the queries, none its own neighbor. */
  queries: Float32Array;
  m: number;
  /** `[m, k]`, written. */
  indices: Uint32Array;
  /** `[m, k]`, written. */
  distances: Float64Array;
}

/** Deeper than any tree of halves, twice. */
const STACK = 128;

/** Scalars: the first query and how many there are, and how many a chunk takes. */
export const searchTree: Kernel<TreeArgs> = {
  name: "searchTree",
  run({ order, points, nodes, boxes, d, k, queries, m, indices, distances }, chunk, scalars) {
    const [first, count, chunkRows] = [scalars[0]!, scalars[1]!, scalars[2]!];
    const end = first + Math.min(count, (chunk + 1) * chunkRows);
    const query = new Float64Array(d);
    const nearest = new Float64Array(k);
    const rows = new Uint32Array(k);
    const stack = new Int32Array(STACK);
    const bounds = new Float64Array(STACK);
    for (let i = first + chunk * chunkRows; i < end; i++) {
      // Points in the order of the leaves ask for much the same nodes one after the other.
      const own = m === 0 ? order[i]! : -1;
      for (let c = 0; c < d; c++) query[c] = m === 0 ? points[i * d + c]! : queries[i * d + c]!;
      nearest.fill(Number.POSITIVE_INFINITY);
      let worst = Number.POSITIVE_INFINITY;
      let depth = 1;
      stack[0] = 0;
      bounds[0] = 0;
      while (depth > 0) {
        const node = stack[--depth]!;
        if (bounds[depth]! > worst) continue;
        const second = nodes[3 * node + 2]!;
        if (second === 0) {
          const to = nodes[3 * node + 1]!;
          for (let p = nodes[3 * node]!; p < to; p++) {
            let total = 0;
            for (let c = 0, at = p * d; c < d; c++, at++) {
              const difference = query[c]! - points[at]!;
              total += difference * difference;
            }
            if (total > worst || order[p] === own) continue;
            insert(nearest, rows, total, order[p]!);
            worst = nearest[k - 1]!;
          }
          continue;
        }
        const left = boxDistance(query, boxes, 2 * d * (node + 1), d);
        const right = boxDistance(query, boxes, 2 * d * second, d);
        const leftFirst = left <= right;
        stack[depth] = leftFirst ? second : node + 1;
        bounds[depth++] = leftFirst ? right : left;
        stack[depth] = leftFirst ? node + 1 : second;
        bounds[depth++] = leftFirst ? left : right;
      }
      const to = (m === 0 ? own : i) * k;
      for (let r = 0; r < k; r++) {
        distances[to + r] = Math.sqrt(nearest[r]!);
        indices[to + r] = rows[r]!;
      }
    }
  },
};

function boxDistance(query: Float64Array, boxes: Float64Array, at: number, d: number): number {
  let total = 0;
  for (let c = 0; c < d; c++) {
    const [below, above] = [boxes[at + c]! - query[c]!, query[c]! - boxes[at + d + c]!];
    if (below > 0) total += below * below;
    else if (above > 0) total += above * above;
  }
  return total;
}
