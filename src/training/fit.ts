/**
 * @file `fit`: a method and data make a fitted model.
 */
import type { BytesLike } from "../data/bytes.js";
import { type Measures, measure } from "../data/columns/measures.js";
import { type Dataset, factsOf, isDataset, type SequencesLike } from "../data/dataset.js";
import { fingerprint } from "../data/fingerprint.js";
import { givenRows } from "../data/given-rows.js";
import { kindOf, type MatrixLike, type Numbers, takeRows, toNumbers } from "../data/matrix.js";
import { momentsOf } from "../data/moment-rows.js";
import {
  applyScale,
  columnMoments,
  fitScaleMeasured,
  type Sampled,
  type ScaleHints,
  type ScaleKind,
  type Scaling,
  sampled,
} from "../data/scale.js";
import { checkSequences, type Sequences } from "../data/sequences.js";
import type { TableEncoding } from "../data/table/encoding.js";
import { runtime } from "../engine/session.js";
import { type ModelInfo, nonFiniteArray, type TrainingRecord, writeCheckpoint } from "../files/model-file.js";
import { defaultScaleOf } from "../methods/default-scale.js";
import { once } from "../methods/initial.js";
import {
  type FitContext,
  type Iteration,
  type Method,
  type Preparation,
  partNames,
  type Trained,
} from "../methods/method.js";
import type { Json } from "../methods/options.js";
import type { Parameters } from "../methods/parameters.js";
import { nearestNames } from "../nearest-names.js";
import { MemoryError } from "../parallel/memory.js";
import { random } from "../random.js";
import { breather } from "./breather.js";
import { fitCentering } from "./centering.js";
import { DivergedError, InterruptedError } from "./errors.js";
import { isEmpty, refuseInfinite, refuseNonFinite, refuseUnobserved } from "./finite.js";
import { fittedModel } from "./fitted.js";
import { withNotes } from "./notes.js";
import { resumable, resumedOptions, type Sequenced, snapshotOf } from "./resume.js";
import { type Progress, type TrainingSettings, type TrainingSnapshot, train } from "./train.js";
import { type TrainingOptions, trainingOptions } from "./training-options.js";
import { trainingSettings } from "./training-settings.js";
import { examplesOf } from "./windows.js";

/**
 * Options of `fit`. Those of training are for methods trained by gradients; each method has its own defaults for them.
 */
export interface FitOptions extends TrainingOptions {
  /** Whole number in [0, 2⁵³): same seed, same bits. Default: drawn, and kept in `model.seed`. */
  seed?: number | undefined;
  /**
   * Scaling of the columns before all else, in float64; the model keeps it, applies it and undoes it. Default `none`, where
   * methods that center by themselves may have the means of the columns taken off first, so that float32 keeps their digits.
   */
  scale?: ScaleKind | undefined;
  /** For `scale`: the limits of the numbers, and which columns are the indicators of one category. */
  scaleHints?: ScaleHints | undefined;
  /**
   * Lengths of the sequences that rows are moments of, one after the other, for methods of sequences; they add up to all rows.
   * Default: one sequence, or those of the data set.
   */
  sequences?: Sequences | undefined;
  /** Rows that are not trained on, to tell the loss on after every epoch; of several sequences `{ x, sequences }`. */
  validation?: MatrixLike | SequencesLike | undefined;
  /** Told at the end of every epoch, and in long epochs some times a second. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Told some times a second of layers that a method trains by themselves before the whole. */
  onPreparing?: ((progress: Preparation) => void) | undefined;
  /** Told of the iterations of methods that are solved step by step; see the method's page for how often. */
  onIteration?: ((progress: Iteration) => void) | undefined;
  /** Called some times a second with a way to make a checkpoint of where training stands, until the callback is over. */
  onCheckpoint?: ((checkpoint: () => Uint8Array) => void | Promise<void>) | undefined;
  /** Stops training at the next run of steps with an `InterruptedError`. */
  signal?: AbortSignal | undefined;
  /**
   * A checkpoint to go on from: with the same data, validation rows and options it ends in the same bits as without the
   * break. Options that are not said are those of the checkpoint.
   */
  resume?: BytesLike | undefined;
  /** Names of the columns, kept with the model. */
  columns?: readonly string[] | undefined;
  /**
   * Shape of a row, kept with the model: `[height, width]`, `[channels, height, width]` or `[steps, features]`; its product
   * is the number of columns.
   */
  rowShape?: readonly number[] | undefined;
}

const GENERAL_OPTIONS = [
  "seed",
  "scale",
  "scaleHints",
  "sequences",
  "onProgress",
  "onPreparing",
  "onIteration",
  "onCheckpoint",
  "signal",
  "columns",
  "rowShape",
] as const;
/** Options that apply to methods trained by gradients alone. */
const TRAINING_OPTIONS = [
  ...(Object.keys(trainingOptions) as (keyof TrainingOptions)[]),
  "validation",
  "resume",
] as const;

/**
 * Fits a method to data `[n, d]`: rows of numbers, or a data set, whose names, shape and encoding the model keeps, and which
 * chooses the scale where `scale` does not say one, as the command line does.
 * @returns the fitted model, of the type that the method says.
 * @throws RangeError for data or options that do not fit; `InterruptedError` or `DivergedError`, both with the last
 *   checkpoint, if training ends early.
 */
export async function fit<Model>(
  method: Method<Model>,
  data: MatrixLike | Dataset,
  options: FitOptions = {},
): Promise<Model> {
  return fitMeasured(method, data, options, {});
}

/** Knowledge of a caller about the data, and its wish to be told. */
export interface Known {
  /** Those of the rows, if they were measured. */
  readonly measures?: Measures | undefined;
  /** Told how well the model reconstructs the rows, of methods that know it when they are fitted. */
  readonly tell?: FitContext["tell"];
}

/** As `fit`, for callers that have looked at the rows already. */
export async function fitMeasured<Model>(
  method: Method<Model>,
  data: MatrixLike | Dataset,
  options: FitOptions,
  known: Known,
): Promise<Model> {
  refuseOtherThings(method, options);
  try {
    if (!isDataset(data)) return await fitted(method, data, options, known);
    const given = method.sequential ? momentsOf(data) : data;
    const encoding = given.encoding && encodingFor(method, given.encoding);
    return await fitted(method, given.x, withFacts(method, given, options), known, encoding);
  } catch (error) {
    // From wherever the memory was asked for.
    if (error instanceof MemoryError) throw new MemoryError(`fit ${method.name}: ${error.message}`);
    throw error;
  }
}

/** For callers whose compiler does not tell them: what is no method, or no options, in a sentence. */
function refuseOtherThings(method: unknown, options: unknown): void {
  if (typeof method !== "object" || method === null || !("fitting" in method)) {
    const got = typeof method === "function" ? `the function ${method.name}, not called` : kindOf(method);
    throw new TypeError(`fit: want a method, such as pca({ latentDim: 2 }), got ${got}`);
  }
  if (typeof options !== "object" || options === null) {
    const { name } = method as Method;
    throw new TypeError(`fit ${name}: options must be an object, got ${kindOf(options)}`);
  }
}

/** The encoding that a model keeps: where rows stand by themselves, later ones need no time and no group. */
function encodingFor({ sequential }: Method, encoding: TableEncoding): TableEncoding {
  if (sequential || encoding.rows) return encoding;
  const { time: _, group: __, ...kept } = encoding;
  return kept;
}

/** Options with what a data set knows of its columns. */
function withFacts(method: Method, data: Dataset, options: FitOptions): FitOptions {
  const { columns, rowShape, range, groups, sequences } = data;
  return {
    columns,
    rowShape,
    ...(method.sequential && { sequences }),
    ...options,
    // A checkpoint says its scale itself.
    scale: options.scale ?? (options.resume ? undefined : defaultScaleOf(method, factsOf(data)).scale),
    scaleHints: { range, groups, ...options.scaleHints },
  };
}

async function fitted<Model>(
  method: Method<Model>,
  data: MatrixLike,
  options: FitOptions,
  known: Known,
  encoding?: TableEncoding,
): Promise<Model> {
  const given = toNumbers(data, "fit");
  const givenMeasures = checkData(method, given, options, known.measures);
  const { signal } = options;
  if (signal?.aborted) throw signal.reason;
  const rows = {
    // A moment without any observation is one of its sequence.
    x: method.acceptsMissing && !method.sequential ? withoutEmptyRows(given) : given,
    validation: options.validation && validationRows(options.validation, method, given),
  };
  const sequences = sequencesIn(method, options, given.rows);
  const several = sequences.length > 1 ? { sequences } : {};
  const resumed =
    options.resume &&
    (await resumable(options.resume, method, { x: rows.x, ...several }, rows.validation, options));
  const raw = resumed?.x ?? rows.x;
  const validation = rows.validation && {
    ...rows.validation,
    x: resumed?.validation ?? rows.validation.x,
  };
  const from = resumed?.record;
  const seed = from?.seed ?? options.seed ?? drawSeed();
  const stream = random(seed);
  const where = `fit ${method.name}`;
  const measures = raw.data === given.data ? givenMeasures : measure(raw);
  const sample = once(() => sampled(raw, measures));
  const scale = from?.scale ?? scalingOf(raw, method, options, measures, sample);
  const x = applyScale(raw, scale, where);
  method.checkValues?.(x);
  const loaded = await runtime();
  const info: Omit<ModelInfo, "history"> = {
    method: method.name,
    options: method.options,
    seed,
    scale,
    ...(options.columns && { columns: options.columns }),
    ...(encoding && { encoding }),
    ...(options.rowShape && { rowShape: options.rowShape }),
    data: {
      rows: raw.rows,
      cols: raw.cols,
      fingerprint: measures.fingerprint,
      ...several,
      ...(fills(method, raw.cols) && scale.kind !== "standard" && columnMoments(raw, measures, sample())),
    },
  };
  const { fitting } = method;
  const context = {
    random: stream,
    runtime: loaded,
    signal,
    scaling: scale,
    ...(method.sequential && { sequences }),
    onIteration: options.onIteration,
    breathe: breather(signal),
    tell: known.tell,
  };
  if (fitting.kind === "solved") {
    const parameters = checkedFinite(method, await fitting.solve(x, context));
    // A solver may end between two looks at it.
    await context.breathe();
    return fittedModel(method, await withNotes(method, { ...info, history: [], parameters }, x));
  }
  const examples = examplesOf(fitting, raw, sequences, where);
  const { count } = examples;
  const settings = settingsOf(fitting, from ? resumedOptions(options, from, count) : options, count);
  const training: TrainingRecord = {
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    learningRate: settings.learningRate,
    optimizer: settings.optimizer as unknown as Record<string, Json>,
    schedule: settings.schedule as unknown as Record<string, Json>,
    ...(settings.patience !== undefined && { patience: settings.patience }),
    ...(validation && {
      validation: {
        rows: validation.x.rows,
        fingerprint: fingerprint(validation.x),
        ...(validation.sequences && { sequences: validation.sequences }),
      },
    }),
  };
  const checkpoint = ({ state, position, history, best }: TrainingSnapshot) =>
    writeCheckpoint({ ...info, training, history, position, parameters: state, ...(best && { best }) });
  const breathe = breather();
  const result = await train({
    fitting,
    x,
    examples,
    scaling: scale,
    validation: validation && validationOf(validation, method, scale),
    settings,
    random: stream,
    runtime: loaded,
    signal,
    onPreparing: options.onPreparing,
    resume: from && snapshotOf(from),
    async onRun(snapshot, reports) {
      for (const progress of reports) options.onProgress?.(progress);
      await breathe();
      let over = false;
      await options.onCheckpoint?.(() => {
        if (over) throw new Error("fit: onCheckpoint: ask for the checkpoint before the callback is over");
        return checkpoint(snapshot);
      });
      over = true;
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
  const finished = (await fitting.finish?.(result.parameters, context)) ?? result.parameters;
  const parameters = checkedFinite(method, finished);
  const record = { ...info, training, history: result.history, parameters };
  return fittedModel(method, await withNotes(method, record, x));
}

/** @throws RangeError for numbers that are too large, or hints that do not fit the columns. */
function scalingOf(
  x: Numbers,
  method: Method,
  { scale = "none", scaleHints }: FitOptions,
  measures: Measures,
  sample: () => Sampled,
): Scaling {
  if (scale === "none" && method.shiftInvariant) return fitCentering(x, sample);
  return fitScaleMeasured(x, scale, scaleHints ?? {}, measures);
}

/** Rows of which something is known: nothing can be learned of the others. */
function withoutEmptyRows(x: Numbers): Numbers {
  const known = Array.from({ length: x.rows }, (_, i) => i).filter((i) => !isEmpty(x, i));
  return known.length === x.rows ? x : takeRows(x, known);
}

/** True of methods whose models can fill what is missing of a row. */
function fills(method: Method, d: number): boolean {
  return partNames(method, d).includes("reconstruct");
}

/** @returns measures of x. */
function checkData(
  method: Method,
  x: Numbers,
  options: FitOptions,
  measured: Measures | undefined,
): Measures {
  const where = `fit ${method.name}`;
  const known: readonly string[] = [...GENERAL_OPTIONS, ...TRAINING_OPTIONS];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const [near] = nearestNames(known, unknown, 1);
    throw new TypeError(`${where}: there is no option "${unknown}" (nearest: ${near})`);
  }
  if (x.rows === 0 || x.cols === 0)
    throw new RangeError(`${where}: the data is empty, ${x.rows} × ${x.cols}`);
  const measures = measured ?? measure(x);
  if (!measures.finite) {
    if (method.acceptsMissing) {
      refuseInfinite(x, where);
      refuseUnobserved(x, where, options.columns);
      method.checkMissing?.(x, where);
    } else refuseNonFinite(x, where, { missing: false });
  }
  method.checkSize?.(x.rows, x.cols);
  if (options.columns && options.columns.length !== x.cols) {
    throw new RangeError(`${where}: ${options.columns.length} column names for ${x.cols} columns`);
  }
  checkRowShape(options.rowShape, x.cols, where);
  if (method.fitting.kind === "solved") {
    const given = TRAINING_OPTIONS.find((name) => options[name] !== undefined);
    if (given)
      throw new TypeError(`${where}: ${method.name} is solved, not trained: ${given} does not apply`);
  }
  return measures;
}

/** @throws RangeError for a shape that is no list of integers ≥ 1, or of other rows. */
export function checkRowShape(shape: readonly number[] | undefined, cols: number, where: string): void {
  if (shape === undefined) return;
  const sizes =
    Array.isArray(shape) && shape.length > 0 && shape.every((n) => Number.isSafeInteger(n) && n >= 1);
  if (!sizes) throw new RangeError(`${where}: rowShape must be integers ≥ 1, got ${JSON.stringify(shape)}`);
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== cols)
    throw new RangeError(`${where}: rowShape ${shape.join(" × ")} is ${size} numbers, a row has ${cols}`);
}

function settingsOf({ defaults }: Trained, options: FitOptions, rows: number): TrainingSettings {
  const given = Object.keys(trainingOptions).map((name) => [name, options[name as keyof TrainingOptions]]);
  const settings = trainingSettings(Object.fromEntries(given), defaults, rows);
  if (settings.patience !== undefined && !options.validation)
    throw new RangeError("fit: patience wants validation rows to look at");
  return settings;
}

/** Lengths of the sequences of rows. @throws TypeError if they are said of a method whose rows stand by themselves. */
function sequencesIn({ name, sequential }: Method, { sequences }: FitOptions, rows: number): Sequences {
  if (sequences === undefined) return [rows];
  if (!sequential)
    throw new TypeError(`fit ${name}: rows of ${name} stand by themselves: sequences does not apply`);
  return checkSequences(sequences, rows, `fit ${name}`);
}

function validationRows(given: MatrixLike | SequencesLike, method: Method, x: Numbers): Sequenced {
  const where = "fit: validation";
  const model = { encoding: undefined, sequential: method.sequential === true };
  const { x: all, sequences = [] } = givenRows(given, model, where);
  if (all.cols !== x.cols)
    throw new RangeError(`fit: validation rows have ${all.cols} numbers, the data ${x.cols}`);
  if (method.acceptsMissing) {
    refuseInfinite(all, where);
    method.checkMissing?.(all, where);
  } else refuseNonFinite(all, where, { missing: false });
  const { sequential, acceptsMissing } = method;
  const rows = acceptsMissing && !sequential ? withoutEmptyRows(all) : all;
  if (rows.rows === 0) throw new RangeError("fit: validation has no rows");
  if (sequences.length > 1 && !sequential)
    throw new TypeError(`${where}: rows of ${method.name} stand by themselves: sequences does not apply`);
  return { x: rows, ...(sequences.length > 1 && { sequences }) };
}

/** Validation rows in the units of fitting, and the examples among them. */
function validationOf({ x: rows, sequences = [rows.rows] }: Sequenced, method: Method, scale: Scaling) {
  const where = "fit: validation";
  const x = applyScale(rows, scale, where);
  method.checkValues?.(x);
  return { x, examples: examplesOf(method.fitting as Trained, x, sequences, where) };
}

/** @throws RangeError naming an array with numbers that are not finite: files of such models are refused. */
function checkedFinite({ name }: Method, parameters: Parameters): Parameters {
  const bad = nonFiniteArray(parameters);
  if (bad === undefined) return parameters;
  throw new RangeError(`fit ${name}: ${bad} came out with numbers that are not finite; scale the data`);
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
