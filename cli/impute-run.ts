/**
 * @file Gaps of a table filled, from the command line: by a model, or by low-rank completion of the table itself.
 */
import type { Dataset } from "../src/data/dataset.js";
import type { Numbers } from "../src/data/matrix.js";
import type { Column } from "../src/data/table/table.js";
import type { Coder } from "../src/methods/model.js";
import { impute } from "../src/tasks/impute.js";
import type { ImputeFlags } from "./commands/impute.js";
import { startEngine } from "./engine.js";
import { readInput } from "./input.js";
import { readModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import { columnNames, decodedColumns } from "./rows-run.js";
import { checkTableOutput, numbersTable, type RowsTable, tableBytes } from "./table-output.js";
import type { Terminal } from "./terminal.js";
import { fitCompletion } from "./usual-model.js";

export async function runImpute(terminal: Terminal, data: string, flags: ImputeFlags): Promise<void> {
  checkTableOutput(flags.output, flags);
  const { output, model: path, seed } = flags;
  return withOutputs(
    terminal,
    flags,
    { written: [output], read: [path, data] },
    async (outputs, messages) => {
      const given = path === undefined ? undefined : await readModel(flags);
      const input = await readInput(data, flags, messages, given);
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const model = given ?? (await fitCompletion(input, seed, messages));
      if (!model) return;
      const { results, gaps } = await filledRows(model, input);
      const metrics = flags.hide === undefined ? {} : await hiddenMetrics(model, input, flags.hide, seed);
      const seconds = elapsed();
      await outputs.finish(messages, (put) => put(output, () => tableBytes(output, results, input, flags, messages)));
      messages.note(`${gaps} ${gaps === 1 ? "gap" : "gaps"} filled`);
      const { rmseHidden, rmseOfMeans } = metrics;
      if (rmseHidden !== undefined) {
        messages.note(
          `rmseHidden ${rmseHidden.toPrecision(4)}, of column means ${rmseOfMeans!.toPrecision(4)}, in standard deviations of the columns, ` +
            `over ${(100 * flags.hide!).toPrecision(3)} % of the numbers, hidden from a fit of their own`,
        );
      }
      if (!flags.json) return;
      await terminal.print(jsonReport(reportOf(model, input.x.rows, { seconds, metrics, files: [output] })));
    },
  );
}

/** The rows with their gaps filled, and how many values that are. */
async function filledRows(model: Coder, input: Dataset): Promise<{ results: RowsTable; gaps: number }> {
  const { x, table } = input;
  const whole = await impute(model, x);
  if (!table) {
    const gaps = x.data.reduce((count: number, value) => count + Number(Number.isNaN(value)), 0);
    return { results: numbersTable(whole, columnNames(model), model.rowShape), gaps };
  }
  // Only what was missing is written, so that all else stays as it stands.
  const fills: Numbers = { ...whole, data: Float64Array.from(whole.data, (value, at) => (Number.isNaN(x.data[at]) ? value : Number.NaN)) };
  const filled = new Map<number, Column>();
  let gaps = 0;
  for (const column of decodedColumns(model, fills, input.encoding)) {
    const at = table.columns.findIndex(({ name }) => name === column.name);
    for (const value of column.values) if (typeof value === "string" ? value !== "" : !Number.isNaN(value)) gaps++;
    filled.set(at, column);
  }
  return { results: { added: [], filled, numbers: whole }, gaps };
}
