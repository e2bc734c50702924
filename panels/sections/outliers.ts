/**
 * @file Unusual rows in a report: the rows with their reasons, the map, the scores, detectors beside each other.
 */
import { type Dataset, rowInFile } from "../../src/data/dataset.js";
import type { OutlierSearch } from "../../src/tasks/outliers/find-outliers.js";
import type { JudgedOutliers } from "../../src/tasks/outliers/outlier-figures.js";
import { grouped } from "../draw/words.js";
import { outliersPanel, scoresPanel } from "../outlier-picture.js";
import { shownValueOf, UNBEATEN } from "../outlier-text.js";
import type { Panel, Section, TablePanel } from "../report.js";
import { shownPercent } from "../text-table.js";

/** @param judged figures by labels, where there are some. @param count rows whose content may be told. */
export async function outlierSections(
  found: OutlierSearch,
  input: Dataset,
  judged: JudgedOutliers | undefined,
  count: number,
): Promise<Section[]> {
  const { count: outliers, rule, scores } = found;
  const panels: Panel[] = [
    ...(count > 0 ? [rowsPanel(found, input, count)] : []),
    await outliersPanel(found, input, count),
    ...(count > 0 ? besidePanel(found, input, count) : []),
    scoresPanel(found),
  ];
  const sections: Section[] = [
    {
      heading: "Unusual rows",
      text: `${grouped(outliers)} of ${grouped(scores.length)} rows are called outliers: ${rule}.`,
      panels,
    },
  ];
  if (judged)
    sections.push({
      heading: "Detectors",
      text: `${judged.outliers} of ${judged.rows} rows are labeled ${judged.outlierLabel}.${judged.meanUnbeaten ? ` ${UNBEATEN[0]!.toUpperCase()}${UNBEATEN.slice(1)}.` : ""}`,
      panels: [
        {
          kind: "table",
          title: "Detectors by labels",
          see: "Areas of 0.5 are those of chance, of 1 those of a detector that puts all outliers first.",
          columns: ["method", "ROC-AUC", "average precision", "precision at n"],
          rows: judged.figures.map((one) => [one.title, one.rocAuc, one.averagePrecision, one.precisionAtN]),
        },
      ],
    });
  return sections;
}

function rowsPanel({ explained }: OutlierSearch, input: Dataset, count: number): TablePanel {
  return {
    kind: "table",
    title: "The most unusual rows",
    see: "Each with the columns that make it so: what is there, what the other columns let expect, and the share of the column in how far the row is off.",
    columns: ["rank", "row", "score", "outlier", "column", "value", "expected", "half lies between", "share"],
    rows: explained.slice(0, count).flatMap(({ row, rank, score, outlier, reasons }) => {
      const head = [rank, rowInFile(input, row), score, outlier ? "yes" : "no"];
      if (reasons.length === 0) return [[...head, "", "", "", "", ""]];
      return reasons.map(({ column, type, value, expected, half, probabilities, contribution }, at) => [
        ...(at === 0 ? head : ["", "", "", ""]),
        column,
        shownValueOf(value, type),
        shownValueOf(expected, type),
        half
          ? half.map((one) => shownValueOf(one, type)).join(" and ")
          : probabilities
            ? `${shownPercent(probabilities[0])} of such rows`
            : "",
        shownPercent(contribution),
      ]);
    }),
  };
}

/** Rows of the first ranks beside the simplest detector there is; nothing where that is what ranked them. */
function besidePanel(
  { explained, detectors, combined, count: outliers, ranks }: OutlierSearch,
  input: Dataset,
  count: number,
): Panel[] {
  const distances = detectors.find(({ name }) => name === "distanceToMean")?.scores;
  if (!distances || (!combined && detectors[0]!.name === "distanceToMean")) return [];
  const order = Array.from(ranks.keys()).sort((a, b) => distances[b]! - distances[a]! || a - b);
  const own = new Uint32Array(ranks.length);
  order.forEach((row, at) => {
    own[row] = at + 1;
  });
  const both = order.slice(0, outliers).filter((row) => ranks[row]! <= outliers).length;
  return [
    {
      kind: "table",
      title: "Beside the distance to the mean",
      see: `The simplest detector ranks rows by their squared distance to the mean in standard units: ${grouped(both)} of ${grouped(outliers)} outliers are among its first ${grouped(outliers)}. Rows that are far down by it are unusual by what their columns are together.`,
      columns: ["row", "rank", "rank by distance", "squared distance"],
      rows: explained
        .slice(0, count)
        .map(({ row, rank }) => [rowInFile(input, row), rank, own[row]!, distances[row]!]),
    },
  ];
}
