/**
 * @file Data and options as `fit` is given them: what is refused before anything is computed.
 */
import { type Measures, measure } from "../data/columns/measures.js";
import type { SequencesLike } from "../data/dataset.js";
import { givenRows } from "../data/given-rows.js";
import { type MatrixLike, type Numbers, takeRows } from "../data/matrix.js";
import { checkSequences, type Sequences } from "../data/sequences.js";
import type { Method } from "../methods/method.js";
import { nearestNames } from "../nearest-names.js";
import { isEmpty, refuseInfinite, refuseNonFinite, refuseUnobserved } from "./finite.js";
import { type FitOptions, GENERAL_OPTIONS, TRAINING_OPTIONS } from "./fit-options.js";
import type { Sequenced } from "./resume.js";

/** Rows of which something is known: nothing can be learned of the others. */
export function withoutEmptyRows(x: Numbers): Numbers {
  const known = Array.from({ length: x.rows }, (_, i) => i).filter((i) => !isEmpty(x, i));
  return known.length === x.rows ? x : takeRows(x, known);
}

/** @returns measures of x. */
export function checkData(
  method: Method,
  x: Numbers,
  options: FitOptions,
  measured: Measures | undefined,
): Measures {
  const where = `fit ${method.name}`;
  const known: readonly string[] = [...GENERAL_OPTIONS, ...TRAINING_OPTIONS];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const [near] = nearestNames(known, unknown, 1);
    throw new TypeError(`${where}: there is no option "${unknown}" (nearest: ${near})`);
  }
  if (x.rows === 0 || x.cols === 0)
    throw new RangeError(`${where}: the data is empty, ${x.rows} × ${x.cols}`);
  const measures = measured ?? measure(x);
  if (!measures.finite) {
    if (method.acceptsMissing) {
      refuseInfinite(x, where);
      refuseUnobserved(x, where, options.columns);
      method.checkMissing?.(x, where);
    } else refuseNonFinite(x, where, { missing: false });
  }
  method.checkSize?.(x.rows, x.cols);
  if (options.columns && options.columns.length !== x.cols) {
    throw new RangeError(`${where}: ${options.columns.length} column names for ${x.cols} columns`);
  }
  checkRowShape(options.rowShape, x.cols, where);
  if (method.fitting.kind === "solved") {
    const given = TRAINING_OPTIONS.find((name) => options[name] !== undefined);
    if (given)
      throw new TypeError(`${where}: ${method.name} is solved, not trained: ${given} does not apply`);
  }
  return measures;
}

/** @throws RangeError for a shape that is no list of integers ≥ 1, or of other rows. */
export function checkRowShape(shape: readonly number[] | undefined, cols: number, where: string): void {
  if (shape === undefined) return;
  const sizes =
    Array.isArray(shape) && shape.length > 0 && shape.every((n) => Number.isSafeInteger(n) && n >= 1);
  if (!sizes) throw new RangeError(`${where}: rowShape must be integers ≥ 1, got ${JSON.stringify(shape)}`);
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== cols)
    throw new RangeError(`${where}: rowShape ${shape.join(" × ")} is ${size} numbers, a row has ${cols}`);
}

/** Lengths of the sequences of rows. @throws TypeError if they are said of a method whose rows stand by themselves. */
export function sequencesIn(
  { name, sequential }: Method,
  { sequences }: FitOptions,
  rows: number,
): Sequences {
  if (sequences === undefined) return [rows];
  if (!sequential)
    throw new TypeError(`fit ${name}: rows of ${name} stand by themselves: sequences does not apply`);
  return checkSequences(sequences, rows, `fit ${name}`);
}

export function validationRows(given: MatrixLike | SequencesLike, method: Method, x: Numbers): Sequenced {
  const where = "fit: validation";
  const model = { encoding: undefined, sequential: method.sequential === true };
  const { x: all, sequences = [] } = givenRows(given, model, where);
  if (all.cols !== x.cols)
    throw new RangeError(`fit: validation rows have ${all.cols} numbers, the data ${x.cols}`);
  if (method.acceptsMissing) {
    refuseInfinite(all, where);
    method.checkMissing?.(all, where);
  } else refuseNonFinite(all, where, { missing: false });
  const { sequential, acceptsMissing } = method;
  const rows = acceptsMissing && !sequential ? withoutEmptyRows(all) : all;
  if (rows.rows === 0) throw new RangeError("fit: validation has no rows");
  if (sequences.length > 1 && !sequential)
    throw new TypeError(`${where}: rows of ${method.name} stand by themselves: sequences does not apply`);
  return { x: rows, ...(sequences.length > 1 && { sequences }) };
}
