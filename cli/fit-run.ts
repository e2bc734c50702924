/**
 * @file One fit from the command line: data in, model out, with checkpoints while it trains.
 */
import { basename } from "node:path";
import type { Command } from "commander";
import { destinationOf } from "../node/destination.js";
import { type Matrix, takeRows } from "../src/data/matrix.js";
import { type CheckpointRecord, type ModelRecord, readModelFile } from "../src/files/model-file.js";
import type { Coder, Method } from "../src/methods/method.js";
import { heldOut } from "../src/metrics/split.js";
import { DivergedError, InterruptedError } from "../src/training/errors.js";
import { type FitOptions, fit } from "../src/training/fit.js";
import { Checkpoint, heldOutShare, resumeCommand } from "./checkpoint.js";
import type { FitFlags } from "./commands/fit.js";
import { dataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import { chosenScale, readInput, refuseMissing } from "./input.js";
import { endInterrupted, interruptible, sayInterrupted } from "./interrupt.js";
import { Messages, printResult } from "./messages.js";
import {
  createMethod,
  givenOptions,
  methodEntry,
  refuseForeignOptions,
  withImageShape,
} from "./method-flags.js";
import { readModelBytes } from "./model-input.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { IterationProgress, PreparationProgress, TrainingProgress } from "./progress.js";
import { ownMetrics, reconstructionMetrics } from "./quality.js";
import { jsonReport, type Report, textReport } from "./report.js";
import { checkTrainingFlags, trainingOptions } from "./training-flags.js";

export async function runFit(data: string, flags: FitFlags, command: Command): Promise<void> {
  const resumed = flags.resume === undefined ? undefined : await readCheckpoint(flags.resume);
  // Made once before reading, so that wrong flags are told at once, and again with what the data tells.
  const described = chosenMethod(flags, command, resumed?.record);
  const share = heldOutShare(flags.validation, resumed?.record);
  checkTrainingFlags({ ...flags, validation: share }, [described]);
  const kind = resumed?.record.scale.kind;
  if (kind !== undefined && flags.scale !== undefined && flags.scale !== kind) {
    throw new UsageError(`--scale ${flags.scale}: the checkpoint was trained with --scale ${kind}`);
  }
  const trained = described.fitting.kind === "trained";
  return withOutputs((outputs) => fitAndWrite(data, flags, command, { resumed, trained, share, outputs }));
}

async function fitAndWrite(
  data: string,
  flags: FitFlags,
  command: Command,
  {
    resumed,
    trained,
    share,
    outputs,
  }: { resumed?: ResumedCheckpoint; trained: boolean; share?: number; outputs: Outputs },
): Promise<void> {
  const messages = new Messages(flags);
  const force = flags.force === true;
  await outputs.open(flags.output, { force, inputs: data === "-" ? [] : [data] });
  // Not beside a device.
  const { kind } = await destinationOf(flags.output);
  const beside = kind === "file" ? flags.output : basename(flags.output);
  const checkpoint = new Checkpoint(beside, flags.resume, outputs);
  if (trained) await checkpoint.check(force);

  const input = await readInput(data, dataFlags(flags), messages, resumed?.record.columns);
  const method = chosenMethod(flags, command, resumed?.record, input.imageShape);
  refuseMissing(input, method);
  const scale = resumed ? undefined : chosenScale(input, flags.scale, messages);
  const seed = flags.seed ?? resumed?.record.seed ?? drawSeed();
  const split = share === undefined ? undefined : heldOut(input.x.rows, share, seed);
  const x = split ? takeRows(input.x, split.train) : input.x;
  await startEngine(flags.threads, messages);

  const options: FitOptions = {
    seed,
    scale,
    ...(trained && trainingOptions(flags, x.rows)),
    ...(split && { validation: takeRows(input.x, split.test) }),
    ...(resumed && { resume: resumed.bytes }),
    columns: input.columns,
    imageShape: input.imageShape,
    onCheckpoint: (make) => checkpoint.writeNowAndThen(make, messages),
  };
  const started = performance.now();
  const model = await fitOrKeep(method, x, options, checkpoint, messages);
  if (!model) return;
  messages.release();
  const seconds = (performance.now() - started) / 1000;
  await outputs.finish(messages, (put) => put(flags.output, () => model.save()));
  if (trained) await checkpoint.remove();

  const last = model.history.at(-1);
  const report: Report = {
    method: model.method,
    n: x.rows,
    d: x.cols,
    latentDim: model.latentDim,
    seed,
    seconds,
    metrics: {
      ...(model.partNames.includes("reconstruct") && reconstructionMetrics(x, await model.reconstruct(x))),
      ...ownMetrics(model),
      ...(last && { objective: last.loss }),
      ...(last?.validationLoss !== undefined && { validationLoss: last.validationLoss }),
    },
    files: [flags.output],
  };
  await printResult(flags.json ? jsonReport(report) : textReport(report));
}

interface ResumedCheckpoint {
  readonly bytes: Uint8Array;
  readonly record: CheckpointRecord;
}

async function readCheckpoint(path: string): Promise<ResumedCheckpoint> {
  const bytes = await readModelBytes(path);
  const record = readModelFile(bytes, path);
  if (!("position" in record))
    throw new RangeError(`${path}: a complete model, want a checkpoint to resume from`);
  return { bytes, record };
}

/** The method named, or that of the checkpoint. */
function chosenMethod(
  flags: FitFlags,
  command: Command,
  resumed: ModelRecord | undefined,
  imageShape?: readonly number[],
): Method<Coder> {
  const name = flags.method ?? resumed?.method;
  if (name === undefined) throw new UsageError("fit wants --method NAME (see: unlabeled methods)");
  const entry = methodEntry(name);
  const given = givenOptions(command, [entry], flags.option);
  refuseForeignOptions([entry], given);
  if (flags.method === undefined && resumed) return entry.create(resumed.options);
  return createMethod(entry, withImageShape(given, imageShape));
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/** Fits; where training ends early, keeps the checkpoint, says how to go on and gives nothing. */
async function fitOrKeep(
  method: Method<Coder>,
  x: Matrix,
  options: FitOptions,
  checkpoint: Checkpoint,
  messages: Messages,
): Promise<Coder | undefined> {
  const preparation = new PreparationProgress(messages, method.name);
  const iterations = new IterationProgress(messages, method.name);
  const progress = new TrainingProgress(messages, method.name);
  const onInterrupt = () => {
    messages.release();
    messages.note("stopping after the steps under way (Ctrl-C again: at once)");
  };
  try {
    return await interruptible(onInterrupt, (signal) =>
      fit(method, x, {
        ...options,
        signal,
        onPreparing: (now) => preparation.update(now),
        onIteration: (now) => iterations.update(now),
        onProgress: (now) => progress.update(now),
      }),
    );
  } catch (error) {
    messages.endLine();
    if (error instanceof DivergedError) {
      const { said } = await checkpoint.keep(error.checkpoint, "the last good state is in");
      throw new Error(`${error.message} (${said})`, { cause: error });
    }
    if (error instanceof InterruptedError) {
      const { said, kept } = await checkpoint.keep(error.checkpoint, "the checkpoint is in");
      if (kept === undefined) return sayInterrupted(`; ${said}`);
      const resume = resumeCommand(process.argv.slice(2), options.seed!, kept);
      return sayInterrupted(`${kept === checkpoint.path ? "; " : `; ${said}; `}go on with: ${resume}`);
    }
    if (error instanceof DOMException && error.name === "AbortError") {
      return endInterrupted();
    }
    throw error;
  } finally {
    messages.endLine();
  }
}
