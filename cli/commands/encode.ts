/**
 * @file `unlabeled encode DATA --model FILE`: codes of rows.
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { Terminal } from "../terminal.js";

export function define(command: Command, terminal: Terminal): void {
  addRowsFlags(command).action(async (data: string, flags: RowsFlags) => {
    const { codeNames } = await import("../table-output.js");
    const { writeRows } = await import("../rows-run.js");
    await writeRows(terminal, data, flags, async (model, { x }) => ({
      names: codeNames(model.latentDim),
      x: await model.encode(x),
    }));
  });
}
