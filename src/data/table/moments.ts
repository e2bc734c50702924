/**
 * @file Order of rows that are moments of time: groups one after the other, and each by its times.
 */
import { quoted } from "../quoted.js";
import { type Sequences, spansOf } from "../sequences.js";
import { columnNamed, encodeTable, type TableEncoding, type TimeEncoding } from "./encoding.js";
import { stepNotes } from "./steps.js";
import type { Column, Table } from "./table.js";

/** Rows of a table in the order of their sequences. */
export interface Moments {
  /** Row of the table that stands at each place `[n]`; `undefined` where all stand in order already. */
  readonly rows: Uint32Array | undefined;
  /** Lengths of the sequences. */
  readonly sequences: Sequences;
  /** One line each, for the user. */
  readonly notes: readonly string[];
}

/**
 * The order of a table's rows: by group, groups in the order of their first rows, and by time within each, where rows of the same
 * time stay in the order that they have.
 * @throws RangeError for a column that is not there, values that are no times, and a time or group that is missing, with its row.
 */
export function orderMoments(
  table: Table,
  { time, group, missing }: Omit<TableEncoding, "columns">,
): Moments {
  const { rows: count, name } = table;
  const told = time && timesOf(table, time, missing);
  const { order, sequences } = byGroup(table, group, missing);
  if (told) for (const { from, to } of spansOf(sequences)) sortByTime(order.subarray(from, to), told);
  let inOrder = true;
  for (let i = 0; i < count && inOrder; i++) inOrder = order[i] === i;
  const named = [group, time?.name].flatMap((column) => (column === undefined ? [] : [quoted(column)]));
  return {
    rows: inOrder ? undefined : order,
    sequences,
    notes: [
      ...(inOrder ? [] : [`${name}: rows were put in order of ${named.join(" and ")}`]),
      ...(told ? stepNotes(told, order, sequences, time).map((note) => `${name}: ${note}`) : []),
    ],
  };
}

/** Times `[n]`: numbers, or days since 1970-01-01. */
function timesOf(table: Table, time: TimeEncoding, missing: readonly string[]): Float64Array {
  const column = columnNamed(table, time.name, "which tells the time of a row");
  const { x } = encodeTable(table, { columns: [time], missing });
  const times = Float64Array.from(x.data);
  const bad = times.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return times;
  const got = Number.isNaN(times[bad]!) ? "is missing" : `is ${times[bad]}`;
  throw new RangeError(
    `${table.name}: row ${bad + 1}: its time, column ${quoted(column.name)}, ${got}: a moment wants a time`,
  );
}

/** Rows with those of a group beside each other, in the order that they have. */
function byGroup(
  { rows, ...table }: Table,
  group: string | undefined,
  missing: readonly string[],
): { order: Uint32Array; sequences: Sequences } {
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  if (group === undefined) return { order, sequences: [rows] };
  const column = columnNamed({ rows, ...table }, group, "which tells the sequence of a row");
  const groups = groupsOf(column, new Set(missing), table.name);
  const sequences: number[] = [];
  for (const own of groups) sequences[own] = (sequences[own] ?? 0) + 1;
  const next = Uint32Array.from(sequences);
  let from = 0;
  for (let g = 0; g < next.length; g++) {
    next[g] = from;
    from += sequences[g]!;
  }
  for (let i = 0; i < rows; i++) order[next[groups[i]!]!++] = i;
  return { order, sequences };
}

/** Group of every row `[n]`, counted in the order of their first rows. */
function groupsOf(column: Column, missing: ReadonlySet<string>, table: string): Uint32Array {
  const known = new Map<string | number, number>();
  const groupOf = (key: string | number) => {
    let group = known.get(key);
    if (group === undefined) {
      group = known.size;
      known.set(key, group);
    }
    return group;
  };
  const refuse = (row: number): never => {
    throw new RangeError(
      `${table}: row ${row + 1}: its group, column ${quoted(column.name)}, is missing: a moment wants a sequence`,
    );
  };
  const groups = new Uint32Array(column.values.length);
  if (column.kind === "number") {
    const gaps = new Set([...missing].filter((text) => text.trim() !== "").map(Number));
    for (let i = 0; i < groups.length; i++) {
      const value = column.values.at(i);
      groups[i] = Number.isNaN(value) || gaps.has(value) ? refuse(i) : groupOf(value);
    }
    return groups;
  }
  const { values } = column;
  const ofLevel = new Int32Array(values.levelCount).fill(-1);
  for (let i = 0; i < groups.length; i++) {
    const level = values.codes[i]!;
    if (ofLevel[level]! < 0) {
      const text = values.level(level).trim();
      ofLevel[level] = text === "" || missing.has(text) ? refuse(i) : groupOf(text);
    }
    groups[i] = ofLevel[level]!;
  }
  return groups;
}

/** @param rows of one group, ascending; put in the order of their times, and by their own where times are the same. */
function sortByTime(rows: Uint32Array, times: Float64Array): void {
  let inOrder = true;
  for (let i = 1; i < rows.length && inOrder; i++) inOrder = times[rows[i - 1]!]! <= times[rows[i]!]!;
  if (!inOrder) rows.sort((a, b) => times[a]! - times[b]! || a - b);
}
