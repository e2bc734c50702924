/**
 * @file `unlabeled compare DATA -o DIR`: several methods with codes of one size, judged on rows none of them has seen.
 */
import type { Command } from "commander";
import { DATA_HELP } from "../common-flags.js";
import type { CompareFlags } from "../compare-run.js";
import { addFittingFlags } from "../fitting-flags.js";
import { fraction, nameList, repeated, wholeNumber } from "../flag-values.js";
import type { RunContext } from "../verb.js";

const USUAL = ["pca", "autoencoder"];

export const examples = [
  "unlabeled compare data.csv --methods pca,factorization --latent-dim 2",
  "unlabeled compare data.csv --label species --epochs 5 -o results",
];

export async function define(command: Command, words: readonly string[]): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option("--methods <methods>", `methods to compare (default: ${USUAL})`, nameList)
    .option(
      "--latent-dim <size>",
      "size of the codes (default: 8, or 2 for rows of 8 or fewer numbers)",
      wholeNumber(1),
    )
    .option("--option <key=value>", "option of the methods that have it, as its flag", repeated)
    .option("-o, --output <folder>", "folder for models, codes and a picture (default: nothing is written)")
    .option(
      "--held-out <fraction>",
      "share of the rows to judge on, of sequences the last of each",
      fraction,
      0.25,
    )
    .option("--seed <number>", "seed of the methods and of the choice of these rows", wholeNumber(0), 0);
  await addFittingFlags(command, words, { flag: "--methods", usual: USUAL });
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: CompareFlags,
  command: Command,
): Promise<void> {
  const { runCompare } = await import("../compare-run.js");
  await runCompare(terminal, data, flags, command);
}
