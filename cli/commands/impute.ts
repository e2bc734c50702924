/**
 * @file `unlabeled impute DATA`: the table with its gaps filled.
 */
import type { Command } from "commander";
import { addRowsFlags } from "../common-flags.js";
import { fraction, wholeNumber } from "../flag-values.js";
import type { ImputeFlags } from "../impute-run.js";
import { addReportFlags } from "../report-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled impute data.csv -o filled.csv",
  "unlabeled impute data.csv -m model.safetensors -o refilled.csv",
  "unlabeled impute data.csv --hide 0.1 -o tested.csv",
];

export function define(command: Command): void {
  addReportFlags(addRowsFlags(command))
    .optionsGroup("Test of the filling:")
    .option(
      "--hide <fraction>",
      "share of the numbers to hide, to tell the error of filling them by a fit without them",
      fraction,
    )
    .option("--seed <number>", "seed of what is hidden", wholeNumber(0), 0);
}

export async function run({ terminal }: RunContext, data: string, flags: ImputeFlags): Promise<void> {
  const { runImpute } = await import("../impute-run.js");
  await runImpute(terminal, data, flags);
}
