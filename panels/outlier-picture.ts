/**
 * @file Unusual rows to look at: a map of all rows with the outliers in a color of their own, and how the scores are spread.
 */
import { scaleLinear } from "d3-scale";
import { type Dataset, rowInFile } from "../src/data/dataset.js";
import type { OutlierSearch } from "../src/tasks/outliers/find-outliers.js";
import { shortened } from "./draw/words.js";
import { reasonsText } from "./outlier-text.js";
import type { BarsPanel, ScatterPanel } from "./report.js";
import { coloredRows } from "./row-map.js";
import { nameOf } from "./sections/map.js";
import { sampleOf } from "./sections/rows.js";

/** Rows that are outliers, and first ranks where there are none. @param count rows whose content may be told. */
export async function outliersPanel(
  found: OutlierSearch,
  input: Dataset,
  count: number,
): Promise<ScatterPanel> {
  const { outliers, explained, filled, scale, seed } = found;
  const first = new Set(explained.map(({ row }) => row));
  // Outliers are drawn, whichever rows the sample has.
  const told = Array.from(outliers.keys()).filter((row) => outliers[row] === 1 || first.has(row));
  const all = sampleOf(input);
  const drawn = all.length === outliers.length ? all : Uint32Array.from(new Set([...all, ...told])).sort();
  const places = new Map(Array.from(drawn, (row, at) => [row, at]));
  const panel = await coloredRows({ ...input, x: filled }, scale, 0, {
    name: "row",
    label: (row) => (outliers[row] ? "outlier" : first.has(row) ? "first ranks" : "usual"),
    usual: (row) => outliers[row] === 0,
    drawn,
  });
  return {
    kind: "scatter",
    title: `${nameOf(input)}: ${found.count} ${found.count === 1 ? "outlier" : "outliers"}`,
    see: "A point for every row at its first two principal components. Outliers that lie among the others here are off in other directions: the reasons say in which columns.",
    caption: `${found.combined ? "several detectors" : found.detectors[0]!.title}, seed ${seed}`,
    ...panel,
    ...(count > 0 && {
      details: {
        columns: ["rank", "score", "why"],
        rows: new Map(
          explained
            .slice(0, count)
            .map(({ row, rank, score, reasons }) => [
              places.get(row)!,
              [rank, score, shortened(reasonsText(reasons), 200)],
            ]),
        ),
      },
    }),
    ...(input.order && { rowNumbers: drawn.map((row) => rowInFile(input, row)) }),
  };
}

/** Spans of scores, about. */
const SPANS = 16;

/** Rows in each span of scores. */
export function scoresPanel({ scores, outliers }: OutlierSearch): BarsPanel {
  const low = scores.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = scores.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const scale = scaleLinear([low, high > low ? high : low + 1], [0, 1]).nice(SPANS);
  const edges = scale.ticks(SPANS);
  const spans = Math.max(1, edges.length - 1);
  const counts = [0, 1].map(() => new Array<number>(spans).fill(0)) as [number[], number[]];
  scores.forEach((score, row) => {
    counts[outliers[row] as 0 | 1][Math.min(spans - 1, Math.max(0, bisectRight(edges, score) - 1))]!++;
  });
  const name = scale.tickFormat(SPANS);
  return {
    kind: "bars",
    title: "Scores",
    see: "Rows in each span of scores: the outliers are below, few and far from the many.",
    names: counts[0].map((_, span) => `${name(edges[span]!)} to ${name(edges[span + 1]!)}`),
    valueName: "rows",
    series: [
      { name: "others", values: counts[0] },
      { name: "outliers", values: counts[1] },
    ],
    stacked: true,
  };
}

/** Number of edges that are not above a value; edges ascend. */
const bisectRight = (edges: readonly number[], value: number) => {
  const above = edges.findIndex((edge) => edge > value);
  return above < 0 ? edges.length : above;
};
