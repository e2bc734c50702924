/**
 * @file `unlabeled export MODEL --to onnx --part encode -o FILE`: a part of a model that plain ONNX Runtime runs.
 */
import { type Command, Option } from "commander";
import type { PartName } from "../../src/methods/model.js";
import { addOutputFlags, addPluginFlag, type CommonFlags, type PluginFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import type { RunContext } from "../verb.js";

interface ExportFlags extends CommonFlags, PluginFlags {
  to: "onnx";
  part: PartName;
  output?: string;
}

export const examples = [
  "unlabeled export model.safetensors -o encoder.onnx",
  "unlabeled export net.safetensors --part reconstruct -o reconstruct.onnx",
];

export function define(command: Command): void {
  command
    .argument("<model>", "model file")
    .addOption(new Option("--to <format>", "file format").choices(["onnx"]).default("onnx"))
    .addOption(
      new Option("--part <name>", "part to export, scaling included")
        .choices(["encode", "decode", "reconstruct", "score"])
        .default("encode"),
    )
    .option("-o, --output <file>", "ONNX file");
  addPluginFlag(command);
  addOutputFlags(command);
}

export async function run({ terminal }: RunContext, path: string, flags: ExportFlags): Promise<void> {
  const { part, output, json, plugin } = flags;
  if (output === undefined) throw new UsageError("export wants -o FILE");
  const { readModel } = await import("../model-input.js");
  const { withOutputs } = await import("../outputs.js");
  const { jsonReport, reportOf, stopwatch } = await import("../report.js");
  await withOutputs(terminal, flags, { written: [output], read: [path] }, async (outputs, messages) => {
    const model = await readModel({ model: path, plugin });
    const elapsed = stopwatch();
    const bytes = model.toOnnx(part);
    await outputs.finish(messages, (put) => put(output, () => bytes));
    const { n: _, ...report } = reportOf(model, 0, { seconds: elapsed(), files: [output] });
    if (json) await terminal.print(jsonReport(report));
  });
}
