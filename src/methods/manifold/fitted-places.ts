/**
 * @file Rows that an embedding was fitted to, known again among those to be placed beside it.
 */
import type { Matrix } from "../../data/matrix.js";

/** Neighbors of the rows to be placed, among those that were fitted. */
interface Neighbors {
  /** Row-major `[m, each]`, nearest first; of equally distant ones the earlier. */
  readonly indices: Uint32Array;
  readonly each: number;
}

/**
 * Gives every row of x `[m, d]` that equals one of the fitted `rows` `[n, d]` its place in the embedding `[n, k]`; of several
 * equal ones the first's. Places of new rows are made of their neighbors, and a row's own place is not the mean of those around
 * it.
 * @param codes `[m, k]` as new rows have them; changed.
 */
export function keepFittedPlaces(
  codes: Matrix,
  x: Matrix,
  rows: Matrix,
  embedding: Matrix,
  { indices, each }: Neighbors,
): Matrix {
  const { cols: d } = rows;
  const { cols: k } = embedding;
  const equals = (i: number, fitted: number) => {
    for (let j = 0; j < d; j++) if (x.data[i * d + j] !== rows.data[fitted * d + j]) return false;
    return true;
  };
  for (let i = 0; i < x.rows; i++) {
    const itself = indices.subarray(i * each, (i + 1) * each).find((fitted) => equals(i, fitted));
    if (itself === undefined) continue;
    codes.data.set(embedding.data.subarray(itself * k, (itself + 1) * k), i * k);
  }
  return codes;
}
