/**
 * @file `unlabeled cluster DATA`: a cluster for every row, how many there are, and what makes them different.
 */
import { type Command, InvalidArgumentError, Option } from "commander";
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
  "unlabeled cluster data.csv -o clusters.csv",
  "unlabeled cluster data.csv --method hdbscan -o dense.csv",
  "unlabeled cluster data.csv --clusters 3 --picture clusters.svg -o colored.csv",
  "unlabeled cluster digits --clusters 10 --picture centers.png -o digits.csv",
];

export function define(command: Command): void {
  command
    .argument("<data>", DATA_HELP)
    .addOption(
      new Option("--method <name>", "way to cluster").choices(["k-means", "hdbscan"]).default("k-means"),
    )
    .option(
      "--clusters <count>",
      "number of clusters, or auto: the one of 1 to 12 that stands out (default: auto)",
      countOrAuto,
    )
    .addOption(
      new Option("--outliers <way>", "rows far from all others").choices(["aside", "keep"]).default("aside"),
    )
    .option(
      "--starts <count>",
      "first centers to try (default: 10 up to ten million numbers, else 1)",
      wholeNumber(1),
    )
    .option("--batch-size <rows>", "rows of a mini-batch, for very many rows", wholeNumber(1))
    .option(
      "--option <key=value>",
      "further option, one of: unlabeled methods k-means, or hdbscan",
      repeated,
    );
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

function countOrAuto(text: string): number | "auto" {
  if (text === "auto") return "auto";
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Want an integer ≥ 1, or auto.");
}

export async function run({ terminal }: RunContext, data: string, flags: ClusterFlags): Promise<void> {
  const { runCluster } = await import("../cluster-run.js");
  await runCluster(terminal, data, flags);
}
