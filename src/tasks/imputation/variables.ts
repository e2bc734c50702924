/**
 * @file Variables of rows with gaps: the columns of numbers that each became, the values that it can have, and the error of filling it.
 */
import { columnNames, type Dataset } from "../../data/dataset.js";
import { type Numbers, row } from "../../data/matrix.js";
import { fitScale } from "../../data/scale.js";
import { columnSpans } from "../../data/table/encoding.js";

/** One variable of rows: a number, or a category. */
export interface Variable {
  /** Name of the column of the table, or of the column of numbers. */
  readonly name: string;
  /** Columns of x `[from, to)`: of a category its indicators, of a date its days first. */
  readonly from: number;
  readonly to: number;
  readonly kind: "number" | "category";
}

/** The variables of a data set, in the order of their columns. */
export function variablesOf({ x, columns, encoding, groups = [] }: Dataset): Variable[] {
  if (encoding && !encoding.rows)
    return columnSpans(encoding).map(({ column: { name, type }, from, to }) => ({
      name,
      from,
      to,
      kind: type === "category" ? "category" : "number",
    }));
  const names = columnNames(columns, x.cols);
  const ends = new Map(groups);
  const variables: Variable[] = [];
  for (let from = 0; from < x.cols; from = variables.at(-1)!.to) {
    const to = ends.get(from);
    variables.push({ name: names[from]!, from, to: to ?? from + 1, kind: to ? "category" : "number" });
  }
  return variables;
}

/** A column of more different numbers may have others between them. */
const MOST_LEVELS = 12;
/** Known numbers for each level, at least, that make it one. */
const OF_A_LEVEL = 3;
const MOST_DECIMALS = 6;

/** Values that a variable can have, as the known ones tell. */
export interface Possible {
  readonly least: number;
  readonly greatest: number;
  /** The only ones, rising, where they are few. */
  readonly levels?: Float64Array;
  /** Places after the point that all of them do with, if so. */
  readonly decimals?: number;
}

/** The values that column j of x can have. */
export function possibleOf({ data, cols }: Numbers, j: number): Possible {
  const levels = new Set<number>();
  let [least, greatest, known] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  let decimals = 0;
  for (let at = j; at < data.length; at += cols) {
    const value = data[at]!;
    if (Number.isNaN(value)) continue;
    known++;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    if (levels.size <= MOST_LEVELS) levels.add(value);
    while (decimals <= MOST_DECIMALS && !hasDecimals(value, decimals, data)) decimals++;
  }
  const few = levels.size <= MOST_LEVELS && known >= OF_A_LEVEL * levels.size;
  return {
    least,
    greatest,
    ...(few && { levels: Float64Array.from(levels).sort() }),
    ...(decimals <= MOST_DECIMALS && { decimals }),
  };
}

function hasDecimals(value: number, decimals: number, { BYTES_PER_ELEMENT }: Numbers["data"]): boolean {
  const rounded = Number(value.toFixed(decimals));
  return (BYTES_PER_ELEMENT === 4 ? Math.fround(rounded) : rounded) === value;
}

/** The possible value nearest to a number: within the range, one of the levels, with so many decimals. */
export function nearestPossible(value: number, { least, greatest, levels, decimals }: Possible): number {
  const within = Math.max(least, Math.min(greatest, value));
  if (levels) {
    let best = levels[0]!;
    for (const level of levels) if (Math.abs(level - within) < Math.abs(best - within)) best = level;
    return best;
  }
  return decimals === undefined ? within : Number(within.toFixed(decimals));
}

/**
 * Fills of variables as values that they can have, in place.
 * @param holed the rows that were filled. @param learned rows whose known values tell what can be, where these are others.
 */
export function takePossible(
  filled: Numbers,
  holed: Numbers,
  variables: readonly Variable[],
  learned = holed,
): void {
  for (const { from, to, kind } of variables) {
    const possible = kind === "number" ? possibleOf(learned, from) : undefined;
    for (let i = 0; i < filled.rows; i++) {
      const at = i * filled.cols;
      if (!Number.isNaN(holed.data[at + from]!)) continue;
      if (possible) filled.data[at + from] = nearestPossible(filled.data[at + from]!, possible);
      else takeLargest(row(filled, i), from, to);
    }
  }
}

function takeLargest(numbers: Numbers["data"], from: number, to: number): void {
  let best = from;
  for (let j = from + 1; j < to; j++) if (numbers[j]! > numbers[best]!) best = j;
  for (let j = from; j < to; j++) numbers[j] = Number(j === best);
}

/** Rows filled by the means of the columns. @param learned the rows that means are of, where these are others. */
export function byMeans(learned: Numbers, holed = learned): Numbers {
  const { offset } = fitScale(learned, "standard");
  return {
    ...holed,
    data: Float64Array.from(holed.data, (value, at) =>
      Number.isNaN(value) ? offset[at % holed.cols]! : value,
    ),
  };
}

/** Squared errors of hidden values, summed, of every variable. */
export interface Errors {
  /** In units of deviations, in which all variables count alike `[variables]`. */
  readonly standard: Float64Array;
  /** In those of the variable; of a category, how many are wrong `[variables]`. */
  readonly own: Float64Array;
  /** Values that were hidden `[variables]`. */
  readonly hidden: Float64Array;
}

/**
 * Errors of filled rows where `mask` says that a value was hidden.
 * @param factor deviations of the columns; of the indicators of a category one for all.
 */
export function errorsOf(
  truth: Numbers,
  filled: Numbers,
  mask: Uint8Array,
  variables: readonly Variable[],
  factor: readonly number[],
): Errors {
  const standard = new Float64Array(variables.length);
  const own = new Float64Array(variables.length);
  const hidden = new Float64Array(variables.length);
  variables.forEach(({ from, to, kind }, v) => {
    const last = kind === "number" ? from + 1 : to;
    for (let i = 0; i < truth.rows; i++) {
      const at = i * truth.cols;
      if (mask[at + from] === 0) continue;
      let squares = 0;
      for (let j = from; j < last; j++) squares += (truth.data[at + j]! - filled.data[at + j]!) ** 2;
      standard[v]! += squares / factor[from]! ** 2;
      own[v]! += kind === "number" ? squares : Number(squares > 0);
      hidden[v]!++;
    }
  });
  return { standard, own, hidden };
}
