/**
 * @file Reports: one object that `--json` prints, the same for every command.
 */
import { printableJson } from "../panels/printable.js";
import { type Report, type ReportLines, textReport } from "../panels/report-text.js";
import type { Coder } from "../src/methods/model.js";
import type { CommonFlags } from "./common-flags.js";
import type { Messages } from "./messages.js";
import type { Terminal } from "./terminal.js";

const SCHEMA_VERSION = 1;

/** @param further what a command has to say beside the common part. */
export function jsonReport<T extends object>(report: Partial<Report>, further?: T): string {
  const content = { schemaVersion: SCHEMA_VERSION, ...report, ...further };
  const rounded = (key: string, value: unknown) =>
    key === "seconds" ? toMicroseconds(value as number) : value;
  return `${printableJson(JSON.stringify(content, rounded, 2))}\n`;
}

const toMicroseconds = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

/** Report of a model's work. @param files paths, as far as there are any. */
export function reportOf(
  {
    method,
    inputDim: d,
    latentDim,
    seed,
  }: Pick<Coder, "method" | "inputDim" | "seed"> & { readonly latentDim?: number | undefined },
  n: number,
  {
    seconds,
    metrics = {},
    files = [],
  }: { seconds: number; metrics?: Report["metrics"]; files?: readonly (string | undefined)[] },
): Report {
  const written = files.filter((path) => path !== undefined);
  return { method, n, d, latentDim, seed, seconds, metrics, files: written };
}

/** Measures from now on. */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => (performance.now() - started) / 1000;
}

/** Prints the report as JSON or for people. @param further of JSON. */
export function printReport(
  terminal: Terminal,
  report: Report,
  { json }: CommonFlags,
  further?: object,
): Promise<void> {
  return terminal.print(json ? jsonReport(report, further) : textReport(report));
}

/**
 * The same beside a result that stands on standard output unless it has a file: then on standard error.
 * @param size lines that stand for `latentDim`. @param further of JSON.
 */
export function tellReport(
  report: Report,
  { output, json }: CommonFlags & { readonly output?: string },
  messages: Messages,
  { size, further }: { size?: ReportLines; further?: object } = {},
): Promise<void> {
  if (json) return messages.terminal.print(jsonReport(report, further));
  const text = textReport(report, size);
  if (output !== undefined) return messages.terminal.print(text);
  messages.table(text);
  return Promise.resolve();
}
