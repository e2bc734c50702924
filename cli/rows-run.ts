/**
 * @file Commands that take a model and rows and give a result for every row: encode, decode, reconstruct, score, impute.
 */
import type { Panel, TablePanel } from "../panels/report.js";
import { columnNames, type Dataset } from "../src/data/dataset.js";
import type { Numbers } from "../src/data/matrix.js";
import type { Scaling } from "../src/data/scale.js";
import { decodeTable, type TableEncoding } from "../src/data/table/encoding.js";
import { type Column, numberColumns, type Table } from "../src/data/table/table.js";
import type { Coder } from "../src/methods/model.js";
import type { RowsFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { readInput } from "./input.js";
import type { Messages } from "./messages.js";
import { readFor, readModel, requireModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import { checkTableOutput, codeNames, type RowsTable, type TableInput, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

/** Results that a command makes of rows. */
interface RowsResult extends RowsTable {
  /** Default: the input. */
  readonly input?: TableInput;
  readonly metrics?: Readonly<Record<string, number>>;
}

interface RowsOptions {
  /** DATA are codes, so that their columns are not those the model was fitted on. */
  readonly ofCodes?: boolean;
  /** Missing values are welcome, whatever the model. */
  readonly missingWelcome?: boolean;
  /** The picture is always a drawing, and none of pixels. */
  readonly drawn?: boolean;
  /** Picture of the results, of commands that have `--picture`. @throws UsageError where there is nothing to draw. */
  readonly panelOf?: (model: Coder, input: Dataset, results: Numbers) => Promise<Exclude<Panel, TablePanel>>;
}

/**
 * Reads, computes and writes.
 */
export async function writeRows(
  terminal: Terminal,
  data: string,
  flags: RowsFlags & { readonly picture?: string },
  compute: (model: Coder, input: Dataset, messages: Messages) => Promise<RowsResult>,
  { ofCodes = false, missingWelcome = false, drawn = false, panelOf }: RowsOptions = {},
): Promise<void> {
  const path = requireModel(flags.model);
  const { output, picture } = flags;
  checkTableOutput(output, flags);
  await checkPicture(picture, { pixels: !drawn });
  return withOutputs(
    terminal,
    flags,
    { written: [output, picture], read: [path, data] },
    async (outputs, messages) => {
      const model = await readModel(flags);
      const input = ofCodes
        ? await readInput(data, flags, messages, { codes: codeNames(model.latentDim) })
        : missingWelcome
          ? await readInput(data, flags, messages, model)
          : await readFor(model, data, flags, messages);
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const { metrics, ...results } = await compute(model, input, messages);
      const seconds = elapsed();
      await outputs.finish(messages, async (put) => {
        if (picture !== undefined)
          await put(picture, async () =>
            pictureFile(picture, await panelOf!(model, input, results.numbers), { terminal, input }),
          );
        await put(output, () => tableFile(output, results, results.input ?? input, flags, messages));
      });
      if (!flags.json) return;
      const report = reportOf(model, input.x.rows, { seconds, metrics, files: [output, picture] });
      await terminal.print(jsonReport(report));
    },
  );
}

/** Rows as columns: those of the table that a model was fitted on, or numbers. @param model or what there is to be known of rows of none. @param rows `[n, d]`, in the units of the data. */
export function decodedColumns(
  model: Pick<Coder, "encoding" | "columns" | "inputDim" | "scaling">,
  rows: Numbers,
  encoding: TableEncoding | undefined = model.encoding,
): readonly Column[] {
  const { scaling } = model;
  if (!encoding) return numberColumns(rows, columnNames(model.columns, model.inputDim));
  return decodeTable(rows, encoding, decimalsOf(scaling)).columns;
}

/** Places after the point of numbers that were float32 in the units of fitting: six digits of each column's own spread. */
export function decimalsOf({ kind, factor }: Scaling): readonly number[] | undefined {
  return kind === "none" ? undefined : factor.map((spread) => 5 - Math.floor(Math.log10(spread)));
}

/** An input whose table has some columns less. */
export function without(input: Dataset, names: readonly string[]): Dataset {
  const { table, order } = input;
  if (!table) return input;
  const gone = new Set(names);
  const less = (whole: Table): Table => {
    const columns = whole.columns.filter(({ name }) => !gone.has(name));
    return { ...whole, columns, origin: undefined };
  };
  return { ...input, table: less(table), ...(order && { order: { ...order, table: less(order.table) } }) };
}
