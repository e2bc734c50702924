/**
 * @file One evaluation from the command line: figures of a model on data, and labels that its codes predict.
 */
import { type Matrix, matrix, takeRows } from "../src/data/matrix.js";
import { linearProbe } from "../src/metrics/probe.js";
import { heldOut } from "../src/metrics/split.js";
import { labeledRows } from "../src/tasks/labeled.js";
import { labelMetrics, reconstructionMetrics } from "../src/tasks/quality.js";
import { settled } from "../src/tasks/settled.js";
import type { ModelFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { sayLabeled } from "./labeled.js";
import { readFor, readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { printReport, reportOf, stopwatch } from "./report.js";
import { checkTableOutput, tableBytes, textColumn } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface EvaluateFlags extends ModelFlags {
  heldOut: number;
  seed: number;
  predictions?: string;
  onlyNew?: boolean;
}

export async function runEvaluate(terminal: Terminal, data: string, flags: EvaluateFlags): Promise<void> {
  const { predictions } = flags;
  if (predictions !== undefined) checkTableOutput(predictions, flags);
  return withOutputs(
    terminal,
    flags,
    { written: [predictions], read: [flags.model, data] },
    async (outputs, messages) => {
      const model = await readModel(flags);
      const input = await readFor(model, data, flags, messages);
      const { x, labels } = input;
      if (predictions !== undefined && !labels)
        throw new UsageError("--predictions wants labels to learn from: --label COLUMN or FILE");
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const metrics: Record<string, number> = model.partNames.includes("reconstruct")
        ? reconstructionMetrics(x, await model.reconstructWide(x))
        : {};
      let predicted: readonly string[] | undefined;
      if (labels) {
        sayLabeled(input, messages);
        const { labelName = "" } = input;
        if (model.encoding?.columns.some(({ name }) => name === labelName))
          messages.note(
            `the model was fitted with the column "${labelName}", so that figures about it say little (fit with --label too)`,
          );
        const codes = await model.encode(x);
        const told = await settled(() => labelFigures(codes, labels, flags));
        if (told.reason !== undefined) messages.note(told.reason);
        Object.assign(metrics, told.value?.metrics);
        predicted = told.value?.predicted;
      }
      const report = {
        ...reportOf(model, x.rows, { seconds: elapsed(), metrics, files: [predicted && predictions] }),
        seed: flags.seed,
      };
      messages.release();
      if (predicted && predictions !== undefined) {
        const column = textColumn("predicted", predicted);
        const results = { added: [column], numbers: matrix(x.rows, 0) };
        await outputs.finish(messages, (put) =>
          put(predictions, () => tableBytes(predictions, results, input, flags, messages)),
        );
      }
      await printReport(terminal, report, flags);
    },
  );
}

/** Accuracies on held-out rows among those with a label, and the label that the probe gives every row. */
async function labelFigures(
  codes: Matrix,
  labels: readonly string[],
  { heldOut: share, seed }: EvaluateFlags,
) {
  const rows = labeledRows(labels);
  const told = Array.from(rows, (row) => labels[row]!);
  const own = takeRows(codes, rows);
  const split = heldOut(rows.length, share, seed, told);
  const metrics = await labelMetrics(own, told, split);
  const learned = Array.from(split.train, (i) => told[i]!);
  // Any does for rows without a label: their accuracy is not looked at.
  const any = labels.map((label) => label || learned[0]!);
  const { predictions } = await linearProbe(takeRows(own, split.train), learned, codes, any);
  return { metrics, predicted: predictions };
}
