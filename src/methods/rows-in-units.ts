/**
 * @file Rows that a result of a method is given, checked and in the units of fitting.
 */
import type { RowsLike } from "../data/dataset.js";
import { givenRows } from "../data/given-rows.js";
import type { Matrix } from "../data/matrix.js";
import { applyScale, type Scaling } from "../data/scale.js";
import type { Sequences } from "../data/sequences.js";
import type { FittedModel } from "./model.js";

/** Ingredients of a result that is given rows. */
interface Fitting {
  readonly model: Pick<FittedModel, "encoding" | "sequential">;
  readonly scaling: Scaling;
}

/** Rows with the sequences that they are moments of, and their places in a table. */
interface SequencesInUnits {
  readonly x: Matrix;
  readonly sequences: Sequences;
  readonly order: Uint32Array | undefined;
}

/**
 * Rows `[n, d]` as the method was fitted to them.
 * @param where names the result in errors: `kMeans.predict`.
 * @throws RangeError for rows of another length, or numbers that are not finite.
 */
export function rowsInUnits(x: RowsLike, d: number, fitting: Fitting, where: string): Matrix {
  return sequencesInUnits(x, d, fitting, where).x;
}

/**
 * The same with their sequences.
 * @param missing allows NaN. Default false.
 */
export function sequencesInUnits(
  given: RowsLike,
  d: number,
  { model, scaling }: Fitting,
  where: string,
  { missing = false } = {},
): SequencesInUnits {
  const { x, sequences = [x.rows], order } = givenRows(given, model, where);
  if (x.cols !== d) throw new RangeError(`${where}: rows must have ${d} numbers, got ${x.cols}`);
  const bad = x.data.findIndex((value) => !Number.isFinite(value) && !(missing && Number.isNaN(value)));
  if (bad >= 0)
    throw new RangeError(
      `${where}: row ${Math.floor(bad / d)} column ${bad % d} is ${x.data[bad]}; want finite numbers${missing ? " or NaN" : ""}`,
    );
  return { x: applyScale(x, scaling, where), sequences, order };
}
