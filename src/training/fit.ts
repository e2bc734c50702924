/**
 * @file `fit`: a method and data make a fitted model.
 */
import { fingerprint } from "../data/fingerprint.js";
import { type Matrix, type MatrixLike, toMatrix } from "../data/matrix.js";
import { applyScale, fitScale, type ScaleKind, type Scaling } from "../data/scale.js";
import type { OptimizerSpec } from "../engine/optimizers.js";
import { runtime } from "../engine/session.js";
import {
  type CheckpointRecord,
  type ModelInfo,
  readModelFile,
  type TrainingRecord,
  writeCheckpoint,
} from "../files/model-file.js";
import type { Iteration, Method, Preparation, Trained } from "../methods/method.js";
import type { Json } from "../methods/options.js";
import { nearestNames } from "../nearest-names.js";
import { random } from "../random.js";
import { breather } from "./breather.js";
import { DivergedError, InterruptedError } from "./errors.js";
import { refuseNonFinite } from "./finite.js";
import { fittedModel } from "./fitted.js";
import { checkSchedule, type Schedule } from "./schedule.js";
import { type Progress, type TrainingSettings, type TrainingSnapshot, train } from "./train.js";

/** How to fit. Training options are for methods trained by gradients; each method has its own defaults for them. */
export interface FitOptions {
  /** Whole number in [0, 2⁵³): same seed, same bits. Default: drawn, and kept in `model.seed`. */
  seed?: number;
  /** What to do to the columns first; the model keeps it, applies it and undoes it. Default `none`. */
  scale?: ScaleKind;
  /** Passes over the data, ≥ 1. */
  epochs?: number;
  /** Rows a step, ≥ 1; `all` takes every row in each step. The last batch of an epoch may be shorter. */
  batchSize?: number | "all";
  /** > 0. */
  learningRate?: number;
  /** `adam`, `sgd`, or either with its coefficients. */
  optimizer?: OptimizerSpec["name"] | OptimizerSpec;
  /** How the learning rate changes. Default: it does not. */
  schedule?: Schedule["name"] | Schedule;
  /** Rows that are not trained on, to tell the loss on after every epoch. */
  validation?: MatrixLike;
  /** Stop after so many epochs without a lower validation loss, and keep the best; wants `validation`. */
  patience?: number;
  /** Told at the end of every epoch, and in long epochs some times a second. */
  onProgress?: (progress: Progress) => void;
  /** Told some times a second of layers that a method trains by themselves before the whole. */
  onPreparing?: (progress: Preparation) => void;
  /** Told of the iterations of methods that are solved step by step; see the method's page for how often. */
  onIteration?: (progress: Iteration) => void;
  /** Called some times a second with a way to make a checkpoint of where training stands. */
  onCheckpoint?: (checkpoint: () => Uint8Array) => void | Promise<void>;
  /** Stops training at the next run of steps with an `InterruptedError`. */
  signal?: AbortSignal | undefined;
  /** A checkpoint to go on from: with the same data and options it ends in the same bits as without the break. */
  resume?: Uint8Array;
  /** Names of the columns, kept with the model. */
  columns?: readonly string[];
  /** Height and width (and channels) of images, kept with the model. */
  imageShape?: readonly number[];
}

const GENERAL_OPTIONS = [
  "seed",
  "scale",
  "onProgress",
  "onPreparing",
  "onIteration",
  "onCheckpoint",
  "signal",
  "columns",
  "imageShape",
] as const;
const TRAINING_OPTIONS = [
  "epochs",
  "batchSize",
  "learningRate",
  "optimizer",
  "schedule",
  "validation",
  "patience",
  "resume",
] as const;

/**
 * Fits a method to data `[n, d]`.
 * @returns the fitted model, of the type that the method says.
 * @throws RangeError for data or options that do not fit; `InterruptedError` or `DivergedError`, both with the last
 *   checkpoint, if training ends early.
 */
export async function fit<Model>(
  method: Method<Model>,
  data: MatrixLike,
  options: FitOptions = {},
): Promise<Model> {
  const raw = toMatrix(data, "fit");
  checkData(method, raw, options);
  const { signal } = options;
  if (signal?.aborted) throw signal.reason;
  const from = options.resume && checkpointOf(options.resume, method, raw, options);
  const seed = from?.seed ?? options.seed ?? drawSeed();
  const stream = random(seed);
  const scale = from?.scale ?? fitScale(raw, options.scale ?? "none");
  const x = applyScale(raw, scale);
  method.checkValues?.(x);
  const loaded = await runtime();
  const info: Omit<ModelInfo, "history"> = {
    method: method.name,
    options: method.options,
    seed,
    scale,
    ...(options.columns && { columns: options.columns }),
    ...(options.imageShape && { imageShape: options.imageShape }),
    data: { rows: raw.rows, cols: raw.cols, fingerprint: fingerprint(raw) },
  };
  const { fitting } = method;
  const context = {
    random: stream,
    runtime: loaded,
    signal,
    onIteration: options.onIteration,
    breathe: breather(signal),
  };
  if (fitting.kind === "solved") {
    const parameters = await fitting.solve(x, context);
    return fittedModel(method, { ...info, history: [], parameters });
  }
  const settings = settingsOf(fitting, resumedOptions(options, from), raw.rows);
  const training: TrainingRecord = {
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    learningRate: settings.learningRate,
    optimizer: settings.optimizer as unknown as Record<string, Json>,
    schedule: settings.schedule as unknown as Record<string, Json>,
  };
  const checkpoint = ({ state, position, history, best }: TrainingSnapshot) =>
    writeCheckpoint({ ...info, training, history, position, parameters: state, ...(best && { best }) });
  const breathe = breather();
  const result = await train({
    fitting,
    x,
    validation: options.validation && validationRows(options.validation, method, x, scale),
    settings,
    random: stream,
    runtime: loaded,
    signal,
    onPreparing: options.onPreparing,
    resume: from && snapshotOf(from),
    async onRun(snapshot, reports) {
      for (const progress of reports) options.onProgress?.(progress);
      await breathe();
      await options.onCheckpoint?.(() => checkpoint(snapshot));
      const { epoch, epochs, fraction } = reports.at(-1)!;
      if (signal?.aborted && fraction < 1) {
        throw new InterruptedError(`fit: interrupted in epoch ${epoch} of ${epochs}`, checkpoint(snapshot));
      }
    },
    onDiverged(snapshot, step) {
      throw new DivergedError(
        `fit: the loss of ${method.name} is no longer finite after step ${step}; ` +
          `try a learning rate below ${settings.learningRate}, or scale the data`,
        checkpoint(snapshot),
      );
    },
  });
  const parameters = (await fitting.finish?.(result.parameters, context)) ?? result.parameters;
  return fittedModel(method, { ...info, training, history: result.history, parameters });
}

function checkData(method: Method, x: Matrix, options: FitOptions): void {
  const where = `fit ${method.name}`;
  const known: readonly string[] = [...GENERAL_OPTIONS, ...TRAINING_OPTIONS];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const [near] = nearestNames(known, unknown, 1);
    throw new TypeError(`${where}: there is no option "${unknown}" (nearest: ${near})`);
  }
  if (x.rows === 0 || x.cols === 0)
    throw new RangeError(`${where}: the data is empty, ${x.rows} × ${x.cols}`);
  refuseNonFinite(x, where, { missing: method.acceptsMissing === true });
  method.checkSize?.(x.rows, x.cols);
  if (options.columns && options.columns.length !== x.cols) {
    throw new RangeError(`${where}: ${options.columns.length} column names for ${x.cols} columns`);
  }
  if (method.fitting.kind === "solved") {
    const given = TRAINING_OPTIONS.find((name) => options[name] !== undefined);
    if (given)
      throw new TypeError(`${where}: ${method.name} is solved, not trained: ${given} does not apply`);
  }
}

function settingsOf(fitting: Trained, options: FitOptions, rows: number): TrainingSettings {
  const { defaults } = fitting;
  const epochs = options.epochs ?? defaults.epochs;
  const learningRate = options.learningRate ?? defaults.learningRate;
  const given = options.batchSize ?? (defaults.batchSize || "all");
  const wanted = given === "all" ? rows : given;
  const spec = options.optimizer ?? defaults.optimizer;
  const schedule = options.schedule ?? "constant";
  const whole = (name: string, value: number | undefined) => {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`fit: ${name} must be an integer ≥ 1, got ${value}`);
    }
  };
  whole("epochs", epochs);
  whole("batchSize", wanted);
  whole("patience", options.patience);
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(`fit: learningRate must be > 0, got ${learningRate}`);
  }
  if (options.patience !== undefined && !options.validation) {
    throw new RangeError("fit: patience wants validation rows to look at");
  }
  const settings = {
    epochs,
    batchSize: Math.min(wanted, rows),
    learningRate,
    optimizer: typeof spec === "string" ? { name: spec } : spec,
    schedule: typeof schedule === "string" ? ({ name: schedule } as Schedule) : schedule,
    patience: options.patience,
  };
  checkSchedule(settings.schedule);
  return settings;
}

function validationRows(given: MatrixLike, method: Method, x: Matrix, scale: Scaling): Matrix {
  const rows = toMatrix(given, "fit: validation");
  if (rows.cols !== x.cols)
    throw new RangeError(`fit: validation rows have ${rows.cols} numbers, the data ${x.cols}`);
  if (rows.rows === 0) throw new RangeError("fit: validation has no rows");
  refuseNonFinite(rows, "fit: validation", { missing: method.acceptsMissing === true });
  const scaled = applyScale(rows, scale);
  method.checkValues?.(scaled);
  return scaled;
}

function checkpointOf(bytes: Uint8Array, method: Method, x: Matrix, options: FitOptions): CheckpointRecord {
  const record = readModelFile(bytes, "checkpoint");
  if (!("position" in record))
    throw new RangeError("fit: resume wants a checkpoint, got a model that is complete");
  const differs = (what: string, was: unknown, is: unknown): never => {
    throw new RangeError(`fit: the checkpoint is of another ${what}: ${String(was)}, not ${String(is)}`);
  };
  if (record.method !== method.name) differs("method", record.method, method.name);
  const [was, is] = [JSON.stringify(record.options), JSON.stringify(method.options)];
  if (was !== is) differs("set of options", was, is);
  const print = fingerprint(x);
  if (record.data.fingerprint !== print) differs("data set (fingerprint)", record.data.fingerprint, print);
  if (options.seed !== undefined && options.seed !== record.seed) differs("seed", record.seed, options.seed);
  const { kind } = record.scale;
  if (options.scale !== undefined && options.scale !== kind) differs("scale", kind, options.scale);
  return record;
}

/** What was not said anew is as the checkpoint has it. A longer training is welcome, another batch size is not. */
function resumedOptions(options: FitOptions, from: CheckpointRecord | undefined): FitOptions {
  const training = from?.training;
  if (!training) return options;
  const { batchSize: given = training.batchSize } = options;
  if (Math.min(given === "all" ? from.data.rows : given, from.data.rows) !== training.batchSize) {
    throw new RangeError(
      `fit: the checkpoint was trained with batchSize ${training.batchSize}, not ${options.batchSize}`,
    );
  }
  const { epochs, batchSize, learningRate } = training;
  const kept = {
    epochs,
    batchSize,
    learningRate,
    optimizer: training.optimizer as unknown as OptimizerSpec,
    schedule: training.schedule as unknown as Schedule,
  };
  return {
    ...kept,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
}

function snapshotOf({ parameters, position, history, best }: CheckpointRecord): TrainingSnapshot {
  return { state: parameters, position, history, best };
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
