/**
 * @file `unlabeled evaluate DATA --model FILE`: reconstruction error, and with labels what the codes know of them.
 */
import type { Command } from "commander";
import { addCommonFlags, addDataFlags, addModelFlags, dataFlags, type ModelFlags } from "../common-flags.js";
import { fraction, wholeNumber } from "../flag-values.js";
import { Messages, printResult } from "../messages.js";

interface EvaluateFlags extends ModelFlags {
  heldOut: number;
  seed: number;
}

export function define(command: Command): void {
  addModelFlags(command)
    .option("--held-out <fraction>", "share of the rows the accuracies are counted on", fraction, 0.25)
    .option("--seed <number>", "of the choice of these rows", wholeNumber(0), 0);
  addDataFlags(command);
  addCommonFlags(command).action(run);
}

async function run(data: string, flags: EvaluateFlags): Promise<void> {
  const { takeRows } = await import("../../src/data/matrix.js");
  const { heldOut } = await import("../../src/metrics/split.js");
  const { startEngine } = await import("../engine.js");
  const { readInput, refuseMissing } = await import("../input.js");
  const { methodOf, readModel } = await import("../model-input.js");
  const { labelMetrics, reconstructionMetrics } = await import("../quality.js");
  const { jsonReport, textReport } = await import("../report.js");

  const messages = new Messages(flags);
  const model = await readModel(flags.model);
  const input = await readInput(data, dataFlags(flags), messages, model.columns);
  refuseMissing(input, methodOf(model));
  const { x, labels } = input;
  await startEngine(flags.threads, messages);
  const started = performance.now();
  const metrics: Record<string, number> = model.partNames.includes("reconstruct")
    ? reconstructionMetrics(x, await model.reconstruct(x))
    : {};
  if (labels) {
    const codes = await model.encode(x);
    const { train, test } = heldOut(x.rows, flags.heldOut, flags.seed, labels);
    const part = (rows: Uint32Array) => ({
      codes: takeRows(codes, rows),
      labels: Array.from(rows, (row) => labels[row]!),
    });
    Object.assign(metrics, await labelMetrics(part(train), part(test)));
  }
  const report = {
    method: model.method,
    n: x.rows,
    d: x.cols,
    latentDim: model.latentDim,
    seed: flags.seed,
    seconds: (performance.now() - started) / 1000,
    metrics,
    files: [],
  };
  messages.release();
  await printResult(flags.json ? jsonReport(report) : textReport(report));
}
