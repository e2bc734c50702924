/**
 * @file `unlabeled reconstruct DATA --model FILE`: rows as the model sees them, decode(encode(x)).
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { Terminal } from "../terminal.js";

export function define(command: Command, terminal: Terminal): void {
  addRowsFlags(command).action(async (data: string, flags: RowsFlags) => {
    const { columnNames, writeRows } = await import("../rows-run.js");
    await writeRows(terminal, data, flags, async (model, { x }) => ({
      names: columnNames(model),
      x: await model.reconstruct(x),
      rowShape: model.rowShape,
    }));
  });
}
