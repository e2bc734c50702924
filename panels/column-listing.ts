/**
 * @file The columns of a table, for people to look over: type, role, gaps, different values, examples and why.
 */
import { cellText } from "../src/data/csv/write.js";
import type { ColumnGuess, ColumnRole, ColumnType } from "../src/data/table/guess.js";
import type { Column, Table } from "../src/data/table/table.js";
import { isMissingNumber, isMissingWord } from "../src/data/table/words.js";
import { textTable } from "./text-table.js";

/** A column as it is told of. */
export interface ColumnListing {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: ColumnRole;
  /** Values that are missing. */
  readonly missing: number;
  /** Different values that are not. */
  readonly distinct: number;
  /** The first different values. */
  readonly examples: readonly string[];
  readonly why: string;
}

const EXAMPLES = 3;
const LONGEST_EXAMPLE = 18;

/** The columns of a table, in their order. */
export function listColumns({ columns }: Table, guesses: readonly ColumnGuess[]): ColumnListing[] {
  return columns.map((column, j) => {
    const guess = guesses[j]!;
    const { name, type, role, why } = guess;
    return { name, type, role, ...valuesOf(column, guess), why };
  });
}

function valuesOf(column: Column, { encoding, role }: ColumnGuess) {
  const isMissing =
    encoding?.type === "category" || encoding?.type === "ordinal"
      ? isMissingWord
      : role === "feature"
        ? isMissingNumber
        : () => false;
  const seen = new Set<unknown>();
  const examples: string[] = [];
  let missing = 0;
  const note = (key: unknown, text: () => string) => {
    if (seen.has(key)) return;
    seen.add(key);
    if (examples.length < EXAMPLES) examples.push(text());
  };
  for (let i = 0; i < column.values.length; i++) {
    if (column.kind === "number") {
      const value = column.values.at(i);
      if (Number.isNaN(value)) missing++;
      else note(value, () => cellText(column, i));
    } else {
      const text = column.values.at(i).trim();
      if (text === "" || isMissing(text)) missing++;
      else note(text, () => text);
    }
  }
  return { missing, distinct: seen.size, examples };
}

/** They as a table. */
export function columnTable(columns: readonly ColumnListing[]): string {
  const cut = (text: string) =>
    text.length > LONGEST_EXAMPLE ? `${text.slice(0, LONGEST_EXAMPLE - 1)}…` : text;
  return textTable(
    [
      ["column", "type", "role", "missing", "distinct", "examples", "why"],
      ...columns.map(({ name, type, role, missing, distinct, examples, why }) => [
        cut(name),
        type,
        role,
        String(missing),
        String(distinct),
        examples.map(cut).join(", "),
        why,
      ]),
    ],
    "left",
  );
}
