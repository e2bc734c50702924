/**
 * @file `unlabeled study NAME`: claims of lecture notes measured, with a verdict that is computed.
 */
import { type Command, Option } from "commander";
import { addCommonFlags, addDataFlags } from "../common-flags.js";
import { anyNumber, wholeNumber } from "../flag-values.js";
import type { StudyFlags } from "../study-run.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled study list",
  "unlabeled study uniqueness --seeds 1 --report uniqueness.html",
  "unlabeled study few-labels --data data.csv --label species --seeds 1",
];

export function define(command: Command): void {
  command
    .argument("<name>", "list: the studies; all: every one of them; or the name of one")
    .option("--claim <id>", "claim to judge, such as B10 (default: all of the study)")
    .option("--threshold <number>", "threshold of this claim, in place of those of the study", anyNumber)
    .option("--seeds <count>", "seeds to measure with", wholeNumber(1), 5)
    .addOption(
      new Option("--size <size>", "amount of work: minutes, or as long as it takes")
        .choices(["small", "full"])
        .default("small"),
    )
    .option("--data <path>", "file of rows, or folder of MNIST or Fashion-MNIST (default: digits)")
    .option("--cache <folder>", "folder that keeps figures, so that what was stopped goes on from there")
    .option("--pages <folder>", "folder for a page of each study, with pictures")
    .option("--report <file.html>", "page of what was measured and found");
  addDataFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, name: string, flags: StudyFlags): Promise<void> {
  const { runStudies } = await import("../study-run.js");
  await runStudies(terminal, name, flags);
}
