/**
 * @file `unlabeled reconstruct DATA --model FILE`: rows as the model sees them, decode(encode(x)).
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled reconstruct data.csv -m model.safetensors -o reconstructed.csv",
  "unlabeled reconstruct digits -m digits.safetensors -o digits.npy",
];

export function define(command: Command): void {
  addRowsFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: RowsFlags): Promise<void> {
  const { columnNames, writeRows } = await import("../rows-run.js");
  await writeRows(terminal, data, flags, async (model, { x }) => ({
    names: columnNames(model),
    x: await model.reconstruct(x),
    rowShape: model.rowShape,
  }));
}
