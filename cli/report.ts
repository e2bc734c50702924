/**
 * @file What `--json` prints: one object, the same for every command.
 */
import { printableJson } from "../panels/printable.js";
import { shownNumber, shownSeconds, textTable } from "../panels/text-table.js";

/** Names and units of the metrics are those of the library. */
export interface Report {
  readonly method: string;
  /** Rows. */
  readonly n: number;
  /** Numbers in a row. */
  readonly d: number;
  readonly latentDim: number;
  readonly seed: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly files: readonly string[];
}

const SCHEMA_VERSION = 1;

/** @param further what a command has to say beside the common part. */
export function jsonReport<T extends object>(report: Partial<Report>, further?: T): string {
  const content = { schemaVersion: SCHEMA_VERSION, ...report, ...further };
  const rounded = (key: string, value: unknown) =>
    key === "seconds" ? toMicroseconds(value as number) : value;
  return `${printableJson(JSON.stringify(content, rounded, 2))}\n`;
}

const toMicroseconds = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

/** The same for people. */
export function textReport(report: Report): string {
  return textTable(
    [
      ["method", report.method],
      ["rows", String(report.n)],
      ["columns", String(report.d)],
      ["latentDim", String(report.latentDim)],
      ["seed", String(report.seed)],
      ...Object.entries(report.metrics).map(([name, value]) => [name, shownNumber(value)]),
      ["seconds", shownSeconds(report.seconds)],
      ...report.files.map((file) => ["file", file]),
    ],
    "left",
  );
}
