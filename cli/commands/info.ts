/**
 * @file `unlabeled info MODEL`: what is in a model file or checkpoint.
 */
import type { Command } from "commander";
import { addPluginFlag, type PluginFlags } from "../common-flags.js";
import type { Terminal } from "../terminal.js";

interface InfoFlags extends PluginFlags {
  json?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command.argument("<model>", "a model file or checkpoint").option("--json", "print it as one JSON object");
  addPluginFlag(command).action((path: string, flags: InfoFlags) => run(terminal, path, flags));
}

async function run(terminal: Terminal, path: string, { json, plugin }: InfoFlags): Promise<void> {
  const { describeModel } = await import("../model-description.js");
  const { jsonReport } = await import("../report.js");
  const { textTable } = await import("../../panels/text-table.js");
  const { report, further, lines } = await describeModel(path, plugin);
  await terminal.print(json ? jsonReport(report, further) : textTable(lines, "left"));
}
