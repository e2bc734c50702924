/**
 * @file Scores of rows in a report: how they are spread, and the rows that score highest.
 */
import { type Dataset, rowInFile } from "../../src/data/dataset.js";
import { grouped, shownValue } from "../draw/words.js";
import type { CurvesPanel, Panel, Section } from "../report.js";
import { contentsOf } from "./rows.js";

/** Points of the curve of all scores. */
const MOST_POINTS = 200;

/**
 * @param scores one a row, larger is more unusual. @param limit above which a row is an outlier, if there is one.
 * @param count rows whose content may be told.
 */
export function scoreSections(
  scores: Float32Array,
  input: Dataset,
  { count, limit }: { readonly count: number; readonly limit?: number | undefined },
): Section[] {
  const order = byScore(scores);
  const above = limit === undefined ? undefined : order.filter((row) => scores[row]! > limit).length;
  const first = order.slice(0, count);
  const { columns, rows } = contentsOf(input, first);
  const panels: Panel[] = [
    scoreCurve(scores, limit, order),
    {
      kind: "table",
      title: "The most unusual rows",
      see: `The ${first.length} rows that score highest, with their place in the file.`,
      columns: ["rank", "row", "score", ...columns],
      rows: first.map((row, i) => [i + 1, rowInFile(input, row), scores[row]!, ...rows.get(row)!]),
    },
  ];
  const told =
    above === undefined
      ? ""
      : `${grouped(above)} of ${grouped(scores.length)} rows score above ${shownValue(limit!)}.`;
  return [
    {
      heading: "Scores",
      ...(told !== "" && { text: told }),
      panels: count > 0 ? panels : panels.slice(0, 1),
    },
  ];
}

const byScore = (scores: Float32Array): number[] =>
  Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);

/** Scores by rank. @param limit above which a row is an outlier, if there is one. @param order rows, the highest score first. */
export function scoreCurve(
  scores: Float32Array,
  limit: number | undefined,
  order: readonly number[] = byScore(scores),
): CurvesPanel {
  const points = Math.min(MOST_POINTS, order.length);
  const ranks = Array.from({ length: points }, (_, i) =>
    Math.round(1 + (i * (order.length - 1)) / Math.max(1, points - 1)),
  );
  return {
    kind: "curves",
    title: "Scores of all rows",
    see: "The scores from the highest to the lowest: rows before a sharp bend are unlike the others.",
    xName: "rank",
    yName: "score",
    x: ranks,
    series: [
      { name: "score", values: ranks.map((rank) => scores[order[rank - 1]!]!) },
      ...(limit === undefined ? [] : [{ name: "threshold", values: ranks.map(() => limit) }]),
    ],
    logX: order.length > 50,
  };
}
