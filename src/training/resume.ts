/**
 * @file Going on from a checkpoint: what it must agree with, so that training ends in the bits it would have ended in.
 */

import type { BytesLike } from "../data/bytes.js";
import { fingerprint } from "../data/fingerprint.js";
import { type Matrix, type Numbers, rounded } from "../data/matrix.js";
import type { Sequences } from "../data/sequences.js";
import { type OptimizerSpec, optimizer } from "../engine/optimizers.js";
import { type Shape, sameShape, show } from "../engine/tensor.js";
import {
  type CheckpointRecord,
  type ModelRecord,
  readModelFile,
  type TrainingRecord,
} from "../files/model-file.js";
import { isFixed, type Method } from "../methods/method.js";
import { type Parameters, shapesOf } from "../methods/parameters.js";
import { random } from "../random.js";
import type { FitOptions } from "./fit-options.js";
import type { Schedule } from "./schedule.js";
import type { TrainingSnapshot } from "./trainer.js";

/** A checkpoint, and the rows that it goes on with. */
export interface Resumption {
  readonly record: Resumable;
  readonly x: Numbers;
  readonly validation: Numbers | undefined;
}

/** Rows, and lengths of the sequences that they are moments of, where there are several. */
export interface Sequenced {
  readonly x: Numbers;
  readonly sequences?: Sequences | undefined;
}

/** A checkpoint that says how it was trained. */
export interface Resumable extends CheckpointRecord {
  readonly training: TrainingRecord;
}

/**
 * Reads a checkpoint to go on from.
 * @param given the data, @param validation the validation rows, both as they were given.
 * @returns it with the rows: rounded to float32 where an earlier version did so before it scaled them.
 * @throws RangeError unless it is of this method, these rows and these options.
 */
export async function resumable(
  bytes: BytesLike,
  method: Method,
  given: Sequenced,
  validation: Sequenced | undefined,
  options: FitOptions,
): Promise<Resumption> {
  const { x } = given;
  const record = readModelFile(bytes, "checkpoint");
  if (!("position" in record))
    throw new RangeError("fit: resume wants a checkpoint, got a model that is complete");
  const differs = (what: string, was: unknown, is: unknown): never => {
    throw new RangeError(`fit: the checkpoint is of another ${what}: ${String(was)}, not ${String(is)}`);
  };
  if (record.method !== method.name) differs("method", record.method, method.name);
  const [was, is] = [JSON.stringify(record.options), JSON.stringify(method.options)];
  if (was !== is) differs("set of options", was, is);
  // Before the data: who splits rows off by the seed has other rows by another seed.
  if (options.seed !== undefined && options.seed !== record.seed) differs("seed", record.seed, options.seed);
  const rows = rowsOf(record.data.fingerprint, x);
  if (!rows) return differs("data set (fingerprint)", record.data.fingerprint, fingerprint(x));
  const [before, now] = [record.data.sequences, given.sequences].map(
    (lengths) => lengths?.join(", ") ?? "one",
  );
  if (before !== now) differs("set of sequences (lengths)", before, now);
  const { kind } = record.scale;
  if (options.scale !== undefined && options.scale !== kind) differs("scale", kind, options.scale);
  const rowsToValidate = validationOf(record, validation);
  await checkState(record, method, x, "checkpoint");
  return { record: record as Resumable, x: rows, validation: rowsToValidate };
}

/** The rows of this fingerprint: those given, or those rounded to float32. */
function rowsOf(print: string, x: Numbers): Numbers | undefined {
  if (fingerprint(x) === print) return x;
  if (x.data instanceof Float32Array) return undefined;
  const single = rounded(x, "fit");
  return fingerprint(single) === print ? single : undefined;
}

/** The model so far with the lowest validation loss is known of these rows alone. */
function validationOf(
  { training, position, history }: CheckpointRecord,
  given: Sequenced | undefined,
): Numbers | undefined {
  const had = training?.validation;
  // Versions before this record kept the best loss alone.
  const looked = had !== undefined || position.bestValidationLoss !== undefined;
  if (looked && !given) {
    const count = had ? `${had.rows} ` : "";
    throw new RangeError(
      `fit: the checkpoint was trained with ${count}validation rows; resume wants the same`,
    );
  }
  if (!looked && given && history.length > 0) {
    throw new RangeError(
      "fit: the checkpoint was trained without validation rows, so which epoch was best is not known; leave them out",
    );
  }
  if (!had || !given) return given?.x;
  const rows = rowsOf(had.fingerprint, given.x);
  if (rows && String(had.sequences) === String(given.sequences)) return rows;
  throw new RangeError(
    `fit: the checkpoint is of other validation rows (fingerprint): ${had.fingerprint}, not ${fingerprint(given.x)}`,
  );
}

/**
 * Compares the arrays of a checkpoint with those that training has.
 * @param size of the data.
 * @throws RangeError naming the first that is missing, too many, or of another shape or type.
 */
export async function checkState(
  { parameters, best, training }: CheckpointRecord,
  { name, fitting }: Method,
  size: Size,
  where: string,
): Promise<void> {
  if (fitting.kind === "solved")
    throw new RangeError(`${where}: ${name} is solved, not trained, and has no checkpoints`);
  if (!training) throw new RangeError(`${where}: the checkpoint does not say how it was trained`);
  const shapes = shapesOf(await fitting.initial(sizeAlone(size), random(0)));
  const { slots } = optimizer(training.optimizer as unknown as OptimizerSpec);
  const trained = Object.entries(shapes).filter(([array]) => !isFixed(fitting, array));
  const moments = trained.flatMap(([array, shape]) =>
    Array.from({ length: slots }, (_, i) => [`${array}.slot${i}`, shape] as const),
  );
  compareArrays(parameters, { ...shapes, ...Object.fromEntries(moments) }, where);
  if (best) compareArrays(best, shapes, `${where}: best`);
}

/**
 * Compares the arrays of a model with those of the same names that it was trained from.
 * @throws RangeError naming the first of another shape or type.
 */
export async function checkTrained(
  { parameters, data }: ModelRecord,
  { fitting }: Method,
  where: string,
): Promise<void> {
  if (fitting.kind === "solved") return;
  const shapes = Object.entries(shapesOf(await fitting.initial(sizeAlone(data), random(0))));
  const kept = shapes.filter(([name]) => Object.hasOwn(parameters, name));
  const same = Object.fromEntries(kept.map(([name]) => [name, parameters[name]!]));
  compareArrays(same, Object.fromEntries(kept), where);
}

type Size = Pick<Matrix, "rows" | "cols">;

/** Data without numbers: shapes of parameters follow from its size. */
const sizeAlone = ({ rows, cols }: Size): Matrix => ({
  rows,
  cols,
  data: new Float32Array(),
});

function compareArrays(given: Parameters, wanted: Readonly<Record<string, Shape>>, where: string): void {
  for (const [name, shape] of Object.entries(wanted)) {
    const array = Object.hasOwn(given, name) ? given[name]! : undefined;
    if (array?.dtype === "float32" && sameShape(array.shape, shape)) continue;
    const got = array ? `${array.dtype} ${show(array.shape)}` : "none";
    throw new RangeError(`${where}: the array ${name} must be float32 ${show(shape)}, got ${got}`);
  }
  const foreign = Object.keys(given).find((name) => !Object.hasOwn(wanted, name));
  if (foreign !== undefined) throw new RangeError(`${where}: training has no array "${foreign}"`);
}

/**
 * Options not said anew are those of the checkpoint. A longer training is welcome, another batch size is not.
 * @param count of examples.
 */
export function resumedOptions(options: FitOptions, { training }: Resumable, count: number): FitOptions {
  const { batchSize: given = training.batchSize } = options;
  if (Math.min(given === "all" ? count : given, count) !== training.batchSize) {
    throw new RangeError(
      `fit: the checkpoint was trained with batchSize ${training.batchSize}, not ${options.batchSize}`,
    );
  }
  const { epochs, batchSize, learningRate, patience } = training;
  const kept: FitOptions = {
    epochs,
    batchSize,
    learningRate,
    optimizer: training.optimizer as unknown as OptimizerSpec,
    schedule: training.schedule as unknown as Schedule,
    ...(patience !== undefined && { patience }),
  };
  return {
    ...kept,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
}

export function snapshotOf({ parameters, position, history, best }: CheckpointRecord): TrainingSnapshot {
  return { state: parameters, position, history, best };
}
