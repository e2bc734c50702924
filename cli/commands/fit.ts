/**
 * @file `unlabeled fit DATA --method NAME`: fits, writes the model, tells how well it reconstructs.
 */
import type { Command } from "commander";
import { DATA_HELP } from "../common-flags.js";
import type { FitFlags } from "../fit-run.js";
import { addFittingFlags } from "../fitting-flags.js";
import { repeated, wholeNumber } from "../flag-values.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled fit data.csv --label species --method pca --latent-dim 2",
  "unlabeled fit data.csv --method autoencoder --latent-dim 2 -o net.safetensors",
  "unlabeled fit data.csv --method pca --latent-dim 2 -o p.st --report pca.html",
  "unlabeled fit digits --method pca --latent-dim 8 -o digits.safetensors",
];

export async function define(command: Command, words: readonly string[]): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option("--method <method>", "method to fit, one of: unlabeled methods")
    .option("--option <key=value>", "option of the method, as its flag", repeated)
    .option("-o, --output <file>", "model file", "model.safetensors")
    .option(
      "--picture <file>",
      "picture of its components, atoms or filters, or its loss: .svg, .png or .html",
    )
    .option(
      "--seed <number>",
      "seed: same seed, same model (default: drawn, and kept in the model)",
      wholeNumber(0),
    )
    .option("--resume <checkpoint>", "checkpoint to go on from");
  await addFittingFlags(command, words, { flag: "--method", usual: [] });
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: FitFlags,
  command: Command,
): Promise<void> {
  const { runFit } = await import("../fit-run.js");
  await runFit(terminal, data, flags, command);
}
