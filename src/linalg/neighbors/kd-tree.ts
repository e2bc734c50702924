/**
 * @file k-d tree: points of few dimensions, halved again and again across the widest side of their box.
 *
 * Source: Friedman, Bentley & Finkel (1977), "An algorithm for finding best matches in logarithmic expected time", ACM
 * Transactions on Mathematical Software 3(3).
 */
import type { Matrix } from "../../data/matrix.js";
import { sharedFloat64, sharedInt32, sharedUint32 } from "../../parallel/shared.js";

/** Nodes stand in preorder: the first child of node i is i + 1. */
export interface KdTree {
  /** `[n]`: rows in the order of the leaves. */
  readonly order: Uint32Array;
  /** `[n, d]`: points in that order. */
  readonly points: Float64Array;
  /** `[nodes, 3]`: first point, the one past the last, and the second child, or 0 for a leaf. */
  readonly nodes: Int32Array;
  /** `[nodes, 2, d]`: least and largest coordinates. */
  readonly boxes: Float64Array;
}

/** Points of a leaf at most: boxes cost more than points. */
const LEAF_POINTS = 32;

/** @param x `[n, d]`, finite. */
export function kdTree({ data, rows: n, cols: d }: Matrix): KdTree {
  // Not in shared memory while they move about: that is slow.
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  // Halves of more than LEAF_POINTS have more than LEAF_POINTS / 2 each.
  const most = Math.max(1, Math.ceil((4 * n) / LEAF_POINTS));
  const nodes = sharedInt32(3 * most);
  const boxes = sharedFloat64(2 * d * most);
  const keys = new Float64Array(n);
  let count = 0;

  const build = (from: number, to: number): void => {
    const node = count++;
    nodes[3 * node] = from;
    nodes[3 * node + 1] = to;
    let [widest, side] = [0, -1];
    for (let c = 0; c < d; c++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let at = from; at < to; at++) {
        const value = data[order[at]! * d + c]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      boxes[2 * d * node + c] = low;
      boxes[2 * d * node + d + c] = high;
      if (high - low > widest) [widest, side] = [high - low, c];
    }
    if (to - from <= LEAF_POINTS || side < 0) return;
    const middle = (from + to) >> 1;
    for (let at = from; at < to; at++) keys[at] = data[order[at]! * d + side]!;
    partition(keys, order, from, to, middle);
    build(from, middle);
    nodes[3 * node + 2] = count;
    build(middle, to);
  };
  build(0, n);

  const points = sharedFloat64(n * d);
  for (let at = 0; at < n; at++) for (let c = 0; c < d; c++) points[at * d + c] = data[order[at]! * d + c]!;
  const shared = sharedUint32(n);
  shared.set(order);
  return { order: shared, points, nodes, boxes };
}

/** Reorders both so that no key before `middle` is larger, and none from there on smaller: Hoare (1961), Algorithm 65. */
function partition(keys: Float64Array, order: Uint32Array, from: number, to: number, middle: number): void {
  let [low, high] = [from, to - 1];
  while (low < high) {
    const pivot = keys[(low + high) >> 1]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (keys[left]! < pivot) left++;
      while (keys[right]! > pivot) right--;
      if (left > right) break;
      const [key, row] = [keys[left]!, order[left]!];
      keys[left] = keys[right]!;
      order[left++] = order[right]!;
      keys[right] = key;
      order[right--] = row;
    }
    if (right < middle) low = left;
    if (left > middle) high = right;
  }
}
