/**
 * @file Columns of a table in units in which the usual rows are alike and far ones stay far: robust ones, and the longer side of a skewed
 * column by its logarithm, since amounts differ by factors.
 *
 *   u = (x − median) / σ,   σ = (Q₃ − Q₁) / 1.349
 *   u ↦ s log(1 + u / s)    on the longer side, s such that the 5 % and the 95 % quantile lie equally far from the median
 */
import type { Numbers } from "../../data/matrix.js";
import type { ScaleHints } from "../../data/scale.js";
import { exp, log } from "../../elementary.js";
import { type DescribedColumn, describedColumns } from "../cluster/describe-clusters.js";
import { quantileOf, robustUnits, sortedColumn } from "../robust-units.js";

/** A column of the table, and what its numbers are. */
export interface UnitColumn extends DescribedColumn {
  /** True if its values are levels: a category, a truth value, or one of two numbers. */
  readonly levelled: boolean;
  /** Numbers of the two levels of a column that is one number. */
  readonly pair?: readonly [number, number];
}

/** Units of columns that rows were measured in. */
export interface ColumnUnits {
  /** Columns that vary, and are told of. */
  readonly columns: readonly UnitColumn[];
  /** Median, of levels mean, of each number of a row `[d]`. */
  readonly middle: readonly number[];
  /** σ of each `[d]`. */
  readonly spread: readonly number[];
  /** s of each `[d]`: above 0 the upper side is bent, below 0 the lower, 0 none. */
  readonly bend: readonly number[];
}

/** More than so many times the other side, and the longer one is taken as if it were so long. */
const LONGEST = 20;
const SIDES = [0.05, 0.95] as const;
/** Sides that differ by a smaller factor are alike; a column of which half is equal has no side. */
const ALIKE = 2;
/** Rows that quantiles are taken of. */
export const MEASURED_ROWS = 20_000;

/** Measures columns. @param x `[n, d]`; missing numbers are passed over. @param encoding of the table that x was made of. */
export function columnUnits(
  x: Numbers,
  names: readonly string[],
  encoding: Parameters<typeof describedColumns>[2],
  hints: ScaleHints,
): ColumnUnits {
  const { offset, factor } = robustUnits(x, hints);
  const [middle, spread] = [[...offset], [...factor]];
  const bend = new Array<number>(x.cols).fill(0);
  const columns = describedColumns(x, names, encoding).flatMap((column): UnitColumn[] => {
    const { from, to, type } = column;
    if (column.levels) {
      const varies = Array.from({ length: to - from }, (_, k) => sortedColumn(x, from + k)).some(
        (sorted) => sorted[0] !== sorted.at(-1),
      );
      return varies ? [{ ...column, levelled: true }] : [];
    }
    const sorted = sortedColumn(x, from);
    const [low, high] = [sorted[0], sorted.at(-1)];
    if (low === undefined || low === high) return [];
    const pair = type === "boolean" || sorted.every((value) => value === low || value === high);
    if (pair) {
      const p = sorted.reduce((sum, value) => sum + Number(value === high), 0) / sorted.length;
      middle[from] = low + p * (high! - low);
      spread[from] = (high! - low) * Math.sqrt(p * (1 - p));
      return [{ ...column, levelled: true, pair: [low, high!] }];
    }
    bend[from] = bendOf(
      ...(SIDES.map((q) => Math.abs(quantileOf(sorted, q) - middle[from]!) / spread[from]!) as [
        number,
        number,
      ]),
    );
    return [{ ...column, levelled: false }];
  });
  return { columns, middle, spread, bend };
}

function bendOf(below: number, above: number): number {
  const [short, long] = below < above ? [below, above] : [above, below];
  if (long <= ALIKE * short || short === 0) return 0;
  const wanted = Math.max(short, long / LONGEST);
  // s log(1 + long / s) rises with s, from 0 to long.
  let [least, most] = [long * 1e-6, long * 1e3];
  for (let i = 0; i < 60; i++) {
    const s = Math.sqrt(least * most);
    if (s * log(1 + long / s) < wanted) least = s;
    else most = s;
  }
  return below < above ? most : -most;
}

/** A number of column j in its units. */
export function inUnits(value: number, j: number, { middle, spread, bend }: ColumnUnits): number {
  const u = (value - middle[j]!) / spread[j]!;
  const s = bend[j]!;
  if (s > 0 && u > 0) return s * log(1 + u / s);
  if (s < 0 && u < 0) return s * log(1 + u / s);
  return u;
}

/** The number of column j that lies at a place in its units. */
export function ofUnits(place: number, j: number, { middle, spread, bend }: ColumnUnits): number {
  const s = bend[j]!;
  const bent = (s > 0 && place > 0) || (s < 0 && place < 0);
  // Places so far out that the exponential overflows are as far as numbers go.
  const u = bent ? s * (1 / exp(-Math.min(700, place / s)) - 1) : place;
  return middle[j]! + u * spread[j]!;
}

/** Level of a row that has none of the known ones. */
export const UNKNOWN = -2;

/** The level of row i in a column of levels, −1 where it is missing, `UNKNOWN` where it is none of those that were learned. */
export function levelOf({ data, cols }: Numbers, i: number, { from, to, pair }: UnitColumn): number {
  const at = i * cols + from;
  if (Number.isNaN(data[at]!)) return -1;
  if (pair) return data[at] === pair[0] ? 0 : data[at] === pair[1] ? 1 : UNKNOWN;
  let best = UNKNOWN;
  for (let k = 0; k < to - from; k++) if (data[at + k]! > (best < 0 ? 0 : data[at + best]!)) best = k;
  return best;
}

/** Levels of a column in words. */
export function levelNames({ levels, pair, type }: UnitColumn): readonly string[] {
  return levels ?? (type === "boolean" ? ["false", "true"] : pair!.map(String));
}
