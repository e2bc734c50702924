/**
 * @file `unlabeled info MODEL`: what is in a model file or checkpoint.
 */
import type { Command } from "commander";
import { addPluginFlag, type PluginFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

interface InfoFlags extends PluginFlags {
  json?: boolean;
}

export const examples = ["unlabeled info model.safetensors", "unlabeled info net.safetensors --json"];

export function define(command: Command): void {
  command
    .argument("<model>", "model file or checkpoint")
    .option("--json", "print the result as one JSON object");
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
  await terminal.print(flags.json ? jsonReport(report, further) : textTable(lines, "left"));
}
