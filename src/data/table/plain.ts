/**
 * @file Columns as readers give them and writers take them, to a table's and back.
 */
import type { PartedColumn, PlainColumn, PlainColumns } from "../plain-columns.js";
import { quoted } from "../quoted.js";
import {
  type Column,
  columnPart,
  copied,
  distinctNames,
  makeTable,
  NumberValues,
  type Table,
} from "./table.js";
import { Texts } from "./texts.js";

/** A table of columns that were read. */
export function tableOfPlain({ columns }: PlainColumns, name: string): Table {
  const there = columns.filter(({ unread }) => unread === undefined);
  const { names, changed } = distinctNames(there.map((column) => column.name));
  const unread = columns.flatMap((column) =>
    column.unread === undefined ? [] : [{ name: column.name, reason: column.unread }],
  );
  const notes = changed.map(
    ([old, own]) => `${name}: two columns are called ${quoted(old)}, the later one is read as ${quoted(own)}`,
  );
  const made = there.map(({ numbers, texts = [], type, entry }, j): Column => {
    if (!numbers) return { name: names[j]!, kind: "text", values: Texts.from(texts) };
    const values = new NumberValues(numbers);
    return {
      name: names[j]!,
      kind: "number",
      values,
      ...(type === "boolean" && { truth: true }),
      ...(entry && { entry }),
    };
  });
  return makeTable(made, { name, notes, unread });
}

/** A column to be written, some of its rows at a time. */
export function partedOf(column: Column): PartedColumn {
  return { name: column.name, part: (from, to) => plainOf(columnPart(column, from, to)) };
}

/** A column to be written. */
function plainOf(column: Column): PlainColumn {
  const { name } = column;
  if (column.kind === "text") return { name, texts: column.values.toArray() };
  const { values } = column;
  const whole = values.stride === 1 && values.offset === 0 && values.length === values.data.length;
  const numbers = whole
    ? values.data
    : values.data instanceof Float32Array
      ? copied(values, new Float32Array(values.length))
      : values.toArray();
  return { name, numbers, ...(column.truth && { type: "boolean" as const }) };
}
