/**
 * @file `unlabeled fit DATA --method NAME`: fits, writes the model, tells how well it reconstructs.
 */
import type { Command } from "commander";
import { DATA_HELP } from "../common-flags.js";
import type { FitFlags } from "../fit-run.js";
import { addFittingFlags } from "../fitting-flags.js";
import { repeated, wholeNumber } from "../flag-values.js";
import type { Terminal } from "../terminal.js";

export async function define(command: Command, terminal: Terminal): Promise<void> {
  command
    .argument("<data>", DATA_HELP)
    .option("--method <name>", "see: unlabeled methods")
    .option("--option <key=value>", "an option of the method, as its flag", repeated)
    .option("-o, --output <file>", "the model file", "model.safetensors")
    .option(
      "--seed <number>",
      "same seed, same model (default: drawn, and kept in the model)",
      wholeNumber(0),
    )
    .option("--resume <checkpoint>", "go on from a checkpoint");
  command.action(async (data: string, flags: FitFlags) => {
    const { runFit } = await import("../fit-run.js");
    await runFit(terminal, data, flags, command);
  });
  await addFittingFlags(
    command,
    terminal.words,
    "--method",
    [],
    "Options of the method are flags too, such as --latent-dim 8",
  );
}
