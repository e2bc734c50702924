/**
 * @file `unlabeled views DATA --augment LIST`: rows as a network sees them that is trained on augmented views.
 */
import type { Command } from "commander";
import {
  addCommonFlags,
  addDataFlags,
  addFillFlag,
  addRowsOutputFlag,
  addScaleFlag,
  DATA_HELP,
  OUTPUT_HELP,
} from "../common-flags.js";
import { wholeNumber } from "../flag-values.js";
import type { RunContext } from "../verb.js";
import type { ViewsFlags } from "../views-run.js";

export const examples = [
  "unlabeled views data.csv --augment swap:0.3 --views 4 -o views.csv",
  "unlabeled views digits --augment shift:1,rotate:20 --picture views.png",
  "unlabeled views digits --rows 4 --views 12 --seed 1 --picture more-views.png",
];

export function define(command: Command): void {
  command
    .argument("<data>", DATA_HELP)
    .option(
      "--augment <list>",
      "augmentations in their order, such as shift:2,flip (default: told by the shape of a row)",
    )
    .option("--row-shape <sizes>", "sizes of a row: 28x28, 3x32x32 or 50x4 (default: told by the data)")
    .option("--rows <count>", "rows to look at, of every label in turn", wholeNumber(1), 8)
    .option("--views <count>", "views of each", wholeNumber(1), 8);
  addRowsOutputFlag(command, OUTPUT_HELP)
    .option("--picture <file>", "sheet of images, a row in each line, before its views: .png, .svg or .html")
    .option("--seed <number>", "seed: same seed, same views", wholeNumber(0), 0);
  addScaleFlag(command);
  addFillFlag(command);
  addDataFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: ViewsFlags): Promise<void> {
  const { runViews } = await import("../views-run.js");
  await runViews(terminal, data, flags);
}
