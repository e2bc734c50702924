/**
 * @file Commands that take a model and rows and give a result for every row: encode, decode, reconstruct, score, impute.
 */
import { type Matrix, takeColumns } from "../src/data/matrix.js";
import type { Coder } from "../src/methods/method.js";
import { dataFlags, type RowsFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { type Input, readInput, refuseMissing } from "./input.js";
import { Messages, printResult } from "./messages.js";
import { methodOf, readModel, requireModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { jsonReport } from "./report.js";
import { checkTableOutput, codeNames, type ResultTable, tableBytes, textColumns } from "./table-output.js";

/** What a command makes of rows. */
interface RowsResult extends Omit<ResultTable, "texts"> {
  readonly metrics?: Readonly<Record<string, number>>;
}

/**
 * Reads, computes and writes.
 * @param ofCodes DATA are codes, so that their columns are not those the model was fitted on.
 * @param missingWelcome missing values are welcome, whatever the model.
 */
export async function writeRows(
  data: string,
  flags: RowsFlags,
  compute: (model: Coder, input: Input) => Promise<RowsResult>,
  { ofCodes = false, missingWelcome = false }: { ofCodes?: boolean; missingWelcome?: boolean } = {},
): Promise<void> {
  const path = requireModel(flags.model);
  checkTableOutput(flags.output, flags);
  return withOutputs(async (outputs) => {
    const messages = new Messages(flags);
    const { output, force } = flags;
    await outputs.open(output, { force, inputs: data === "-" ? [path] : [path, data] });
    const model = await readModel(path);
    const input = await readInput(data, dataFlags(flags), messages, ofCodes ? undefined : model.columns);
    if (!ofCodes && !missingWelcome) refuseMissing(input, methodOf(model));
    await startEngine(flags.threads, messages);
    const started = performance.now();
    const { metrics = {}, ...result } = await compute(model, input);
    const seconds = (performance.now() - started) / 1000;
    messages.release();
    const table = { ...result, texts: textColumns(input) };
    await outputs.finish(messages, (put) => put(output, () => tableBytes(output, table, messages)));
    if (!flags.json) return;
    const report = {
      method: model.method,
      n: input.x.rows,
      d: model.inputDim,
      latentDim: model.latentDim,
      seed: model.seed,
      seconds,
      metrics,
      files: [output!],
    };
    await printResult(jsonReport(report));
  });
}

/** Further rows of the kind the model was fitted on. */
export function readRows(data: string, flags: RowsFlags, model: Coder): Promise<Input> {
  return readInput(data, dataFlags(flags), new Messages(flags), model.columns);
}

/** Names of the numbers in a row: those of the training data, or `x1`, `x2`, … */
export function columnNames(model: Coder): readonly string[] {
  return model.columns ?? Array.from({ length: model.inputDim }, (_, j) => `x${j + 1}`);
}

/** The codes in a table: columns `z1`, `z2`, … where they are called so, else all numbers. */
export function pickCodes({ x, columns }: Input, latentDim: number): Matrix {
  const at = codeNames(latentDim).map((name) => columns?.indexOf(name) ?? -1);
  return at.every((index) => index >= 0) ? takeColumns(x, at) : x;
}
