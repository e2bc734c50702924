/**
 * @file `unlabeled impute DATA --model FILE`: missing numbers filled with what the model makes of the others.
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import { fraction, wholeNumber } from "../flag-values.js";
import { Messages } from "../messages.js";
import type { RunContext } from "../verb.js";

interface ImputeFlags extends RowsFlags {
  hide?: number;
  seed: number;
}

export const examples = [
  "unlabeled impute data.csv -m model.safetensors -o filled.csv",
  "unlabeled impute data.csv -m model.safetensors --hide 0.1 -o tested.csv",
];

export function define(command: Command): void {
  addRowsFlags(command)
    .optionsGroup("Test of the filling:")
    .option(
      "--hide <fraction>",
      "hide this share of the numbers that are there, fill them too, and tell the error",
      fraction,
    )
    .option("--seed <number>", "seed of what is hidden", wholeNumber(0), 0);
}

export async function run({ terminal }: RunContext, data: string, flags: ImputeFlags): Promise<void> {
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
