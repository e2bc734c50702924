/**
 * @file One embedding from the command line: data in, places of its rows out, as a table and as a picture.
 */
import { basename, extname } from "node:path";
import type { Command } from "commander";
import { embeddingPicture } from "../panels/embedding-picture.js";
import { type Matrix, takeRows } from "../src/data/matrix.js";
import type { Isomap } from "../src/methods/manifold/isomap.js";
import type { Coder, Embedder, Method } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/registry.js";
import { heldOut } from "../src/metrics/split.js";
import { type FitOptions, fit } from "../src/training/fit.js";
import type { EmbedFlags } from "./commands/embed.js";
import { dataFlags } from "./common-flags.js";
import { embeddingMetrics } from "./embedding-metrics.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { chosenScale, type Input, readInput, refuseMissing } from "./input.js";
import { endInterrupted, interruptible } from "./interrupt.js";
import { Messages, printResult } from "./messages.js";
import {
  createMethod,
  type GivenOptions,
  givenOptions,
  methodEntry,
  refuseForeignOptions,
  withImageShape,
} from "./method-flags.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { IterationProgress, PreparationProgress, TrainingProgress } from "./progress.js";
import { ownMetrics } from "./quality.js";
import { jsonReport, type Report, textReport } from "./report.js";
import { checkTableOutput, codeNames, tableBytes, textColumns } from "./table-output.js";
import { checkTrainingFlags, trainingOptions } from "./training-flags.js";

export async function runEmbed(data: string, flags: EmbedFlags, command: Command): Promise<void> {
  const entry = methodEntry(flags.method);
  const given = givenOptions(command, [entry], flags.option);
  refuseForeignOptions([entry], given);
  // Made once before reading, so that wrong flags are told at once, and again with what the data tells.
  checkTrainingFlags(flags, [chosenMethod(entry, given, flags)]);
  checkNames(flags);
  return withOutputs((outputs) => embed(data, flags, entry, given, outputs));
}

async function embed(
  data: string,
  flags: EmbedFlags,
  entry: MethodEntry,
  given: GivenOptions,
  outputs: Outputs,
): Promise<void> {
  const messages = new Messages(flags);
  const { output, picture, save, force, seed } = flags;
  const inputs = data === "-" ? [] : [data];
  for (const path of [output, picture, save]) await outputs.open(path, { force, inputs });

  const input = await readInput(data, dataFlags(flags), messages);
  const method = chosenMethod(entry, withImageShape(given, input.imageShape), flags);
  refuseMissing(input, method);
  const scale = chosenScale(input, flags.scale, messages);
  await startEngine(flags.threads, messages);

  const started = performance.now();
  const model = await fitted(method, input, { ...flags, scale }, messages);
  if (!model) return;
  // Rows held out for validation have no place of their own in the fit.
  const embedding = flags.validation === undefined ? (model as Partial<Embedder>).embedding : undefined;
  const codes = embedding ?? (await model.encode(input.x));
  const seconds = (performance.now() - started) / 1000;
  messages.release();
  const { connectedComponents = 1 } = model as Partial<Isomap>;
  if (connectedComponents > 1)
    messages.note(
      `${model.method}: the graph of neighbours fell into ${connectedComponents} components, joined by their ` +
        "shortest links; a larger --n-neighbors may join them by itself",
    );

  const table = { texts: textColumns(input), names: codeNames(codes.cols), x: codes };
  const title = `${model.method}: ${basename(input.name)}`;
  await outputs.finish(messages, async (put) => {
    if (save !== undefined) await put(save, () => model.save());
    if (picture !== undefined) {
      if (codes.cols > 2) messages.note(`${picture}: the first 2 of ${codes.cols} numbers are drawn`);
      await put(picture, () => embeddingPicture(codes, input.labels, title));
    }
    await put(output, () => tableBytes(output, table, messages));
  });
  const metrics = {
    ...ownMetrics(model),
    ...(await embeddingMetrics(input.x, codes, input.labels, { scale, seed, messages })),
  };
  const report: Report = {
    method: model.method,
    n: input.x.rows,
    d: input.x.cols,
    latentDim: codes.cols,
    seed,
    seconds,
    metrics,
    files: [output, picture, save].filter((file) => file !== undefined),
  };
  if (flags.json) await printResult(jsonReport(report));
  else if (output !== undefined) await printResult(textReport(report));
  else messages.table(textReport(report));
}

/** The method with codes of the size asked for, where it has that option. */
function chosenMethod(entry: MethodEntry, given: GivenOptions, { latentDim }: EmbedFlags): Method<Coder> {
  const sized = "latentDim" in entry.options;
  return createMethod(entry, sized ? new Map(given).set("latentDim", String(latentDim)) : given);
}

function checkNames({ output, picture, json }: EmbedFlags): void {
  checkTableOutput(output, { json });
  if (picture !== undefined && extname(picture).toLowerCase() !== ".svg")
    throw new UsageError(`--picture ${picture}: the name must end in .svg`);
}

/** The model, or nothing where the fit was interrupted. */
async function fitted(
  method: Method<Coder>,
  input: Input,
  flags: EmbedFlags,
  messages: Messages,
): Promise<Coder | undefined> {
  const { seed, scale, validation } = flags;
  const split = validation === undefined ? undefined : heldOut(input.x.rows, validation, seed);
  const x: Matrix = split ? takeRows(input.x, split.train) : input.x;
  const preparation = new PreparationProgress(messages, method.name);
  const iterations = new IterationProgress(messages, method.name);
  const progress = new TrainingProgress(messages, method.name);
  const options: FitOptions = {
    seed,
    scale,
    ...(method.fitting.kind === "trained" && trainingOptions(flags, x.rows)),
    ...(split && { validation: takeRows(input.x, split.test) }),
    columns: input.columns,
    imageShape: input.imageShape,
    onPreparing: (now) => preparation.update(now),
    onIteration: (now) => iterations.update(now),
    onProgress: (now) => progress.update(now),
  };
  const onInterrupt = () => messages.note("stopping after the steps under way (Ctrl-C again: at once)");
  try {
    return await interruptible(onInterrupt, (signal) => fit(method, x, { ...options, signal }));
  } catch (error) {
    const { name } = error as Error;
    if (name !== "InterruptedError" && name !== "AbortError") throw error;
    messages.endLine();
    return endInterrupted();
  } finally {
    messages.endLine();
  }
}
