/**
 * @file `unlabeled tune DATA --method NAME`: options of a method, tried on held-out rows by successive halving.
 */
import type { Command } from "commander";
import { DATA_HELP } from "../common-flags.js";
import { addFittingFlags } from "../fitting-flags.js";
import { fraction, positiveNumber, repeated, wholeNumber } from "../flag-values.js";
import type { TuneFlags } from "../tune-run.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled tune data.csv --method autoencoder --epochs 9 --table tried.csv",
  "unlabeled tune data.csv --method pca --latent-dim 2 -o tuned.safetensors",
];

export async function define(command: Command, words: readonly string[]): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option("--method <method>", "method to tune, one of: unlabeled methods")
    .option("--option <key=value>", "option of the method that stays as it is, as its flag", repeated)
    .option(
      "--trials <count>",
      "choices of options to try, the first of them the defaults",
      wholeNumber(1),
      27,
    )
    .option("--minutes <count>", "time after which no further fit is begun", positiveNumber)
    .option("--table <file>", "table of what was tried, .csv or .jsonl: read first, and gone on with")
    .option("-o, --output <file>", "model file, of all rows with the best options (default: none)")
    .option(
      "--held-out <fraction>",
      "share of the rows to choose by, of sequences the last of each",
      fraction,
      0.25,
    )
    .option("--seed <number>", "seed of the choices, the fits and these rows", wholeNumber(0), 0);
  await addFittingFlags(command, words, { flag: "--method", usual: [] });
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: TuneFlags,
  command: Command,
): Promise<void> {
  const { runTune } = await import("../tune-run.js");
  await runTune(terminal, data, flags, command);
}
