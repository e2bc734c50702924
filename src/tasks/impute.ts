/**
 * @file Imputation: missing numbers filled with what a model makes of the others.
 *
 *   x̂ = g(f(x)) where x is missing, x elsewhere
 *
 * A model that takes missing values does it at once. One that wants complete rows starts from the columns' means and
 * goes on, x ← x̂ where missing, until x stays: for PCA the fixed point is the filling of least reconstruction error.
 * Source: for the iteration Kiers (1997), "Weighted least squares fitting using ordinary least squares algorithms",
 * Psychometrika; Troyanskaya et al. (2001), "Missing value estimation methods for DNA microarrays", Bioinformatics.
 */
import { type Matrix, type MatrixLike, matrix, row, takeRows, toMatrix } from "../data/matrix.js";
import { fitScale, type Scaling } from "../data/scale.js";
import type { Coder } from "../methods/model.js";
import { breather } from "../training/breather.js";

/** For models that want complete rows. */
export interface ImputeOptions {
  /** Most reconstructions, ≥ 1. Default 100. */
  maxIter?: number | undefined;
  /**
   * Stop when the filled numbers change by less, root mean square, in standard deviations of their columns; ≥ 0. Default 1e-4.
   */
  tol?: number | undefined;
  /** Stops it, between two reconstructions, with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Fills the missing numbers (NaN) of x `[n, d]` with the model's reconstruction. Numbers that are there stay as they are; a row
 * of which nothing is known gets the means of x's columns.
 * @returns a new matrix without NaN.
 * @throws RangeError for options out of range, for infinite numbers, or for a column of which no number is known where
 *   a start is wanted; the reason of the signal.
 */
export async function impute(model: Coder, x: MatrixLike, options: ImputeOptions = {}): Promise<Matrix> {
  const { maxIter = 100, tol = 1e-4, signal } = options;
  if (!(Number.isSafeInteger(maxIter) && maxIter >= 1))
    throw new RangeError(`impute: maxIter must be an integer ≥ 1, got ${maxIter}`);
  if (!(tol >= 0)) throw new RangeError(`impute: tol must be a number ≥ 0, got ${tol}`);
  const given = toMatrix(x, "impute");
  if (given.cols !== model.inputDim) {
    throw new RangeError(`impute: rows must have ${model.inputDim} numbers, got ${given.cols}`);
  }
  const filled = matrix(given.rows, given.cols, given.data.slice());
  const numbers = Array.from({ length: given.rows }, (_, i) => i);
  const isUnknown = (i: number) => row(given, i).every(Number.isNaN);
  const incomplete = numbers.filter((i) => row(given, i).some(Number.isNaN));
  const partly = incomplete.filter((i) => !isUnknown(i));
  const rows = takeRows(given, partly);
  const columns = fitScale(given, "standard");
  if (!model.acceptsMissing || partly.length < incomplete.length) refuseEmptyColumn(given);

  for (const i of incomplete.filter(isUnknown)) row(filled, i).set(columns.offset);
  const done = model.acceptsMissing
    ? await model.reconstruct(rows)
    : await iterated(model, rows, columns, { maxIter, tol, breathe: breather(signal) });
  partly.forEach((i, at) => {
    fill(row(filled, i), row(done, at));
  });
  return filled;
}

/** Sets what `target` lacks to numbers of `by`. */
function fill(target: Float32Array, by: ArrayLike<number>): void {
  for (let j = 0; j < target.length; j++) if (Number.isNaN(target[j])) target[j] = by[j]!;
}

/** x ← x̂ where x is missing, from the means on, until it stays. */
async function iterated(
  model: Coder,
  given: Matrix,
  { offset: means, factor: deviations }: Scaling,
  { maxIter, tol, breathe }: { maxIter: number; tol: number; breathe: () => Promise<void> },
): Promise<Matrix> {
  const missing = Uint32Array.from(given.data.keys()).filter((at) => Number.isNaN(given.data[at]));
  const current = matrix(given.rows, given.cols, given.data.slice());
  for (let i = 0; i < current.rows; i++) fill(row(current, i), means);
  for (let t = 0; t < maxIter; t++) {
    await breathe();
    const { data } = await model.reconstruct(current);
    let squares = 0;
    for (const at of missing) {
      squares += ((data[at]! - current.data[at]!) / deviations[at % given.cols]!) ** 2;
      current.data[at] = data[at]!;
    }
    if (Math.sqrt(squares / missing.length) < tol) break;
  }
  return current;
}

/** @throws RangeError naming the first column without a number, and so without a mean. */
function refuseEmptyColumn({ data, rows, cols }: Matrix): void {
  for (let j = 0; j < cols; j++) {
    let i = 0;
    while (i < rows && Number.isNaN(data[i * cols + j])) i++;
    if (rows > 0 && i === rows)
      throw new RangeError(`impute: column ${j} has no number at all, and so no mean to start from`);
  }
}
