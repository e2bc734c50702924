/**
 * @file Rows scored from the command line: by a model, or by the principal components of the rows themselves.
 */
import { type Dataset, rowInFile } from "../src/data/dataset.js";
import { matrix } from "../src/data/matrix.js";
import { outliers, quantile } from "../src/tasks/outliers/scores.js";
import type { RowsFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { EXIT } from "./exit.js";
import { checkReport, writeReport } from "./html-report.js";
import { readInput } from "./input.js";
import type { Messages } from "./messages.js";
import { readFor, readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { checkTableOutput, numbersTable, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";
import { fitScorer } from "./usual-model.js";

/** A score, or a share of the scores of reference rows. */
export type Threshold = { readonly score: number } | { readonly quantile: number };

export interface ScoreFlags extends RowsFlags, ReportFlags {
  fill?: "yes" | "no";
  failOnOutliers?: Threshold;
  reference?: string;
  picture?: string;
}

export async function runScore(terminal: Terminal, data: string, flags: ScoreFlags): Promise<void> {
  checkTableOutput(flags.output, flags);
  checkReport(flags);
  const { output, model: path, reference, report, picture } = flags;
  await checkPicture(picture);
  const files = [output, picture, report];
  return withOutputs(
    terminal,
    flags,
    { written: files, read: [path, data, reference] },
    async (outputs, messages) => {
      const given = path === undefined ? undefined : await readModel(flags);
      const read = given
        ? await readFor(given, data, flags, messages)
        : await readInput(data, flags, messages);
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const fitted = given ? { model: given, input: read } : await fitScorer(read, flags, messages);
      if (!fitted) return;
      const { model, input } = fitted;
      const scores = await model.score(input);
      const limit = await limitOf(flags, scores, async () =>
        reference === undefined ? scores : model.score(await readFor(model, reference, flags, messages)),
      );
      const seconds = elapsed();
      const table = numbersTable(matrix(scores.length, 1, scores), ["score"]);
      await outputs.finish(messages, async (put) => {
        if (picture !== undefined)
          await put(picture, async () => {
            const { scoreCurve } = await import("../panels/sections/scores.js");
            return pictureFile(picture, scoreCurve(scores, limit), { terminal, input: read });
          });
        await put(output, () => tableFile(output, table, read, flags, messages));
      });
      if (limit !== undefined) tellOutliers(scores, limit, read, terminal, messages);
      const figures = reportOf(model, input.x.rows, { seconds, files });
      await writeReport(outputs, messages, flags, { input: read, figures, model }, async ({ count }) => {
        const { scoreSections } = await import("../panels/sections/scores.js");
        return scoreSections(scores, read, { count, limit });
      });
      if (flags.json) await terminal.print(jsonReport(figures));
    },
  );
}

/** The score above which a row is an outlier, if one was asked for. */
async function limitOf(
  { failOnOutliers: wanted }: ScoreFlags,
  scores: Float32Array,
  usual: () => Promise<Float32Array>,
): Promise<number | undefined> {
  if (!wanted || scores.length === 0) return undefined;
  return "score" in wanted ? wanted.score : quantile(await usual(), wanted.quantile);
}

function tellOutliers(
  scores: Float32Array,
  limit: number,
  read: Dataset,
  terminal: Terminal,
  messages: Messages,
): void {
  const found = outliers(scores, limit);
  if (found.length === 0) return;
  const first = found.slice(0, 5).map((row) => rowInFile(read, row));
  const more = found.length > first.length ? ", …" : "";
  const rows = found.length === 1 ? "1 row scores" : `${found.length} rows score`;
  messages.note(`${rows} above ${limit.toPrecision(6)}: ${first.join(", ")}${more} (rows from 1)`);
  terminal.exitCode = EXIT.condition;
}
