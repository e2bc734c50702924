/**
 * @file One embedding from the command line: data in, places of its rows out, as a table and as a picture.
 */
import { basename, extname } from "node:path";
import type { Command } from "commander";
import { writeFileAtomic } from "../node/write.js";
import { type Matrix, takeRows } from "../src/data/matrix.js";
import type { Isomap } from "../src/methods/manifold/isomap.js";
import type { Coder, Embedder, Method } from "../src/methods/method.js";
import type { MethodEntry } from "../src/methods/registry.js";
import { heldOut } from "../src/metrics/split.js";
import { type FitOptions, fit } from "../src/training/fit.js";
import type { EmbedFlags } from "./commands/embed.js";
import { dataFlags } from "./common-flags.js";
import { embeddingMetrics } from "./embedding-metrics.js";
import { embeddingPicture } from "./embedding-picture.js";
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
import { checkOutput } from "./output-path.js";
import { IterationProgress, PreparationProgress, TrainingProgress } from "./progress.js";
import { ownMetrics } from "./quality.js";
import { jsonReport, type Report, textReport } from "./report.js";
import { checkTableOutput, codeNames, textColumns, writeTable } from "./table-output.js";
import { checkTrainingFlags, trainingOptions } from "./training-flags.js";

export async function runEmbed(data: string, flags: EmbedFlags, command: Command): Promise<void> {
  const messages = new Messages(flags);
  const entry = methodEntry(flags.method);
  const given = givenOptions(command, [entry], flags.option);
  refuseForeignOptions([entry], given);
  // Made once before reading, so that wrong flags are told at once, and again with what the data tells.
  checkTrainingFlags(flags, [chosenMethod(entry, given, flags)]);
  await checkFiles(data, flags);
  const { output, picture, save, force = false, seed } = flags;

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

  const metrics = {
    ...ownMetrics(model),
    ...(await embeddingMetrics(input.x, codes, input.labels, { scale, seed, messages })),
  };
  await writeTable(
    output,
    { texts: textColumns(input), names: codeNames(codes.cols), x: codes },
    messages,
    force,
  );
  if (picture !== undefined) {
    if (codes.cols > 2) messages.note(`${picture}: the first 2 of ${codes.cols} numbers are drawn`);
    const drawn = embeddingPicture(codes, input.labels, `${model.method}: ${basename(input.name)}`);
    await writeFileAtomic(picture, new TextEncoder().encode(drawn), { force });
  }
  if (save !== undefined) await writeFileAtomic(save, model.save(), { force });

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

async function checkFiles(data: string, flags: EmbedFlags): Promise<void> {
  const { output, picture, save, force = false } = flags;
  const inputs = data === "-" ? [] : [data];
  await checkTableOutput(output, flags, inputs);
  if (picture !== undefined) {
    if (extname(picture).toLowerCase() !== ".svg")
      throw new UsageError(`--picture ${picture}: the name must end in .svg`);
    await checkOutput(picture, force, inputs);
  }
  if (save !== undefined) await checkOutput(save, force, inputs);
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
