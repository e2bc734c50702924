/**
 * @file All that comes before a fit computes anything: data checked and scaled, the random stream, what the model will say of itself.
 */
import { type Measures, measure } from "../data/columns/measures.js";
import { type Dataset, factsOf, isDataset } from "../data/dataset.js";
import { kindOf, type Matrix, type MatrixLike, type Numbers, toNumbers } from "../data/matrix.js";
import { momentsOf } from "../data/moment-rows.js";
import {
  applyScale,
  columnMoments,
  fitScaleMeasured,
  type Sampled,
  type Scaling,
  sampled,
} from "../data/scale.js";
import type { Sequences } from "../data/sequences.js";
import type { TableEncoding } from "../data/table/encoding.js";
import { runtime } from "../engine/session.js";
import { type ModelInfo, nonFiniteArray } from "../files/model-file.js";
import { defaultScaleOf } from "../methods/default-scale.js";
import { once } from "../methods/initial.js";
import { type FitContext, type Method, partNames } from "../methods/method.js";
import type { Parameters } from "../methods/parameters.js";
import { random } from "../random.js";
import { breather } from "./breather.js";
import { fitCentering } from "./centering.js";
import type { FitOptions } from "./fit-options.js";
import { checkData, sequencesIn, validationRows, withoutEmptyRows } from "./given-data.js";
import { type Resumable, resumable, type Sequenced } from "./resume.js";

/** Knowledge of a caller about the data, and its wish to be told. */
export interface Known {
  /** Those of the rows, if they were measured. */
  readonly measures?: Measures | undefined;
  /** Told how well the model reconstructs the rows, of methods that know it when they are fitted. */
  readonly tell?: FitContext["tell"];
}

/** A fit before its first number is computed. */
export interface Preparation<Model> {
  readonly method: Method<Model>;
  readonly options: FitOptions;
  /** Rows in the units of fitting. */
  readonly x: Matrix;
  /** The same as they were given. */
  readonly raw: Numbers;
  readonly sequences: Sequences;
  /** As they were given. */
  readonly validation: Sequenced | undefined;
  /** The model's record but for what the fit finds. */
  readonly info: Omit<ModelInfo, "history">;
  readonly context: FitContext;
  /** The checkpoint to go on from. */
  readonly from: Resumable | undefined;
}

/** @throws as `fit`, before anything is computed. */
export async function prepare<Model>(
  method: Method<Model>,
  data: MatrixLike | Dataset,
  options: FitOptions,
  known: Known,
): Promise<Preparation<Model>> {
  refuseOtherThings(method, options);
  if (!isDataset(data)) return prepareRows(method, data, options, known);
  const given = method.sequential ? momentsOf(data) : data;
  const encoding = given.encoding && encodingFor(method, given.encoding);
  return prepareRows(method, given.x, withFacts(method, given, options), known, encoding);
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

async function prepareRows<Model>(
  method: Method<Model>,
  data: MatrixLike,
  options: FitOptions,
  known: Known,
  encoding?: TableEncoding,
): Promise<Preparation<Model>> {
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
  const measures = raw.data === given.data ? givenMeasures : measure(raw);
  const sample = once(() => sampled(raw, measures));
  const scale = from?.scale ?? scalingOf(raw, method, options, measures, sample);
  const x = applyScale(raw, scale, `fit ${method.name}`);
  method.checkValues?.(x);
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
  const context: FitContext = {
    random: stream,
    runtime: await runtime(),
    signal,
    scaling: scale,
    ...(method.sequential && { sequences }),
    onIteration: options.onIteration,
    breathe: breather(signal),
    tell: known.tell,
  };
  return { method, options, x, raw, sequences, validation, info, context, from };
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

/** True of methods whose models can fill what is missing of a row. */
function fills(method: Method, d: number): boolean {
  return partNames(method, d).includes("reconstruct");
}

/** @throws RangeError naming an array with numbers that are not finite: files of such models are refused. */
export function checkedFinite({ name }: Method, parameters: Parameters): Parameters {
  const bad = nonFiniteArray(parameters);
  if (bad === undefined) return parameters;
  throw new RangeError(`fit ${name}: ${bad} came out with numbers that are not finite; scale the data`);
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
