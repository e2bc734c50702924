/**
 * @file The columns of the data in a report: types, roles, gaps, and what was guessed.
 */
import type { Dataset } from "../../src/data/dataset.js";
import { takeTableRows } from "../../src/data/table/table.js";
import { listColumns } from "../column-listing.js";
import { drawnRows } from "../draw/drawn-rows.js";
import { grouped } from "../draw/words.js";
import type { Section } from "../report.js";

/** More rows are sampled to count values. */
const MOST_ROWS = 20_000;

/** @param withExamples values of the columns may be told. */
export function columnsSection(
  { x, table, guesses, rowShape, notes }: Dataset,
  withExamples: boolean,
): Section {
  const text = notes.length > 0 ? notes.join(" ") : undefined;
  const shape = rowShape && rowShape.length > 1 ? `, of shape ${rowShape.join(" × ")}` : "";
  if (!table || !guesses)
    return {
      heading: "Columns",
      text: [`Rows of ${grouped(x.cols)} numbers${shape}, without names.`, text].filter(Boolean).join(" "),
      panels: [],
    };
  const counted = table.rows > MOST_ROWS ? takeTableRows(table, drawnRows(table.rows, MOST_ROWS)) : table;
  const sample =
    counted === table
      ? ""
      : ` Missing and different values are counted in ${grouped(MOST_ROWS)} rows drawn at random.`;
  return {
    heading: "Columns",
    ...(text !== undefined && { text }),
    panels: [
      {
        kind: "table",
        title: "Columns of the data",
        see: `Every column, its type and its part in learning, as guessed or told, and why.${sample}`,
        columns: [
          "column",
          "type",
          "role",
          "missing",
          "distinct",
          ...(withExamples ? ["examples"] : []),
          "why",
        ],
        rows: listColumns(counted, guesses).map(({ name, type, role, missing, distinct, examples, why }) => [
          name,
          type,
          role,
          missing,
          distinct,
          ...(withExamples ? [examples.join(", ")] : []),
          why,
        ]),
      },
    ],
  };
}
