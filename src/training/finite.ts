/**
 * @file Refusing numbers that no method can use.
 */
import { allFinite, firstNonFinite, type Numbers, row } from "../data/matrix.js";

/**
 * @param missing whether NaN, a missing value, is welcome. @param empty whether rows of nothing else are: moments of a sequence.
 * @throws RangeError naming row and column (from 0) of the first number that is infinite, or missing where it may not be.
 */
export function refuseNonFinite(
  x: Numbers,
  where: string,
  { missing, empty = false }: { missing: boolean; empty?: boolean },
): void {
  if (!missing) {
    if (allFinite(x.data)) return;
    const { row, column, value } = firstNonFinite(x)!;
    const hint = Number.isNaN(value) ? " (a missing value must be filled in first)" : "";
    throw new RangeError(`${where}: row ${row} column ${column} is ${value}; want finite numbers${hint}`);
  }
  refuseInfinite(x, where);
  for (let i = 0; i < x.rows && !empty; i++) {
    if (isEmpty(x, i)) throw new RangeError(`${where}: every number of row ${i} is missing`);
  }
}

/** @throws RangeError naming row and column (from 0) of the first number that is infinite. */
export function refuseInfinite({ data, cols }: Numbers, where: string): void {
  for (let at = 0; at < data.length; at++) {
    if (Math.abs(data[at]!) !== Number.POSITIVE_INFINITY) continue;
    const place = `row ${Math.floor(at / cols)} column ${at % cols}`;
    throw new RangeError(`${where}: ${place} is ${data[at]}; want finite numbers or NaN`);
  }
}

/** True if every number of row `i` is missing. */
export function isEmpty(x: Numbers, i: number): boolean {
  return row(x, i).every(Number.isNaN);
}

/**
 * Refuses columns of which no number is known: nothing can be learned of them.
 * @param names of the columns, for the error.
 * @throws RangeError naming the first, from 0.
 */
export function refuseUnobserved(
  { data, rows, cols }: Numbers,
  where: string,
  names?: readonly string[],
): void {
  for (let j = 0; j < cols; j++) {
    let at = j;
    while (at < data.length && Number.isNaN(data[at]!)) at += cols;
    if (rows === 0 || at < data.length) continue;
    const name = names?.[j] === undefined ? "" : ` (${JSON.stringify(names[j])})`;
    throw new RangeError(
      `${where}: every number of column ${j}${name} is missing, so there is nothing to learn of it; leave it out (takeColumns keeps the others)`,
    );
  }
}
