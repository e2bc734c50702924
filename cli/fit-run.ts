/**
 * @file One fit from the command line: data in, model out, with checkpoints while it trains.
 */
import { basename } from "node:path";
import type { Command } from "commander";
import { destinationOf } from "../node/destination.js";
import { type CheckpointRecord, type ModelRecord, readModelFile } from "../src/files/model-file.js";
import type { Method } from "../src/methods/method.js";
import type { Coder } from "../src/methods/model.js";
import { reconstructionMetrics } from "../src/tasks/quality.js";
import { DivergedError, InterruptedError } from "../src/training/errors.js";
import { Checkpoint, heldOutShare, resumeCommand } from "./checkpoint.js";
import { UsageError } from "./exit.js";
import { Fitting, stoppable } from "./fitting.js";
import type { MethodFlags } from "./fitting-flags.js";
import { checkReport, writeReport } from "./html-report.js";
import { prepare, readInput } from "./input.js";
import type { Messages } from "./messages.js";
import { createMethod, givenOptions, methodEntry, withoutOptions, withRowShape } from "./method-flags.js";
import { readModelBytes } from "./model-input.js";
import { rowsForMethods } from "./moments.js";
import { type Outputs, withOutputs } from "./outputs.js";
import { checkPicture, pictureFile } from "./picture-output.js";
import { printReport, reportOf, stopwatch } from "./report.js";
import type { Terminal } from "./terminal.js";
import { checkTrainingFlags } from "./training-flags.js";
import { openLog, putLog } from "./training-log.js";

export interface FitFlags extends MethodFlags {
  method?: string;
  output: string;
  picture?: string;
  seed?: number;
  resume?: string;
}

export async function runFit(
  terminal: Terminal,
  data: string,
  flags: FitFlags,
  command: Command,
): Promise<void> {
  const resumed = flags.resume === undefined ? undefined : await readCheckpoint(flags.resume);
  // Made once before reading, so that wrong flags are told at once, and again with what the data tells.
  const described = await chosenMethod(flags, command, resumed?.record);
  const validation = heldOutShare(flags.validation, resumed?.record);
  checkTrainingFlags({ ...flags, validation }, [described]);
  const kind = resumed?.record.scale.kind;
  if (kind !== undefined && flags.scale !== undefined && flags.scale !== kind) {
    throw new UsageError(`--scale ${flags.scale}: the checkpoint was trained with --scale ${kind}`);
  }
  checkReport(flags);
  await checkPicture(flags.picture, { pixels: true });
  const written = [flags.output, flags.picture, flags.report];
  return withOutputs(terminal, flags, { written, read: [data] }, (outputs, messages) =>
    fitAndWrite(data, { ...flags, validation }, command, { resumed, described, outputs, messages }),
  );
}

interface Work {
  readonly resumed: ResumedCheckpoint | undefined;
  /** The method as far as it is known without the data. */
  readonly described: Method<Coder>;
  readonly outputs: Outputs;
  readonly messages: Messages;
}

async function fitAndWrite(
  data: string,
  flags: FitFlags,
  command: Command,
  { resumed, described, outputs, messages }: Work,
): Promise<void> {
  const trained = described.fitting.kind === "trained";
  const log = await openLog(outputs, flags.log, flags.force);
  // Not beside a device.
  const { kind } = await destinationOf(flags.output);
  const beside = kind === "file" ? flags.output : basename(flags.output);
  const checkpoint = new Checkpoint(beside, flags.resume, outputs);
  if (trained) await checkpoint.check(flags.force === true);

  const own = withoutOptions(flags, described);
  const read = await readInput(data, own, messages, resumed?.record);
  const rows = rowsForMethods(read, [described], own, messages);
  const method = await chosenMethod(flags, command, resumed?.record, rows.rowShape);
  const kept = resumed?.record;
  const seed = flags.seed ?? kept?.seed ?? drawSeed();
  const { input, scale, measures } = await prepare(
    rows,
    [method],
    { ...flags, scale: kept?.scale.kind ?? flags.scale },
    messages,
  );
  // A checkpoint says its scale itself.
  const how = { ...flags, seed, scale: kept ? undefined : scale };
  const fitting = new Fitting(method, input, how, messages, measures);

  const elapsed = stopwatch();
  const model = await stoppable(messages, (signal) =>
    fitting
      .run(signal, {
        ...(resumed && { resume: resumed.bytes }),
        onCheckpoint: (make) => checkpoint.writeNowAndThen(make, messages),
      })
      .catch((error) => keepStopped(error, seed, checkpoint, messages.terminal)),
  );
  if (!model) return;
  const seconds = elapsed();
  const { picture } = flags;
  await outputs.finish(messages, async (put) => {
    await put(flags.output, () => model.save());
    await putLog(put, log, [{ history: model.history }]);
    if (picture === undefined) return;
    await put(picture, async () => {
      const { modelPanel } = await import("../panels/sections/model.js");
      return pictureFile(picture, await modelPanel(model, input), {
        terminal: messages.terminal,
        input,
        seed,
      });
    });
  });
  if (trained) await checkpoint.remove();

  const { x } = fitting.learned;
  const last = model.history.at(-1);
  const metrics = {
    ...(model.partNames.includes("reconstruct") &&
      (fitting.figures ?? (await reconstructionMetrics(model, fitting.learned)))),
    ...model.metrics,
    ...(last && { objective: last.loss }),
    ...(last?.validationLoss !== undefined && { validationLoss: last.validationLoss }),
  };
  const report = reportOf(model, x.rows, {
    seconds,
    metrics,
    files: [flags.output, picture, log, flags.report],
  });
  const drawnSeed = flags.seed === undefined ? seed : undefined;
  await writeReport(
    outputs,
    messages,
    flags,
    { input, figures: report, model, drawnSeed },
    async ({ count }) => {
      const { modelSections } = await import("../panels/sections/model.js");
      return modelSections(model, input, { count });
    },
  );
  await printReport(messages.terminal, report, flags);
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
async function chosenMethod(
  flags: FitFlags,
  command: Command,
  resumed: ModelRecord | undefined,
  rowShape?: readonly number[],
): Promise<Method<Coder>> {
  const name = flags.method ?? resumed?.method;
  if (name === undefined) throw new UsageError("fit wants --method NAME (see: unlabeled methods)");
  const entry = await methodEntry(name, flags.plugin);
  const given = givenOptions(command, [entry], flags.option);
  if (flags.method === undefined && resumed) return entry.create(resumed.options);
  return createMethod(entry, withRowShape(given, rowShape));
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/**
 * Keeps what a training that ended early had learned; of one that was interrupted, says how to go on, and gives nothing.
 * @throws what ended it, else.
 */
async function keepStopped(
  error: unknown,
  seed: number,
  checkpoint: Checkpoint,
  { words, interrupts }: Terminal,
): Promise<undefined> {
  if (error instanceof DivergedError) {
    const { said } = await checkpoint.keep(error.checkpoint, "the last good state is in");
    throw new Error(`${error.message} (${said})`, { cause: error });
  }
  if (!(error instanceof InterruptedError)) throw error;
  const { said, kept } = await checkpoint.keep(error.checkpoint, "the checkpoint is in");
  if (kept === undefined) return interrupts.say(`; ${said}`);
  const resume = resumeCommand(words, seed, kept);
  return interrupts.say(`${kept === checkpoint.path ? "; " : `; ${said}; `}go on with: ${resume}`);
}
