/**
 * @file `unlabeled evaluate DATA --model FILE`: reconstruction error, and with labels what the codes know of them.
 */
import type { Command } from "commander";
import { addCommonFlags, addDataFlags, addModelFlags, type ModelFlags } from "../common-flags.js";
import { fraction, wholeNumber } from "../flag-values.js";
import { Messages } from "../messages.js";
import type { RunContext } from "../verb.js";

interface EvaluateFlags extends ModelFlags {
  heldOut: number;
  seed: number;
}

export const examples = [
  "unlabeled evaluate data.csv -m model.safetensors",
  "unlabeled evaluate data.csv -m model.safetensors --label species --json",
];

export function define(command: Command): void {
  addModelFlags(command)
    .option("--held-out <fraction>", "share of the rows that accuracies are counted on", fraction, 0.25)
    .option("--seed <number>", "seed of the choice of these rows", wholeNumber(0), 0);
  addDataFlags(command);
  addCommonFlags(command);
}

export async function run({ terminal }: RunContext, data: string, flags: EvaluateFlags): Promise<void> {
  const { heldOut } = await import("../../src/metrics/split.js");
  const { startEngine } = await import("../engine.js");
  const { readFor, readModel } = await import("../model-input.js");
  const { labelMetrics, reconstructionMetrics } = await import("../../src/tasks/quality.js");
  const { printReport, reportOf, stopwatch } = await import("../report.js");

  const messages = new Messages(terminal, flags);
  const model = await readModel(flags);
  const { x, labels } = await readFor(model, data, flags, messages);
  await startEngine(flags.threads, messages);
  const elapsed = stopwatch();
  const metrics: Record<string, number> = model.partNames.includes("reconstruct")
    ? reconstructionMetrics(x, await model.reconstruct(x))
    : {};
  if (labels) {
    const codes = await model.encode(x);
    const split = heldOut(x.rows, flags.heldOut, flags.seed, labels);
    Object.assign(metrics, await labelMetrics(codes, labels, split));
  }
  const report = { ...reportOf(model, x.rows, { seconds: elapsed(), metrics }), seed: flags.seed };
  messages.release();
  await printReport(terminal, report, flags);
}
