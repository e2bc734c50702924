/**
 * @file `unlabeled recognize TRAIN TEST`: labels of rows by the labeled rows nearest in principal components.
 */
import { type Command, Option } from "commander";
import { addCommonFlags, addDataFlags, addScaleFlag, DATA_HELP } from "../common-flags.js";
import { wholeNumber } from "../flag-values.js";
import type { RecognizeFlags } from "../recognize-run.js";
import type { Terminal } from "../terminal.js";

export function define(command: Command, terminal: Terminal): void {
  command
    .argument("<train>", `labeled rows: ${DATA_HELP}; folders of images in a folder are labels`)
    .argument("<test>", "rows to recognize, with labels or without")
    .requiredOption("--latent-dim <k>", "principal components", wholeNumber(1))
    .addOption(
      new Option("--classifier <name>", "whose label it is")
        .choices(["nearest-neighbor", "nearest-class-mean"])
        .default("nearest-neighbor"),
    )
    .option("--whiten", "divide codes by their standard deviations")
    .option(
      "--skip-first <count>",
      "leave out the first components, which of faces tell the light",
      wholeNumber(0),
    )
    .option("-o, --output <file>", "predictions: a .csv or .parquet file (default: CSV on standard output)")
    .option("--picture <file>", "of images: the mean and the components as a .png file");
  addScaleFlag(command);
  addDataFlags(command)
    .option("--test-label <column or file>", "labels of TEST (default: as --label, if that is a column)")
    .option("--no-test-label", "TEST has no column of labels");
  addCommonFlags(command).action(async (train: string, test: string, flags: RecognizeFlags) => {
    const { runRecognize } = await import("../recognize-run.js");
    await runRecognize(terminal, train, test, flags);
  });
}
