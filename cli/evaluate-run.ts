/**
 * @file One evaluation from the command line: figures of a model on data, and labels that its codes predict, and what a few of
 * them are worth.
 */
import type { Dataset } from "../src/data/dataset.js";
import { areMeasured } from "../src/data/labels.js";
import { type Matrix, matrix, takeRows } from "../src/data/matrix.js";
import { type Sequences, spansOf } from "../src/data/sequences.js";
import { linearProbe } from "../src/metrics/probe.js";
import { heldOut, heldOutLast } from "../src/metrics/split.js";
import { labelMetrics } from "../src/tasks/label-metrics.js";
import { labeledRows } from "../src/tasks/labeled.js";
import { reconstructionMetrics } from "../src/tasks/quality.js";
import { settled } from "../src/tasks/settled.js";
import type { ModelFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { type FewLabelsFlags, fewLabelsTables, labelsFromClusters, wantsTables } from "./few-labels-run.js";
import { stoppable } from "./fitting.js";
import { checkReport, writeReport } from "./html-report.js";
import { sayLabeled } from "./labeled.js";
import { readFor, readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { printReport, reportOf, stopwatch } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { checkTableOutput, tableFile, textColumn } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface EvaluateFlags extends ModelFlags, FewLabelsFlags, ReportFlags {
  heldOut: number;
  seed: number;
  predictions?: string;
  onlyNew?: boolean;
}

export async function runEvaluate(terminal: Terminal, data: string, flags: EvaluateFlags): Promise<void> {
  const { predictions } = flags;
  const tables = wantsTables(flags);
  checkReport(flags);
  if (predictions !== undefined) checkTableOutput(predictions, flags);
  return withOutputs(
    terminal,
    flags,
    { written: [predictions, flags.report], read: [flags.model, data] },
    async (outputs, messages) => {
      const model = await readModel(flags);
      const input = await readFor(model, data, flags, messages);
      const { x, labels } = input;
      if (predictions !== undefined && !labels)
        throw new UsageError("--predictions wants labels to learn from: --label COLUMN or FILE");
      if (tables && !labels)
        throw new UsageError("a few labels are to be drawn of labels: --label COLUMN or FILE");
      if ((predictions !== undefined || tables) && areMeasured(labels))
        throw new RangeError(
          `${input.name}: the labels are measured numbers, which are no classes to tell apart`,
        );
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      // First, since it may be refused.
      const few =
        tables && labels
          ? await stoppable(messages, (signal) =>
              fewLabelsTables(model, input, labels, flags, messages, signal),
            )
          : undefined;
      if (tables && !few) return;
      const metrics: Record<string, number> = {
        ...(model.partNames.includes("reconstruct") && (await reconstructionMetrics(model, input))),
      };
      let predicted: readonly string[] | undefined;
      if (labels) {
        sayLabeled(input, messages);
        const { labelName = "" } = input;
        if (model.encoding?.columns.some(({ name }) => name === labelName))
          messages.note(
            `the model was fitted with the column "${labelName}", so that figures about it say little (fit with --label too)`,
          );
        const codes = await model.encode(input);
        const known = labeledRows(labels);
        const judged = await settled(() =>
          accuracies(codes, labels, known, flags, model.sequential ? input : undefined),
        );
        if (judged.reason !== undefined) messages.note(judged.reason);
        Object.assign(metrics, judged.value?.metrics);
        // All rows with a label are learned from where nothing can be held out to judge by.
        if (predictions !== undefined)
          predicted = await predictedLabels(codes, labels, judged.value?.learned ?? known, input.name, flags);
      }
      const files = [predicted && predictions, flags.report];
      const report = {
        ...reportOf(model, x.rows, { seconds: elapsed(), metrics, files }),
        seed: flags.seed,
      };
      messages.release();
      if (predicted && predictions !== undefined) {
        const column = textColumn("predicted", predicted);
        const results = { added: [column], numbers: matrix(x.rows, 0) };
        await outputs.finish(messages, (put) =>
          put(predictions, () => tableFile(predictions, results, input, flags, messages)),
        );
      }
      const reported = { input, figures: report, further: few?.further, model };
      await writeReport(outputs, messages, flags, reported, async ({ count }) => {
        const { modelSections } = await import("../panels/sections/model.js");
        const { fewLabelsSections } = await import("../panels/sections/few-labels.js");
        return [...fewLabelsSections(few?.further ?? {}), ...(await modelSections(model, input, { count }))];
      });
      await printReport(terminal, report, flags, few?.further);
      if (few && !flags.json) await terminal.print(`\n${few.text}`);
    },
  );
}

/** Accuracies on held-out rows among those known to have a label, and the other ones of these. @param moments the rows, where they are of sequences: the last of each are held out. */
async function accuracies(
  codes: Matrix,
  labels: readonly string[],
  known: Uint32Array,
  { heldOut: share, seed }: EvaluateFlags,
  moments: Dataset | undefined,
): Promise<{ metrics: Readonly<Record<string, number>>; learned: Uint32Array }> {
  const told = Array.from(known, (row) => labels[row]!);
  const split = moments
    ? heldOutLast(lengthsAmong(known, moments), share)
    : heldOut(known.length, share, seed, told);
  const metrics = await labelMetrics(takeRows(codes, known), told, split);
  return { metrics, learned: split.train.map((i) => known[i]!) };
}

/** Lengths of sequences of which some rows are left, ascending. */
function lengthsAmong(rows: Uint32Array, { x, sequences = [x.rows] }: Dataset): Sequences {
  let at = 0;
  return [...spansOf(sequences)]
    .map(({ to }) => {
      const from = at;
      while (at < rows.length && rows[at]! < to) at++;
      return at - from;
    })
    .filter((length) => length > 0);
}

/**
 * The label that a linear probe, learned from some rows, or their clusters give to every row.
 * @throws RangeError if there are none to learn from.
 */
async function predictedLabels(
  codes: Matrix,
  labels: readonly string[],
  rows: Uint32Array,
  name: string,
  flags: EvaluateFlags,
): Promise<readonly string[]> {
  if (rows.length === 0) throw new RangeError(`${name}: no row has a label to learn from`);
  if (flags.from === "clusters") return labelsFromClusters(codes, labels, rows, flags);
  const learned = Array.from(rows, (row) => labels[row]!);
  // Any does for rows without a label: their accuracy is not looked at.
  const any = labels.map((label) => label || learned[0]!);
  const { predictions } = await linearProbe(takeRows(codes, rows), learned, codes, any);
  return predictions;
}
