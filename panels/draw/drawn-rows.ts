/**
 * @file Rows that a picture draws: all, or a sample of many.
 */
import { random } from "../../src/random.js";

/** Points that are drawn at most; of more rows a sample is. */
export const MOST_POINTS = 20_000;

/** Rows that are drawn, in their order: of too many a sample, the same each time. */
export function drawnRows(rows: number, most: number): Uint32Array {
  if (rows <= most) return Uint32Array.from({ length: rows }, (_, i) => i);
  return random(0).permutation(rows).subarray(0, most).sort();
}
