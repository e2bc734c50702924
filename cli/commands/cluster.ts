/**
 * @file `unlabeled cluster DATA --clusters K`: k-means, one cluster a row, and how good the clusters are.
 */
import type { Command } from "commander";
import type { ClusterFlags } from "../cluster-run.js";
import { addCommonFlags, addDataFlags, addScaleFlag, DATA_HELP } from "../common-flags.js";
import { repeated, wholeNumber } from "../flag-values.js";
import type { Terminal } from "../terminal.js";

export function define(command: Command, terminal: Terminal): void {
  command
    .argument("<data>", DATA_HELP)
    .option("--clusters <count>", "how many", wholeNumber(1))
    .option(
      "--starts <count>",
      "first centers to try (default: 10 up to ten million numbers, else 1)",
      wholeNumber(1),
    )
    .option("--batch-size <rows>", "mini-batches, for very many rows", wholeNumber(1))
    .option("--option <key=value>", "a further option: unlabeled methods k-means", repeated)
    .option("-o, --output <file>", "a .csv, .npy or .parquet file (default: CSV on standard output)")
    .option(
      "--picture <file>",
      ".svg: rows at their first two principal components, colored by cluster; .png: the centers, of images",
    )
    .option("--save <file>", "the model too, for unlabeled encode and score")
    .option("--seed <number>", "same seed, same clusters", wholeNumber(0), 0);
  addScaleFlag(command);
  addDataFlags(command);
  addCommonFlags(command).action(async (data: string, flags: ClusterFlags) => {
    const { runCluster } = await import("../cluster-run.js");
    await runCluster(terminal, data, flags);
  });
}
