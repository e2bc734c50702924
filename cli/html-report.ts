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
import type { Asked, Section } from "../panels/report.js";
import type { Report as Figures } from "../panels/report-text.js";
import { shellWord } from "../panels/shell-word.js";
import type { Dataset } from "../src/data/dataset.js";
import { fingerprint } from "../src/data/fingerprint.js";
import type { FittedModel } from "../src/methods/model.js";
import { VERSION } from "../src/version.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import type { Outputs } from "./outputs.js";
import { type ReportFlags, USUAL_ROWS } from "./report-flags.js";
import { checkEnding } from "./table-output.js";
import type { Terminal } from "./terminal.js";

/** @throws UsageError for a name that is not of a page, and for flags of a report where there is none. */
export function checkReport({ report, reportRows, rows }: ReportFlags): void {
  if (report !== undefined) {
    checkEnding(report, [".html"], "--report ");
    return;
  }
  const idle = reportRows !== undefined ? "--report-rows" : rows === false ? "--no-rows" : undefined;
  if (idle) throw new UsageError(`${idle} wants a report: --report FILE.html`);
}

/** A report as far as its verb knows it. */
export interface Reported {
  /** The data it is of. */
  readonly input: Dataset;
  /** Report that `--json` prints. */
  readonly figures: Partial<Figures>;
  /** Further things that `--json` prints beside it. */
  readonly further?: object;
  /** Model that was fitted or used: its method's options and its scale are among what was asked. */
  readonly model?: Pick<FittedModel, "options" | "scaling">;
  /** Seed that was drawn, since none was said: the command to repeat it says it. */
  readonly drawnSeed?: number;
}

/**
 * Writes the report, where one is asked for.
 * @param sections makes those of the verb; `count` is the number of rows whose content may be shown.
 */
export async function writeReport(
  outputs: Outputs,
  messages: Messages,
  flags: ReportFlags,
  { input, figures, further, model, drawnSeed }: Reported,
  sections: (shown: { readonly count: number }) => Promise<readonly Section[]>,
): Promise<void> {
  const { report } = flags;
  if (report === undefined) return;
  const count = flags.rows === false ? 0 : (flags.reportRows ?? USUAL_ROWS);
  await outputs.finish(messages, (put) =>
    put(report, async () => {
      const [{ reportPage }, { columnsSection }, { figuresSection }] = await Promise.all([
        import("../panels/report-page.js"),
        import("../panels/sections/columns.js"),
        import("../panels/sections/figures.js"),
      ]);
      // Nothing of the day or the machine: the same run gives the same bytes.
      const { seconds: _, files: __, ...lasting } = figures;
      const { terminal } = messages;
      return reportPage({
        title: `${terminal.words[0]}: ${input.name}`,
        asked: askedOf(terminal, input, {
          seed: figures.seed,
          drawnSeed,
          further: settingsOf(figures, model),
        }),
        sections: [
          ...figuresSection(figures),
          ...(await sections({ count })),
          columnsSection(input, count > 0),
        ],
        numbers: { ...lasting, ...further },
      });
    }),
  );
}

function settingsOf({ method }: Partial<Figures>, model: Reported["model"]): Asked["further"] {
  const options = Object.entries(model?.options ?? {}).filter(([, value]) => value !== null);
  const said = options.map(
    ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return {
    ...(method !== undefined && { method }),
    ...(said.length > 0 && { options: said.join(", ") }),
    ...(model && { scale: model.scaling.kind }),
  };
}

/** The command, the data and the versions of a run. @param drawnSeed seed that the command does not say. */
export function askedOf(
  { words }: Terminal,
  { name, x }: Pick<Dataset, "name" | "x">,
  { seed, drawnSeed, further = {} }: { seed?: number; drawnSeed?: number; further?: Asked["further"] },
): Asked {
  const said = drawnSeed === undefined ? words : [...words, "--seed", String(drawnSeed)];
  return {
    command: ["unlabeled", ...said].map(shellWord).join(" "),
    ...(seed !== undefined && { seed }),
    versions: { unlabeled: VERSION },
    data: { name, rows: x.rows, columns: x.cols, fingerprint: fingerprint(x) },
    further,
  };
}
