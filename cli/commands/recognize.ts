/**
 * @file `unlabeled recognize TRAIN TEST`: labels of rows by the labeled rows nearest in principal components.
 */
import { type Command, Option } from "commander";
import {
  addCommonFlags,
  addDataFlags,
  addScaleFlag,
  addTableOutputFlags,
  DATA_HELP,
} from "../common-flags.js";
import { wholeNumber } from "../flag-values.js";
import type { RecognizeFlags } from "../recognize-run.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled recognize data.csv data.csv --label species --latent-dim 2",
  "unlabeled recognize digits digits --latent-dim 16 -o labels.csv",
];

export function define(command: Command): void {
  command
    .argument("<train>", `labeled rows: ${DATA_HELP}; folders of images in a folder are labels`)
    .argument("<test>", "rows to recognize, with labels or without")
    .requiredOption("--latent-dim <k>", "number of principal components", wholeNumber(1))
    .addOption(
      new Option("--classifier <name>", "rule for labels")
        .choices(["nearest-neighbor", "nearest-class-mean"])
        .default("nearest-neighbor", "the first"),
    )
    .option("--whiten", "divide codes by their standard deviations")
    .option(
      "--skip-first <count>",
      "leave out the first components, which of faces tell the light",
      wholeNumber(0),
    );
  addTableOutputFlags(command).option(
    "--picture <file>",
    "picture of the mean and the components, of images: .png, .svg or .html",
  );
  addScaleFlag(command);
  addDataFlags(command)
    .option("--test-label <column or file>", "labels of TEST (default: as --label, if that is a column)")
    .option("--no-test-label", "read no labels of TEST");
  addReportFlags(command);
  addCommonFlags(command);
}

export async function run(
  { terminal }: RunContext,
  train: string,
  test: string,
  flags: RecognizeFlags,
): Promise<void> {
  const { runRecognize } = await import("../recognize-run.js");
  await runRecognize(terminal, train, test, flags);
}
