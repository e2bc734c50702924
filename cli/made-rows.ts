/**
 * @file Commands that make rows of a model: sample, interpolate, grid. Images go on one sheet where the output is a PNG.
 */
import { extname } from "node:path";
import { imageSheet } from "../panels/image-sheet.js";
import type { Matrix } from "../src/data/matrix.js";
import { numberColumns } from "../src/data/table/table.js";
import type { Coder } from "../src/methods/model.js";
import type { CommonFlags, PluginFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import { readModel, requireModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import { decodedColumns } from "./rows-run.js";
import { checkTableOutput, codeNames, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface MadeRowsFlags extends CommonFlags, PluginFlags {
  model?: string;
  output?: string;
}

interface MadeRows {
  readonly rows: Matrix;
  /** Codes that the rows were decoded from: tables have them as columns `z1`, `z2`, … before the rows. */
  readonly codes?: Matrix;
  /** Images side by side on the sheet. */
  readonly across: number;
}

/**
 * Reads the model, makes the rows and writes them.
 * @param data what else is read.
 */
export async function writeMadeRows(
  terminal: Terminal,
  flags: MadeRowsFlags,
  data: string | undefined,
  make: (model: Coder, messages: Messages) => Promise<MadeRows>,
): Promise<void> {
  const path = requireModel(flags.model);
  const { output } = flags;
  const format = output === undefined ? ".csv" : extname(output).toLowerCase();
  if (format !== ".png") checkTableOutput(output, flags);
  return withOutputs(
    terminal,
    flags,
    { written: [output], read: [path, data] },
    async (outputs, messages) => {
      const model = await readModel(flags);
      const shape = model.rowShape;
      if (format === ".png" && !shape)
        throw new UsageError(`${output}: the model's rows are no images, so a .png cannot show them`);
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const { rows, codes, across } = await make(model, messages);
      const seconds = elapsed();
      const content = () => {
        if (format === ".png") return imageSheet(rows, shape!, across);
        const decoded = decodedColumns(model, rows);
        const added = [...(codes ? numberColumns(codes, codeNames(codes.cols)) : []), ...decoded];
        return tableFile(output, { added, numbers: rows, rowShape: shape }, undefined, {}, messages);
      };
      await outputs.finish(messages, (put) => put(output, content));
      if (!flags.json) return;
      await terminal.print(jsonReport(reportOf(model, rows.rows, { seconds, files: [output] })));
    },
  );
}
