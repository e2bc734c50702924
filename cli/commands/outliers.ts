/**
 * @file `unlabeled outliers DATA`: the most unusual rows, and which columns make them so.
 */
import { type Command, InvalidArgumentError } from "commander";
import { camelCase, kebabCase } from "../../panels/flag-names.js";
import type { OutlierMethod } from "../../src/tasks/outliers/detectors.js";
import { addCommonFlags, addDataFlags, addRowsOutputFlag, addScaleFlag, DATA_HELP } from "../common-flags.js";
import { DETECTOR_NAMES } from "../detector-names.js";
import { wholeNumber } from "../flag-values.js";
import type { OutliersFlags } from "../outliers-run.js";
import { PICTURE_KINDS } from "../picture-output.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled outliers data.csv",
  "unlabeled outliers data.csv --top 20 -o ranked.csv --report outliers.html",
  "unlabeled outliers data.csv --contamination 0.01 --json",
  "unlabeled outliers data.csv --method isolation-forest --picture outliers.svg",
];

export function define(command: Command): void {
  command
    .argument("<data>", DATA_HELP)
    .option(
      "--method <name>",
      "one detector (default: median of each kind by rank, highest of the kinds)",
      detector,
    )
    .option("--top <count>", "rows to explain (default: 10)", wholeNumber(0));
  addRowsOutputFlag(command, "scores and reasons: .csv, .tsv, .json, .jsonl, .parquet, .npy or .gz")
    .option("--only-new", "write the new columns and the labels alone")
    .option("--picture <file>", `map of the rows, outliers in their own color: ${PICTURE_KINDS}`)
    .option("--seed <number>", "seed: same seed, same scores", wholeNumber(0), 0);
  addScaleFlag(command);
  command
    .optionsGroup("Threshold (default: a fence about the scores of most rows):")
    .option("--contamination <share>", "share of outliers among the rows, such as 0.01", share)
    .option("--clean <data>", "usual rows to learn from; 1 % of them (or --contamination) score higher")
    .option("--fail-on-outliers", "exit 3 if there are outliers");
  addDataFlags(command);
  addReportFlags(command);
  addCommonFlags(command);
}

function detector(text: string): OutlierMethod {
  const name = DETECTOR_NAMES.find((one) => one === camelCase(text));
  if (name) return name;
  throw new InvalidArgumentError(`Want one of ${DETECTOR_NAMES.map(kebabCase).join(", ")}.`);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1))
    throw new InvalidArgumentError("Want a number above 0 and below 1.");
  return value;
}

export async function run({ terminal }: RunContext, data: string, flags: OutliersFlags): Promise<void> {
  const { runOutliers } = await import("../outliers-run.js");
  await runOutliers(terminal, data, flags);
}
