/**
 * @file `unlabeled decode CODES --model FILE`: rows of codes, under the names of the training data.
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled decode codes.csv -m model.safetensors -o decoded.csv",
  "unlabeled decode codes.npy -m model.safetensors -o decoded.parquet",
];

export function define(command: Command): void {
  addRowsFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: RowsFlags): Promise<void> {
  const { columnNames, pickCodes, writeRows } = await import("../rows-run.js");
  await writeRows(
    terminal,
    data,
    flags,
    async (model, input) => ({
      names: columnNames(model),
      x: await model.decode(pickCodes(input, model.latentDim)),
      rowShape: model.rowShape,
    }),
    { ofCodes: true },
  );
}
