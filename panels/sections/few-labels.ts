/**
 * @file Accuracies with a few labels in a report.
 */
import type { Cell, Section, TablePanel } from "../report.js";

const TITLES: Readonly<Record<string, string>> = {
  fewLabels: "Accuracy with a few labels",
  fewLabelsByDimension: "Accuracy with a few labels, by the number of components",
  fewLabelsFromClusters: "Accuracy of labels carried to their cluster",
};

/** @param found results of the tasks of few labels, by name. */
export function fewLabelsSections(found: object): Section[] {
  const panels = Object.entries(found as Record<string, { entries: readonly object[] }>).map(
    ([name, { entries }]) => entriesTable(TITLES[name] ?? name, entries),
  );
  return panels.length === 0 ? [] : [{ heading: "Few labels", panels }];
}

function entriesTable(title: string, entries: readonly object[]): TablePanel {
  const columns = [...new Set(entries.flatMap((entry) => Object.keys(entry)))].filter((name) =>
    entries.some((entry) => isCell((entry as Record<string, unknown>)[name])),
  );
  return {
    kind: "table",
    title,
    see: "Means over draws of the labels, as shares of 1, and half the width of their 95 % interval.",
    columns,
    rows: entries.map((entry) =>
      columns.map((name) => {
        const value = (entry as Record<string, unknown>)[name];
        return isCell(value) ? value : undefined;
      }),
    ),
  };
}

const isCell = (value: unknown): value is Cell => typeof value === "string" || typeof value === "number";
