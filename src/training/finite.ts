/**
 * @file Refusing numbers that no method can use.
 */
import { allFinite, firstNonFinite, type Matrix, row } from "../data/matrix.js";

/**
 * @param missing whether NaN, a missing value, is welcome.
 * @throws RangeError naming row and column (from 0) of the first number that is infinite, or missing where it may not be.
 */
export function refuseNonFinite(x: Matrix, where: string, { missing }: { missing: boolean }): void {
  if (!missing) {
    if (allFinite(x.data)) return;
    const { row, column, value } = firstNonFinite(x)!;
    throw new RangeError(
      `${where}: row ${row} column ${column} is ${value}; want finite numbers (a missing value must be filled in first)`,
    );
  }
  const infinite = x.data.findIndex(
    (value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY,
  );
  if (infinite >= 0) {
    const [i, j] = [Math.floor(infinite / x.cols), infinite % x.cols];
    throw new RangeError(`${where}: row ${i} column ${j} is ${x.data[infinite]}; want finite numbers or NaN`);
  }
  for (let i = 0; i < x.rows; i++) {
    if (row(x, i).every(Number.isNaN)) throw new RangeError(`${where}: every number of row ${i} is missing`);
  }
}
