/**
 * @file Report of a piece of work: figures, and what they are of.
 */
import { shownNumber, shownSeconds, textTable } from "./text-table.js";

/** Names and units of the metrics are those of the library. */
export interface Report {
  readonly method: string;
  /** Rows. */
  readonly n: number;
  /** Numbers in a row. */
  readonly d: number;
  /** Numbers in a code; `undefined` for methods without codes. */
  readonly latentDim?: number | undefined;
  readonly seed: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly files: readonly string[];
}

/** Names and values. */
export type ReportLines = readonly (readonly [string, string])[];

/** It in lines, for people. @param size lines that stand for `latentDim`. */
export function textReport(report: Report, size: ReportLines = codeLines(report)): string {
  return textTable(
    [
      ["method", report.method],
      ["rows", String(report.n)],
      ["columns", String(report.d)],
      ...size,
      ["seed", String(report.seed)],
      ...Object.entries(report.metrics).map(([name, value]) => [name, shownNumber(value)]),
      ["seconds", shownSeconds(report.seconds)],
    ],
    "left",
  );
}

const codeLines = ({ latentDim }: Report): ReportLines =>
  latentDim === undefined ? [] : [["latentDim", String(latentDim)]];
