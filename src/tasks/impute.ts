/**
 * @file Imputation: missing numbers filled with what a model makes of the others.
 *
 *   x̂ = g(f(x)) where x is missing, x elsewhere
 *
 * A model that takes missing values does it at once. One that wants complete rows starts from the means of the columns that
 * it was fitted on and goes on, x ← x̂ where missing, until x stays: for PCA the fixed point is the filling of least
 * reconstruction error. Every row is filled, and stops, by itself, so that its filling does not depend on the others; moments of
 * sequences are filled all together, as what is made of one depends on others.
 * Source: for the iteration Kiers (1997), "Weighted least squares fitting using ordinary least squares algorithms",
 * Psychometrika; Troyanskaya et al. (2001), "Missing value estimation methods for DNA microarrays", Bioinformatics.
 */
import type { RowsLike } from "../data/dataset.js";
import { givenRows, inPlaces } from "../data/given-rows.js";
import { type Numbers, row, takeRows } from "../data/matrix.js";
import { type ColumnMoments, fitScale } from "../data/scale.js";
import type { Sequences } from "../data/sequences.js";
import type { Coder } from "../methods/model.js";
import { breather } from "../training/breather.js";
import { isEmpty } from "../training/finite.js";

/** For models that want complete rows. */
export interface ImputeOptions {
  /** Most reconstructions of a row, ≥ 1. Default 100. */
  maxIter?: number | undefined;
  /**
   * Stop with a row when its filled numbers change by less, root mean square, in standard deviations of their columns; ≥ 0.
   * Default 1e-6.
   */
  tol?: number | undefined;
  /** Stops it, between two reconstructions, with its reason. */
  signal?: AbortSignal | undefined;
}

/** Numbers of float64. */
interface Wide extends Numbers {
  readonly data: Float64Array;
}

/**
 * Fills the missing numbers (NaN) of x, rows `[n, d]`, a data set or a table, with the model's reconstruction. Numbers that are there stay as they are,
 * in float64; a row of which nothing is known gets the means of the columns that the model was fitted on. The filling of a
 * row does not depend on the rows beside it, but in models of sequences, where it depends on those of its own, and where a moment of
 * which nothing is known is one of them.
 * @returns new numbers, float64, without NaN.
 * @throws RangeError for options out of range, or for infinite numbers; or, with a model file of an earlier version that does
 *   not tell the means, for a column of which no number is known to start from. The reason of the signal.
 */
export async function impute(model: Coder, x: RowsLike, options: ImputeOptions = {}): Promise<Numbers> {
  const { maxIter = 100, tol = 1e-6, signal } = options;
  if (!(Number.isSafeInteger(maxIter) && maxIter >= 1))
    throw new RangeError(`impute: maxIter must be an integer ≥ 1, got ${maxIter}`);
  if (!(tol >= 0)) throw new RangeError(`impute: tol must be a number ≥ 0, got ${tol}`);
  const { x: given, sequences = [given.rows], order } = givenRows(x, model, "impute");
  if (given.cols !== model.inputDim) {
    throw new RangeError(`impute: rows must have ${model.inputDim} numbers, got ${given.cols}`);
  }
  const filled: Wide = { data: Float64Array.from(given.data), rows: given.rows, cols: given.cols };
  const numbers = Array.from({ length: given.rows }, (_, i) => i);
  const incomplete = numbers.filter((i) => row(given, i).some(Number.isNaN));
  const alone = model.sequential ? [] : incomplete.filter((i) => isEmpty(given, i));
  const unknown = new Set(alone);
  const partly = incomplete.filter((i) => !unknown.has(i));
  if (!model.acceptsMissing || unknown.size > 0) {
    const moments = incomplete.length > 0 ? startOf(model, given) : undefined;
    for (const i of incomplete) if (moments) fill(row(filled, i), moments.means);
    if (!model.acceptsMissing && moments && partly.length > 0) {
      const remade = (rows: readonly number[]) => reconstructed(model, filled, rows, sequences);
      await iterate(remade, filled, given, partly, moments, {
        maxIter,
        tol,
        together: model.sequential,
        breathe: breather(signal),
      });
    }
  }
  if (model.acceptsMissing && partly.length > 0) {
    if (signal?.aborted) throw signal.reason;
    const done = await reconstructed(model, given, partly, sequences);
    partly.forEach((i, at) => {
      row(filled, i).set(row(given, i));
      fill(row(filled, i), row(done, at));
    });
  }
  return { ...filled, data: inPlaces(filled.data, order) };
}

/** Rows as the model makes them: of sequences, out of all there are. */
async function reconstructed(
  model: Coder,
  x: Numbers,
  rows: readonly number[],
  sequences: Sequences,
): Promise<Numbers> {
  if (!model.sequential) return model.reconstructWide(takeRows(x, rows));
  return takeRows(await model.reconstructWide({ x, sequences }), rows);
}

/** Sets what `target` lacks to numbers of `by`. */
function fill(target: Float32Array | Float64Array, by: ArrayLike<number>): void {
  for (let j = 0; j < target.length; j++) if (Number.isNaN(target[j])) target[j] = by[j]!;
}

interface Iterating {
  readonly maxIter: number;
  readonly tol: number;
  /** Rows depend on each other, and stop all at once. */
  readonly together: boolean;
  breathe(): Promise<void>;
}

/** x ← x̂ where x is missing, of the rows named, until they stay. */
async function iterate(
  remade: (rows: readonly number[]) => Promise<Numbers>,
  filled: Numbers,
  given: Numbers,
  rows: readonly number[],
  { deviations }: ColumnMoments,
  { maxIter, tol, together, breathe }: Iterating,
): Promise<void> {
  let moving = rows;
  for (let t = 0; t < maxIter && moving.length > 0; t++) {
    await breathe();
    const xHat = await remade(moving);
    const left = moving.filter((i, at) => {
      const [known, current, next] = [row(given, i), row(filled, i), row(xHat, at)];
      let [squares, count] = [0, 0];
      for (let j = 0; j < known.length; j++) {
        if (!Number.isNaN(known[j])) continue;
        squares += ((next[j]! - current[j]!) / deviations[j]!) ** 2;
        count++;
        current[j] = next[j]!;
      }
      return !(Math.sqrt(squares / count) < tol);
    });
    if (!together || left.length === 0) moving = left;
  }
}

/** Means and deviations of the training data; for files that do not tell them, of the rows at hand. */
function startOf(model: Coder, given: Numbers): ColumnMoments {
  if (model.columnMoments) return model.columnMoments;
  const { data, rows, cols } = given;
  for (let j = 0; j < cols; j++) {
    let i = 0;
    while (i < rows && Number.isNaN(data[i * cols + j])) i++;
    if (i < rows) continue;
    throw new RangeError(
      `impute: column ${j} has no number at all to start from, and the model, of an earlier version, does not tell its mean: fit it again`,
    );
  }
  const { offset, factor } = fitScale(given, "standard");
  return { means: offset, deviations: factor };
}
