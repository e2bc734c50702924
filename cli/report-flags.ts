/**
 * @file Flags of verbs that write a report.
 */
import type { Command } from "commander";
import { wholeNumber } from "./flag-values.js";

export interface ReportFlags {
  report?: string;
  /** Rows whose content is shown. */
  reportRows?: number;
  /** `false` by `--no-rows`. */
  rows?: boolean;
}

/** Rows whose content is shown where nobody says how many. */
export const USUAL_ROWS = 20;

export function addReportFlags(command: Command): Command {
  return command
    .optionsGroup("Report:")
    .option("--report <file.html>", "page of what was asked, learned and found")
    .option("--report-rows <count>", `rows whose content it shows (default: ${USUAL_ROWS})`, wholeNumber(0))
    .option("--no-rows", "show the content of none");
}
