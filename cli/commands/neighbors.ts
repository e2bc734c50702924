/**
 * @file `unlabeled neighbors DATA --of ROWS`: the rows most similar to some rows.
 */
import { type Command, Option } from "commander";
import {
  addCommonFlags,
  addDataFlags,
  addFillFlag,
  addPluginFlag,
  addScaleFlag,
  addTableOutputFlags,
  DATA_HELP,
} from "../common-flags.js";
import { wholeNumber } from "../flag-values.js";
import type { NeighborsFlags } from "../neighbors-run.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled neighbors data.csv --of 3,17,20-25 -o similar.csv",
  "unlabeled neighbors data.csv --of species=rose -k 1",
  "unlabeled neighbors digits --of 1-10 --picture similar.png",
];

export function define(command: Command): void {
  command
    .argument("<data>", DATA_HELP)
    .option(
      "--of <rows>",
      "rows to find others for: 3,17,20-25, COLUMN=VALUE, an id, or a file of further rows",
    )
    .option("-m, --model <file>", "model whose codes are compared (default: the columns are)")
    .option(
      "-k, --neighbors <count>",
      "neighbors of each row (default: 5, or as many as there are)",
      wholeNumber(1),
    )
    .addOption(
      new Option("--metric <name>", "distance").choices(["euclidean", "cosine"]).default("euclidean"),
    );
  addPluginFlag(command);
  addTableOutputFlags(command).option(
    "--picture <file>",
    "picture of the rows among all, or of images with their neighbors: .svg, .png or .html",
  );
  addScaleFlag(command);
  addFillFlag(command);
  addDataFlags(command);
  addReportFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: NeighborsFlags): Promise<void> {
  const { runNeighbors } = await import("../neighbors-run.js");
  await runNeighbors(terminal, data, flags);
}
