/**
 * @file A column of a table with values where it had none.
 */
import { type Column, NumberValues } from "../table/table.js";
import { Texts } from "../table/texts.js";

/** @param fill as many values, of the same kind, missing where the column has its own. */
export function filledColumn(column: Column, fill: Column): Column {
  if (column.kind === "number" && fill.kind === "number") {
    const values = Float64Array.from({ length: column.values.length }, (_, i) => {
      const own = column.values.at(i);
      return Number.isNaN(own) ? fill.values.at(i) : own;
    });
    return { ...column, values: new NumberValues(values) };
  }
  if (column.kind !== "text" || fill.kind !== "text") return column;
  const texts = Array.from(
    { length: column.values.length },
    (_, i) => fill.values.at(i) || column.values.at(i),
  );
  return { ...column, values: Texts.from(texts) };
}
