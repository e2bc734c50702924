/**
 * @file `unlabeled sample --model FILE`: new rows, drawn from a generative model.
 */
import type { Command } from "commander";
import { addMadeRowsFlags } from "../common-flags.js";
import { wholeNumber } from "../flag-values.js";
import type { MadeRowsFlags } from "../made-rows.js";
import type { RunContext } from "../verb.js";

interface SampleFlags extends MadeRowsFlags {
  count: number;
  seed: number;
}

export const examples = [
  "unlabeled fit data.csv --method variational-autoencoder --latent-dim 2 -o v.st",
  "unlabeled sample -m v.st -n 100 --seed 1 -o samples.csv",
];

export function define(command: Command): void {
  command
    .option("-n, --count <number>", "number of rows", wholeNumber(1), 64)
    .option("--seed <number>", "seed: same seed, same rows", wholeNumber(0), 0);
  addMadeRowsFlags(command);
}

export async function run({ terminal }: RunContext, flags: SampleFlags): Promise<void> {
  const { sample } = await import("../../src/tasks/walk.js");
  const { writeMadeRows } = await import("../made-rows.js");
  const { count, seed } = flags;
  await writeMadeRows(terminal, flags, undefined, async (model) => ({
    rows: await sample(model, count, { seed }),
    across: Math.ceil(Math.sqrt(count)),
  }));
}
