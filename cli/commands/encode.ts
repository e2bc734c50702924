/**
 * @file `unlabeled encode DATA --model FILE`: codes of rows.
 */
import type { Command } from "commander";
import { addFillFlag, addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled encode data.csv -m model.safetensors -o codes.csv",
  "unlabeled encode data.csv -m model.safetensors -o codes.npy",
];

export function define(command: Command): void {
  addFillFlag(addRowsFlags(command));
}

export async function run({ terminal }: RunContext, data: string, flags: RowsFlags): Promise<void> {
  const { codeNames, numbersTable } = await import("../table-output.js");
  const { writeRows } = await import("../rows-run.js");
  await writeRows(terminal, data, flags, async (model, input) =>
    numbersTable(await model.encode(input), codeNames(model.latentDim)),
  );
}
