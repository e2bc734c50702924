/**
 * @file The networks over time by name.
 */
import { causalConvolution } from "./causal-convolution.js";
import { gruNetwork } from "./gru.js";
import type { SequenceNetwork, SequenceNetworkSizes } from "./sequence-network.js";
import { diagonalStateSpace, linearStateSpace } from "./state-space.js";

/**
 * A network over time: `linear`, a state-space model with any matrix; `diagonal`, one of complex numbers within the unit circle;
 * `gru`, a gated recurrent unit; `convolution`, a stack of causal convolutions.
 */
export type SequenceNetworkName = "linear" | "gru" | "diagonal" | "convolution";
export const SEQUENCE_NETWORKS = [
  "linear",
  "gru",
  "diagonal",
  "convolution",
] as const satisfies readonly SequenceNetworkName[];

/** @param window moments that a convolution is to see at least. */
export function sequenceNetwork(
  network: SequenceNetworkName,
  sizes: SequenceNetworkSizes,
  window: number,
): SequenceNetwork {
  if (network === "gru") return gruNetwork(sizes);
  if (network === "linear") return linearStateSpace(sizes);
  if (network === "diagonal") return diagonalStateSpace(sizes);
  return causalConvolution({ ...sizes, layers: Math.max(1, Math.ceil(Math.log2(window))) });
}
