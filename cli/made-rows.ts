/**
 * @file Commands that make rows of a model: sample, interpolate, grid. Images go on one sheet where the output is a PNG.
 */
import { extname } from "node:path";
import type { Panel, TablePanel } from "../panels/report.js";
import { isImage } from "../src/data/image.js";
import type { Matrix } from "../src/data/matrix.js";
import { numberColumns } from "../src/data/table/table.js";
import type { Coder } from "../src/methods/model.js";
import type { CommonFlags, PluginFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import { readModel, requireModel } from "./model-input.js";
import { withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { jsonReport, reportOf, stopwatch } from "./report.js";
import { decodedColumns } from "./rows-run.js";
import { checkTableOutput, codeNames, tableFile } from "./table-output.js";
import type { Terminal } from "./terminal.js";

export interface MadeRowsFlags extends CommonFlags, PluginFlags {
  model?: string;
  output?: string;
  picture?: string;
}

interface MadeRows {
  readonly rows: Matrix;
  /** Codes that the rows were decoded from: tables have them as columns `z1`, `z2`, … before the rows. */
  readonly codes?: Matrix;
  /** Images side by side on the sheet. */
  readonly across: number;
  /** The rows follow one another. */
  readonly path?: boolean;
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
  const { output, picture } = flags;
  await checkPicture(picture, { pixels: true });
  const format = output === undefined ? ".csv" : extname(output).toLowerCase();
  if (format !== ".png") checkTableOutput(output, flags);
  return withOutputs(
    terminal,
    flags,
    { written: [output, picture], read: [path, data] },
    async (outputs, messages) => {
      const model = await readModel(flags);
      const shape = model.rowShape;
      if (format === ".png" && !shape)
        throw new UsageError(`${output}: the model's rows are no images, so a .png cannot show them`);
      await startEngine(flags.threads, messages);
      const elapsed = stopwatch();
      const { rows, codes, across, path: follow = false } = await make(model, messages);
      const seconds = elapsed();
      if (picture !== undefined && !isImage(shape) && !follow)
        throw new UsageError(
          `--picture ${picture}: the model's rows are no images, so there is nothing to draw`,
        );
      const content = async () => {
        if (format === ".png")
          return (await import("../panels/image-sheet.js")).imageSheet(rows, shape!, across);
        const decoded = decodedColumns(model, rows);
        const added = [...(codes ? numberColumns(codes, codeNames(codes.cols)) : []), ...decoded];
        return tableFile(output, { added, numbers: rows, rowShape: shape }, undefined, {}, messages);
      };
      await outputs.finish(messages, async (put) => {
        if (picture !== undefined)
          await put(picture, async () => {
            const panel = await madePanel(model, rows, across, terminal.words[0]!);
            return pictureFile(picture, panel, { terminal, input: { name: path, x: rows } });
          });
        // A picture alone is asked for where no output is.
        if (picture === undefined || output !== undefined) await put(output, content);
      });
      if (!flags.json) return;
      await terminal.print(jsonReport(reportOf(model, rows.rows, { seconds, files: [output, picture] })));
    },
  );
}

/** Rows of a model: as a sheet of images, or as curves of the columns along a path. */
async function madePanel(
  model: Coder,
  rows: Matrix,
  across: number,
  verb: string,
): Promise<Exclude<Panel, TablePanel>> {
  const { imagesPanel, pathPanel } = await import("../panels/sections/made-rows.js");
  return isImage(model.rowShape)
    ? imagesPanel(rows, model.rowShape, { across, title: `${verb}: ${model.method}` })
    : pathPanel(model, rows);
}
