/**
 * @file Filled gaps as results: the rows with what was missing, the places that were filled, and the numbers that `--json` prints.
 */
import { columnNames, type Dataset } from "../src/data/dataset.js";
import type { Numbers } from "../src/data/matrix.js";
import type { Column } from "../src/data/table/table.js";
import type { BestImputation } from "../src/tasks/imputation/impute-by-best.js";
import { numbersTable, type RowsTable } from "./row-results.js";

/** Rows with their gaps filled. */
export interface FilledRows {
  readonly results: RowsTable;
  /** Values that were filled. */
  readonly gaps: number;
  /** 1 where a value was filled, of every column that is written. */
  readonly mask: RowsTable;
}

/** The rows with their gaps filled. @param decode makes columns of numbers. */
export function filledRows(
  { x, table, encoding, columns }: Dataset,
  whole: Numbers,
  rowShape: readonly number[] | undefined,
  decode: (fills: Numbers) => readonly Column[],
): FilledRows {
  // A gap of a moment may stand in many rows.
  if (!table || encoding?.rows) {
    const mask = { ...x, data: Float64Array.from(x.data, (value) => Number(Number.isNaN(value))) };
    const names = columnNames(columns, x.cols);
    const gaps = mask.data.reduce((sum, filled) => sum + filled, 0);
    return { results: numbersTable(whole, names, rowShape), gaps, mask: numbersTable(mask, names, rowShape) };
  }
  // Only what was missing is written, so that all else stays as it stands.
  const fills: Numbers = {
    ...whole,
    data: Float64Array.from(whole.data, (value, at) => (Number.isNaN(x.data[at]) ? value : Number.NaN)),
  };
  const filled = new Map<number, Column>();
  const { columns: all } = table;
  const mask = { data: new Float64Array(table.rows * all.length), rows: table.rows, cols: all.length };
  let gaps = 0;
  for (const column of decode(fills)) {
    const at = all.findIndex(({ name }) => name === column.name);
    let i = 0;
    for (const value of column.values) {
      const isFilled = typeof value === "string" ? value !== "" : !Number.isNaN(value);
      mask.data[i++ * all.length + at] = Number(isFilled);
      gaps += Number(isFilled);
    }
    filled.set(at, column);
  }
  const names = all.map(({ name }) => name);
  return { results: { added: [], filled, numbers: whole }, gaps, mask: numbersTable(mask, names) };
}

/** Errors of the way that was taken, as `--json` names them. */
export function imputationMetrics({
  error,
  spread,
  errorOfMeans,
  hidden,
}: BestImputation): Record<string, number> {
  if (error === undefined) return {};
  return {
    rmseHidden: error,
    ...(spread !== undefined && { rmseHiddenSpread: spread }),
    rmseHiddenOfMeans: errorOfMeans!,
    hidden,
  };
}

/** Numbers of a comparison. @param gaps values that were filled. */
export function imputationNumbers(
  { trials, columns, comparedRows }: BestImputation,
  gaps: number,
): { gaps: number } & Pick<BestImputation, "trials" | "columns" | "comparedRows"> {
  return { gaps, comparedRows, trials, columns };
}
