/**
 * @file `unlabeled impute DATA --model FILE`: missing numbers filled with what the model makes of the others.
 */
import type { Command } from "commander";
import type { TrainingOptions } from "../../src/training/training-options.js";
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
      "hide this share of the numbers that are there, fit anew to the others, and tell the error of filling",
      fraction,
    )
    .option("--seed <number>", "seed of what is hidden", wholeNumber(0), 0);
}

export async function run({ terminal }: RunContext, data: string, flags: ImputeFlags): Promise<void> {
  const { impute } = await import("../../src/tasks/impute.js");
  const { hiddenError } = await import("../../src/tasks/hidden-error.js");
  const { rounded } = await import("../../src/data/matrix.js");
  const { readModelFile } = await import("../../src/files/model-file.js");
  const { methodOfFile, readModelBytes, requireModel } = await import("../model-input.js");
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
      const filled = rounded(await impute(model, x), "impute");
      const result = { names: columnNames(model), x: filled, rowShape: model.rowShape };
      if (flags.hide === undefined) return result;
      const path = requireModel(flags.model);
      const record = readModelFile(await readModelBytes(path), path);
      const { epochs, batchSize, learningRate, optimizer, schedule } = record.training ?? {};
      const training = record.training && { epochs, batchSize, learningRate, optimizer, schedule };
      const error = await hiddenError({
        method: (await methodOfFile(record, flags.plugin)).create(record.options),
        x,
        probability: flags.hide,
        seed: flags.seed,
        scale: model.scaling.kind,
        training: training as TrainingOptions,
      });
      note +=
        `; rmseHidden ${error.rmse.toPrecision(4)} of a column's standard deviation, over ${error.hidden} others` +
        ` that were hidden from a fit to these rows (${error.rmseOfMeans.toPrecision(4)} of the columns' means)`;
      return { ...result, metrics: { rmseHidden: error.rmse, rmseHiddenOfMeans: error.rmseOfMeans } };
    },
    { missingWelcome: true },
  );
  messages.release();
  messages.note(note);
}
