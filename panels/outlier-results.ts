/**
 * @file Unusual rows as results: a column each for scores, ranks and reasons, and the numbers that `--json` prints.
 */
import { type Dataset, rowInFile } from "../src/data/dataset.js";
import { matrix } from "../src/data/matrix.js";
import { type Column, NumberValues } from "../src/data/table/table.js";
import type { OutlierSearch } from "../src/tasks/outliers/find-outliers.js";
import type { JudgedOutliers } from "../src/tasks/outliers/outlier-figures.js";
import { type RowsTable, textColumn } from "./row-results.js";

/** Columns that are told of a row. */
export const REASONS = 3;

/** Score, outlier and rank of every row, and the reasons of the first. @param top rows with reasons. */
export function outlierTable({ scores, outliers, ranks, explained }: OutlierSearch, top: number): RowsTable {
  const n = scores.length;
  const number = (name: string, values: Float64Array): Column => ({
    name,
    kind: "number",
    values: new NumberValues(values),
  });
  const reasons = new Map(explained.slice(0, top).map((one) => [one.row, one.reasons]));
  const told = Array.from({ length: reasons.size > 0 ? REASONS : 0 }, (_, at) => {
    const cells = (of: (reason: OutlierSearch["explained"][number]["reasons"][number]) => string) =>
      Array.from({ length: n }, (__, row) => {
        const reason = reasons.get(row)?.[at];
        return reason ? of(reason) : "";
      });
    const own = at + 1;
    return [
      textColumn(
        `column_${own}`,
        cells(({ column }) => column),
      ),
      textColumn(
        `value_${own}`,
        cells(({ value }) => String(value)),
      ),
      textColumn(
        `expected_${own}`,
        cells(({ expected }) => shown(expected)),
      ),
      textColumn(
        `contribution_${own}`,
        cells(({ contribution }) => contribution.toFixed(3)),
      ),
    ];
  });
  return {
    added: [
      number("score", scores),
      { ...number("outlier", Float64Array.from(outliers)), truth: true } as Column,
      number("rank", Float64Array.from(ranks)),
      ...told.flat(),
    ],
    numbers: matrix(
      n,
      3,
      Float32Array.from(
        { length: 3 * n },
        (_, at) => [scores, outliers, ranks][at % 3]![Math.floor(at / 3)]!,
      ),
    ),
  };
}

const shown = (value: number | string) =>
  typeof value === "number" ? String(Number(value.toPrecision(6))) : value;

/** Figures by labels, as `--json` names them. */
export function outlierMetrics(judged: JudgedOutliers | undefined): Record<string, number> {
  const first = judged?.figures[0];
  if (!first) return {};
  const { rocAuc, averagePrecision, precisionAtN } = first;
  return { rocAuc, averagePrecision, precisionAtN };
}

/** Numbers of a search. @param top rows that are told of. */
export function outlierNumbers(
  { count, rule, explained, detectors, fittedRows }: OutlierSearch,
  input: Dataset,
  judged: JudgedOutliers | undefined,
  top: number,
): object {
  return {
    outliers: count,
    rule,
    fittedRows,
    detectors: detectors.map(({ name, kind }) => ({ name, kind })),
    rows: explained.slice(0, top).map((one) => ({ ...one, row: rowInFile(input, one.row) })),
    ...(judged && { judged }),
  };
}
