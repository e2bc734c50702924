/**
 * @file `unlabeled score DATA --model FILE`: how unusual every row is, larger is more.
 */
import { type Command, InvalidArgumentError } from "commander";
import { addFillFlag, addRowsFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import { PICTURE_KINDS } from "../picture-output.js";
import { addReportFlags } from "../report-flags.js";
import type { ScoreFlags, Threshold } from "../score-run.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled score data.csv -o unusual.csv",
  "unlabeled score data.csv -m model.safetensors -o scores.csv",
  "unlabeled score data.csv -m model.safetensors --fail-on-outliers 1e6",
];

export function define(command: Command): void {
  addFillFlag(addReportFlags(addRowsFlags(command)).optionsGroup("Without a model:"))
    .optionsGroup("Outliers:")
    .option(
      "--fail-on-outliers <threshold>",
      "exit 3 if a row scores higher: a number, or 99% for that quantile of reference rows",
      threshold,
    )
    .option("--picture <file>", `picture of the scores by rank: ${PICTURE_KINDS}`)
    .option("--reference <data>", "rows known to be usual, such as the training data, for a threshold in %");
}

function threshold(text: string): Threshold {
  const percent = /^(.+)%$/.exec(text);
  const value = Number(percent ? percent[1] : text);
  if (text.trim() === "" || !Number.isFinite(value) || (percent && !(value > 0 && value <= 100))) {
    throw new InvalidArgumentError("Want a number, or a percentage such as 99%.");
  }
  return percent ? { quantile: value / 100 } : { score: value };
}

export async function run({ terminal }: RunContext, data: string, flags: ScoreFlags): Promise<void> {
  const wanted = flags.failOnOutliers;
  if (wanted && "quantile" in wanted && flags.reference === undefined && flags.model !== undefined) {
    throw new UsageError("--fail-on-outliers in % wants --reference DATA, the rows to take the quantile of");
  }
  const { runScore } = await import("../score-run.js");
  await runScore(terminal, data, flags);
}
