/**
 * @file `unlabeled decode CODES --model FILE`: rows of codes, in the columns of the training data.
 */
import type { Command } from "commander";
import { addRowsFlags, type RowsFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import type { RunContext } from "../verb.js";

/** Images side by side on a sheet. */
const ACROSS = 10;

export const examples = [
  "unlabeled decode codes.csv -m model.safetensors -o decoded.csv",
  "unlabeled decode codes.npy -m model.safetensors -o decoded.parquet",
];

export function define(command: Command): void {
  command.option("--picture <file>", "sheet of the rows, of images: .png, .svg or .html");
  addRowsFlags(command);
}

export async function run(
  { terminal }: RunContext,
  data: string,
  flags: RowsFlags & { picture?: string },
): Promise<void> {
  const { decodedColumns, without, writeRows } = await import("../rows-run.js");
  const { codeNames } = await import("../table-output.js");
  await writeRows(
    terminal,
    data,
    flags,
    async (model, input) => {
      const rows = await model.decodeWide(input.x);
      const added = decodedColumns(model, rows);
      // Codes make room for what they stand for, and so do columns of the same names.
      const gone = [...codeNames(model.latentDim), ...added.map(({ name }) => name)];
      return { added, numbers: rows, rowShape: model.rowShape, input: without(input, gone) };
    },
    {
      ofCodes: true,
      panelOf: async ({ rowShape, method }, input, rows) => {
        const { isImage } = await import("../../src/data/image.js");
        const { rounded } = await import("../../src/data/matrix.js");
        if (!isImage(rowShape))
          throw new UsageError(
            `--picture ${flags.picture}: the model's rows are no images, so there is nothing to draw`,
          );
        const { imagesPanel } = await import("../../panels/sections/made-rows.js");
        return imagesPanel(rounded(rows, input.name), rowShape, {
          across: ACROSS,
          title: `decode: ${method}`,
        });
      },
    },
  );
}
