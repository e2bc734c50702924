/**
 * @file Rows that are moments of time in order: how many follow one another in each sequence.
 */

/** Lengths of sequences, each ≥ 1: their rows stand one after the other, and the lengths add up to all rows. */
export type Sequences = readonly number[];

/** @throws RangeError unless the lengths are whole numbers ≥ 1 that add up to the rows; TypeError if they are no list. */
export function checkSequences(given: unknown, rows: number, where: string): Sequences {
  if (!Array.isArray(given) && !ArrayBuffer.isView(given))
    throw new TypeError(`${where}: sequences must be a list of lengths, got ${typeof given}`);
  const lengths = Array.from(given as ArrayLike<number>);
  const bad = lengths.findIndex((length) => !(Number.isSafeInteger(length) && length >= 1));
  if (bad >= 0)
    throw new RangeError(
      `${where}: lengths of sequences must be integers ≥ 1, got ${lengths[bad]} for sequence ${bad + 1}`,
    );
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== rows)
    throw new RangeError(`${where}: lengths of sequences add up to ${total}, there are ${rows} rows`);
  return lengths;
}

/** Spans of rows `[from, to)` of sequences. */
export function* spansOf(sequences: Sequences): Generator<{ from: number; to: number }> {
  let from = 0;
  for (const length of sequences) {
    yield { from, to: from + length };
    from += length;
  }
}
