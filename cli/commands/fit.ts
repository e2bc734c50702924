/**
 * @file `unlabeled fit DATA --method NAME`: fits, writes the model, tells how well it reconstructs.
 */
import type { Command } from "commander";
import type { ScaleKind } from "../../src/data/scale.js";
import {
  addCommonFlags,
  addDataFlags,
  addScaleFlag,
  type CommonFlags,
  DATA_HELP,
  type DataFlags,
} from "../common-flags.js";
import { repeated, wholeNumber } from "../flag-values.js";
import { addTrainingFlags, type TrainingFlags } from "../training-flags.js";

export interface FitFlags extends CommonFlags, DataFlags, TrainingFlags {
  method?: string;
  option?: string[];
  output: string;
  scale?: ScaleKind;
  seed?: number;
  resume?: string;
}

export async function define(command: Command, help: boolean): Promise<void> {
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
  addScaleFlag(command);
  addTrainingFlags(command);
  addDataFlags(command);
  addCommonFlags(command);
  command
    .addHelpText(
      "after",
      "\nOptions of the method are flags too, such as --latent-dim 8: unlabeled methods NAME",
    )
    .action(async (data: string, flags: FitFlags) => {
      const { runFit } = await import("../fit-run.js");
      await runFit(data, flags, command);
    });
  if (help) return;
  const { addMethodFlags } = await import("../method-flags.js");
  addMethodFlags(command);
}
