/**
 * @file `unlabeled impute DATA`: the table with its gaps filled.
 */
import { type Command, Option } from "commander";
import { kebabCase } from "../../panels/flag-names.js";
import { FILLERS } from "../../src/tasks/imputation/filler-names.js";
import { addRowsFlags } from "../common-flags.js";
import { fraction, wholeNumber } from "../flag-values.js";
import type { ImputeFlags } from "../impute-run.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled impute data.csv -o filled.csv",
  "unlabeled impute data.csv -m model.safetensors -o refilled.csv",
  "unlabeled impute data.csv --method iterative-ridge -o regressed.csv --report-mask gaps.csv",
  "unlabeled impute data.csv --hide 0.2 --seed 3 -o tested.csv",
];

export function define(command: Command): void {
  addReportFlags(addRowsFlags(command))
    .optionsGroup("Filling:")
    .addOption(
      new Option("--method <name>", "way to fill, without a model (default: the best of all)").choices(
        FILLERS.map(kebabCase),
      ),
    )
    .option("--report-mask <file>", "table of the same shape: 1 where a value was filled, else 0")
    .option(
      "--hide <fraction>",
      "share of the known values to hide, to tell the error by (default: 0.1 without a model)",
      fraction,
    )
    .option("--seed <number>", "seed of what is hidden, and of the fits", wholeNumber(0), 0);
}

export async function run({ terminal }: RunContext, data: string, flags: ImputeFlags): Promise<void> {
  const { runImpute } = await import("../impute-run.js");
  await runImpute(terminal, data, flags);
}
