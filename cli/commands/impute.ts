/**
 * @file `unlabeled impute DATA --model FILE`: missing numbers filled with what the model makes of the others.
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import { fraction, wholeNumber } from "../flag-values.js";
import { Messages } from "../messages.js";
import type { Terminal } from "../terminal.js";

interface ImputeFlags extends RowsFlags {
  hide?: number;
  seed: number;
}

export function define(command: Command, terminal: Terminal): void {
  addRowsFlags(command)
    .optionsGroup("How well it fills:")
    .option(
      "--hide <fraction>",
      "hide this share of the numbers that are there, fill them too, and tell the error",
      fraction,
    )
    .option("--seed <number>", "of what is hidden", wholeNumber(0), 0)
    .action((data: string, flags: ImputeFlags) => run(terminal, data, flags));
}

async function run(terminal: Terminal, data: string, flags: ImputeFlags): Promise<void> {
  const { impute } = await import("../../src/tasks/impute.js");
  const { imputationError } = await import("../../src/tasks/imputation-error.js");
  const { columnNames, writeRows } = await import("../rows-run.js");
  const messages = new Messages(terminal, flags);
  let note = "";
  await writeRows(
    terminal,
    data,
    flags,
    async (model, { x }) => {
      const count = x.data.reduce((n, value) => n + (Number.isNaN(value) ? 1 : 0), 0);
      note = `${count} of ${x.data.length} numbers filled`;
      const result = { names: columnNames(model), x: await impute(model, x), rowShape: model.rowShape };
      if (flags.hide === undefined) return result;
      const error = await imputationError(model, x, { probability: flags.hide, seed: flags.seed });
      note += `; rmseHidden ${error.toPrecision(4)} of a column's standard deviation, over others that were hidden`;
      return { ...result, metrics: { rmseHidden: error } };
    },
    { missingWelcome: true },
  );
  messages.release();
  messages.note(note);
}
