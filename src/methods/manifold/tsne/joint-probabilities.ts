/**
 * @file Joint probabilities of pairs, symmetric: p_ij = (p_j|i + p_i|j) / 2n, Σ p_ij = 1.
 *
 * Source: van der Maaten & Hinton (2008), equation 8; of nearest neighbors alone: van der Maaten (2014),
 * "Accelerating t-SNE using tree-based algorithms", JMLR 15, section 4.1.
 */
import type { Breathing } from "../../../linalg/breathing.js";
import { sharedFloat64 } from "../../../parallel/shared.js";
import { runOnceInPieces } from "../../../parallel/team.js";
import { PERPLEXITY_CHUNK, perplexityRows } from "./perplexity-kernel.js";

/**
 * The pairs with a probability, by rows: those of row i stand from `rowStart[i]` to `rowStart[i + 1]`, made up to a
 * multiple of four by pairs of i with itself, of probability 0.
 */
export interface SparseProbabilities {
  readonly rowStart: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** p_j|i `[n, k]` of squared distances `[n, k]`. */
export async function conditionals(
  squaredDistances: Float64Array,
  k: number,
  perplexities: readonly number[],
  breathe?: Breathing["breathe"],
): Promise<Float64Array> {
  const n = squaredDistances.length / k;
  const probabilities = sharedFloat64(n * k);
  const args = { squaredDistances, perplexities: Float64Array.from(perplexities), k, probabilities };
  await runOnceInPieces(perplexityRows, args, breathe, Math.ceil(n / PERPLEXITY_CHUNK));
  return probabilities;
}

/** p_ij of all pairs of which one is among the other's k neighbors. @param neighbors `[n, k]`, no row its own. */
export function sparseJoint(
  neighbors: Uint32Array,
  conditional: Float64Array,
  n: number,
): SparseProbabilities {
  const k = neighbors.length / n;
  const backStart = new Int32Array(n + 1);
  for (let at = 0; at < n * k; at++) backStart[neighbors[at]! + 1]!++;
  for (let i = 0; i < n; i++) backStart[i + 1]! += backStart[i]!;
  const share = 1 / (2 * n);
  // Rows whose neighbor each row is, and with what probability: put down in order, so that neither is looked for again.
  const back = new Int32Array(n * k);
  const backValues = new Float32Array(n * k);
  const next = backStart.slice();
  for (let i = 0, at = 0; i < n; i++) {
    for (let r = 0; r < k; r++, at++) {
      const to = next[neighbors[at]!]!++;
      back[to] = i;
      backValues[to] = conditional[at]! * share;
    }
  }

  const rowStart = new Int32Array(n + 1);
  const columns = new Int32Array(2 * n * k + 3 * n);
  const values = new Float32Array(columns.length);
  // Position of the pair (i, j), once it has been seen in the row under way.
  const place = new Int32Array(n).fill(-1);
  let end = 0;
  for (let i = 0; i < n; i++) {
    const start = end;
    for (let at = i * k; at < (i + 1) * k; at++) {
      const j = neighbors[at]!;
      place[j] = end;
      columns[end] = j;
      values[end++] = conditional[at]! * share;
    }
    for (let b = backStart[i]!; b < backStart[i + 1]!; b++) {
      const j = back[b]!;
      const value = backValues[b]!;
      if (place[j]! >= start) values[place[j]!]! += value;
      else {
        columns[end] = j;
        values[end++] = value;
      }
    }
    for (; end % 4 > 0; end++) columns[end] = i;
    rowStart[i + 1] = end;
  }
  return { rowStart, columns: columns.subarray(0, end), values: values.subarray(0, end) };
}

/** p_ij of all pairs `[n, n]`, 0 on the diagonal. @param conditional `[n, n − 1]`: each row without itself. */
export async function denseJoint(
  conditional: Float64Array,
  n: number,
  breathe?: Breathing["breathe"],
): Promise<Float64Array> {
  const joint = sharedFloat64(n * n);
  const share = 1 / (2 * n);
  for (let i = 0, at = 0; i < n; i++) {
    if (breathe) await breathe();
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const value = conditional[at++]! * share;
      joint[i * n + j]! += value;
      joint[j * n + i]! += value;
    }
  }
  return joint;
}
