/**
 * @file `unlabeled evaluate DATA --model FILE`: reconstruction error, and with labels what the codes know of them.
 */
import type { Command } from "commander";
import { addCommonFlags, addDataFlags, addFillFlag, addModelFlags } from "../common-flags.js";
import type { EvaluateFlags } from "../evaluate-run.js";
import { fraction, wholeNumber } from "../flag-values.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled evaluate data.csv -m model.safetensors",
  "unlabeled evaluate data.csv -m model.safetensors --label species --json",
  "unlabeled evaluate digits -m digits.safetensors --predictions predicted.csv",
];

export function define(command: Command): void {
  addModelFlags(command)
    .option(
      "--held-out <fraction>",
      "share of the rows to count accuracies on, of sequences the last of each",
      fraction,
      0.25,
    )
    .option("--seed <number>", "seed of the choice of these rows", wholeNumber(0), 0)
    .option("--predictions <file>", "file of the rows with the label that a linear probe gives to each")
    .option("--only-new", "write the predictions and the labels alone");
  addFillFlag(command);
  addDataFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: EvaluateFlags): Promise<void> {
  const { runEvaluate } = await import("../evaluate-run.js");
  await runEvaluate(terminal, data, flags);
}
