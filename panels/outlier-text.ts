/**
 * @file Unusual rows in words: a line for every row of the first ranks, with the columns that make it so; detectors beside each other.
 */
import { formatDate } from "../src/data/table/dates.js";
import type { OutlierReason } from "../src/tasks/outliers/explain.js";
import type { OutlierRow } from "../src/tasks/outliers/find-outliers.js";
import type { JudgedOutliers } from "../src/tasks/outliers/outlier-figures.js";
import { grouped } from "./draw/words.js";
import { shownPercent, textTable } from "./text-table.js";

/** A column that is off by less says little by itself. */
const LITTLE = 2.5;

/** A table of rows with their reasons. @param rowName a row in the words of the file. */
export function outliersText(rows: readonly OutlierRow[], rowName: (row: number) => string): string {
  return textTable(
    [
      ["rank", "row", "score", "outlier", "why"],
      ...rows.map(({ row, rank, score, outlier, reasons }) => [
        String(rank),
        rowName(row),
        shownScore(score),
        outlier ? "yes" : "no",
        reasonsText(reasons),
      ]),
    ],
    "left",
  );
}

/** `3.26`, or with five digits where a method's scores are in units of its own. */
const shownScore = (score: number) =>
  Math.abs(score) < 1000 && Math.abs(score) >= 0.01 ? score.toFixed(2) : score.toPrecision(5);

/** Reasons of a row: those that are far off, else the first, with a word that it is little. */
export function reasonsText(reasons: readonly OutlierReason[]): string {
  const far = reasons.filter(({ deviation }) => Math.abs(deviation) >= LITTLE);
  if (far.length > 0) return far.map(reasonText).join("; ");
  return reasons[0] ? `no column by itself; most: ${reasonText(reasons[0])}` : "no column by itself";
}

/** `amount 99,999, expected 54 (half between 31 and 78)`, `city Atlantis, expected Berlin (42.0 % of such rows; Atlantis 0.1 %)`. */
export function reasonText({ column, value, expected, half, probabilities, type }: OutlierReason): string {
  const shown = (one: number | string) => shownValueOf(one, type);
  const said = `${column} ${shown(value)}, expected ${shown(expected)}`;
  const [low, high] = half?.map(shown) ?? [];
  if (half) return `${said} (${low === high ? "half are so" : `half between ${low} and ${high}`})`;
  if (!probabilities) return said;
  const [share, own] = probabilities;
  return `${said} (${shownPercent(share)} of such rows; ${shown(value)} ${own < 0.0005 ? "< 0.1 %" : shownPercent(own)})`;
}

/** A value of a column as its type is written. */
export function shownValueOf(value: number | string, type: OutlierReason["type"]): string {
  if (typeof value === "string") return value;
  if (type === "date") return formatDate(Math.round(value), "YYYY-MM-DD");
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return value.toExponential(2);
  if (size >= 1000) return `${value < 0 ? "-" : ""}${grouped(Math.round(size))}`;
  return String(Number(value.toPrecision(4)));
}

/** Detectors and the combination beside each other, as labels tell. */
export function judgedText({ figures, rows, outliers, outlierLabel, meanUnbeaten }: JudgedOutliers): string {
  const table = textTable([
    ["method", "ROC-AUC", "average precision", `precision@${outliers}`],
    ...figures.map((one) => [
      one.title,
      ...[one.rocAuc, one.averagePrecision, one.precisionAtN].map((value) => value.toFixed(3)),
    ]),
  ]);
  const of = `by labels: ${outliers} of ${rows} rows are ${outlierLabel}`;
  return `${table}${of}\n${meanUnbeaten ? `${UNBEATEN}\n` : ""}`;
}

export const UNBEATEN = "no method beats the distance to the mean here";
