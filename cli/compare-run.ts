/**
 * @file One comparison from the command line: split, fit each method on one part, judge on the other, write it all.
 */
import type { Command } from "commander";
import { shownNumber, shownPercent, shownSeconds, textTable } from "../panels/text-table.js";
import { takeRows } from "../src/data/matrix.js";
import { type Coder, type Method, partNames } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/registry.js";
import { heldOut, type Split } from "../src/metrics/split.js";
import { fit } from "../src/training/fit.js";
import type { CompareFlags } from "./commands/compare.js";
import { dataFlags } from "./common-flags.js";
import { type Contender, openComparison, openPicture, SHEET, writeComparison } from "./comparison-files.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { chosenScale, type Input, readInput, refuseMissing } from "./input.js";
import { endInterrupted, interruptible } from "./interrupt.js";
import { Messages, printResult } from "./messages.js";
import {
  createMethod,
  givenOptions,
  methodEntry,
  refuseForeignOptions,
  withImageShape,
} from "./method-flags.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { IterationProgress, PreparationProgress, TrainingProgress } from "./progress.js";
import { columnCentre, labelMetrics, reconstructionMetrics } from "./quality.js";
import { jsonReport } from "./report.js";
import { checkTrainingFlags, trainingOptions } from "./training-flags.js";

export async function runCompare(data: string, flags: CompareFlags, command: Command): Promise<void> {
  const entries = distinct(flags.methods ?? ["pca", "autoencoder"]).map(methodEntry);
  const given = new Map(givenOptions(command, entries, flags.option));
  refuseForeignOptions(entries, given);
  return withOutputs((outputs) => compare(data, flags, entries, given, outputs));
}

async function compare(
  data: string,
  flags: CompareFlags,
  entries: readonly MethodEntry[],
  given: Map<string, string | boolean>,
  outputs: Outputs,
): Promise<void> {
  const messages = new Messages(flags);
  const { output, force = false } = flags;
  const names = entries.map(({ name }) => name);
  if (output !== undefined) await openComparison(outputs, output, names, force);

  const input = await readInput(data, dataFlags(flags), messages);
  const { x, labels } = input;
  const latentDim = flags.latentDim ?? (x.cols > 8 ? 8 : Math.min(2, x.cols));
  given.set("latentDim", String(latentDim));
  const methods = entries.map((entry) => createMethod(entry, withImageShape(given, input.imageShape)));
  checkTrainingFlags(flags, methods);
  for (const method of methods) refuseMissing(input, method);
  const sheet =
    input.imageShape !== undefined &&
    methods.some((method) => partNames(method, x.cols).includes("reconstruct"));
  const picture = output === undefined ? "" : await openPicture(outputs, output, sheet, force);
  const scale = chosenScale(input, flags.scale, messages);
  const split = heldOut(x.rows, flags.heldOut, flags.seed, labels);
  await startEngine(flags.threads, messages);
  messages.note(
    `${input.name}: ${split.train.length} rows to learn from, ${split.test.length} held out, ` +
      `${x.cols} columns, latentDim ${latentDim}, seed ${flags.seed}`,
  );

  const started = performance.now();
  const contenders: Contender[] = [];
  const stopped = await interruptible(
    () => messages.note("stopping after the steps under way (Ctrl-C again: at once)"),
    async (signal) => {
      for (const method of methods) {
        contenders.push(await judge(method, input, split, { ...flags, scale }, messages, signal));
        messages.release();
      }
      return false;
    },
  ).catch((error: Error) => {
    if (error.name !== "InterruptedError" && error.name !== "AbortError") throw error;
    return true;
  });
  if (stopped) {
    return endInterrupted();
  }
  const seconds = (performance.now() - started) / 1000;
  let written: string[] = [];
  if (output !== undefined) {
    await outputs.finish(messages, async (put) => {
      written = await writeComparison(put, { folder: output, picture }, input, split, contenders);
    });
  }
  if (!flags.json) {
    await printResult(comparisonTable(contenders));
    for (const file of written) messages.note(`wrote ${file}`);
    const remakers = contenders.filter(({ reconstruction }) => reconstruction);
    const rows = ["originals", ...remakers.map(({ name }) => name)].join(", ");
    if (written.some((file) => file.endsWith(SHEET))) messages.note(`${SHEET} from top to bottom: ${rows}`);
    return;
  }
  const common = { n: x.rows, d: x.cols, latentDim, seed: flags.seed, seconds, files: written };
  const each = contenders.map(({ name, seconds: own, metrics }) => ({ method: name, seconds: own, metrics }));
  await printResult(jsonReport(common, { heldOut: split.test.length, methods: each }));
}

function distinct(names: readonly string[]): readonly string[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`--methods names ${twice} twice`);
  return names;
}

async function judge(
  method: Method<Coder>,
  { x, labels, columns, imageShape }: Input,
  { train, test }: Split,
  flags: CompareFlags,
  messages: Messages,
  signal: AbortSignal,
): Promise<Contender> {
  const trained = method.fitting.kind === "trained";
  const inner = trained && flags.validation ? heldOut(train.length, flags.validation, flags.seed) : undefined;
  const rows = inner ? inner.train.map((i) => train[i]!) : train;
  const learned = takeRows(x, rows);
  const preparation = new PreparationProgress(messages, method.name);
  const iterations = new IterationProgress(messages, method.name);
  const progress = new TrainingProgress(messages, method.name);
  const started = performance.now();
  const model = await fit(method, learned, {
    seed: flags.seed,
    scale: flags.scale,
    ...(trained && trainingOptions(flags, learned.rows)),
    ...(inner && {
      validation: takeRows(
        x,
        inner.test.map((i) => train[i]!),
      ),
    }),
    columns,
    imageShape,
    signal,
    onPreparing: (now) => preparation.update(now),
    onIteration: (now) => iterations.update(now),
    onProgress: (now) => progress.update(now),
  }).finally(() => messages.endLine());
  const seconds = (performance.now() - started) / 1000;
  const unseen = takeRows(x, test);
  const codes = await model.encode(x);
  const reconstruction = model.partNames.includes("reconstruct")
    ? await model.reconstruct(unseen)
    : undefined;
  const part = (of: Uint32Array) => ({
    codes: takeRows(codes, of),
    labels: Array.from(of, (row) => labels![row]!),
  });
  return {
    name: method.name,
    model,
    codes,
    reconstruction,
    metrics: {
      ...(reconstruction && reconstructionMetrics(unseen, reconstruction, columnCentre(takeRows(x, train)))),
      ...(labels && (await labelMetrics(part(train), part(test)))),
    },
    seconds,
  };
}

function comparisonTable(contenders: readonly Contender[]): string {
  const labelled = contenders[0]!.metrics.probeAccuracy !== undefined;
  const heading = ["method", "squared error per sample", "variance explained"];
  const cell = (value: number | undefined, show: (value: number) => string) =>
    value === undefined ? "–" : show(value);
  return textTable([
    [...heading, ...(labelled ? ["linear probe", "5 neighbours"] : []), "seconds"],
    ...contenders.map(({ name, metrics, seconds }) => [
      name,
      cell(metrics.squaredErrorPerSample, shownNumber),
      cell(metrics.explainedVarianceRatio, shownPercent),
      ...(labelled ? [shownPercent(metrics.probeAccuracy!), shownPercent(metrics.knnAccuracy!)] : []),
      shownSeconds(seconds),
    ]),
  ]);
}
