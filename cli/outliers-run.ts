/**
 * @file Unusual rows from the command line: data in, the rows with scores and ranks out, and the reasons of the first.
 */
import { learningText } from "../panels/learning-text.js";
import { outlierMetrics, outlierNumbers, outlierTable, REASONS } from "../panels/outlier-results.js";
import { judgedText, outliersText } from "../panels/outlier-text.js";
import { type Dataset, rowInFile } from "../src/data/dataset.js";
import type { ScaleKind } from "../src/data/scale.js";
import type { OutlierMethod } from "../src/tasks/outliers/detectors.js";
import {
  type DetectorProgress,
  findOutliers,
  type OutlierSearch,
} from "../src/tasks/outliers/find-outliers.js";
import { type JudgedOutliers, judgedOutliers } from "../src/tasks/outliers/outlier-figures.js";
import type { CommonFlags, DataFlags } from "./common-flags.js";
import { DETECTOR_NAMES } from "./detector-names.js";
import { startEngine } from "./engine.js";
import { EXIT } from "./exit.js";
import { stoppable } from "./fitting.js";
import { checkReport, writeReport } from "./html-report.js";
import { readInput, sharePercent } from "./input.js";
import { sayLabeled } from "./labeled.js";
import type { Messages } from "./messages.js";
import { tellIdle } from "./moments.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { WorkProgress } from "./progress.js";
import { reportOf, stopwatch, tellReport } from "./report.js";
import { type ReportFlags, USUAL_ROWS } from "./report-flags.js";
import { checkTableOutput, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface OutliersFlags extends CommonFlags, DataFlags, ReportFlags {
  method?: OutlierMethod;
  top?: number;
  contamination?: number;
  clean?: string;
  failOnOutliers?: boolean;
  output?: string;
  onlyNew?: boolean;
  picture?: string;
  scale?: ScaleKind;
  seed: number;
}

const USUAL_TOP = 10;

export async function runOutliers(terminal: Terminal, data: string, flags: OutliersFlags): Promise<void> {
  const { output, picture, report, clean, seed, top = USUAL_TOP } = flags;
  if (output !== undefined) checkTableOutput(output, flags);
  checkReport(flags);
  await checkPicture(picture);
  const files = [output, picture, report];
  const inReport = report === undefined || flags.rows === false ? 0 : (flags.reportRows ?? USUAL_ROWS);
  return withOutputs(terminal, flags, { written: files, read: [data, clean] }, async (outputs, messages) => {
    const usual = clean === undefined ? undefined : await readInput(clean, flags, messages);
    const input = await readInput(data, asLearned(flags, usual), messages, usual);
    if (input.sequences) tellIdle("outliers", messages);
    tellRead(usual ?? input, input, messages);
    await startEngine(flags.threads, messages);

    const elapsed = stopwatch();
    const progress = new WorkProgress(messages, "outliers", ({ detector }: DetectorProgress) => detector);
    const { method } = flags;
    const found = await stoppable(messages, (signal) =>
      findOutliers(input, {
        method,
        clean: usual,
        contamination: flags.contamination,
        explained: Math.max(top, inReport),
        reasons: REASONS,
        ...(input.labels && { beside: method === undefined ? DETECTOR_NAMES : ["distanceToMean"] }),
        scale: flags.scale,
        seed,
        signal,
        onDetector: (now) => progress.update(now),
      }),
    );
    if (!found) return;
    const seconds = elapsed();
    const judged = judgedBy(found, input, messages);

    await outputs.finish(messages, async (put) => {
      if (picture !== undefined)
        await put(picture, async () => {
          const { outliersPanel } = await import("../panels/outlier-picture.js");
          return pictureFile(picture, await outliersPanel(found, input, 0), { terminal, input, seed });
        });
      if (output !== undefined)
        await put(output, () => tableFile(output, outlierTable(found, top), input, flags, messages));
    });

    const metrics = outlierMetrics(judged);
    const of = { method: method ?? "combination", inputDim: input.x.cols, seed };
    const figures = reportOf(of, input.x.rows, { seconds, metrics, files });
    // Numbers of the page hold no more of the rows than it shows.
    const shownRows = outlierNumbers(found, input, judged, inReport);
    await writeReport(outputs, messages, flags, { input, figures, further: shownRows }, async ({ count }) => {
      const { outlierSections } = await import("../panels/sections/outliers.js");
      return outlierSections(found, input, judged, count);
    });
    if (!flags.json) {
      const rows = found.explained.slice(0, top);
      const table = rows.length > 0 ? outliersText(rows, (row) => String(rowInFile(input, row))) : "";
      const outliers = found.count === 1 ? "1 outlier" : `${found.count} outliers`;
      await terminal.print(`${table}${outliers} of ${input.x.rows} rows: ${found.rule}\n`);
      if (judged) await terminal.print(judgedText(judged));
    } else
      await tellReport(figures, { json: true }, messages, {
        further: outlierNumbers(found, input, judged, top),
      });
    if (flags.failOnOutliers && found.count > 0) terminal.exitCode = EXIT.condition;
  });
}

/** Flags of reading DATA: what is learned from is said by the clean rows, where there are some. */
function asLearned(flags: OutliersFlags, usual: Dataset | undefined): DataFlags {
  if (!usual?.encoding) return flags;
  const { columns: _, exclude: __, types: ___, order: ____, cyclic: _____, ...rest } = flags;
  return rest;
}

function tellRead({ guesses }: Dataset, { x }: Dataset, messages: Messages): void {
  if (guesses) messages.note(learningText(guesses));
  let gaps = 0;
  for (let at = 0; at < x.data.length; at++) if (Number.isNaN(x.data[at]!)) gaps++;
  if (gaps > 0)
    messages.note(
      `${sharePercent(gaps / x.data.length)} of the numbers are missing; each taken as the other columns of its row tell it`,
    );
}

/** Figures by labels, where there are labels of two kinds; says where there are others. */
function judgedBy(
  found: OutlierSearch,
  { labels, labelName = "label" }: Dataset,
  messages: Messages,
): JudgedOutliers | undefined {
  if (!labels) return undefined;
  const kinds = new Set(labels.filter((label) => label !== "")).size;
  if (kinds !== 2) {
    messages.note(
      `--label: ${labelName} has ${kinds} kinds of labels; figures want two, outliers and others`,
    );
    return undefined;
  }
  sayLabeled({ labels } as Dataset, messages);
  return judgedOutliers(found, labels);
}
