/** @file Tables of few lines for tests, and what is in one. */
import type { Dataset } from "../../src/data/dataset.js";
import { type Column, makeTable, NumberValues, type Table } from "../../src/data/table/table.js";
import { Texts } from "../../src/data/table/texts.js";

/** A table of columns given as lists: numbers with `NaN` for a missing one, or texts. */
export function tableOf(columns: Readonly<Record<string, readonly number[] | readonly string[]>>): Table {
  return makeTable(
    Object.entries(columns).map(
      ([name, values]): Column =>
        typeof values[0] === "number"
          ? { name, kind: "number", values: new NumberValues(Float64Array.from(values as readonly number[])) }
          : { name, kind: "text", values: Texts.from(values as readonly string[]) },
    ),
  );
}

/** Names and values of its columns, in their order. */
export function contentOf({ columns }: Pick<Table, "columns">): Record<string, (number | string)[]> {
  return Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));
}

/** Its numbers, row by row. */
export function numbersOf({ columns, rows }: Table): number[] {
  const numbers = columns.flatMap((column) => (column.kind === "number" ? [column.values] : []));
  return Array.from({ length: rows }, (_, i) => numbers.map((values) => values.at(i))).flat();
}

/** A table with the characters of its file instead of the way to them, so that two can be compared. */
export async function wholeTable({ origin, ...table }: Table): Promise<unknown> {
  if (!origin) return table;
  const { records, ...layout } = origin;
  const lines: string[] = [];
  for await (const { bytes, start, end } of records())
    lines.push(new TextDecoder().decode(bytes.subarray(start, end)));
  return { ...table, origin: { ...layout, lines } };
}

/** A data set whose table can be compared, see `wholeTable`. */
export async function wholeDataset({ table, ...data }: Dataset): Promise<unknown> {
  return { ...data, table: table && (await wholeTable(table)) };
}
