/**
 * @file `unlabeled info MODEL`: what is in a model file or checkpoint.
 */
import type { Command } from "commander";
import { addPluginFlag, type PluginFlags } from "../common-flags.js";
import type { Terminal } from "../terminal.js";
import type { RunContext } from "../verb.js";

interface InfoFlags extends PluginFlags {
  json?: boolean;
  picture?: string;
  force?: boolean;
}

export const examples = [
  "unlabeled info model.safetensors",
  "unlabeled info net.safetensors --json",
  "unlabeled info digits.safetensors --picture components.png",
];

export function define(command: Command): void {
  command
    .argument("<model>", "model file or checkpoint")
    .option("--json", "print the result as one JSON object")
    .option(
      "--picture <file>",
      "picture of its components, atoms or filters, else its loss: .svg, .png or .html",
    )
    .option("--force", "replace an existing file");
  addPluginFlag(command);
}

export async function run({ terminal }: RunContext, path: string, flags: InfoFlags): Promise<void> {
  const { readModelFile } = await import("../../src/files/model-file.js");
  const { describeModel } = await import("../../panels/model-description.js");
  const { methodOfFile, readModelBytes } = await import("../model-input.js");
  const { jsonReport } = await import("../report.js");
  const { textTable } = await import("../../panels/text-table.js");
  const bytes = await readModelBytes(path);
  const record = readModelFile(bytes, path);
  const method = (await methodOfFile(record, flags.plugin)).create(record.options);
  const { report, further, lines } = describeModel(record, method, { path, bytes: bytes.length });
  const { picture } = flags;
  if (picture !== undefined) await drawModel(terminal, path, picture, flags);
  await terminal.print(
    flags.json
      ? jsonReport(report, { ...further, ...(picture !== undefined && { files: [path, picture] }) })
      : textTable(lines, "left"),
  );
}

async function drawModel(terminal: Terminal, path: string, picture: string, flags: InfoFlags): Promise<void> {
  const { matrix } = await import("../../src/data/matrix.js");
  const { ownPanel } = await import("../../panels/sections/model.js");
  const { readModel } = await import("../model-input.js");
  const { withOutputs } = await import("../outputs.js");
  const { checkPicture, pictureFile } = await import("../picture-output.js");
  await checkPicture(picture, { pixels: true });
  await withOutputs(terminal, flags, { written: [picture], read: [path] }, async (outputs, messages) => {
    const model = await readModel({ ...flags, model: path });
    const panel = await ownPanel(model);
    if (!panel)
      throw new RangeError(
        `${path}: has no components, atoms, filters or loss to draw (fit or encode draw the rows)`,
      );
    const input = { name: path, x: matrix(0, model.inputDim) };
    await outputs.finish(messages, (put) =>
      put(picture, () => pictureFile(picture, panel, { terminal, input })),
    );
  });
}
