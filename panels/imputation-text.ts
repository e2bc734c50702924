/**
 * @file Ways to fill gaps side by side, and the error of the one taken, column by column.
 */
import type {
  BestImputation,
  ImputationTrial,
  ImputedColumn,
} from "../src/tasks/imputation/impute-by-best.js";
import { shownPercent, textTable } from "./text-table.js";

// More columns are in --json and in the report.
const MOST_COLUMNS = 20;

/** Three digits are more than the spread leaves. */
const shownError = (value: number | undefined): string =>
  value === undefined ? "–" : String(Number(value.toPrecision(3)));

/** The error of a column as its measure has it. */
export function shownOf({ measure }: ImputedColumn, value: number | undefined): string {
  return measure === "rmse" || value === undefined ? shownError(value) : shownPercent(value);
}

const rank = ({ error }: ImputationTrial): number => error ?? Number.POSITIVE_INFINITY;

/** The ways with their errors, the least first, and the columns with the most gaps. */
export function imputationText(found: BestImputation): string {
  const { trials, columns, method, comparedRows, hidden, filled } = found;
  const ranked = [...trials].sort((a, b) => rank(a) - rank(b));
  const ways = textTable([
    ["method", "error", "spread", "repeats"],
    ...ranked.map(({ method: name, error, spread, repeats }) => [
      name === method ? `${name} *` : name,
      shownError(error),
      shownError(spread),
      String(repeats),
    ]),
  ]);
  const told = [...columns].sort((a, b) => b.gaps - a.gaps).slice(0, MOST_COLUMNS);
  const more = columns.length - told.length;
  const own = textTable([
    ["column", "gaps", "error", "spread", "of means"],
    ...told.map((column) => [
      column.name,
      String(column.gaps),
      shownOf(column, column.error),
      shownOf(column, column.spread),
      shownOf(column, column.errorOfMeans),
    ]),
  ]);
  const sample = comparedRows < filled.rows ? `, on ${comparedRows} of ${filled.rows} rows` : "";
  const untried = trials.flatMap(({ reason }) => (reason === undefined ? [] : [`not tried: ${reason}\n`]));
  return (
    `${ways}error in standard deviations of the columns, on ${hidden} values that were hidden${sample}\n${untried.join("")}` +
    (told.length > 0 ? `\n${own}${more > 0 ? `… and ${more} more columns\n` : ""}` : "")
  );
}
