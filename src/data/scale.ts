/**
 * @file Column scaling that can be undone and saved with a model:
 *
 *   scaled = (x − offset) / factor,   in float64, then rounded to float32 once
 *
 * `standard`: offset is the mean, factor the standard deviation (divided by n, as in scikit-learn's StandardScaler).
 * `unit`: offset is the minimum, factor the range, so that scaled values lie in [0, 1].
 *
 * The columns of a category, 0/1 indicators of its levels k with means p_k, have under `standard` one factor,
 * √(Σ_k p_k (1 − p_k)), so that all of them together vary as much as one number does, whatever the number of levels.
 * Source: Pagès (2004), "Analyse factorielle de données mixtes", Revue de statistique appliquée 52(4), for the balance of
 * categories and numbers.
 */
import { deviations, type Measures, measure } from "./columns/measures.js";
import { type Matrix, matrix, type Numbers, rounded, takeRows } from "./matrix.js";

/**
 * Scaling of columns: `none`; `standard`, to mean 0 and standard deviation 1 (divided by n, as in scikit-learn's
 * StandardScaler); `unit`, from least to largest value to [0, 1].
 */
export type ScaleKind = "none" | "standard" | "unit";

/**
 * A fitted scaling: a plain value that JSON keeps bit for bit. For `none` the arrays are mostly empty; for a method that
 * centers by itself `none` may have an `offset`, amid the columns, with factors of 1, so that no digits are lost to it.
 */
export interface Scaling {
  /** The kind of scaling. */
  readonly kind: ScaleKind;
  /** Length d. */
  readonly offset: readonly number[];
  /** Length d, all positive; 1 for a constant column. */
  readonly factor: readonly number[];
}

/** Facts about columns that their numbers do not tell. */
export interface ScaleHints {
  /**
   * The limits `[low, high]` of all numbers, such as 0 and 255 of bytes: `unit` takes them in place of the least and the
   * largest number of each column. Other kinds do not look at them.
   */
  readonly range?: readonly [number, number] | undefined;
  /**
   * Spans of columns `[from, to)`, from 0, each the 0/1 indicators of one category. With `standard` they have one factor,
   * √(Σ p (1 − p)) over their means p (1 if all are constant); with `unit` they stay as they are.
   */
  readonly groups?: readonly (readonly [number, number])[] | undefined;
}

/** Columns as they are. */
export const IDENTITY: Scaling = { kind: "none", offset: [], factor: [] };

/**
 * Measures every column of x, shape `[n, d]`, in float64. Missing values are passed over; a column of nothing else
 * gets offset 0 and factor 1.
 * @throws RangeError if a value is infinite, too large to be squared and summed, or outside of the range given; or for
 *   hints that are no range or no spans of columns. TypeError for an unknown kind.
 */
export function fitScale(x: Numbers, kind: ScaleKind, hints: ScaleHints = {}): Scaling {
  return fitScaleMeasured(x, kind, hints);
}

/** The same, without another look at x where its measures are known. */
export function fitScaleMeasured(
  x: Numbers,
  kind: ScaleKind,
  hints: ScaleHints,
  measures?: Measures,
): Scaling {
  if (kind === "none") return IDENTITY;
  if (kind !== "standard" && kind !== "unit") {
    throw new TypeError(`fitScale: want none, standard or unit, got ${JSON.stringify(kind)}`);
  }
  const { cols } = x;
  const groups = checkedGroups(hints.groups ?? [], cols);
  const range = kind === "unit" ? checkedRange(hints.range) : undefined;
  const known = measures ?? measure(x);
  const { low, high, counts, sums } = known;
  refuseUnfit(x, known, range);
  // A constant column is told by its range: its computed deviation may be a rounding error instead of 0.
  const constant = (j: number) => low[j] === high[j];
  const offset = Array.from(counts, (count, j) => {
    if (range) return range[0];
    if (count === 0) return 0;
    return kind === "unit" || constant(j) ? low[j]! : sums[j]! / count;
  });
  const deviations = kind === "standard" ? deviationsAbout(x, offset, known) : undefined;
  const factor = Array.from(counts, (count, j) => {
    if (range) return range[1] - range[0];
    if (count === 0 || constant(j)) return 1;
    return deviations?.[j] ?? high[j]! - low[j]!;
  });
  const bad = factor.findIndex((value, j) => !(Number.isFinite(value) && Number.isFinite(offset[j]!)));
  if (bad >= 0) throw new RangeError(`fitScale: the numbers of column ${bad} are too large to scale`);
  for (const [from, to] of groups) {
    const variance = offset.slice(from, to).reduce((sum, p) => sum + Math.max(0, p * (1 - p)), 0);
    factor.fill(kind === "standard" ? Math.sqrt(variance) || 1 : 1, from, to);
    if (kind === "unit") offset.fill(0, from, to);
  }
  return { kind, offset, factor };
}

/** @throws RangeError for the first number that is infinite, or not in the range. */
function refuseUnfit(
  { data, cols }: Numbers,
  { low, high }: Measures,
  range: readonly [number, number] | undefined,
): void {
  const [least, most] = range ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (low.every((value) => value >= least) && high.every((value) => value <= most)) return;
  const at = data.findIndex((value) => value < least || value > most);
  const place = `fitScale: row ${Math.floor(at / cols)} column ${at % cols} is ${data[at]}`;
  if (range && Number.isFinite(data[at]))
    throw new RangeError(`${place}, not in the range given, ${range[0]} to ${range[1]}`);
  throw new RangeError(place);
}

/**
 * Standard deviations `[d]` about `offset`, which is brought nearer to the mean where the numbers are float64: the sum of
 * many has lost digits that their deviations still have.
 */
function deviationsAbout(x: Numbers, offset: number[], { low, high, counts }: Measures): number[] {
  const { data, cols } = x;
  const { squares, rests } = deviations(x, offset);
  return Array.from(counts, (count, j) => {
    if (count === 0 || low[j] === high[j]) return 1;
    if (data instanceof Float64Array) offset[j]! += rests[j]! / count;
    if (squares[j]! > Number.MIN_VALUE / Number.EPSILON && Number.isFinite(squares[j]!)) {
      return Math.sqrt(squares[j]! / count);
    }
    // Squares that float64 does not hold: in units of the range.
    const range = high[j]! - low[j]!;
    let sum = 0;
    for (let at = j; at < data.length; at += cols) {
      if (!Number.isNaN(data[at]!)) sum += ((data[at]! - offset[j]!) / range) ** 2;
    }
    return range * Math.sqrt(sum / count);
  });
}

function checkedRange(range: ScaleHints["range"]): readonly [number, number] | undefined {
  if (range === undefined) return undefined;
  const [low, high] = range;
  if (range.length === 2 && Number.isFinite(low) && Number.isFinite(high) && low < high) return range;
  throw new RangeError(`fitScale: a range is two numbers, the lower first, got ${JSON.stringify(range)}`);
}

function checkedGroups(groups: readonly (readonly [number, number])[], cols: number): typeof groups {
  let end = 0;
  for (const [from, to] of [...groups].sort((a, b) => a[0] - b[0])) {
    if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= end && to > from && to <= cols)) {
      throw new RangeError(
        `fitScale: groups are spans [from, to) of the ${cols} columns, apart from one another, got [${from}, ${to})`,
      );
    }
    end = to;
  }
  return groups;
}

/** Rows that are looked at to see where columns lie. */
const SAMPLE_ROWS = 4096;
/** A mean so many times the standard deviation costs float32 four of its 24 bits. */
const FAR = 16;

/** Measures of columns `[d]`, over what is observed. */
export interface ColumnMoments {
  /** Means. */
  readonly means: readonly number[];
  /** Standard deviations, 1 for a constant column: of all rows, or of a sample of some thousand, evenly drawn. */
  readonly deviations: readonly number[];
}

/** Columns as up to some thousand rows tell. */
export interface Sampled {
  /** Measures of the sample. */
  readonly measures: Measures;
  /** Means and standard deviations of it. */
  readonly scaling: Scaling;
}

/** Looks at some thousand rows, evenly drawn. @param measures of x, where they are known. */
export function sampled(x: Numbers, measures?: Measures): Sampled {
  const rows = evenlyDrawn(x);
  const known = rows === x && measures ? measures : measure(rows);
  return { measures: known, scaling: fitScaleMeasured(rows, "standard", {}, known) };
}

/** Means of all rows, and deviations of some thousand. */
export function columnMoments(
  x: Numbers,
  measures = measure(x),
  sample = sampled(x, measures),
): ColumnMoments {
  const { offset, factor } = sample.scaling;
  return { means: x.rows <= SAMPLE_ROWS ? offset : observedMeans(measures), deviations: factor };
}

function evenlyDrawn(x: Numbers): Numbers {
  if (x.rows <= SAMPLE_ROWS) return x;
  const stride = x.rows / SAMPLE_ROWS;
  return takeRows(
    x,
    Array.from({ length: SAMPLE_ROWS }, (_, i) => Math.floor(i * stride)),
  );
}

function observedMeans({ sums, counts }: Measures): number[] {
  return Array.from(counts, (count, j) => {
    const mean = count === 0 ? 0 : sums[j]! / count;
    if (Number.isFinite(mean)) return mean;
    throw new RangeError(`the numbers of column ${j} are too large to sum`);
  });
}

/** True of columns that vary, but so far from 0 that float32 has lost four bits or more of how. */
export function farColumns({ measures, scaling }: Sampled): boolean[] {
  const { low, high, counts, sums } = measures;
  return scaling.factor.map(
    (deviation, j) => low[j]! < high[j]! && Math.abs(sums[j]! / counts[j]!) > FAR * deviation,
  );
}

/**
 * (x − offset) / factor, column by column, in float64, rounded to float32. Missing values stay missing; a matrix of float32
 * without an offset comes back as it is under `none`.
 * @param where names the caller in errors.
 * @throws RangeError if `x` has other columns than the scaling was fitted on, or for a number that is too large for
 *   float32.
 */
export function applyScale(x: Numbers, scaling: Scaling, where = "applyScale"): Matrix {
  const { offset, factor } = scaling;
  if (isIdentity(scaling)) return rounded(x, where);
  checkColumns(x, scaling, where);
  const { data, rows, cols } = x;
  const out = matrix(rows, cols);
  let infinite = false;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) {
      const value = Math.fround((data[at]! - offset[j]!) / factor[j]!);
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) infinite = true;
      out.data[at] = value;
    }
  }
  if (infinite) refuseScaled(x, out, where);
  return out;
}

/** Numbers that were finite; infinite ones stay so, for the caller to refuse. */
function refuseScaled({ data, cols }: Numbers, scaled: Matrix, where: string): void {
  const at = scaled.data.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(data[i]!));
  if (at < 0) return;
  const place = `row ${Math.floor(at / cols)} column ${at % cols}`;
  throw new RangeError(
    `${where}: ${place} is ${data[at]}, which is too large for float32 once it is scaled (at most 3.4e38)`,
  );
}

/**
 * x · factor + offset, column by column: what `applyScale` was given, to float32 rounding.
 * @throws RangeError if `x` has other columns than the scaling was fitted on.
 */
export function undoScale(x: Matrix, scaling: Scaling): Matrix {
  if (isIdentity(scaling)) return x;
  const { data, rows, cols } = undoScaleWide(x, scaling);
  return matrix(rows, cols, Float32Array.from(data));
}

/**
 * As `undoScale`, in float64: numbers that float32 would round, such as dates and amounts, stay whole.
 * @throws RangeError if `x` has other columns than the scaling was fitted on.
 */
export function undoScaleWide(x: Numbers, scaling: Scaling): Numbers & { readonly data: Float64Array } {
  const { offset, factor } = scaling;
  const { rows, cols } = x;
  const data = Float64Array.from(x.data);
  if (isIdentity(scaling)) return { data, rows, cols };
  checkColumns(x, scaling, "undoScale");
  for (let i = 0, at = 0; i < rows; i++)
    for (let j = 0; j < cols; j++, at++) data[at] = data[at]! * factor[j]! + offset[j]!;
  return { data, rows, cols };
}

/** True of `none` without an offset. */
export function isIdentity({ kind, offset }: Scaling): boolean {
  return kind === "none" && offset.length === 0;
}

function checkColumns(x: Numbers, { offset, factor }: Scaling, where: string): void {
  if (offset.length === x.cols && factor.length === x.cols) return;
  throw new RangeError(`${where}: fitted on ${offset.length} columns, got ${x.cols}`);
}
