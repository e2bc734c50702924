/**
 * @file The memory that a graph takes while it runs, told from its shapes.
 */
import { capturedBy, inOrder, insideOf, subgraphsOf } from "./graph.js";
import type { DType, Operation, Shape, Subgraph, Tensor } from "./tensor.js";

const BYTES: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  int64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
};

/** The same memory, or what is there before the graph runs. */
const TAKES_NONE = new Set(["Input", "Constant", "Reshape", "Identity"]);

/** Bytes of an array; sizes that only a run tells count as 1. */
export function bytesOf(shape: Shape, dtype: DType): number {
  return shape.reduce<number>((bytes, size) => bytes * (typeof size === "number" ? size : 1), BYTES[dtype]);
}

/** Bytes that the results of a loop's body take at most at a time, each given back after it was last used. */
export function peakBytesOfBody(body: Subgraph): number {
  return peakBytes(insideOf(body), body.outputs);
}

/** The same of a graph. */
export function peakBytesOf(outputs: readonly Tensor[]): number {
  return peakBytes(inOrder(outputs), outputs);
}

function peakBytes(nodes: readonly Operation[], outputs: readonly Tensor[]): number {
  const lastUse = new Map<Tensor, number>();
  nodes.forEach((node, i) => {
    const used = [...node.inputs, ...subgraphsOf(node).flatMap(capturedBy)];
    for (const tensor of used) if (tensor) lastUse.set(tensor, i);
  });
  for (const output of outputs) lastUse.set(output, nodes.length);
  const ending = nodes.map((): number[] => []);
  let [alive, peak] = [0, 0];
  nodes.forEach((node, i) => {
    const inner = Math.max(0, ...subgraphsOf(node).map(peakBytesOfBody));
    for (const tensor of TAKES_NONE.has(node.op) ? [] : node.outputs) {
      const bytes = bytesOf(tensor.shape, tensor.dtype);
      alive += bytes;
      ending[lastUse.get(tensor) ?? i]?.push(bytes);
    }
    peak = Math.max(peak, alive + inner);
    for (const bytes of ending[i]!) alive -= bytes;
  });
  return peak;
}
