/**
 * @file Rows that a fitted model is given, in whatever form: their numbers, the sequences they are moments of, and their places in a table.
 */
import { isDataset, isTable, type RowsLike } from "./dataset.js";
import { type Numbers, toNumbers } from "./matrix.js";
import { momentsOf } from "./moment-rows.js";
import { checkSequences, type Sequences } from "./sequences.js";
import type { TableEncoding } from "./table/encoding.js";
import { encodedRows } from "./table-dataset.js";

/** Rows for a model. */
export interface GivenRows {
  readonly x: Numbers;
  /** Lengths of their sequences, where they are said. */
  readonly sequences?: Sequences | undefined;
  /** Row of the table that each stands in, where rows of a table were put in order. */
  readonly order?: Uint32Array | undefined;
}

/**
 * The rows that a model is given.
 * @param sequential rows are moments of sequences, so that an array of sequences is as many rows as it has moments.
 * @throws as `toNumbers`, `checkSequences` and `tableDataset`; TypeError for a table, if the model was not fitted on one.
 */
export function givenRows(
  given: RowsLike,
  { encoding, sequential }: { readonly encoding: TableEncoding | undefined; readonly sequential: boolean },
  where: string,
): GivenRows {
  if (typeof given !== "object" || given === null) return { x: toNumbers(given, where) };
  if (isTable(given)) {
    if (!encoding) throw new TypeError(`${where}: the model was not fitted on a table, want rows of numbers`);
    return encodedRows(given, encoding);
  }
  if (!("x" in given)) return { x: toNumbers(given, where) };
  const { x, sequences } = sequential && isDataset(given) ? momentsOf(given) : given;
  const numbers = toNumbers(x, where);
  return { x: numbers, ...(sequences && { sequences: checkSequences(sequences, numbers.rows, where) }) };
}

/** Results `[n · cols]` for rows that were put in order, in the places that the rows stood in. */
export function inPlaces<Data extends Float32Array | Float64Array>(
  data: Data,
  order: Uint32Array | undefined,
): Data {
  if (!order) return data;
  const cols = data.length / order.length;
  const out = data.slice() as Data;
  order.forEach((row, i) => {
    out.set(data.subarray(i * cols, (i + 1) * cols), row * cols);
  });
  return out;
}
