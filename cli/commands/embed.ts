/**
 * @file `unlabeled embed DATA --method NAME`: fits, and writes and draws where every row has come to lie.
 */
import type { Command } from "commander";
import { DATA_HELP } from "../common-flags.js";
import type { EmbedFlags } from "../embed-run.js";
import { addFittingFlags } from "../fitting-flags.js";
import { repeated, wholeNumber } from "../flag-values.js";
import type { Terminal } from "../terminal.js";

export async function define(command: Command, terminal: Terminal): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option("--method <name>", "see: unlabeled methods", "tsne")
    .option("--latent-dim <size>", "numbers a row", wholeNumber(1), 2)
    .option("--option <key=value>", "an option of the method, as its flag", repeated)
    .option("-o, --output <file>", "a .csv, .npy or .parquet file (default: CSV on standard output)")
    .option("--picture <file.svg>", "draws the first two numbers of every row, colored by label")
    .option("--save <file>", "the model too, to place new rows with: unlabeled encode")
    .option("--seed <number>", "same seed, same result", wholeNumber(0), 0);
  command.action(async (data: string, flags: EmbedFlags) => {
    const { runEmbed } = await import("../embed-run.js");
    await runEmbed(terminal, data, flags, command);
  });
  await addFittingFlags(
    command,
    terminal.words,
    "--method",
    ["tsne"],
    "Options of the method are flags too, such as --perplexity 50",
  );
}
