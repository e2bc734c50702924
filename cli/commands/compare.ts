/**
 * @file `unlabeled compare DATA --methods A,B --latent-dim 2,8`: several methods at several sizes of their codes, judged on rows none of
 * them has seen.
 */
import type { Command } from "commander";
import { DATA_HELP } from "../common-flags.js";
import type { CompareFlags } from "../compare-run.js";
import { addFittingFlags } from "../fitting-flags.js";
import { fraction, methodList, repeated, wholeNumber, wholeNumbers } from "../flag-values.js";
import type { RunContext } from "../verb.js";

const USUAL = ["pca", "autoencoder"];

export const examples = [
  "unlabeled compare data.csv --methods pca,factorization --latent-dim 1,2,3",
  "unlabeled compare data.csv --methods pca,autoencoder:hidden=9:epochs=5",
  "unlabeled compare data.csv --label species --epochs 5 -o results",
];

export async function define(command: Command, words: readonly string[]): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option(
      "--methods <methods>",
      `methods to compare, each also NAME:KEY=VALUE for options of its own (default: ${USUAL})`,
      methodList,
    )
    .option(
      "--latent-dim <sizes>",
      "sizes of the codes, such as 2,8,32 (default: 8, or 2 for rows of 8 or fewer numbers)",
      wholeNumbers(1),
    )
    .option("--option <key=value>", "option of the methods that have it, as its flag", repeated)
    .option(
      "-o, --output <folder>",
      "folder for models, codes and a picture; a comparison that was stopped goes on there",
    )
    .option("--picture <file>", "picture of the error by size of code: .svg, .png or .html")
    .option(
      "--held-out <fraction>",
      "share of the rows to judge on, of sequences the last of each",
      fraction,
      0.25,
    )
    .option("--seeds <count>", "fits of each, over which figures are averaged", wholeNumber(1), 3)
    .option(
      "--seed <number>",
      "first seed of the methods and of the choice of these rows",
      wholeNumber(0),
      0,
    );
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
