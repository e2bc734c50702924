/**
 * @file The encoding of a table: how its columns became the numbers that a method sees, and the way back.
 *
 * A number is itself. A boolean is 1 or 0. A step of a scale is its place, from 0. A date is days since 1970-01-01, and on
 * request the sine and cosine of its place in the day, the week or the year. A category is one indicator a level; levels
 * that are rare share one. The encoding is plain JSON: it is kept in the model file and applied to further tables by the
 * names of columns.
 */

import { nearestNames } from "../../nearest-names.js";
import { checkedSize, type Numbers, takeColumns } from "../matrix.js";
import { quoted } from "../quoted.js";
import { isIdentity, type Scaling } from "../scale.js";
import { type DateFormat, formatDate, isDateFormat, parseDate } from "./dates.js";
import { formatNumber } from "./format-number.js";
import { isPlainNumber, PLAIN, parseStyled } from "./number-style.js";
import {
  type Column,
  makeTable,
  type NumberColumn,
  type NumberStyle,
  NumberValues,
  type Table,
} from "./table.js";
import { Texts, TextsBuilder } from "./texts.js";
import { isMissingNumber, isMissingWord } from "./words.js";

/** Periods of a date that can be told as a place on a circle. */
export type Period = "day" | "week" | "year";

/** The encoding of one column. */
export type ColumnEncoding =
  | {
      /** Name of the column. */
      readonly name: string;
      /** A number is itself. */
      readonly type: "number";
      /** The way it is written, where that is not the plain one. */
      readonly style?: NumberStyle;
    }
  | {
      /** Name of the column. */
      readonly name: string;
      /** False is 0, true is 1. */
      readonly type: "boolean";
      /** Words for false and true; none where the file has truth values itself. */
      readonly words?: readonly [string, string];
    }
  | {
      /** Name of the column. */
      readonly name: string;
      /** A date is days since 1970-01-01, UTC. */
      readonly type: "date";
      /** The way it is written. */
      readonly format: DateFormat;
      /** Periods whose sine and cosine stand behind the days. */
      readonly cyclic?: readonly Period[];
    }
  | {
      /** Name of the column. */
      readonly name: string;
      /** A step of a scale is its place, from 0. */
      readonly type: "ordinal";
      /** From the least to the most. */
      readonly levels: readonly string[];
    }
  | {
      /** Name of the column. */
      readonly name: string;
      /** A category is an indicator, 0 or 1, for each level. */
      readonly type: "category";
      /** Levels with an indicator of their own. */
      readonly levels: readonly string[];
      /** True if there is an indicator of all others. Without it, a level that is not known has 0 in every indicator. */
      readonly other: boolean;
    };

/** The column that tells the time of a row: a number, or a date. */
export type TimeEncoding = Extract<ColumnEncoding, { readonly type: "number" | "date" }>;

/** Rows that are made of several moments of a sequence. */
export type MomentRows =
  | {
      /** Every window of a sequence is a row. */
      readonly kind: "windows";
      /** Moments in a window. */
      readonly length: number;
      /** Moments from the beginning of one window to that of the next. */
      readonly stride: number;
    }
  | {
      /** Every sequence is a row, with missing values behind its end. */
      readonly kind: "sequences";
      /** Moments of the longest. */
      readonly length: number;
    };

/** The encoding of a table: its learned columns in order. */
export interface TableEncoding {
  /** Columns that are learned from, in the order of their numbers. */
  readonly columns: readonly ColumnEncoding[];
  /** Texts that stand for a missing value, besides the usual ones. */
  readonly missing: readonly string[];
  /** The column whose order rows are taken in, if rows are moments of time. */
  readonly time?: TimeEncoding;
  /** Name of the column that tells the sequence that a row is a moment of. */
  readonly group?: string;
  /** Way in which moments make rows, where a row is more than one. */
  readonly rows?: MomentRows;
}

/** Name of the indicator of rare and unknown levels, after the column's. */
const OTHER = "(other)";
const DAYS_OF: Readonly<Record<Period, number>> = { day: 1, week: 7, year: 365.2425 };
/** 1970-01-01 was a Thursday: weeks begin on the Monday before. */
const WEEK_OFFSET = 3;

/** Numbers that a column becomes. */
function widthOf(column: ColumnEncoding): number {
  if (column.type === "category") return column.levels.length + (column.other ? 1 : 0);
  return column.type === "date" ? 1 + 2 * (column.cyclic?.length ?? 0) : 1;
}

/** Numbers that a row of a table becomes. */
function momentWidth({ columns }: TableEncoding): number {
  return columns.reduce((sum, column) => sum + widthOf(column), 0);
}

/** Numbers in a row for a model: of a moment, or of as many as a row has. */
export function widthOfEncoding(encoding: TableEncoding): number {
  return momentWidth(encoding) * (encoding.rows?.length ?? 1);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

const COLUMN_CHECKS: Readonly<
  Record<ColumnEncoding["type"], (column: Readonly<Record<string, unknown>>) => boolean>
> = {
  number: ({ style }) => style === undefined || isStyle(style),
  boolean: ({ words }) => words === undefined || (isTexts(words) && words.length === 2),
  date: ({ format, cyclic }) =>
    isText(format) &&
    isDateFormat(format) &&
    (cyclic === undefined || (isTexts(cyclic) && cyclic.every((period) => period in DAYS_OF))),
  ordinal: ({ levels }) => isTexts(levels) && levels.length > 0,
  category: ({ levels, other }) => isTexts(levels) && levels.length > 0 && typeof other === "boolean",
};

function isStyle(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { decimal, thousands, prefix, suffix } = value as Record<string, unknown>;
  return (decimal === "." || decimal === ",") && isText(thousands) && isText(prefix) && isText(suffix);
}

/** True of what JSON kept of an encoding, and of nothing else. */
export function isEncoding(value: unknown): value is TableEncoding {
  if (typeof value !== "object" || value === null) return false;
  const { columns, missing, time, group, rows } = value as Record<string, unknown>;
  if (!Array.isArray(columns) || columns.length === 0 || !isTexts(missing)) return false;
  return (
    columns.every(isColumnEncoding) &&
    (time === undefined || (isColumnEncoding(time) && (time.type === "number" || time.type === "date"))) &&
    (group === undefined || isText(group)) &&
    (rows === undefined || isMomentRows(rows))
  );
}

function isColumnEncoding(column: unknown): column is ColumnEncoding {
  if (typeof column !== "object" || column === null) return false;
  const { name, type } = column as Record<string, unknown>;
  return (
    isText(name) &&
    isText(type) &&
    Object.hasOwn(COLUMN_CHECKS, type) &&
    COLUMN_CHECKS[type as ColumnEncoding["type"]](column as Record<string, unknown>)
  );
}

function isMomentRows(value: unknown): value is MomentRows {
  if (typeof value !== "object" || value === null) return false;
  const { kind, length, stride } = value as Record<string, unknown>;
  const isCount = (count: unknown) => Number.isSafeInteger(count) && (count as number) >= 1;
  return isCount(length) && (kind === "sequences" || (kind === "windows" && isCount(stride)));
}

/**
 * Names of the numbers in a row: `age`, `country=France`, `when (sine of the year)`; of rows of several moments with the place of
 * the moment behind them, `load@-1` and `load@0` in a window, which ends at 0, `load@1` and `load@2` of a sequence.
 */
export function featureNames(encoding: TableEncoding): string[] {
  const names = momentNames(encoding);
  return encoding.rows ? namesOfRows(names, encoding.rows) : names;
}

/** Names of the numbers of one moment with the places of the moments of a row behind them. */
export function namesOfRows(names: readonly string[], rows: MomentRows): string[] {
  return Array.from({ length: rows.length }, (_, t) => placeOf(t, rows)).flatMap((place) =>
    names.map((name) => `${name}@${place}`),
  );
}

/** Place of moment `t` of a row: the last of a window is 0, the first of a sequence 1. */
const placeOf = (t: number, { kind, length }: MomentRows) => (kind === "windows" ? t - length + 1 : t + 1);

function momentNames({ columns }: TableEncoding): string[] {
  return columns.flatMap((column) => {
    const { name } = column;
    if (column.type === "category")
      return [...column.levels, ...(column.other ? [OTHER] : [])].map((level) => `${name}=${level}`);
    if (column.type !== "date") return [name];
    const parts = (column.cyclic ?? []).flatMap((period) => [
      `${name} (sine of the ${period})`,
      `${name} (cosine of the ${period})`,
    ]);
    return [name, ...parts];
  });
}

/** Spans `[from, to)` of the numbers of a row that are indicators of one category. */
export function featureGroups(encoding: TableEncoding): (readonly [number, number])[] {
  const categories = columnSpans(encoding).filter(({ column }) => column.type === "category");
  const width = momentWidth(encoding);
  return Array.from({ length: encoding.rows?.length ?? 1 }, (_, moment) =>
    categories.map(({ from, to }) => [moment * width + from, moment * width + to] as const),
  ).flat();
}

/** The columns of a moment, with the span of numbers `[from, to)` that each became. */
export function columnSpans({
  columns,
}: TableEncoding): { readonly column: ColumnEncoding; readonly from: number; readonly to: number }[] {
  let at = 0;
  return columns.map((column) => {
    const from = at;
    at += widthOf(column);
    return { column, from, to: at };
  });
}

/** Ways in which the learned columns are written, for reading further tables. */
export function knownColumns({ columns, time, group }: TableEncoding): Map<string, "text" | NumberStyle> {
  const known = new Map(
    [...columns, ...(time ? [time] : [])].flatMap((column): [string, "text" | NumberStyle][] => {
      if (column.type === "number") return column.style ? [[column.name, column.style]] : [];
      return column.type === "boolean" && !column.words ? [] : [[column.name, "text"]];
    }),
  );
  // A group is told by its characters: 007 is not 7.
  if (group !== undefined) known.set(group, "text");
  return known;
}

/** Numbers of a table, and notes of what was met in it. */
export interface Encoded {
  /** Shape `[n, d]`; `NaN` is a missing value. */
  readonly x: Numbers;
  /** One line each, for the user. */
  readonly notes: readonly string[];
}

/**
 * The numbers that the rows of a table become, a row for each, as they stand: where rows are moments of time, they are neither
 * ordered nor put together. Columns are found by name; others are not looked at.
 * @throws RangeError for a column that is not there, with the nearest names, and for values that are not of its type, all of
 *   them at once.
 */
export function encodeTable(table: Table, encoding: TableEncoding): Encoded {
  const columns = columnsOf(table, encoding);
  // Numbers that stand for nothing, such as −999.
  const gaps = new Set(encoding.missing.filter(isPlainNumber).map(Number));
  const shared = gaps.size === 0 && sharedNumbers(columns, encoding);
  if (shared) return { x: shared, notes: [] };
  const { parts, notes } = codedColumns(table, columns, encoding, gaps);
  const { rows } = table;
  const cols = momentWidth(encoding);
  const data = new Float64Array(checkedSize(rows, cols, table.name));
  fillRows(data, { rows, cols, parts });
  return { x: { data, rows, cols }, notes };
}

/** Rows of a table on their way to a model, a block at a time. */
export interface ScaledRows {
  readonly rows: number;
  readonly cols: number;
  /** Numbers of the rows from `from` to `to`, row by row; valid until the next are asked for. */
  block(from: number, to: number): Float32Array;
}

/**
 * The numbers that the rows of a table become, scaled: (x − offset) / factor in float64, rounded to float32 once, as `applyScale`
 * gives of `encodeTable`, without the memory of all rows.
 * @throws as `encodeTable`.
 */
export function scaledRows(table: Table, encoding: TableEncoding, scaling: Scaling): ScaledRows {
  const columns = columnsOf(table, encoding);
  const gaps = new Set(encoding.missing.filter(isPlainNumber).map(Number));
  const { parts } = codedColumns(table, columns, encoding, gaps);
  const cols = momentWidth(encoding);
  const fill = rowsFiller({ cols, parts }, new Float32Array(cols), isIdentity(scaling) ? undefined : scaling);
  let buffer = new Float32Array(0);
  return {
    rows: table.rows,
    cols,
    block(from, to) {
      const size = (to - from) * cols;
      if (buffer.length < size) buffer = new Float32Array(size);
      else buffer.fill(0, 0, size);
      fill(buffer, from, to);
      return buffer.subarray(0, size);
    },
  };
}

function columnsOf(table: Table, encoding: TableEncoding): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  return encoding.columns.map(({ name }) => byName.get(name) ?? refuseAbsent(table, name));
}

/** The column of a name. @param part what it tells, for the error. @throws RangeError for one that is not there, with the nearest names. */
export function columnNamed(table: Table, name: string, part: string): Column {
  return table.columns.find((column) => column.name === name) ?? refuseAbsent(table, name, `, ${part}`);
}

function refuseAbsent(table: Table, name: string, part = ""): never {
  const names = table.columns.map((column) => column.name);
  const near = nearestNames(names, name).map(quoted);
  throw new RangeError(
    `${table.name}: no column is called ${quoted(name)}${part} (near: ${near.join(", ")})`,
  );
}

function codedColumns(
  table: Table,
  columns: readonly Column[],
  encoding: TableEncoding,
  gaps: ReadonlySet<number>,
): { parts: Coded[]; notes: string[] } {
  const missing = new Set(encoding.missing);
  const notes: string[] = [];
  let at = 0;
  const parts = encoding.columns.map((wanted, j) => {
    const width = widthOf(wanted);
    const { note, ...coded } = codedColumn(withoutNumbers(columns[j]!, gaps), wanted, missing, table.name);
    if (note !== undefined) notes.push(`${table.name}: ${note}`);
    at += width;
    return { ...coded, at: at - width, width };
  });
  return { parts, notes };
}

/** A column on its way to numbers: numbers themselves, or those of its levels and the level of every row. */
interface Coded {
  /** First of its numbers in a row, and how many there are. */
  readonly at: number;
  readonly width: number;
  readonly values?: NumberValues;
  readonly codes?: Uint32Array;
  /** Numbers of every level, side by side. */
  readonly byLevel?: Float64Array;
}

interface Filling {
  readonly rows: number;
  readonly cols: number;
  readonly parts: readonly Coded[];
}

// Rows that are filled together: columns are read one after the other, and the rows stay in the cache meanwhile.
const BLOCK_NUMBERS = 2 ** 15;

/** Writes the numbers of all rows. @param data zeros. */
function fillRows(data: Float64Array | Float32Array, { rows, cols, parts }: Filling): void {
  const fill = rowsFiller({ cols, parts }, data.slice(0, cols));
  const block = Math.max(1, Math.floor(BLOCK_NUMBERS / cols));
  for (let from = 0; from < rows; from += block)
    fill(data.subarray(from * cols), from, Math.min(rows, from + block));
}

/** Writes the numbers of the rows from `from` to `to` to the beginning of an array of zeros. @param usual zeros, one for each column. */
function rowsFiller(
  { cols, parts }: Pick<Filling, "cols" | "parts">,
  usual: Float64Array | Float32Array,
  scaling: ColumnScaling = { offset: new Float64Array(cols), factor: new Float64Array(cols).fill(1) },
): Filler {
  // Most numbers of a category are those of the levels that a row has not: they are set for all rows alike.
  const fills = parts.map((part) => fillerOf(part, cols, scaling, usual));
  const isUsual = usual.every((value) => value === 0);
  return (data, from, to) => {
    if (!isUsual) for (let at = 0; at < (to - from) * cols; at += cols) data.set(usual, at);
    for (const fill of fills) fill(data, from, to);
  };
}

interface ColumnScaling {
  readonly offset: ArrayLike<number>;
  readonly factor: ArrayLike<number>;
}

/** Writes numbers of the rows from `from` to `to` to an array that begins with the first of them. */
type Filler = (data: Float64Array | Float32Array, from: number, to: number) => void;

/** @param usual takes the numbers that are those of most rows. */
function fillerOf(
  { at, width, values, codes, byLevel }: Coded,
  cols: number,
  { offset, factor }: ColumnScaling,
  usual: Float64Array | Float32Array,
): Filler {
  if (values) {
    const { data: own, offset: first, stride } = values;
    const [shift, unit] = [offset[at]!, factor[at]!];
    return (data, from, to) => {
      for (let i = from, target = at; i < to; i++, target += cols)
        data[target] = (own[first + i * stride]! - shift) / unit;
    };
  }
  const numbers = byLevel!.map((value, i) => (value - offset[at + (i % width)]!) / factor[at + (i % width)]!);
  const own = codes!;
  if (width === 1) {
    return (data, from, to) => {
      for (let i = from, target = at; i < to; i++, target += cols) data[target] = numbers[own[i]!]!;
    };
  }
  for (let k = 0; k < width; k++) usual[at + k] = (0 - offset[at + k]!) / factor[at + k]!;
  // The numbers of a level that are not the usual ones: mostly one alone.
  const first = new Int32Array(byLevel!.length / width);
  const end = new Int32Array(first.length);
  for (let level = 0; level < first.length; level++) {
    for (let k = 0; k < width; k++) {
      if (byLevel![level * width + k] === 0) continue;
      if (end[level] === 0) first[level] = k;
      end[level] = k + 1;
    }
  }
  return (data, from, to) => {
    for (let i = from, target = at; i < to; i++, target += cols) {
      const level = own[i]!;
      for (let k = first[level]!; k < end[level]!; k++) data[target + k] = numbers[level * width + k]!;
    }
  };
}

/** The numbers of columns that all are numbers and stand side by side already. */
function sharedNumbers(columns: readonly Column[], encoding: TableEncoding): Numbers | undefined {
  const first = columns[0];
  if (first?.kind !== "number") return undefined;
  const { data, stride, length } = first.values;
  const alike = columns.every(
    (column, j) =>
      encoding.columns[j]!.type === "number" &&
      column.kind === "number" &&
      column.values.data === data &&
      column.values.offset === j &&
      column.values.stride === stride,
  );
  if (!alike || stride !== columns.length) return undefined;
  const whole = data.length === length * stride ? data : data.subarray(0, length * stride);
  return { data: whole, rows: length, cols: stride };
}

function withoutNumbers(column: Column, gaps: ReadonlySet<number>): Column {
  if (column.kind === "text" || gaps.size === 0) return column;
  const values = column.values.toArray().map((value) => (gaps.has(value) ? Number.NaN : value));
  return { ...column, values: new NumberValues(values) };
}

/** @returns its numbers, and a note of values that were passed over. */
function codedColumn(
  column: Column,
  wanted: ColumnEncoding,
  missing: ReadonlySet<string>,
  where: string,
): Pick<Coded, "values" | "codes" | "byLevel"> & { note?: string } {
  const isNumber = wanted.type === "number" || wanted.type === "boolean";
  if (isNumber && column.kind === "number") return { values: column.values };
  const texts = column.kind === "text" ? column.values : textsOf(column.values);
  const width = widthOf(wanted);
  const numbers = numbersOf(wanted, missing);
  // Numbers of a level, made once.
  const byLevel = new Float64Array(texts.levelCount * width);
  const unknown = new Map<number, string>();
  for (let level = 0; level < texts.levelCount; level++) {
    const quick = wanted.type === "date" && width === 1 ? texts.isoDays(level, wanted.format) : undefined;
    if (quick !== undefined) {
      byLevel[level] = quick;
      continue;
    }
    const text = texts.level(level).trim();
    const known = numbers(text, byLevel.subarray(level * width, (level + 1) * width));
    if (!known) unknown.set(level, text);
  }
  const { codes } = texts;
  const coded = { codes, byLevel };
  if (unknown.size === 0) return coded;
  const told = offenders(texts, unknown);
  if (told.count === 0) return coded;
  const name = quoted(column.name);
  if (wanted.type === "category") {
    const meaning = wanted.other ? `taken as ${OTHER}` : "taken as none of the known";
    return { ...coded, note: `column ${name}: ${told.said}, not known to the model, ${meaning}` };
  }
  const kind = {
    number: "a number",
    boolean: "true or false",
    date: `a date like ${wanted.type === "date" ? wanted.format : ""}`,
    ordinal: "a step of its scale",
  }[wanted.type];
  throw new RangeError(
    `${where} column ${name}: ${told.said}, first in row ${told.firstRow + 1}: not ${kind} (--missing takes texts as missing)`,
  );
}

const MOST_SAID = 5;

/** Texts of the levels given, with their counts. */
export function offenders(
  texts: Texts,
  levels: ReadonlyMap<number, string>,
): { count: number; firstRow: number; said: string } {
  const counts = new Map<string, number>();
  let firstRow = -1;
  let count = 0;
  for (const [i, code] of texts.codes.entries()) {
    const text = levels.get(code);
    if (text === undefined) continue;
    if (firstRow < 0) firstRow = i;
    count++;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const all = [...counts].sort(([, a], [, b]) => b - a);
  const some = all
    .slice(0, MOST_SAID)
    .map(([text, times]) => quoted(text) + (times > 1 ? ` ${times} ×` : ""));
  const more = all.length > MOST_SAID ? `, and ${all.length - MOST_SAID} others` : "";
  return { count, firstRow, said: some.join(", ") + more };
}

/** Fills in the numbers of a text; false if it is not of the type, which for a category still has numbers. */
function numbersOf(
  column: ColumnEncoding,
  missing: ReadonlySet<string>,
): (text: string, out: Float64Array) => boolean {
  const isMissing = (text: string) => text === "" || missing.has(text);
  switch (column.type) {
    case "number": {
      const { style = PLAIN } = column;
      return (text, out) => {
        const value = isMissing(text)
          ? undefined
          : (parseStyled(text, style) ?? (isPlainNumber(text) ? Number(text) : undefined));
        out[0] = value ?? Number.NaN;
        return value !== undefined || isMissing(text) || isMissingNumber(text);
      };
    }
    case "boolean": {
      const [no, yes] = column.words?.map((word) => word.toLowerCase()) ?? ["0", "1"];
      return (text, out) => {
        const lower = text.toLowerCase();
        out[0] = lower === yes ? 1 : lower === no ? 0 : Number.NaN;
        return lower === yes || lower === no || isMissing(text) || isMissingNumber(text);
      };
    }
    case "date": {
      const { format, cyclic = [] } = column;
      return (text, out) => {
        const days = isMissing(text) ? undefined : parseDate(text, format);
        out[0] = days ?? Number.NaN;
        cyclic.forEach((period, k) => {
          const angle =
            days === undefined
              ? Number.NaN
              : (2 * Math.PI * (days + WEEK_OFFSET * Number(period === "week"))) / DAYS_OF[period];
          out[1 + 2 * k] = Math.sin(angle);
          out[2 + 2 * k] = Math.cos(angle);
        });
        return days !== undefined || isMissing(text) || isMissingNumber(text);
      };
    }
    case "ordinal": {
      const places = new Map(column.levels.map((level, place) => [level, place]));
      return (text, out) => {
        const place = places.get(text);
        out[0] = place ?? Number.NaN;
        return place !== undefined || isMissing(text) || isMissingWord(text);
      };
    }
    case "category": {
      const places = new Map(column.levels.map((level, place) => [level, place]));
      return (text, out) => {
        const place = places.get(text);
        if (place === undefined && (isMissing(text) || isMissingWord(text))) {
          out.fill(Number.NaN);
          return true;
        }
        const at = place ?? (column.other ? column.levels.length : -1);
        if (at >= 0) out[at] = 1;
        return place !== undefined || column.other;
      };
    }
  }
}

/** Numbers of a column as they are written plainly. */
function textsOf(values: NumberValues): Texts {
  const builder = new TextsBuilder();
  for (let i = 0; i < values.length; i++) {
    const value = values.at(i);
    if (Number.isNaN(value)) builder.addMissing();
    else builder.addText(formatNumber(value, values.data));
  }
  return builder.finish();
}

/**
 * The columns that rows of numbers stand for: of a category the level whose indicator is largest, of a scale the nearest step.
 * @param x `[n, d]`, in the units of the table. @param decimals places after the point for each of the d numbers, where they are known no better.
 * @throws RangeError if d is not that of the encoding.
 */
export function decodeTable(x: Numbers, encoding: TableEncoding, decimals?: ArrayLike<number>): Table {
  const cols = widthOfEncoding(encoding);
  if (x.cols !== cols) throw new RangeError(`decodeTable: want rows of ${cols} numbers, got ${x.cols}`);
  if (encoding.rows) return decodeMoments(x, encoding, encoding.rows, decimals);
  let at = 0;
  const columns = encoding.columns.map((column): Column => {
    const from = at;
    at += widthOf(column);
    const number = (i: number) => x.data[i * cols + from]!;
    const { name } = column;
    if (column.type === "number" || (column.type === "boolean" && !column.words)) {
      const truth = column.type === "boolean";
      const exact = decimals || truth || x.data instanceof Float64Array;
      const values = exact ? new Float64Array(x.rows) : new Float32Array(x.rows);
      for (let i = 0; i < x.rows; i++) {
        const value = number(i);
        values[i] = truth && !Number.isNaN(value) ? Number(value >= 0.5) : roundedTo(value, decimals?.[from]);
      }
      const style = column.type === "number" ? column.style : undefined;
      const made: NumberColumn = { name, kind: "number", values: new NumberValues(values) };
      return { ...made, ...(style && { style }), ...(truth && { truth }) };
    }
    const text = (i: number): string => {
      if (Number.isNaN(number(i))) return "";
      if (column.type === "boolean") return column.words![number(i) >= 0.5 ? 1 : 0];
      if (column.type === "date") return formatDate(number(i), column.format);
      const { levels } = column;
      if (column.type === "ordinal")
        return levels[Math.max(0, Math.min(levels.length - 1, Math.round(number(i))))]!;
      let best = 0;
      const base = i * cols + from;
      for (let k = 1; k < widthOf(column); k++) if (x.data[base + k]! > x.data[base + best]!) best = k;
      return levels[best] ?? OTHER;
    };
    return { name, kind: "text", values: Texts.from(Array.from({ length: x.rows }, (_, i) => text(i))) };
  });
  return makeTable(columns, { name: "decoded" });
}

/** Columns of every moment of a row, with its place behind their names. */
function decodeMoments(
  x: Numbers,
  { rows: _, ...moment }: TableEncoding,
  rows: MomentRows,
  decimals: ArrayLike<number> | undefined,
): Table {
  const width = momentWidth(moment);
  const columns = Array.from({ length: rows.length }, (_, t) => {
    const own = Array.from({ length: width }, (_, j) => t * width + j);
    const decoded = decodeTable(takeColumns(x, own), moment, decimals && own.map((at) => decimals[at]!));
    return decoded.columns.map((column) => ({ ...column, name: `${column.name}@${placeOf(t, rows)}` }));
  });
  return makeTable(columns.flat(), { name: "decoded" });
}

/** A number with so many places after the point, which may be fewer than 0; as it is where none are said. */
export function roundedTo(value: number, decimals: number | undefined): number {
  if (decimals === undefined || !Number.isFinite(value)) return value;
  if (decimals <= 0) return Math.round(value / 10 ** -decimals) * 10 ** -decimals;
  // Beyond this toFixed has no more places, and there is nothing to round.
  return decimals > 100 ? value : Number(value.toFixed(decimals));
}
