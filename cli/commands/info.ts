/**
 * @file `unlabeled info MODEL`: what is in a model file or checkpoint.
 */
import type { Command } from "commander";
import type { Terminal } from "../terminal.js";

export function define(command: Command, terminal: Terminal): void {
  command
    .argument("<model>", "a model file or checkpoint")
    .option("--json", "print it as one JSON object")
    .action((path: string, flags: { json?: boolean }) => run(terminal, path, flags));
}

async function run(terminal: Terminal, path: string, { json }: { json?: boolean }): Promise<void> {
  const { describeModel } = await import("../model-description.js");
  const { jsonReport } = await import("../report.js");
  const { textTable } = await import("../../panels/text-table.js");
  const { report, further, lines } = await describeModel(path);
  await terminal.print(json ? jsonReport(report, further) : textTable(lines, "left"));
}
