/**
 * @file Gaps of a table in a report: how many there were in each column, the ways to fill them, and how well each column is filled.
 */
import { columnNames, type Dataset } from "../../src/data/dataset.js";
import type { BestImputation } from "../../src/tasks/imputation/impute-by-best.js";
import { counted } from "../draw/words.js";
import { shownOf } from "../imputation-text.js";
import type { Panel, Section } from "../report.js";
import { shownNumber } from "../text-table.js";

/** @param gaps values that were filled. @param found the comparison, where the way was chosen by one. */
export function gapsSection({ x, columns }: Dataset, gaps: number, found?: BestImputation): Section {
  const { data, rows, cols } = x;
  const missing = new Array<number>(cols).fill(0);
  for (let at = 0; at < data.length; at++) if (Number.isNaN(data[at])) missing[at % cols]!++;
  const error = found?.error;
  const judged =
    error === undefined
      ? ""
      : ` ${found!.method} filled them: on ${counted(found!.hidden, "value")} that ${found!.hidden === 1 ? "was" : "were"} hidden its error was ` +
        `${shownNumber(error)} of a column's standard deviation, that of the columns' means ${shownNumber(found!.errorOfMeans!)}.`;
  return {
    heading: "Gaps",
    text: `${counted(gaps, "gap")} filled. Values that were there stay as they are.${judged}`,
    panels: [
      {
        kind: "bars",
        title: "Missing values of each column",
        see: "The share of the rows in which each column had no value.",
        valueName: "% of the rows",
        names: columnNames(columns, cols),
        series: [{ name: "missing", values: missing.map((count) => (100 * count) / Math.max(1, rows)) }],
        ranked: true,
      },
      ...(found && error !== undefined ? [waysPanel(found), columnsPanel(found)] : []),
    ],
  };
}

function waysPanel({ trials }: BestImputation): Panel {
  const allTried = trials.every(({ reason }) => reason === undefined);
  return {
    kind: "table",
    title: "Ways to fill",
    see: "Root mean square error on values that were hidden, in standard deviations of their columns, and its standard deviation over the repeats. Ways far behind were left out of later repeats.",
    columns: ["method", "error", "spread", "repeats", ...(allTried ? [] : ["not tried because"])],
    rows: trials.map(({ method, error, spread, repeats, reason }) => [
      ...[method, error, spread, repeats],
      ...(allTried ? [] : [reason]),
    ]),
  };
}

const columnsPanel = ({ columns }: BestImputation): Panel => ({
  kind: "table",
  title: "Error of each column",
  see: "Root mean square error in the units of the column, of categories the share that is wrong, beside that of the column's mean or most frequent level.",
  columns: ["column", "gaps", "error", "spread", "error of the mean"],
  rows: columns.map((column) => [
    column.name,
    column.gaps,
    shownOf(column, column.error),
    shownOf(column, column.spread),
    shownOf(column, column.errorOfMeans),
  ]),
});
