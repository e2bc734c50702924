/**
 * @file `unlabeled decode CODES --model FILE`: rows of codes, under the names of the training data.
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { Terminal } from "../terminal.js";

export function define(command: Command, terminal: Terminal): void {
  addRowsFlags(command).action(async (data: string, flags: RowsFlags) => {
    const { columnNames, pickCodes, writeRows } = await import("../rows-run.js");
    await writeRows(
      terminal,
      data,
      flags,
      async (model, input) => ({
        names: columnNames(model),
        x: await model.decode(pickCodes(input, model.latentDim)),
        rowShape: model.rowShape,
      }),
      { ofCodes: true },
    );
  });
}
