/**
 * @file `unlabeled log MODEL`: the training history that a model file or a checkpoint keeps.
 */
import type { Command } from "commander";
import { addOutputFlags, addRowsOutputFlag, type CommonFlags } from "../common-flags.js";
import type { RunContext } from "../verb.js";

interface LogFlags extends CommonFlags {
  output?: string;
}

export const examples = ["unlabeled log net.safetensors", "unlabeled log net.safetensors -o history.jsonl"];

export function define(command: Command): void {
  command.argument("<model>", "model file or checkpoint");
  addRowsOutputFlag(
    command,
    "history: .csv, .jsonl, .tfevents, or a folder for TensorBoard (default: CSV on standard output)",
  );
  addOutputFlags(command);
}

export async function run({ terminal }: RunContext, path: string, flags: LogFlags): Promise<void> {
  const { readModelFile } = await import("../../src/files/model-file.js");
  const { logAsCsv } = await import("../../src/files/training-log.js");
  const { readModelBytes } = await import("../model-input.js");
  const { withOutputs } = await import("../outputs.js");
  const { jsonReport } = await import("../report.js");
  const { openLog, putLog } = await import("../training-log.js");
  await withOutputs(terminal, flags, { read: [path] }, async (outputs, messages) => {
    const log = await openLog(outputs, flags.output, flags.force, "-o");
    const { method, seed, history } = readModelFile(await readModelBytes(path), path);
    if (history.length === 0)
      throw new RangeError(`${path}: ${method} has no history: it is solved, or no epoch is over yet`);
    await outputs.finish(messages, (put) => putLog(put, log, [{ history }]));
    if (flags.json) {
      const files = log === undefined ? [] : [log];
      return terminal.print(jsonReport({ method, seed, files }, { history }));
    }
    if (log === undefined) await terminal.print(logAsCsv([{ history }]));
  });
}
