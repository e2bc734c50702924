/**
 * @file Reasons why a row is unusual: the columns that are off what the others tell of them, one by one.
 *
 * The first is the column without which the rest of the row is most ordinary: a wrong number makes its neighbors look wrong too, and these are
 * in order once it is left out. Then the next is looked for among those that are left.
 */
import type { Numbers } from "../../data/matrix.js";
import type { DescribedType } from "../cluster/describe-clusters.js";
import { quantileOf, sortedColumn } from "../robust-units.js";
import {
  type ColumnModel,
  deviations,
  expectedOf,
  type ModelRows,
  rowOf,
  withoutColumns,
} from "./column-model.js";
import { type ColumnUnits, inUnits, levelNames, levelOf, ofUnits, type UnitColumn } from "./column-units.js";

/** A column that makes a row unusual. */
export interface OutlierReason {
  /** Name of the column. */
  readonly column: string;
  /** Type of the column. */
  readonly type: DescribedType;
  /** The value: a number, of dates days since 1970-01-01; of a category the level. */
  readonly value: number | string;
  /** Value that was to be expected from the other columns; of a category the likeliest level. */
  readonly expected: number | string;
  /** Limits between which half of the values lie that were to be expected; of a category there are none. */
  readonly half?: readonly [number, number];
  /** Probability of the level that was expected, and of that which is there; of numbers there are none. */
  readonly probabilities?: readonly [number, number];
  /** Distance of the value from that, in standard deviations of what is usual; of a category on a scale of its own, where one row in twenty reaches 1.96. */
  readonly deviation: number;
  /** Share of the column in the squared deviations of the row, in [0, 1]. */
  readonly contribution: number;
}

/** Columns that are left out in turn. */
const MOST_LEFT_OUT = 3;
/** Columns that may be the wrong one. */
const CANDIDATES = 4;
/** Deviations beyond this want a reason. */
const REASONABLE = 3;
/** A rest that is more ordinary by less than this is as ordinary. */
const ALIKE = 0.5;

/** Reasons of a row, most first. @param i its place among rows of the model. @param x the same rows, in the units of the data; NaN is missing. @param most that are told. @param text of the row in a column, where it is known. */
export function reasonsOf(
  x: Numbers,
  i: number,
  rows: ModelRows,
  model: ColumnModel,
  most: number,
  text: (column: string) => string | undefined,
): OutlierReason[] {
  const one = rowOf(rows, i);
  const all = sizes(one, model);
  const left: number[] = [];
  let now = model;
  let off = all;
  while (left.length < Math.min(MOST_LEFT_OUT, all.length - 1)) {
    const order = ordered(off, left);
    if (left.length > 0 && Math.abs(off[order[0]!]!) < REASONABLE) break;
    const tried = order
      .slice(0, CANDIDATES)
      .filter((c, at) => at === 0 || Math.abs(off[c]!) > Math.abs(off[order[0]!]!) / 3)
      .map((c) => {
        const without = withoutColumns(now, [c]);
        const rest = sizes(one, without);
        const worst = Math.max(0, ...ordered(rest, [...left, c]).map((k) => Math.abs(rest[k]!)));
        return { c, without, rest, worst: Math.max(REASONABLE, worst) };
      });
    const least = Math.min(...tried.map(({ worst }) => worst));
    // Among those that explain the row as well, the one that is farthest off.
    const { c, without, rest } = tried.find(({ worst }) => worst <= least + ALIKE)!;
    left.push(c);
    now = without;
    off = rest;
  }
  const rest = ordered(off, left).slice(0, Math.max(0, most - left.length));
  const told = [
    ...left.map((c) => {
      const known = withoutColumns(
        model,
        left.filter((k) => k !== c),
      );
      return { c, known, deviation: sizes(one, known)[c]! };
    }),
    ...rest.map((c) => ({ c, known: now, deviation: off[c]! })),
  ].slice(0, most);
  const others = ordered(off, left).reduce((sum, c) => sum + off[c]! ** 2, 0);
  const total = left.reduce((sum, _, at) => sum + (told[at]?.deviation ?? 0) ** 2, others);
  return told
    .filter(({ deviation }) => deviation !== 0)
    .map(({ c, known, deviation }) => {
      const { column } = model.columns[c]!;
      const { name, type, from } = column;
      const common = { column: name, type, deviation, contribution: deviation ** 2 / (total || 1) };
      const expected = expectedOf(one, 0, c, known);
      if (expected.kind === "level") {
        const names = levelNames(column);
        const own = levelOf(x, i, column);
        return {
          ...common,
          value: text(name) ?? names[own] ?? "unknown",
          expected: names[expected.level]!,
          probabilities: [expected.share, expected.own] as const,
        };
      }
      const back = (place: number) => ofUnits(place, from, model.units);
      return {
        ...common,
        value: x.data[i * x.cols + from]!,
        expected: back(expected.place),
        half: [back(expected.half[0]), back(expected.half[1])] as const,
      };
    });
}

/** Deviations of one row, of every column. */
const sizes = (one: ModelRows, model: ColumnModel) => deviations(one, model).map((off) => off[0]!);

/** Columns, those that are farthest off first, without some. */
function ordered(off: readonly number[], but: readonly number[]): number[] {
  return Array.from(off.keys())
    .filter((c) => !but.includes(c))
    .sort((a, b) => Math.abs(off[b]!) - Math.abs(off[a]!) || a - b);
}

/** Reasons of rows that are too wide for a model of columns: how far each number is from the median. */
export function farthestColumns(x: Numbers, i: number, units: ColumnUnits, most: number): OutlierReason[] {
  const places = units.columns
    .map((column) => ({ column, deviation: inUnits(x.data[i * x.cols + column.from]!, column.from, units) }))
    .filter(({ deviation, column }) => Number.isFinite(deviation) && deviation !== 0 && !column.levelled)
    .sort((a, b) => Math.abs(b.deviation) - Math.abs(a.deviation));
  const total = places.reduce((sum, { deviation }) => sum + deviation ** 2, 0);
  return places.slice(0, most).map(({ column, deviation }) => {
    const { half, expected } = middleOf(x, column);
    const { name, type, from } = column;
    const value = x.data[i * x.cols + from]!;
    return { column: name, type, value, expected, half, deviation, contribution: deviation ** 2 / total };
  });
}

function middleOf(x: Numbers, { from }: UnitColumn) {
  const sorted = sortedColumn(x, from);
  return {
    expected: quantileOf(sorted, 0.5),
    half: [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)] as const,
  };
}
