/**
 * @file Model files and checkpoints: safetensors whose metadata hold, as JSON, all that is not an array, and a checksum.
 */
import { asBytes, type BytesLike } from "../data/bytes.js";
import { allFinite } from "../data/matrix.js";
import type { Scaling } from "../data/scale.js";
import type { Sequences } from "../data/sequences.js";
import { isEncoding, type TableEncoding, widthOfEncoding } from "../data/table/encoding.js";
import { isSlot } from "../engine/training-program.js";
import type { Epoch } from "../methods/model.js";
import type { Json } from "../methods/options.js";
import type { Parameters } from "../methods/parameters.js";
import { VERSION } from "../version.js";
import { checksum } from "./checksum.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

/** Raised when older readers could no longer understand a file, or older files lack what readers rely on. */
export const FORMAT_VERSION = 4;
/**
 * Earlier formats are still read: 1 has no checksum, 1 and 2 have `imageShape` for `rowShape`; up to 3 the scale `none` has no
 * offset, no means are told, there are no encodings of tables, and k-means calls its option `code` `encoding`.
 */
const FORMATS = [1, 2, 3, FORMAT_VERSION];

/** Training that made a model. */
export interface TrainingRecord {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimizer: Readonly<Record<string, Json>>;
  readonly schedule: Readonly<Record<string, Json>>;
  /** Epochs without a lower validation loss after which it stops. */
  readonly patience?: number;
  /** The rows it tells the loss on, if there are any. */
  readonly validation?: {
    readonly rows: number;
    readonly fingerprint: string;
    readonly sequences?: Sequences;
  };
}

/** Place of a training within its run. */
export interface Position {
  /** Steps taken. */
  readonly step: number;
  /** Epoch under way, from 1, and how many of its rows are done. */
  readonly epoch: number;
  readonly rowsDone: number;
  /** Σ loss · rows over those rows. */
  readonly lossSum: number;
  /** Σ figure · rows over those rows, of each figure that the method tells. */
  readonly figureSums?: Readonly<Record<string, number>>;
  /** For early stopping. */
  readonly bestValidationLoss?: number;
  readonly epochsWithoutProgress?: number;
}

/** Facts about the data that a model was fitted on. */
export interface DataRecord {
  readonly rows: number;
  readonly cols: number;
  readonly fingerprint: string;
  /** Lengths of the sequences that rows are moments of, for methods of sequences where there are several. */
  readonly sequences?: Sequences;
  /** Means of the columns over what is observed `[cols]`, in the user's units, where the scaling does not tell them. */
  readonly means?: readonly number[];
  /** Their standard deviations, 1 for a constant column. */
  readonly deviations?: readonly number[];
}

/** Everything there is to know of a fitted model but its arrays. */
export interface ModelInfo {
  readonly method: string;
  readonly options: Readonly<Record<string, Json>>;
  readonly seed: number;
  readonly scale: Scaling;
  readonly columns?: readonly string[];
  /** The way in which columns of a table became numbers. */
  readonly encoding?: TableEncoding;
  /** Shape of a row: `[height, width]`, `[channels, height, width]`, `[steps, features]`. */
  readonly rowShape?: readonly number[];
  /** Data that it was fitted on. */
  readonly data: DataRecord;
  readonly training?: TrainingRecord;
  readonly history: readonly Epoch[];
  /** Sentences on what the fit ended in, if it has any. */
  readonly notes?: readonly string[];
}

export interface ModelRecord extends ModelInfo {
  readonly parameters: Parameters;
}

/** A model in training: its record so far, the optimizer's arrays, and where it stands. */
export interface CheckpointRecord extends ModelRecord {
  readonly position: Position;
  /** Parameters with the lowest validation loss so far, if training looks at one. */
  readonly best?: Parameters;
}

const KEY = "unlabeled";
const CHECKSUM_KEY = "unlabeled.checksum";

interface Header extends ModelInfo {
  readonly formatVersion: number;
  readonly packageVersion: string;
  readonly position?: Position;
}

function write(info: ModelInfo, tensors: Parameters, position?: Position): Uint8Array {
  const header: Header = {
    formatVersion: FORMAT_VERSION,
    packageVersion: VERSION,
    ...info,
    ...(position && { position }),
  };
  return writeDescribed(JSON.stringify(header), tensors);
}

/** A file with this description, as JSON, and its checksum. */
export function writeDescribed(description: string, tensors: Parameters): Uint8Array {
  return writeSafetensors({
    tensors,
    metadata: { [KEY]: description, [CHECKSUM_KEY]: checksum(description, tensors) },
  });
}

export function writeModelFile({ parameters, ...info }: ModelRecord): Uint8Array {
  return write(info, parameters);
}

export function writeCheckpoint({ parameters, best, position, ...info }: CheckpointRecord): Uint8Array {
  const bestTensors = Object.entries(best ?? {}).map(([name, array]) => [`best/${name}`, array] as const);
  return write(info, { ...parameters, ...Object.fromEntries(bestTensors) }, position);
}

/**
 * Reads a model file or a checkpoint; a checkpoint has `position`.
 * @throws RangeError if it is neither, is damaged, holds parameters that are not finite, or was written by a later version
 *   than this one reads.
 */
export function readModelFile(bytes: BytesLike, name = "model"): ModelRecord | CheckpointRecord {
  const { tensors, metadata } = readSafetensors(asBytes(bytes, name), name);
  const text = metadata[KEY];
  if (text === undefined) throw new RangeError(`${name}: a safetensors file, but no model of this package`);
  const { formatVersion, position, ...info } = parse(text, name);
  if (formatVersion > 1 && metadata[CHECKSUM_KEY] !== checksum(text, tensors))
    throw new RangeError(`${name}: damaged: its content is not that of its checksum`);
  // Moments may overflow where parameters do not.
  const bad = nonFiniteArray(position ? withoutSlots(tensors) : tensors);
  if (bad !== undefined) throw new RangeError(`${name}: "${bad}" has numbers that are not finite`);
  if (!position) return { ...info, parameters: tensors };
  const isBest = ([key]: [string, unknown]) => key.startsWith("best/");
  const entries = Object.entries(tensors);
  const best = Object.fromEntries(
    entries.filter(isBest).map(([key, array]) => [key.slice("best/".length), array]),
  );
  return {
    ...info,
    position,
    parameters: Object.fromEntries(entries.filter((entry) => !isBest(entry))),
    ...(Object.keys(best).length > 0 && { best }),
  };
}

const withoutSlots = (arrays: Parameters): Parameters =>
  Object.fromEntries(Object.entries(arrays).filter(([name]) => !isSlot(name)));

/** The name of the first array with a number that is NaN or infinite, if there is one. */
export function nonFiniteArray(arrays: Parameters): string | undefined {
  const bad = Object.entries(arrays).find(
    ([, { data }]) => (data instanceof Float32Array || data instanceof Float64Array) && !allFinite(data),
  );
  return bad?.[0];
}

function parse(text: string, name: string): Omit<Header, "packageVersion"> {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    throw new RangeError(`${name}: the description of the model is not JSON`);
  }
  if (!isRecord(written)) throw new RangeError(`${name}: the description of the model is not whole`);
  // Another format may keep other things: what it is comes before whether it is whole.
  const { formatVersion, packageVersion } = written;
  if (typeof formatVersion === "number" && !FORMATS.includes(formatVersion)) {
    const by = typeof packageVersion === "string" ? packageVersion : "an unknown version";
    throw new RangeError(
      `${name}: model file format ${formatVersion} (written by ${by}), this version ${VERSION} reads up to ${FORMAT_VERSION}`,
    );
  }
  const header = withTodaysOptions(formatVersion === FORMAT_VERSION ? written : inTodaysWords(written));
  const wrong = Object.keys(CHECKS).find((key) => !CHECKS[key]!(header[key], header));
  if (wrong !== undefined)
    throw new RangeError(`${name}: the description of the model is not whole (${wrong})`);
  // Other entries nobody has looked at.
  const known = Object.entries(header).filter(([key]) => Object.hasOwn(CHECKS, key));
  return Object.fromEntries(known) as unknown as Omit<Header, "packageVersion">;
}

/** A description of an earlier format in the words of today, in the same order. */
function inTodaysWords(header: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const renamed = (record: Readonly<Record<string, unknown>>, names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [names[key] ?? key, value]));
  const shape = { imageShape: "rowShape" };
  const options = isRecord(header.options) && {
    options: renamed(header.options, { ...shape, ...(header.method === "kMeans" && { encoding: "code" }) }),
  };
  return renamed({ ...header, ...options }, shape);
}

/** A description with options that say what was so before there were such options, where what is usual now is something else. */
function withTodaysOptions(header: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { method, options } = header;
  if (method !== "tsne" || !isRecord(options) || "initialDims" in options) return header;
  return { ...header, options: { ...options, initialDims: "all" } };
}

type Check = (value: unknown, header: Readonly<Record<string, unknown>>) => boolean;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive = (value: unknown) => isCount(value) && value >= 1;
const isFactor = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
const isNumber: Check = (value) => Number.isFinite(value);
const isNumbers = (value: unknown) => isRecord(value) && Object.values(value).every(Number.isFinite);
const listOf = (test: (value: unknown) => boolean, value: unknown, length?: number): boolean =>
  Array.isArray(value) &&
  (length === undefined || value.length === length) &&
  value.every((one) => test(one));
const ifThere =
  (check: Check): Check =>
  (value, header) =>
    value === undefined || check(value, header);

function sizeOf(side: "rows" | "cols", { data }: Readonly<Record<string, unknown>>): number | undefined {
  const size = isRecord(data) ? data[side] : undefined;
  return isCount(size) ? size : undefined;
}

/** Checks of the entries of the description. */
const CHECKS: Readonly<Record<string, Check>> = {
  formatVersion: isCount,
  method: (value) => typeof value === "string",
  options: isRecord,
  seed: isCount,
  data: (value, header) =>
    isRecord(value) &&
    isPositive(value.rows) &&
    isPositive(value.cols) &&
    typeof value.fingerprint === "string" &&
    ifThere((lengths) => listOf(isPositive, lengths))(value.sequences, header) &&
    ifThere((means) => listOf(Number.isFinite, means, sizeOf("cols", header)))(value.means, header) &&
    ifThere((deviations) => listOf(isFactor, deviations, sizeOf("cols", header)))(value.deviations, header),
  scale(value, header) {
    if (!isRecord(value)) return false;
    const isEmpty = value.kind === "none" && listOf(Number.isFinite, value.offset, 0);
    const length = isEmpty ? 0 : sizeOf("cols", header);
    return (
      ["none", "standard", "unit"].includes(value.kind as string) &&
      listOf(Number.isFinite, value.offset, length) &&
      listOf(isFactor, value.factor, length)
    );
  },
  columns: ifThere((value, header) =>
    listOf((name) => typeof name === "string", value, sizeOf("cols", header)),
  ),
  encoding: ifThere(
    (value, header) => isEncoding(value) && widthOfEncoding(value) === sizeOf("cols", header),
  ),
  rowShape: ifThere((value) => listOf(isCount, value)),
  training: ifThere(
    (value, header) =>
      isRecord(value) &&
      isPositive(value.epochs) &&
      isPositive(value.batchSize) &&
      isNumber(value.learningRate, header) &&
      isRecord(value.optimizer) &&
      isRecord(value.schedule) &&
      ifThere(isPositive)(value.patience, header) &&
      ifThere((rows) => isRecord(rows) && isPositive(rows.rows) && typeof rows.fingerprint === "string")(
        value.validation,
        header,
      ),
  ),
  history: (value) =>
    listOf(
      (one) =>
        isRecord(one) &&
        isCount(one.epoch) &&
        Number.isFinite(one.loss) &&
        (one.figures === undefined || isNumbers(one.figures)) &&
        (one.validationLoss === undefined || Number.isFinite(one.validationLoss)),
      value,
    ),
  notes: ifThere((value) => listOf((note) => typeof note === "string", value)),
  position: ifThere(
    (value, header) =>
      isRecord(value) &&
      isCount(value.step) &&
      isPositive(value.epoch) &&
      isCount(value.rowsDone) &&
      value.rowsDone <= (sizeOf("rows", header) ?? 0) &&
      isNumber(value.lossSum, header) &&
      (value.figureSums === undefined || isNumbers(value.figureSums)) &&
      ifThere(isNumber)(value.bestValidationLoss, header) &&
      ifThere(isCount)(value.epochsWithoutProgress, header),
  ),
};
