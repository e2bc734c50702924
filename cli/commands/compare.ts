/**
 * @file `unlabeled compare DATA -o DIR`: several methods with codes of one size, judged on rows none of them has seen.
 */
import type { Command } from "commander";
import { DATA_HELP } from "../common-flags.js";
import type { CompareFlags } from "../compare-run.js";
import { addFittingFlags } from "../fitting-flags.js";
import { fraction, nameList, repeated, wholeNumber } from "../flag-values.js";
import type { Terminal } from "../terminal.js";

export async function define(command: Command, terminal: Terminal): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option("--methods <names>", "what to compare (default: pca,autoencoder)", nameList)
    .option(
      "--latent-dim <size>",
      "size of the codes (default: 8, or 2 for rows of 8 or fewer numbers)",
      wholeNumber(1),
    )
    .option("--option <key=value>", "an option for the methods that have it, as its flag", repeated)
    .option("-o, --output <folder>", "where models, codes and a picture go (default: nothing is written)")
    .option("--held-out <fraction>", "share of the rows to judge on", fraction, 0.25)
    .option("--seed <number>", "of the choice of these rows and of the methods", wholeNumber(0), 0);
  command.action(async (data: string, flags: CompareFlags) => {
    const { runCompare } = await import("../compare-run.js");
    await runCompare(terminal, data, flags, command);
  });
  await addFittingFlags(
    command,
    terminal.words,
    "--methods",
    ["pca", "autoencoder"],
    "Options of the methods are flags too",
  );
}
