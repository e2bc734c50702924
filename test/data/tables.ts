/** @file Tables of few lines for tests, and what is in one. */
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
export function contentOf({ columns }: Table): Record<string, (number | string)[]> {
  return Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));
}

/** Its numbers, row by row. */
export function numbersOf({ columns, rows }: Table): number[] {
  const numbers = columns.flatMap((column) => (column.kind === "number" ? [column.values] : []));
  return Array.from({ length: rows }, (_, i) => numbers.map((values) => values.at(i))).flat();
}
