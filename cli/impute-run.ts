/**
 * @file Gaps of a table filled, from the command line: by a model, or by low-rank completion of the table itself.
 */
import { columnNames, type Dataset } from "../src/data/dataset.js";
import type { Numbers } from "../src/data/matrix.js";
import type { Column } from "../src/data/table/table.js";
import { readModelFile } from "../src/files/model-file.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { methodNamed } from "../src/methods/registry.js";
import { hiddenError } from "../src/tasks/hidden-error.js";
import { impute } from "../src/tasks/impute.js";
import type { TrainingOptions } from "../src/training/training-options.js";
import type { RowsFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { checkReport, writeReport } from "./html-report.js";
import { readInput } from "./input.js";
import { methodOfFile, readModel, readModelBytes } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { decodedColumns } from "./rows-run.js";
import { checkTableOutput, numbersTable, type RowsTable, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";
import { fitCompletion } from "./usual-model.js";

export interface ImputeFlags extends RowsFlags, ReportFlags {
  hide?: number;
  seed: number;
}

export async function runImpute(terminal: Terminal, data: string, flags: ImputeFlags): Promise<void> {
  checkTableOutput(flags.output, flags);
  checkReport(flags);
  const { output, model: path, report, seed } = flags;
  return withOutputs(
    terminal,
    flags,
    { written: [output, report], read: [path, data] },
    async (outputs, messages) => {
      const given = path === undefined ? undefined : await readModel(flags);
      const input = await readInput(data, flags, messages, given);
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const model = given ?? (await fitCompletion(input, seed, messages));
      if (!model) return;
      const { results, gaps } = await filledRows(model, input);
      const test =
        flags.hide === undefined ? undefined : await hiddenMetrics(model, input, flags, flags.hide);
      const seconds = elapsed();
      await outputs.finish(messages, (put) =>
        put(output, () => tableFile(output, results, input, flags, messages)),
      );
      messages.note(`${gaps} ${gaps === 1 ? "gap" : "gaps"} filled`);
      if (test) {
        messages.note(
          `rmseHidden ${test.rmseHidden.toPrecision(4)} of a column's standard deviation, over ${test.hidden} numbers that were ` +
            `hidden from a fit to these rows (${test.rmseHiddenOfMeans.toPrecision(4)} of the columns' means)`,
        );
      }
      const figures = reportOf(model, input.x.rows, { seconds, metrics: test, files: [output, report] });
      await writeReport(outputs, messages, flags, { input, figures, model }, async () => {
        const { gapsSection } = await import("../panels/sections/gaps.js");
        return [gapsSection(input, gaps)];
      });
      if (flags.json) await terminal.print(jsonReport(figures));
    },
  );
}

interface HiddenMetrics extends Record<string, number> {
  rmseHidden: number;
  rmseHiddenOfMeans: number;
  hidden: number;
}

/** Error of the model's method on numbers that are hidden from a fit of its own. */
async function hiddenMetrics(
  model: Coder,
  { x, sequences, groups, range }: Dataset,
  { model: path, plugin, seed }: ImputeFlags,
  probability: number,
): Promise<HiddenMetrics> {
  const record = path === undefined ? undefined : readModelFile(await readModelBytes(path), path);
  const entry = record ? await methodOfFile(record, plugin) : await methodNamed(model.method);
  const { epochs, batchSize, learningRate, optimizer, schedule } = record?.training ?? {};
  const training = record?.training && { epochs, batchSize, learningRate, optimizer, schedule };
  const { rmse, rmseOfMeans, hidden } = await hiddenError({
    method: entry.create(model.options) as Method<Coder>,
    x,
    ...(model.sequential && { sequences }),
    probability,
    seed,
    scale: model.scaling.kind,
    scaleHints: { groups, range },
    training: training as TrainingOptions | undefined,
  });
  return { rmseHidden: rmse, rmseHiddenOfMeans: rmseOfMeans, hidden };
}

/** The rows with their gaps filled, and how many values that are. */
async function filledRows(model: Coder, input: Dataset): Promise<{ results: RowsTable; gaps: number }> {
  const { x, table, encoding } = input;
  const whole = await impute(model, input);
  // A gap of a moment may stand in many rows.
  if (!table || encoding?.rows) {
    let gaps = 0;
    for (let at = 0; at < x.data.length; at++) gaps += Number(Number.isNaN(x.data[at]));
    return { results: numbersTable(whole, columnNames(model.columns, model.inputDim), model.rowShape), gaps };
  }
  // Only what was missing is written, so that all else stays as it stands.
  const fills: Numbers = {
    ...whole,
    data: Float64Array.from(whole.data, (value, at) => (Number.isNaN(x.data[at]) ? value : Number.NaN)),
  };
  const filled = new Map<number, Column>();
  let gaps = 0;
  for (const column of decodedColumns(model, fills, input.encoding)) {
    const at = table.columns.findIndex(({ name }) => name === column.name);
    for (const value of column.values)
      if (typeof value === "string" ? value !== "" : !Number.isNaN(value)) gaps++;
    filled.set(at, column);
  }
  return { results: { added: [], filled, numbers: whole }, gaps };
}
