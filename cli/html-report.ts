/**
 * @file Reports as pages, `--report FILE.html`. A verb that learns
 *
 * 1. calls `addReportFlags(command)` of report-flags.ts where it defines its flags, and has `ReportFlags` among them;
 * 2. calls `checkReport(flags)` before any work, and names `flags.report` among the files that `withOutputs` opens;
 * 3. at its end, when its results are written and its figures known, calls
 *
 *        await writeReport(outputs, messages, flags, { input, figures: report, further }, async ({ count }) => [
 *          { heading: "…", text: "…", panels: [ … ] },
 *        ]);
 *
 * where `report` is what `--json` prints, and sections are plain data: see panels/report.ts. Common parts (what was asked, figures,
 * columns, how to repeat it) come by themselves; those of a fitted model are `modelSections` of panels/sections/model.ts.
 * Panels are loaded by the verb within its callback, by `await import`, so that they cost nothing where no report is asked for.
 */
import type { Section } from "../panels/report.js";
import type { Reported } from "../panels/verb-report.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import type { Outputs } from "./outputs.js";
import { type ReportFlags, USUAL_ROWS } from "./report-flags.js";
import { checkEnding } from "./table-output.js";

/** @throws UsageError for a name that is not of a page, and for flags of a report where there is none. */
export function checkReport({ report, reportRows, rows }: ReportFlags): void {
  if (report !== undefined) {
    checkEnding(report, [".html"], "--report ");
    return;
  }
  const idle = reportRows !== undefined ? "--report-rows" : rows === false ? "--no-rows" : undefined;
  if (idle) throw new UsageError(`${idle} wants a report: --report FILE.html`);
}

/**
 * Writes the report, where one is asked for.
 * @param sections makes those of the verb; `count` is the number of rows whose content may be shown.
 */
export async function writeReport(
  outputs: Outputs,
  messages: Messages,
  flags: ReportFlags,
  reported: Reported,
  sections: (shown: { readonly count: number }) => Promise<readonly Section[]>,
): Promise<void> {
  const { report } = flags;
  if (report === undefined) return;
  const count = flags.rows === false ? 0 : (flags.reportRows ?? USUAL_ROWS);
  await outputs.finish(messages, (put) =>
    put(report, async () => {
      const { verbReport } = await import("../panels/verb-report.js");
      return verbReport(messages.terminal.words, reported, await sections({ count }), count > 0);
    }),
  );
}
