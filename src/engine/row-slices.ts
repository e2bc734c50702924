/**
 * @file State with a slice for every row of the data: a run of steps is given the slices of its own rows, step by step, and
 * gives new ones back, so that its cost does not grow with the data.
 */
import { float32 } from "./arrays.js";
import { type NdArray, sizeOf } from "./tensor.js";

/** Slices `[steps, batchSize, …]` of these rows, `steps · batchSize` of them. */
export function takeSlices(
  { data, shape: [, ...rest] }: NdArray,
  rows: BigInt64Array,
  steps: number,
): NdArray {
  const size = sizeOf(rest);
  const taken = new Float32Array(rows.length * size);
  // Slices are short: a call to copy each would cost more than its numbers.
  for (let i = 0, at = 0; i < rows.length; i++) {
    const from = Number(rows[i]) * size;
    for (let j = 0; j < size; j++, at++) taken[at] = data[from + j] as number;
  }
  return float32([steps, rows.length / steps, ...rest], taken);
}

/** The whole array with the slices of these rows in place of its own. */
export function putSlices(whole: NdArray, rows: BigInt64Array, taken: NdArray): NdArray {
  const size = sizeOf(whole.shape.slice(1));
  const data = (whole.data as Float32Array).slice();
  for (let i = 0, at = 0; i < rows.length; i++) {
    const to = Number(rows[i]) * size;
    for (let j = 0; j < size; j++, at++) data[to + j] = taken.data[at] as number;
  }
  return { ...whole, data };
}

/**
 * Steps before a row comes again, part after part: within a part, no step needs what another made.
 * @param rows of each step, `steps · batchSize` of them.
 */
export function stepsWithoutRepeats(rows: BigInt64Array, batchSize: number): number[] {
  const parts: number[] = [];
  let seen = new Set<bigint>();
  for (let from = 0; from < rows.length; from += batchSize) {
    const batch = rows.subarray(from, from + batchSize);
    if (parts.length === 0 || batch.some((row) => seen.has(row))) {
      parts.push(0);
      seen = new Set();
    }
    for (const row of batch) seen.add(row);
    parts[parts.length - 1]!++;
  }
  return parts;
}
