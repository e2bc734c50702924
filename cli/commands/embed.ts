/**
 * @file `unlabeled embed DATA --method NAME`: fits, and writes and draws where every row has come to lie.
 */
import type { Command } from "commander";
import { addTableOutputFlags, DATA_HELP } from "../common-flags.js";
import type { EmbedFlags } from "../embed-run.js";
import { addFittingFlags } from "../fitting-flags.js";
import { repeated, wholeNumber } from "../flag-values.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled embed data.csv --label species --picture picture.svg -o places.csv",
  "unlabeled embed data.csv --method umap --picture umap.svg -o umap.csv",
  "unlabeled embed data.csv --method isomap --n-neighbors 8 -o isomap.csv",
  "unlabeled embed data.csv --method pca --save pca.safetensors -o pca.csv",
];

export async function define(command: Command, words: readonly string[]): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option("--method <method>", "method to fit, one of: unlabeled methods", "tsne")
    .option("--latent-dim <size>", "dimensions of the embedding", wholeNumber(1), 2)
    .option("--option <key=value>", "option of the method, as its flag", repeated);
  addTableOutputFlags(command)
    .option("--picture <file>", "picture of the first two dimensions, colored by label: .svg, .png or .html")
    .option("--save <file>", "model file, to place new rows with: unlabeled encode")
    .option("--seed <number>", "seed: same seed, same result", wholeNumber(0), 0);
  await addFittingFlags(command, words, { flag: "--method", usual: ["tsne"] });
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: EmbedFlags,
  command: Command,
): Promise<void> {
  const { runEmbed } = await import("../embed-run.js");
  await runEmbed(terminal, data, flags, command);
}
