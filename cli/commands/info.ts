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

export async function run(
  { terminal }: RunContext,
  path: string,
  { json, plugin }: InfoFlags,
): Promise<void> {
  const { describeModel } = await import("../model-description.js");
  const { jsonReport } = await import("../report.js");
  const { textTable } = await import("../../panels/text-table.js");
  const { report, further, lines } = await describeModel(path, plugin);
  await terminal.print(json ? jsonReport(report, further) : textTable(lines, "left"));
}
