/**
 * @file `unlabeled reconstruct DATA --model FILE`: rows as the model sees them, decode(encode(x)).
 */
import type { Command } from "commander";
import { addFillFlag, addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled reconstruct data.csv -m model.safetensors -o reconstructed.csv",
  "unlabeled reconstruct digits -m digits.safetensors -o digits.npy",
];

export function define(command: Command): void {
  command.option(
    "--picture <file>",
    "picture of rows, what is given back, and the error: .svg, .png or .html",
  );
  addFillFlag(addRowsFlags(command));
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: RowsFlags & { picture?: string },
): Promise<void> {
  const { decodedColumns, without, writeRows } = await import("../rows-run.js");
  await writeRows(
    terminal,
    data,
    flags,
    async (model, input) => {
      const rows = await model.reconstructWide(input);
      const added = decodedColumns(model, rows);
      const gone = added.map(({ name }) => name);
      return { added, numbers: rows, rowShape: model.rowShape, input: without(input, gone) };
    },
    {
      panelOf: async (_, input, rows) => {
        const { reconstructionPanel } = await import("../../panels/sections/reconstruction.js");
        return reconstructionPanel(input, rows);
      },
    },
  );
}
