/**
 * @file `unlabeled export MODEL --to onnx --part encode -o FILE`: a part of a model that plain ONNX Runtime runs.
 */
import { type Command, Option } from "commander";
import type { PartName } from "../../src/methods/method.js";
import { addOutputFlags, addPluginFlag, type PluginFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import type { Terminal } from "../terminal.js";

interface ExportFlags extends PluginFlags {
  to: "onnx";
  part: PartName;
  output?: string;
  json?: boolean;
  force?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .argument("<model>", "the model file")
    .addOption(new Option("--to <format>", "file format").choices(["onnx"]).default("onnx"))
    .addOption(
      new Option("--part <name>", "what to export, scaling included")
        .choices(["encode", "decode", "reconstruct", "score"])
        .default("encode"),
    )
    .option("-o, --output <file>", "the ONNX file");
  addPluginFlag(command);
  addOutputFlags(command).action((path: string, flags: ExportFlags) => run(terminal, path, flags));
}

async function run(
  terminal: Terminal,
  path: string,
  { part, output, json, force, plugin }: ExportFlags,
): Promise<void> {
  if (output === undefined) throw new UsageError("export wants -o FILE");
  const { readModel } = await import("../model-input.js");
  const { withOutputs } = await import("../outputs.js");
  const { jsonReport, reportOf, stopwatch } = await import("../report.js");
  await withOutputs(terminal, { force }, { written: [output], read: [path] }, async (outputs, messages) => {
    const model = await readModel({ model: path, plugin });
    const elapsed = stopwatch();
    const bytes = model.toOnnx(part);
    await outputs.finish(messages, (put) => put(output, () => bytes));
    const { n: _, ...report } = reportOf(model, 0, { seconds: elapsed(), files: [output] });
    if (json) await terminal.print(jsonReport(report));
  });
}
