/**
 * @file `unlabeled cluster DATA --clusters K`: k-means, one cluster a row, and how good the clusters are.
 */
import type { Command } from "commander";
import type { ClusterFlags } from "../cluster-run.js";
import {
  addCommonFlags,
  addDataFlags,
  addFillFlag,
  addScaleFlag,
  addTableOutputFlags,
  DATA_HELP,
} from "../common-flags.js";
import { repeated, wholeNumber } from "../flag-values.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled cluster data.csv --clusters 3 --label species -o clusters.csv",
  "unlabeled cluster data.csv --clusters 3 --picture clusters.svg -o colored.csv",
  "unlabeled cluster digits --clusters 10 --picture centers.png -o digits.csv",
];

export function define(command: Command): void {
  command
    .argument("<data>", DATA_HELP)
    .option("--clusters <count>", "number of clusters", wholeNumber(1))
    .option(
      "--starts <count>",
      "first centers to try (default: 10 up to ten million numbers, else 1)",
      wholeNumber(1),
    )
    .option("--batch-size <rows>", "rows of a mini-batch, for very many rows", wholeNumber(1))
    .option("--option <key=value>", "further option, one of: unlabeled methods k-means", repeated);
  addTableOutputFlags(command)
    .option(
      "--picture <file>",
      "picture: .svg, .png or .html of the rows, colored by cluster; of images .png shows the centers",
    )
    .option("--save <file>", "model file, for unlabeled encode and score")
    .option("--seed <number>", "seed: same seed, same clusters", wholeNumber(0), 0);
  addScaleFlag(command);
  addFillFlag(command);
  addDataFlags(command);
  addReportFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: ClusterFlags): Promise<void> {
  const { runCluster } = await import("../cluster-run.js");
  await runCluster(terminal, data, flags);
}
