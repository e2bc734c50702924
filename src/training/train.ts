/**
 * @file Training by gradients: epochs of shuffled minibatches, in runs of many steps.
 */
import type { Matrix } from "../data/matrix.js";
import { type OptimizerSpec, optimizer } from "../engine/optimizers.js";
import type { Runtime } from "../engine/session.js";
import type { NdArray } from "../engine/tensor.js";
import {
  compileTraining,
  type TrainingProgram,
  type TrainingSpec,
  type TrainingState,
} from "../engine/train-loop.js";
import type { Position } from "../files/model-file.js";
import { type Epoch, type Parameters, shapesOf, type Trained } from "../methods/method.js";
import type { Random } from "../random.js";
import { allFinite } from "./finite.js";
import { type Schedule, scheduleFactor } from "./schedule.js";

export interface TrainingSettings {
  readonly epochs: number;
  /** Rows a step, at most the rows there are. */
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimizer: OptimizerSpec;
  readonly schedule: Schedule;
  /** Stop after so many epochs without a lower validation loss; `undefined`: never. */
  readonly patience: number | undefined;
}

/** What `onProgress` is told after every run of steps. */
export interface Progress {
  /** The epoch under way, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** How much of the whole training is done, in [0, 1]. */
  readonly fraction: number;
  /** Mean loss over the rows of this epoch so far. */
  readonly loss: number;
  /** Mean loss on the validation rows, at the end of an epoch. */
  readonly validationLoss?: number;
  /** Whether the epoch is complete. */
  readonly epochEnd: boolean;
}

/** Everything that changes while training: enough to go on from. */
export interface TrainingSnapshot {
  readonly state: TrainingState;
  readonly position: Position;
  readonly history: readonly Epoch[];
  /** Parameters with the lowest validation loss so far. */
  readonly best: Parameters | undefined;
}

export interface TrainArguments {
  readonly fitting: Trained;
  readonly x: Matrix;
  readonly validation: Matrix | undefined;
  readonly settings: TrainingSettings;
  readonly random: Random;
  readonly runtime: Runtime;
  readonly resume: TrainingSnapshot | undefined;
  /** Called after every run; may throw to stop. */
  onRun(snapshot: TrainingSnapshot, progress: Progress): void | Promise<void>;
  /** The loss became NaN or infinite; `snapshot` is from before. */
  onDiverged(snapshot: TrainingSnapshot, step: number): never;
}

/** A run should take about this long: often enough to report and to stop, rarely enough to cost nothing. */
const RUN_SECONDS = 0.2;
/** Numbers that one run may take in beside data that the runtime need not copy. */
const RUN_NUMBERS = 2 ** 24;
const FIRST_RUN_STEPS = 4;

/** Trains to the end; gives the parameters and the history. */
export async function train(
  args: TrainArguments,
): Promise<{ parameters: Parameters; history: readonly Epoch[] }> {
  const { fitting, x, validation, settings, random, runtime, resume } = args;
  const n = x.rows;
  const { batchSize } = settings;
  const hasMissing = !allFinite(x.data) || (validation !== undefined && !allFinite(validation.data));
  const initial = resume ? undefined : await fitting.initial(x, random.fork("initial"));
  const names = Object.keys(initial ?? parametersOf(resume!.state));
  const shapes = shapesOf(initial ?? parametersOf(resume!.state));
  const spec: Omit<TrainingSpec, "batchSize"> = {
    data: { x: [x.cols] },
    state: shapes,
    trainable: names.filter((name) => !fitting.fixed?.includes(name)),
    loss: (batch, p) => fitting.loss({ ...batch, hasMissing }, p),
    optimizer: optimizer(settings.optimizer),
  };
  const programs = new ProgramsBySize((size) => compileTraining({ ...spec, batchSize: size }, runtime));
  const validate =
    validation && new Validation(spec, validation, batchSize, runtime, random.fork("validation"));

  const stepsAnEpoch = Math.ceil(n / batchSize);
  const allSteps = settings.epochs * stepsAnEpoch;
  const main = await programs.of(batchSize);
  let snapshot: TrainingSnapshot = resume ?? {
    state: { ...initial, ...main.initialSlots() },
    position: { step: 0, epoch: 1, rowsDone: 0, lossSum: 0 },
    history: [],
    best: undefined,
  };
  let stepsARun = FIRST_RUN_STEPS;
  let stop = false;

  while (snapshot.position.step < allSteps && !stop) {
    const { step, epoch, rowsDone, lossSum } = snapshot.position;
    const shuffled = epochOrder(n, batchSize, epoch, random);
    let done = rowsDone;
    let sum = lossSum;
    let taken = step;
    let { state } = snapshot;
    while (done < n && !stop) {
      const size = Math.min(batchSize, n - done);
      const steps = size < batchSize ? 1 : Math.min(stepsARun, Math.floor((n - done) / batchSize));
      const rows = shuffled.subarray(done, done + steps * size);
      const rates = Array.from(
        { length: steps },
        (_, i) => settings.learningRate * scheduleFactor(settings.schedule, taken + i + 1, allSteps, epoch),
      );
      const program = await programs.of(size);
      const started = performance.now();
      const { data, order } = feed(x, rows, runtime);
      const result = await program.run({
        state,
        data,
        order,
        rows: BigInt64Array.from(rows, BigInt),
        firstStep: taken + 1,
        learningRates: rates,
        random: random.fork("noise"),
      });
      const bad = result.losses.findIndex((loss) => !Number.isFinite(loss));
      if (bad >= 0) args.onDiverged(snapshot, taken + bad + 1);
      if (steps === stepsARun || stepsARun === FIRST_RUN_STEPS) {
        stepsARun = nextRunLength(steps, (performance.now() - started) / 1000, size * x.cols);
      }
      state = result.state;
      for (const loss of result.losses) sum += loss * size;
      done += steps * size;
      taken += steps;
      const epochEnd = done === n;
      const progress = {
        epoch,
        epochs: settings.epochs,
        fraction: taken / allSteps,
        loss: sum / done,
        epochEnd,
      };
      const position: Position = { ...snapshot.position, step: taken, epoch, rowsDone: done, lossSum: sum };
      snapshot = { ...snapshot, state, position };
      if (epochEnd) {
        const validationLoss = validate && (await validate.loss(state));
        snapshot = endEpoch(snapshot, validationLoss);
        const { epochsWithoutProgress = 0 } = snapshot.position;
        stop = settings.patience !== undefined && epochsWithoutProgress >= settings.patience;
        await args.onRun(snapshot, { ...progress, ...(validationLoss !== undefined && { validationLoss }) });
      } else {
        await args.onRun(snapshot, progress);
      }
    }
  }
  // The last update comes after the last loss, so it has to be looked at by itself.
  const parameters = snapshot.best ?? parametersOf(snapshot.state);
  const finite = Object.values(parameters).every(
    ({ data }) => !(data instanceof Float32Array) || allFinite(data),
  );
  if (!finite) args.onDiverged(snapshot, snapshot.position.step);
  await programs.release();
  await validate?.release();
  return { parameters, history: snapshot.history };
}

const isSlot = (name: string) => /\.slot\d+$/.test(name);

/** The parameters among the arrays of a training state: all but the optimizer's. */
export function parametersOf(state: TrainingState): Parameters {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !isSlot(name)));
}

/** With one batch an epoch there is nothing to shuffle, and rows keep their order. */
function epochOrder(n: number, batchSize: number, epoch: number, random: Random): Uint32Array {
  if (batchSize >= n) return Uint32Array.from({ length: n }, (_, i) => i);
  return random.fork("order", epoch).permutation(n);
}

/** What a run reads: all data where that is free, else only its rows, gathered here. */
function feed(
  x: Matrix,
  rows: Uint32Array,
  runtime: Runtime,
): { data: Record<string, NdArray>; order: BigInt64Array } {
  if (!runtime.copiesInputs || rows.length >= x.rows) {
    return { data: { x: asArray(x.data, x.rows, x.cols) }, order: BigInt64Array.from(rows, BigInt) };
  }
  const compact = new Float32Array(rows.length * x.cols);
  for (let i = 0; i < rows.length; i++) {
    compact.set(x.data.subarray(rows[i]! * x.cols, (rows[i]! + 1) * x.cols), i * x.cols);
  }
  return {
    data: { x: asArray(compact, rows.length, x.cols) },
    order: BigInt64Array.from({ length: rows.length }, (_, i) => BigInt(i)),
  };
}

function asArray(data: Float32Array, rows: number, cols: number): NdArray {
  return { dtype: "float32", shape: [rows, cols], data };
}

function nextRunLength(steps: number, seconds: number, numbersAStep: number): number {
  const wanted = Math.round((steps * RUN_SECONDS) / Math.max(seconds, 1e-4));
  // The first run warms up the runtime and tells too little: grow in strides.
  return Math.max(1, Math.min(wanted, steps * 16, Math.floor(RUN_NUMBERS / numbersAStep) || 1));
}

function endEpoch(snapshot: TrainingSnapshot, validationLoss: number | undefined): TrainingSnapshot {
  const { step, epoch, rowsDone, lossSum, bestValidationLoss, epochsWithoutProgress = 0 } = snapshot.position;
  const entry: Epoch = {
    epoch,
    loss: lossSum / rowsDone,
    ...(validationLoss !== undefined && { validationLoss }),
  };
  const next = { step, epoch: epoch + 1, rowsDone: 0, lossSum: 0 };
  const history = [...snapshot.history, entry];
  if (validationLoss === undefined) return { ...snapshot, position: next, history };
  const better = bestValidationLoss === undefined || validationLoss < bestValidationLoss;
  return {
    state: snapshot.state,
    history,
    best: better ? parametersOf(snapshot.state) : snapshot.best,
    position: {
      ...next,
      bestValidationLoss: better ? validationLoss : bestValidationLoss,
      epochsWithoutProgress: better ? 0 : epochsWithoutProgress + 1,
    },
  };
}

/** Training programs, compiled once for every batch size met: the whole one and the short last one. */
class ProgramsBySize {
  readonly #compile: (size: number) => Promise<TrainingProgram>;
  readonly #programs = new Map<number, TrainingProgram>();

  constructor(compile: (size: number) => Promise<TrainingProgram>) {
    this.#compile = compile;
  }

  async of(size: number): Promise<TrainingProgram> {
    let program = this.#programs.get(size);
    if (!program) {
      program = await this.#compile(size);
      this.#programs.set(size, program);
    }
    return program;
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await program.release();
  }
}

/** The mean loss on rows that are not trained on. */
class Validation {
  readonly #x: Matrix;
  readonly #batchSize: number;
  readonly #runtime: Runtime;
  readonly #random: Random;
  readonly #programs: ProgramsBySize;

  constructor(
    spec: Omit<TrainingSpec, "batchSize">,
    x: Matrix,
    batchSize: number,
    runtime: Runtime,
    random: Random,
  ) {
    this.#x = x;
    this.#batchSize = Math.min(batchSize, x.rows);
    this.#runtime = runtime;
    this.#random = random;
    const still = { ...spec, optimizer: optimizer({ name: "sgd" }), training: false };
    this.#programs = new ProgramsBySize((size) => compileTraining({ ...still, batchSize: size }, runtime));
  }

  async loss(state: TrainingState): Promise<number> {
    const n = this.#x.rows;
    let sum = 0;
    for (let at = 0; at < n; ) {
      const size = Math.min(this.#batchSize, n - at);
      const steps = size < this.#batchSize ? 1 : Math.floor((n - at) / size);
      const rows = Uint32Array.from({ length: steps * size }, (_, i) => at + i);
      const program = await this.#programs.of(size);
      const { losses } = await program.run({
        state,
        ...feed(this.#x, rows, this.#runtime),
        // The same noise after every epoch: then a lower loss is a better model.
        firstStep: 1,
        learningRates: new Array<number>(steps).fill(0),
        random: this.#random,
      });
      for (const loss of losses) sum += loss * size;
      at += steps * size;
    }
    return sum / n;
  }

  release(): Promise<void> {
    return this.#programs.release();
  }
}
