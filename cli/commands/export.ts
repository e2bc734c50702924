/**
 * @file `unlabeled export MODEL --to onnx --part encode -o FILE`: a part of a model that plain ONNX Runtime runs.
 */
import { type Command, Option } from "commander";
import type { PartName } from "../../src/methods/method.js";
import { addOutputFlags } from "../common-flags.js";
import { UsageError } from "../exit.js";
import { Messages, printResult } from "../messages.js";

interface ExportFlags {
  to: "onnx";
  part: PartName;
  output?: string;
  json?: boolean;
  force?: boolean;
}

export function define(command: Command): void {
  command
    .argument("<model>", "the model file")
    .addOption(new Option("--to <format>", "file format").choices(["onnx"]).default("onnx"))
    .addOption(
      new Option("--part <name>", "what to export, scaling included")
        .choices(["encode", "decode", "reconstruct", "score"])
        .default("encode"),
    )
    .option("-o, --output <file>", "the ONNX file");
  addOutputFlags(command).action(run);
}

async function run(path: string, { part, output, json, force }: ExportFlags): Promise<void> {
  if (output === undefined) throw new UsageError("export wants -o FILE");
  const { readModel } = await import("../model-input.js");
  const { withOutputs } = await import("../outputs.js");
  const { jsonReport } = await import("../report.js");
  await withOutputs(async (outputs) => {
    await outputs.open(output, { force, inputs: [path] });
    const model = await readModel(path);
    const started = performance.now();
    const bytes = model.toOnnx(part);
    await outputs.finish(new Messages({}), (put) => put(output, () => bytes));
    const { method, inputDim: d, latentDim, seed } = model;
    const seconds = (performance.now() - started) / 1000;
    if (json)
      await printResult(jsonReport({ method, d, latentDim, seed, seconds, metrics: {}, files: [output] }));
  });
}
