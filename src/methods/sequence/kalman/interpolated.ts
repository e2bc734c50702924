/**
 * @file Sequences without gaps, for a start that wants every number: each gap is bridged by a straight line within its column and
 * sequence, and before the first number and after the last one it stays what that is.
 */
import type { Matrix } from "../../../data/matrix.js";
import { type Sequences, spansOf } from "../../../data/sequences.js";

/** x less `mean`, `[n, d]`, gaps bridged; 0 in a column of which a sequence tells nothing. */
export function interpolated(
  { data, rows, cols: d }: Matrix,
  sequences: Sequences,
  mean: Float64Array,
): Float64Array {
  const out = new Float64Array(rows * d);
  for (const { from, to } of spansOf(sequences)) {
    for (let j = 0; j < d; j++) {
      let last = -1;
      for (let t = from; t < to; t++) {
        const value = data[t * d + j]!;
        if (Number.isNaN(value)) continue;
        out[t * d + j] = value - mean[j]!;
        bridge(out, d, j, last < 0 ? from - 1 : last, t, last < 0);
        last = t;
      }
      if (last >= 0) for (let t = last + 1; t < to; t++) out[t * d + j] = out[last * d + j]!;
    }
  }
  return out;
}

/** Fills what lies between two moments; `level` takes the second's number. */
function bridge(out: Float64Array, d: number, j: number, a: number, b: number, level: boolean): void {
  const end = out[b * d + j]!;
  const begin = level ? end : out[a * d + j]!;
  for (let t = a + 1; t < b; t++) out[t * d + j] = begin + ((end - begin) * (t - a)) / (b - a);
}
