/**
 * @file Table: named columns as a file holds them, numbers in float64 and texts as they were written.
 */
import type { Numbers } from "../matrix.js";
import { quoted } from "../quoted.js";
import type { Texts } from "./texts.js";

/** Numbers of one column: number `i` stands at `offset + i · stride` of `data`; `NaN` is a missing value. */
export class NumberValues implements Iterable<number> {
  /** Numbers of this column, and maybe of others. */
  readonly data: Float64Array | Float32Array;
  /** Index of the first number. */
  readonly offset: number;
  /** Steps from one number to the next. */
  readonly stride: number;
  /** Number of rows. */
  readonly length: number;

  constructor(data: Float64Array | Float32Array, offset = 0, stride = 1, length = data.length) {
    this.data = data;
    this.offset = offset;
    this.stride = stride;
    this.length = length;
  }

  /** Number of row `i`. */
  at(i: number): number {
    return this.data[this.offset + i * this.stride]!;
  }

  /** The numbers in their order. */
  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  /** A copy `[n]`. */
  toArray(): Float64Array {
    return copied(this, new Float64Array(this.length));
  }

  /** Those of rows `from` to `to`, which is not among them; not copied. */
  part(from: number, to: number): NumberValues {
    const { data, offset, stride } = this;
    if (stride === 1) return new NumberValues(data.subarray(offset + from, offset + to));
    return new NumberValues(data, offset + from * stride, stride, to - from);
  }

  /** A copy of those of some rows, in the order named. */
  take(rows: ArrayLike<number>): NumberValues {
    const { data, offset, stride } = this;
    const taken =
      data instanceof Float32Array ? new Float32Array(rows.length) : new Float64Array(rows.length);
    for (let i = 0; i < taken.length; i++) taken[i] = data[offset + rows[i]! * stride]!;
    return new NumberValues(taken);
  }
}

/** Some rows of a table, in the order named; of the characters of its file nothing is known then. */
export function takeTableRows(table: Table, rows: Uint32Array): Table {
  const columns = table.columns.map((column) => takeColumnRows(column, rows));
  return { ...table, columns, rows: rows.length, origin: undefined };
}

/** A column of some rows, in the order named. */
export function takeColumnRows(column: Column, rows: Uint32Array): Column {
  return column.kind === "text"
    ? { ...column, values: column.values.take(rows) }
    : { ...column, values: column.values.take(rows) };
}

/** The numbers in their order, in an array of their length. */
export function copied<Out extends Float64Array | Float32Array>(values: NumberValues, out: Out): Out {
  const { data, offset, stride } = values;
  for (let i = 0, at = offset; i < out.length; i++, at += stride) out[i] = data[at]!;
  return out;
}

/** Rows `from` to `to` of a column, which is not among them; its values are not copied. */
export function columnPart(column: Column, from: number, to: number): Column {
  return column.kind === "text"
    ? { ...column, values: column.values.part(from, to) }
    : { ...column, values: column.values.part(from, to) };
}

/** A column of numbers. */
export interface NumberColumn {
  /** Name of the column. */
  readonly name: string;
  /** Marks a column of numbers. */
  readonly kind: "number";
  /** Numbers `[n]`; `NaN` is a missing value. */
  readonly values: NumberValues;
  /** Texts that stood for a missing value, with their counts, where the file has texts; the empty one is not among them. */
  readonly missing?: ReadonlyMap<string, number>;
  /** The way the numbers are written, where it is not the plain one. */
  readonly style?: NumberStyle;
  /** True of an entry of a list, as embeddings are kept: its numbers are no keys. */
  readonly entry?: boolean;
  /** True if the file gives the column no name. */
  readonly unnamed?: boolean;
  /** True if the numbers are 1 for true and 0 for false. */
  readonly truth?: boolean;
}

/** A column of text; `""` is a missing value. */
export interface TextColumn {
  /** Name of the column. */
  readonly name: string;
  /** Marks a column of text. */
  readonly kind: "text";
  /** Text of every row `[n]`. */
  readonly values: Texts;
}

/** A column of a table, told apart by `kind`. */
export type Column = NumberColumn | TextColumn;

/** The way numbers are written in a column: `€ 1.234,50`, `12 %`. */
export interface NumberStyle {
  /** Between whole and fraction. */
  readonly decimal: "." | ",";
  /** Between thousands; `""` for nothing. */
  readonly thousands: string;
  /** Before the number, such as `$`. */
  readonly prefix: string;
  /** After the number, such as ` %` or ` EUR`. */
  readonly suffix: string;
}

/** A file's columns in their order. */
export interface Table {
  /** Name of the file. */
  readonly name: string;
  /** Number of rows. */
  readonly rows: number;
  /** Columns in the order of the file. */
  readonly columns: readonly Column[];
  /** One line each, for the user: what was noticed while reading. */
  readonly notes: readonly string[];
  /** Columns that could not be read, and why. */
  readonly unread: readonly { readonly name: string; readonly reason: string }[];
  /** The characters of the file, where it has some. */
  readonly origin?: Origin | undefined;
}

/** The characters of a table's file, to give them back as they stand. */
export interface Origin {
  /** Between fields. */
  readonly delimiter: string;
  /** Names as they stand, where the file has some. */
  readonly names: readonly string[] | undefined;
  /** The records below the header, in order, once more from the start. */
  records(): AsyncGenerator<OriginRecord>;
}

/** One record as it stands in a file; valid until the next is asked for. */
export interface OriginRecord {
  /** Bytes that it stands in, UTF-8. */
  readonly bytes: Uint8Array;
  /** Index of its first byte. */
  readonly start: number;
  /** Index of the first byte after its last field. */
  readonly end: number;
  /** Start and end of every field, its quotes with it. */
  fields(): readonly (readonly [number, number])[];
}

/**
 * A table of columns.
 * @throws RangeError if two columns have one name or are of different lengths.
 */
export function makeTable(
  columns: readonly Column[],
  { name = "table", notes = [], unread = [], origin }: Partial<Omit<Table, "rows" | "columns">> = {},
): Table {
  const rows = columns[0]?.values.length ?? 0;
  const odd = columns.find(({ values }) => values.length !== rows);
  if (odd)
    throw new RangeError(`${name}: ${odd.values.length} values in ${quoted(odd.name)}, ${rows} in the first`);
  const twice = firstTwice(columns.map((column) => column.name));
  if (twice) throw new RangeError(`${name}: two columns are called ${quoted(columns[twice[0]]!.name)}`);
  return { name, rows, columns, notes, unread, ...(origin && { origin }) };
}

/** Columns of numbers over rows `[n, d]` (not copied). */
export function numberColumns(x: Numbers, names: readonly string[]): NumberColumn[] {
  return names.map((name, j) => ({
    name,
    kind: "number",
    values: new NumberValues(x.data, j, x.cols, x.rows),
  }));
}

/** Names that are all different: one that was there before gets `.1`, `.2`, … after it, as in pandas. */
export function distinctNames(names: readonly string[]): { names: string[]; changed: [string, string][] } {
  const all = new Set(names);
  const taken = new Set<string>();
  const changed: [string, string][] = [];
  const out = names.map((name) => {
    let own = name;
    for (let k = 1; taken.has(own); k++) {
      const next = `${name}.${k}`;
      if (!all.has(next) && !taken.has(next)) own = next;
    }
    taken.add(own);
    if (own !== name) changed.push([name, own]);
    return own;
  });
  return { names: out, changed };
}

/** Indices of the first two that are the same name. */
export function firstTwice(names: readonly string[]): readonly [number, number] | undefined {
  const places = new Map<string, number>();
  for (const [j, name] of names.entries()) {
    const earlier = places.get(name);
    if (earlier !== undefined) return [earlier, j];
    places.set(name, j);
  }
  return undefined;
}
