/**
 * @file Column scaling that can be undone and saved with a model:
 *
 *   scaled = (x − offset) / factor
 *
 * `standard`: offset is the mean, factor the standard deviation (divided by n, as in scikit-learn's StandardScaler).
 * `unit`: offset is the minimum, factor the range, so that scaled values lie in [0, 1].
 */
import { type Matrix, matrix } from "./matrix.js";

/**
 * Scaling of columns: `none`; `standard`, to mean 0 and standard deviation 1 (divided by n, as in scikit-learn's
 * StandardScaler); `unit`, from least to largest value to [0, 1].
 */
export type ScaleKind = "none" | "standard" | "unit";

/** A fitted scaling: a plain value that JSON keeps bit for bit. For `none` the arrays are empty. */
export interface Scaling {
  /** The kind of scaling. */
  readonly kind: ScaleKind;
  /** Length d. */
  readonly offset: readonly number[];
  /** Length d, all positive; 1 for a constant column. */
  readonly factor: readonly number[];
}

/**
 * Measures every column of x, shape `[n, d]`, in float64. Missing values are passed over; a column of nothing else
 * gets offset 0 and factor 1.
 * @throws RangeError if a value is infinite, TypeError for an unknown kind.
 */
export function fitScale(x: Matrix, kind: ScaleKind): Scaling {
  if (kind === "none") return { kind, offset: [], factor: [] };
  if (kind !== "standard" && kind !== "unit") {
    throw new TypeError(`fitScale: want none, standard or unit, got ${JSON.stringify(kind)}`);
  }
  const { data, rows, cols } = x;
  const low = new Float64Array(cols).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(cols).fill(Number.NEGATIVE_INFINITY);
  const counts = new Float64Array(cols);
  const sums = new Float64Array(cols);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) {
      const value = data[at]!;
      if (Number.isNaN(value)) continue;
      if (value - value !== 0) throw new RangeError(`fitScale: row ${i} column ${j} is ${value}`);
      counts[j]!++;
      sums[j]! += value;
      if (value < low[j]!) low[j] = value;
      if (value > high[j]!) high[j] = value;
    }
  }
  // A constant column is told by its range: its computed deviation may be a rounding error instead of 0.
  const constant = (j: number) => low[j] === high[j];
  const offset = Array.from(counts, (count, j) => {
    if (count === 0) return 0;
    return kind === "unit" || constant(j) ? low[j]! : sums[j]! / count;
  });
  const squares = new Float64Array(cols);
  if (kind === "standard") {
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, at++) {
        const deviation = data[at]! - offset[j]!;
        if (!Number.isNaN(deviation)) squares[j]! += deviation * deviation;
      }
    }
  }
  const factor = Array.from(counts, (count, j) => {
    if (count === 0 || constant(j)) return 1;
    return kind === "unit" ? high[j]! - low[j]! : Math.sqrt(squares[j]! / count);
  });
  return { kind, offset, factor };
}

/**
 * (x − offset) / factor, column by column. Missing values stay missing; for `none` it is `x` itself.
 * @throws RangeError if `x` has other columns than the scaling was fitted on.
 */
export function applyScale(x: Matrix, scaling: Scaling): Matrix {
  return mapColumns(x, scaling, "applyScale", (value, offset, factor) => (value - offset) / factor);
}

/**
 * x · factor + offset, column by column: what `applyScale` was given, to float32 rounding.
 * @throws RangeError if `x` has other columns than the scaling was fitted on.
 */
export function undoScale(x: Matrix, scaling: Scaling): Matrix {
  return mapColumns(x, scaling, "undoScale", (value, offset, factor) => value * factor + offset);
}

function mapColumns(
  x: Matrix,
  { kind, offset, factor }: Scaling,
  where: string,
  map: (value: number, offset: number, factor: number) => number,
): Matrix {
  if (kind === "none") return x;
  if (offset.length !== x.cols || factor.length !== x.cols) {
    throw new RangeError(`${where}: fitted on ${offset.length} columns, got ${x.cols}`);
  }
  const out = matrix(x.rows, x.cols);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++, at++) out.data[at] = map(x.data[at]!, offset[j]!, factor[j]!);
  }
  return out;
}
