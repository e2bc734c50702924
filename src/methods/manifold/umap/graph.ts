/**
 * @file The fuzzy graph of neighbors: an edge is there with the probability that one of its two directions is.
 *
 *   wᵢⱼ = v_j|i + v_i|j − v_j|i v_i|j
 *
 * Source: McInnes, Healy & Melville (2018), arXiv:1802.03426, section 3.1 and algorithm 1.
 */
import type { Breathing } from "../../../linalg/breathing.js";
import type { Neighbors } from "../../../linalg/neighbors/nearest-neighbors.js";
import { sharedFloat32, sharedFloat64 } from "../../../parallel/shared.js";
import { runOnceInPieces } from "../../../parallel/team.js";
import { MEMBERSHIP_CHUNK, membershipRows } from "./memberships-kernel.js";

/**
 * Edges by rows: those of row i stand from `rowStart[i]` to `rowStart[i + 1]`, made up to a multiple of four by edges of
 * i with itself, of weight 0.
 */
export interface FuzzyGraph {
  readonly rowStart: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float32Array;
  /** Squared distances in the data, if they were asked for; in float32 those of far rows would be infinite. */
  readonly squaredLengths?: Float64Array;
}

/** v_j|i `[m, each]`. */
export async function memberships(
  { distances }: Neighbors,
  each: number,
  breathe?: Breathing["breathe"],
): Promise<Float32Array> {
  const count = distances.length;
  const out = sharedFloat32(count);
  const shared = sharedFloat64(count);
  shared.set(distances);
  const args = { distances: shared, each, memberships: out };
  await runOnceInPieces(membershipRows, args, breathe, Math.ceil(count / each / MEMBERSHIP_CHUNK));
  return out;
}

/**
 * wᵢⱼ of all pairs of which one is among the other's neighbors.
 * @param indices `[n, each]`, no row its own. @param directed v_j|i `[n, each]`.
 */
export async function fuzzyUnion(
  { indices, distances }: Neighbors,
  directed: Float32Array,
  n: number,
  { withLengths = false, breathe }: { withLengths?: boolean } & Breathing = {},
): Promise<FuzzyGraph> {
  const each = indices.length / n;
  const backStart = new Int32Array(n + 1);
  for (let at = 0; at < n * each; at++) backStart[indices[at]! + 1]!++;
  for (let i = 0; i < n; i++) backStart[i + 1]! += backStart[i]!;
  await breathe?.();
  // Rows whose neighbor each row is: positions in `neighbors`.
  const back = new Int32Array(n * each);
  const next = backStart.slice();
  for (let at = 0; at < n * each; at++) back[next[indices[at]!]!++] = at;
  await breathe?.();
  const rowStart = new Int32Array(n + 1);
  const columns = new Int32Array(2 * n * each + 3 * n);
  const weights = new Float32Array(columns.length);
  const squaredLengths = new Float64Array(withLengths ? columns.length : 0);
  // Position of the edge (i, j), once it has been seen in the row under way.
  const place = new Int32Array(n).fill(-1);
  let end = 0;
  for (let i = 0; i < n; i++) {
    if (i % ROWS_TO_A_BREATH === 0) await breathe?.();
    const start = end;
    for (let at = i * each; at < (i + 1) * each; at++) {
      if (directed[at] === 0) continue;
      place[indices[at]!] = end;
      columns[end] = indices[at]!;
      if (withLengths) squaredLengths[end] = distances[at]! ** 2;
      weights[end++] = directed[at]!;
    }
    for (let b = backStart[i]!; b < backStart[i + 1]!; b++) {
      const value = directed[back[b]!]!;
      const j = Math.floor(back[b]! / each);
      const seen = place[j]!;
      if (seen >= start) weights[seen] = weights[seen]! + value - weights[seen]! * value;
      else if (value > 0) {
        columns[end] = j;
        if (withLengths) squaredLengths[end] = distances[back[b]!]! ** 2;
        weights[end++] = value;
      }
    }
    for (; end % 4 > 0; end++) columns[end] = i;
    rowStart[i + 1] = end;
  }
  return {
    rowStart,
    columns: columns.subarray(0, end),
    weights: weights.subarray(0, end),
    ...(withLengths && { squaredLengths: squaredLengths.subarray(0, end) }),
  };
}

const ROWS_TO_A_BREATH = 8192;

/** Σⱼ wᵢⱼ `[n]`. */
export function degrees({ rowStart, weights }: FuzzyGraph): Float64Array {
  const n = rowStart.length - 1;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let at = rowStart[i]!; at < rowStart[i + 1]!; at++) out[i]! += weights[at]!;
  }
  return out;
}
