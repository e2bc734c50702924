/**
 * @file Gaps of a table in a report: how many there were in each column.
 */
import { columnNames, type Dataset } from "../../src/data/dataset.js";
import { counted } from "../draw/words.js";
import type { Section } from "../report.js";

/** @param gaps values that were filled. */
export function gapsSection({ x, columns }: Dataset, gaps: number): Section {
  const { data, rows, cols } = x;
  const missing = new Array<number>(cols).fill(0);
  for (let at = 0; at < data.length; at++) if (Number.isNaN(data[at])) missing[at % cols]!++;
  return {
    heading: "Gaps",
    text: `${counted(gaps, "gap")} filled. Values that were there stay as they are.`,
    panels: [
      {
        kind: "bars",
        title: "Missing values of each column",
        see: "The share of the rows in which each column had no value.",
        valueName: "share of the rows",
        names: columnNames(columns, cols),
        series: [{ name: "missing", values: missing.map((count) => count / Math.max(1, rows)) }],
        ranked: true,
      },
    ],
  };
}
