/**
 * @file Components of a graph, each as a graph of its own.
 */
import { connectedComponents } from "../../../linalg/sparse/connected-components.js";
import type { FuzzyGraph } from "./graph.js";

/** Rows of each component, ascending; components in the order of their first rows. */
export function partsOf({ rowStart, columns }: FuzzyGraph): Int32Array[] {
  const n = rowStart.length - 1;
  const pattern = { rows: n, cols: n, rowStarts: rowStart, columns, values: new Float64Array(0) };
  const { count, labels } = connectedComponents(pattern);
  const sizes = new Int32Array(count);
  for (const label of labels) sizes[label]!++;
  const parts = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let i = 0; i < n; i++) {
    const label = labels[i]!;
    parts[label]![sizes[label]!++] = i;
  }
  return parts;
}

/** The graph of a component alone. @param numbers room for n numbers, of which those of its rows are written. */
export function graphOfPart(
  { rowStart, columns, weights }: FuzzyGraph,
  rows: Int32Array,
  numbers: Int32Array,
): FuzzyGraph {
  rows.forEach((row, i) => {
    numbers[row] = i;
  });
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i]! + rowStart[row + 1]! - rowStart[row]!;
  });
  const own = new Int32Array(starts[rows.length]!);
  const ownWeights = new Float32Array(own.length);
  rows.forEach((row, i) => {
    const from = rowStart[row]!;
    const to = rowStart[row + 1]!;
    ownWeights.set(weights.subarray(from, to), starts[i]!);
    for (let at = from; at < to; at++) own[starts[i]! + at - from] = numbers[columns[at]!]!;
  });
  return { rowStart: starts, columns: own, weights: ownWeights };
}
