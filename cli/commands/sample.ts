/**
 * @file `unlabeled sample --model FILE`: new rows, drawn from a generative model.
 */
import type { Command } from "commander";
import { addMadeRowsFlags } from "../common-flags.js";
import { wholeNumber } from "../flag-values.js";
import type { MadeRowsFlags } from "../made-rows.js";
import type { Terminal } from "../terminal.js";

interface SampleFlags extends MadeRowsFlags {
  count: number;
  seed: number;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .option("-n, --count <number>", "how many", wholeNumber(1), 64)
    .option("--seed <number>", "same seed, same rows", wholeNumber(0), 0);
  addMadeRowsFlags(command).action(async (flags: SampleFlags) => {
    const { sample } = await import("../../src/tasks/walk.js");
    const { writeMadeRows } = await import("../made-rows.js");
    const { count, seed } = flags;
    await writeMadeRows(terminal, flags, undefined, async (model) => ({
      rows: await sample(model, count, { seed }),
      across: Math.ceil(Math.sqrt(count)),
    }));
  });
}
