/**
 * @file One comparison from the command line: split, fit each method on one part, judge on the other, write it all.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { checkWritable, writeFileAtomic } from "../node/write.js";
import { writeCsv } from "../src/data/csv.js";
import { type Matrix, takeRows } from "../src/data/matrix.js";
import type { Column } from "../src/data/table.js";
import type { Coder, Method } from "../src/methods/method.js";
import { heldOut, type Split } from "../src/metrics/split.js";
import { fit } from "../src/training/fit.js";
import type { CompareFlags } from "./commands/compare.js";
import { dataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { EXIT, UsageError } from "./exit.js";
import { flagOf } from "./flag-values.js";
import { chosenScale, type Input, readInput, refuseMissing } from "./input.js";
import { interruptible } from "./interrupt.js";
import { Messages, printResult } from "./messages.js";
import { createMethod, givenOptions, methodEntry, refuseForeignOptions } from "./method-flags.js";
import { TrainingProgress } from "./progress.js";
import { columnCentre, labelMetrics, reconstructionMetrics } from "./quality.js";
import { reconstructionSheet, shownRows } from "./reconstruction-sheet.js";
import { jsonReport } from "./report.js";
import { scatterPlot } from "./scatter.js";
import { codeNames, textColumns } from "./table-output.js";
import { shownNumber, shownPercent, shownSeconds, textTable } from "./text-table.js";
import { TRAINING_FLAGS, trainingOptions } from "./training-flags.js";

/** A fitted method and what it is worth. */
interface Contender {
  readonly name: string;
  readonly model: Coder;
  /** Of all rows. */
  readonly codes: Matrix;
  /** Of the held-out rows. */
  readonly reconstruction: Matrix;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export async function runCompare(data: string, flags: CompareFlags, command: Command): Promise<void> {
  const messages = new Messages(flags);
  const entries = distinct(flags.methods ?? ["pca", "autoencoder"]).map(methodEntry);
  const given = new Map(givenOptions(command, flags.option));
  refuseForeignOptions(entries, given);
  if (flags.patience !== undefined && flags.validation === undefined) {
    throw new UsageError("--patience wants --validation FRACTION, the rows to look at");
  }
  const { output, force = false } = flags;
  const files = output === undefined ? [] : entries.flatMap(({ name }) => [modelFile(name), codesFile(name)]);
  if (output !== undefined) await checkFolder(output, [...files, SHEET, SCATTER], force);

  const input = await readInput(data, dataFlags(flags), messages);
  const { x, labels } = input;
  const latentDim = flags.latentDim ?? (x.cols > 8 ? 8 : Math.min(2, x.cols));
  given.set("latentDim", String(latentDim));
  const methods = entries.map((entry) => createMethod(entry, given));
  refuseUselessFlags(flags, methods);
  for (const method of methods) refuseMissing(input, method);
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
    process.stderr.write("unlabeled: interrupted, nothing is written\n");
    process.exitCode = EXIT.interrupted;
    return;
  }
  const seconds = (performance.now() - started) / 1000;
  const written = output === undefined ? [] : await writeAll(output, input, split, contenders, force);
  if (!flags.json) {
    await printResult(comparisonTable(contenders));
    for (const file of written) messages.note(`wrote ${file}`);
    const rows = ["originals", ...contenders.map(({ name }) => name)].join(", ");
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

function refuseUselessFlags(flags: CompareFlags, methods: readonly Method[]): void {
  if (methods.some(({ fitting }) => fitting.kind === "trained")) return;
  const given = TRAINING_FLAGS.find((name) => flags[name] !== undefined);
  if (given) throw new UsageError(`none of these methods is trained: ${flagOf(given)} does not apply`);
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
    onProgress: (now) => progress.update(now),
  }).finally(() => progress.end());
  const seconds = (performance.now() - started) / 1000;
  const unseen = takeRows(x, test);
  const codes = await model.encode(x);
  const reconstruction = await model.reconstruct(unseen);
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
      ...reconstructionMetrics(unseen, reconstruction, columnCentre(takeRows(x, train))),
      ...(labels && (await labelMetrics(part(train), part(test)))),
    },
    seconds,
  };
}

function comparisonTable(contenders: readonly Contender[]): string {
  const labelled = contenders[0]!.metrics.probeAccuracy !== undefined;
  const heading = ["method", "squared error per sample", "variance explained"];
  return textTable([
    [...heading, ...(labelled ? ["linear probe", "5 neighbours"] : []), "seconds"],
    ...contenders.map(({ name, metrics, seconds }) => [
      name,
      shownNumber(metrics.squaredErrorPerSample!),
      shownPercent(metrics.explainedVarianceRatio!),
      ...(labelled ? [shownPercent(metrics.probeAccuracy!), shownPercent(metrics.knnAccuracy!)] : []),
      shownSeconds(seconds),
    ]),
  ]);
}

const SHEET = "reconstructions.png";
const SCATTER = "codes.svg";
const modelFile = (method: string) => `${flagOf(method).slice(2)}.safetensors`;
const codesFile = (method: string) => `${flagOf(method).slice(2)}-codes.csv`;

/** The folder may be there; what will be written must not, unless `force`. */
async function checkFolder(folder: string, files: readonly string[], force: boolean): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw new RangeError(`${folder}: is no folder`);
  if (!found) {
    await checkWritable(folder);
    return;
  }
  for (const file of files) await checkWritable(join(folder, file), { force });
}

async function writeAll(
  folder: string,
  input: Input,
  split: Split,
  contenders: readonly Contender[],
  force: boolean,
): Promise<string[]> {
  const { x, labels, imageShape } = input;
  const written: string[] = [];
  const write = async (file: string, content: Uint8Array | string) => {
    const path = join(folder, file);
    await writeFileAtomic(path, content, { force, makeFolder: true });
    written.push(path);
  };
  const unseen = new Set(split.test);
  const parts = Array.from({ length: x.rows }, (_, i) => (unseen.has(i) ? "held-out" : "train"));
  for (const { name, model, codes } of contenders) {
    await write(modelFile(name), model.save());
    const columns: Column[] = [
      ...textColumns(input),
      { name: "part", kind: "text", values: parts },
      ...codeNames(codes.cols).map((column, at): Column => ({ name: column, kind: "number", at })),
    ];
    await write(codesFile(name), writeCsv({ columns, x: codes }));
  }
  if (imageShape) {
    const shown = shownRows(split.test.length, labels && Array.from(split.test, (row) => labels[row]!));
    const originals = takeRows(
      x,
      shown.map((i) => split.test[i]!),
    );
    const remade = contenders.map(({ reconstruction }) => takeRows(reconstruction, shown));
    await write(SHEET, await reconstructionSheet(originals, remade, imageShape));
  } else {
    const panels = contenders.map(({ name, codes }) => ({ title: name, codes }));
    await write(SCATTER, scatterPlot(panels, labels));
  }
  return written;
}
