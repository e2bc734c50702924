/**
 * @file Gaps of a table filled, from the command line: by a model, or by the way that fills best.
 */
import {
  type FilledRows,
  filledRows,
  imputationMetrics,
  imputationNumbers,
} from "../panels/imputation-results.js";
import type { Dataset } from "../src/data/dataset.js";
import type { Numbers } from "../src/data/matrix.js";
import { decodeTable } from "../src/data/table/encoding.js";
import { readModelFile } from "../src/files/model-file.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { methodNamed } from "../src/methods/registry.js";
import { hiddenError } from "../src/tasks/hidden-error.js";
import type { FillerName } from "../src/tasks/imputation/filler-names.js";
import { impute } from "../src/tasks/impute.js";
import type { TrainingOptions } from "../src/training/training-options.js";
import type { RowsFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { checkReport, writeReport } from "./html-report.js";
import { imputedByBest } from "./imputed-by-best.js";
import { readInput } from "./input.js";
import type { Messages } from "./messages.js";
import { methodOfFile, readModel, readModelBytes } from "./model-input.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import type { ReportFlags } from "./report-flags.js";
import { decodedColumns } from "./rows-run.js";
import { checkTableOutput, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface ImputeFlags extends RowsFlags, ReportFlags {
  method?: FillerName;
  reportMask?: string;
  picture?: string;
  hide?: number;
  seed: number;
}

export async function runImpute(terminal: Terminal, data: string, flags: ImputeFlags): Promise<void> {
  const { output, model: path, picture } = flags;
  checkTableOutput(output, flags);
  if (flags.reportMask !== undefined) checkTableOutput(flags.reportMask, {});
  checkReport(flags);
  await checkPicture(picture, { pixels: true });
  if (path !== undefined && flags.method !== undefined)
    throw new UsageError("--method is for rows without a model: --model says by what gaps are filled");
  return withOutputs(terminal, flags, { written: filesOf(flags), read: [path, data] }, (outputs, messages) =>
    path === undefined
      ? fillByBest(data, flags, outputs, messages)
      : fillByModel(data, flags, outputs, messages),
  );
}

async function fillByModel(
  data: string,
  flags: ImputeFlags,
  outputs: Outputs,
  messages: Messages,
): Promise<void> {
  const model = await readModel(flags);
  const input = await readInput(data, flags, messages, model);
  await startEngine(flags.threads, messages);
  const elapsed = stopwatch();
  const whole = await impute(model, input);
  const filled = filledRows(input, whole, model.rowShape, (fills) =>
    decodedColumns(model, fills, input.encoding),
  );
  const test = flags.hide === undefined ? undefined : await hiddenMetrics(model, input, flags, flags.hide);
  const seconds = elapsed();
  await writeFilled(filled, whole, input, flags, outputs, messages);
  messages.note(gapsFilled(filled.gaps));
  if (test) {
    messages.note(
      `rmseHidden ${test.rmseHidden.toPrecision(4)} of a column's standard deviation, over ${test.hidden} numbers that were ` +
        `hidden from a fit to these rows (${test.rmseHiddenOfMeans.toPrecision(4)} of the columns' means)`,
    );
  }
  const figures = reportOf(model, input.x.rows, { seconds, metrics: test, files: filesOf(flags) });
  await writeReport(outputs, messages, flags, { input, figures, model }, async ({ count }) => {
    const { gapsSection } = await import("../panels/sections/gaps.js");
    return [await gapsSection(input, filled.gaps, whole, count)];
  });
  if (flags.json) await messages.terminal.print(jsonReport(figures));
}

async function fillByBest(
  data: string,
  flags: ImputeFlags,
  outputs: Outputs,
  messages: Messages,
): Promise<void> {
  const input = await readInput(data, flags, messages);
  await startEngine(flags.threads, messages);
  const elapsed = stopwatch();
  const found = await imputedByBest(input, flags, messages);
  if (!found) return;
  const filled = filledRows(
    input,
    found.filled,
    input.rowShape,
    (fills) => decodeTable(fills, input.encoding!, found.decimals).columns,
  );
  const seconds = elapsed();
  await writeFilled(filled, found.filled, input, flags, outputs, messages);
  const { imputationText } = await import("../panels/imputation-text.js");
  const { json, output, seed } = flags;
  if (!json && found.hidden > 0) {
    const text = imputationText(found);
    if (output === undefined) messages.table(text);
    else await messages.terminal.print(text);
  }
  messages.note(`${gapsFilled(filled.gaps)}${found.gaps > 0 ? ` by ${found.method}` : ""}`);
  const figures = reportOf({ method: found.method, inputDim: input.x.cols, seed }, input.x.rows, {
    seconds,
    metrics: imputationMetrics(found),
    files: filesOf(flags),
  });
  const { model } = found;
  const further = imputationNumbers(found, filled.gaps);
  await writeReport(outputs, messages, flags, { input, figures, further, model }, async ({ count }) => {
    const { gapsSection } = await import("../panels/sections/gaps.js");
    return [await gapsSection(input, filled.gaps, found.filled, count, found)];
  });
  if (json) await messages.terminal.print(jsonReport(figures, further));
}

const gapsFilled = (gaps: number) => `${gaps} ${gaps === 1 ? "gap" : "gaps"} filled`;
const filesOf = ({ output, reportMask, picture, report }: ImputeFlags) => [
  output,
  reportMask,
  picture,
  report,
];

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

function writeFilled(
  { results, mask }: FilledRows,
  whole: Numbers,
  input: Dataset,
  flags: ImputeFlags,
  outputs: Outputs,
  messages: Messages,
): Promise<void> {
  const { output, reportMask, picture, seed } = flags;
  return outputs.finish(messages, async (put) => {
    if (reportMask !== undefined)
      await put(reportMask, () =>
        tableFile(reportMask, mask, { order: input.order }, { onlyNew: true }, messages),
      );
    if (picture !== undefined)
      await put(picture, async () => {
        const { gapsPanel } = await import("../panels/sections/gaps.js");
        const { terminal } = messages;
        return pictureFile(picture, await gapsPanel(input, whole), { terminal, input, seed });
      });
    await put(output, () => tableFile(output, results, input, flags, messages));
  });
}
