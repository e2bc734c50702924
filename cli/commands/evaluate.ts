/**
 * @file `unlabeled evaluate DATA --model FILE`: reconstruction error, and with labels what the codes know of them.
 */
import { type Command, Option } from "commander";
import { addCommonFlags, addDataFlags, addFillFlag, addModelFlags } from "../common-flags.js";
import type { EvaluateFlags } from "../evaluate-run.js";
import { fraction, wholeNumber, wholeNumbers } from "../flag-values.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled evaluate data.csv -m model.safetensors",
  "unlabeled evaluate data.csv -m model.safetensors --label species --json",
  "unlabeled evaluate digits -m digits.safetensors --predictions predicted.csv",
  "unlabeled evaluate digits -m digits.safetensors --labeled 10,50 --seeds 2",
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
  command
    .optionsGroup("Few labels:")
    .option("--labeled <counts>", "accuracy with so few labels, such as 10,50,100", wholeNumbers(1))
    .option("--seeds <count>", "draws of these labels and of held-out rows (default: 5)", wholeNumber(1))
    .option(
      "--dimensions <sizes>",
      "learn them on so many principal components, such as 1,5,20",
      wholeNumbers(1),
    )
    .addOption(new Option("--from <what>", "carry them to the rows of their cluster").choices(["clusters"]))
    .option("--clusters <count>", "clusters of k-means (default: twice the classes)", wholeNumber(1));
  addDataFlags(command);
  addReportFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: EvaluateFlags): Promise<void> {
  const { runEvaluate } = await import("../evaluate-run.js");
  await runEvaluate(terminal, data, flags);
}
