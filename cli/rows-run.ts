/**
 * @file Commands that take a model and rows and give a result for every row: encode, decode, reconstruct, score, impute.
 */
import { type Matrix, takeColumns } from "../src/data/matrix.js";
import { codeNames, type ResultTable } from "../src/data/result-table.js";
import type { Coder } from "../src/methods/model.js";
import type { RowsFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { type Input, readInput } from "./input.js";
import type { Messages } from "./messages.js";
import { readFor, readModel, requireModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import { checkTableOutput, tableBytes, textColumns } from "./table-output.js";
import type { Terminal } from "./terminal.js";

/** Results that a command makes of rows. */
interface RowsResult extends Omit<ResultTable, "texts"> {
  readonly metrics?: Readonly<Record<string, number>>;
}

/**
 * Reads, computes and writes.
 * @param ofCodes DATA are codes, so that their columns are not those the model was fitted on.
 * @param missingWelcome missing values are welcome, whatever the model.
 */
export async function writeRows(
  terminal: Terminal,
  data: string,
  flags: RowsFlags,
  compute: (model: Coder, input: Input, messages: Messages) => Promise<RowsResult>,
  { ofCodes = false, missingWelcome = false }: { ofCodes?: boolean; missingWelcome?: boolean } = {},
): Promise<void> {
  const path = requireModel(flags.model);
  checkTableOutput(flags.output, flags);
  const { output } = flags;
  return withOutputs(
    terminal,
    flags,
    { written: [output], read: [path, data] },
    async (outputs, messages) => {
      const model = await readModel(flags);
      const input =
        ofCodes || missingWelcome
          ? await readInput(data, flags, messages, ofCodes ? undefined : model.columns)
          : await readFor(model, data, flags, messages);
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const { metrics, ...result } = await compute(model, input, messages);
      const seconds = elapsed();
      const table = { ...result, texts: textColumns(input) };
      await outputs.finish(messages, (put) => put(output, () => tableBytes(output, table, messages)));
      if (!flags.json) return;
      const report = reportOf(model, input.x.rows, { seconds, metrics, files: [output] });
      await terminal.print(jsonReport(report));
    },
  );
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
