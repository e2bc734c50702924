/**
 * @file Rows that a result of a method is given, checked and in the units of fitting.
 */
import type { RowsLike } from "../data/dataset.js";
import { givenRows } from "../data/given-rows.js";
import { firstNonFinite, type Matrix } from "../data/matrix.js";
import { applyScale } from "../data/scale.js";
import type { Fitted } from "./method.js";

/**
 * Rows `[n, d]` as the method was fitted to them.
 * @param where names the result in errors: `kMeans.predict`.
 * @throws RangeError for rows of another length, or numbers that are not finite.
 */
export function rowsInUnits(x: RowsLike, d: number, { model, scaling }: Fitted, where: string): Matrix {
  const { x: rows } = givenRows(x, model, where);
  if (rows.cols !== d) throw new RangeError(`${where}: rows must have ${d} numbers, got ${rows.cols}`);
  const bad = firstNonFinite(rows);
  if (bad)
    throw new RangeError(
      `${where}: row ${bad.row} column ${bad.column} is ${bad.value}; want finite numbers`,
    );
  return applyScale(rows, scaling, where);
}
