/**
 * @file Examples that steps are taken on: rows by themselves, or windows of sequences. No window is copied.
 */
import type { Matrix } from "../data/matrix.js";
import { type Sequences, spansOf } from "../data/sequences.js";
import type { Trained } from "../methods/method.js";

/** Examples among the rows of the data. */
export interface Examples {
  /** Number of examples. */
  readonly count: number;
  /** Rows in an example; `undefined` where each is a row by itself. */
  readonly window: number | undefined;
  /** Rows at which these examples begin. */
  begins(examples: Uint32Array): Uint32Array;
}

/**
 * The examples of rows.
 * @throws RangeError if no sequence is as long as a window.
 */
export function examplesOf(
  { windows }: Pick<Trained, "windows">,
  { rows }: Pick<Matrix, "rows">,
  sequences: Sequences,
  where: string,
): Examples {
  if (!windows) return { count: rows, window: undefined, begins: (examples) => examples };
  const { length, stride } = windows;
  const begins: number[] = [];
  for (const { from, to } of spansOf(sequences))
    for (let at = from; at + length <= to; at += stride) begins.push(at);
  if (begins.length === 0) {
    const longest = sequences.reduce((most, one) => Math.max(most, one), 0);
    throw new RangeError(`${where}: a window has ${length} rows, the longest sequence ${longest}`);
  }
  const places = Uint32Array.from(begins);
  return { count: places.length, window: length, begins: (examples) => examples.map((i) => places[i]!) };
}
