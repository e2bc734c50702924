/**
 * @file `unlabeled encode DATA --model FILE`: codes of rows.
 */
import type { Command } from "commander";
import { addFillFlag, addRowsFlags, type RowsFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

export const examples = [
  "unlabeled encode data.csv -m model.safetensors -o codes.csv",
  "unlabeled encode data.csv -m model.safetensors -o codes.npy",
  "unlabeled encode data.csv -m model.safetensors --picture map.svg -o mapped.csv",
];

export function define(command: Command): void {
  command.option("--picture <file>", "map of the codes, their first two numbers: .svg, .png or .html");
  addFillFlag(addRowsFlags(command));
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: RowsFlags & { picture?: string },
): Promise<void> {
  const { codeNames, numbersTable } = await import("../table-output.js");
  const { writeRows } = await import("../rows-run.js");
  await writeRows(
    terminal,
    data,
    flags,
    async (model, input) => numbersTable(await model.encode(input), codeNames(model.latentDim)),
    {
      drawn: true,
      panelOf: async (model, input, codes) => {
        const { rounded } = await import("../../src/data/matrix.js");
        const { mapOf } = await import("../../panels/sections/model.js");
        return mapOf(model, input, { codes: rounded(codes, input.name), count: 0 });
      },
    },
  );
}
