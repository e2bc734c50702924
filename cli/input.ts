/**
 * @file DATA on the command line: a path, standard input, or the name of an embedded data set.
 */
import { stat } from "node:fs/promises";
import { readFileData } from "../node/read.js";
import { flagOf } from "../panels/flag-names.js";
import type { Dataset } from "../src/data/dataset.js";
import { EMBEDDED_NAMES, embedded, isEmbedded } from "../src/data/embedded.js";
import { firstNonFinite, takeColumns } from "../src/data/matrix.js";
import type { ScaleKind } from "../src/data/scale.js";
import { findColumn } from "../src/data/table.js";
import type { Method } from "../src/methods/method.js";
import { nearestNames } from "../src/nearest-names.js";
import { type CommonFlags, type DataFlags, dataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";

/** A data set and what its column of labels is called in results. */
export interface Input extends Dataset {
  readonly labelName: string;
}

/**
 * Reads DATA, and says on standard error what was left out.
 * @param columns those a model was fitted on; they are picked by name where the data has names, unless `--columns`
 *   says which.
 * @throws RangeError or TypeError for data that is not there or not in order.
 */
export async function readInput(
  data: string,
  flags: DataFlags,
  messages: Messages,
  columns?: readonly string[],
): Promise<Input> {
  const reading = dataFlags(flags);
  const read = isEmbedded(data)
    ? readEmbedded(data, reading)
    : await readPath(data, reading, columns, messages);
  for (const warning of read.warnings) messages.note(warning);
  const { label } = flags;
  const named = label !== undefined && !/^\d+$/.test(label) && !(await isFile(label));
  return { ...read, labelName: named ? label : "label" };
}

/**
 * Makes ready for fits on what was read: checks that the methods take it, chooses its scale and starts the engine.
 * @throws RangeError for missing values that one of the methods does not take.
 */
export async function prepare(
  input: Input,
  methods: readonly Method[],
  flags: CommonFlags & { readonly scale?: ScaleKind },
  messages: Messages,
): Promise<ScaleKind> {
  for (const method of methods) refuseMissing(input, method.name, method.acceptsMissing === true);
  const scale = chosenScale(input, flags.scale, messages);
  await startEngine(flags.threads, messages);
  return scale;
}

function readEmbedded(name: string, flags: DataFlags): Dataset {
  const given = Object.entries(flags).find(([, value]) => value !== undefined);
  if (given) throw new UsageError(`${flagOf(given[0])} does not apply to the embedded ${name}`);
  return embedded(name);
}

async function readPath(
  path: string,
  flags: DataFlags,
  columns: readonly string[] | undefined,
  { terminal }: Messages,
): Promise<Dataset> {
  if (path !== "-" && !(await exists(path))) {
    const nearest = /^[\w-]+$/.test(path)
      ? ` (embedded, nearest: ${nearestNames(EMBEDDED_NAMES, path, 1)})`
      : "";
    throw new RangeError(`${path}: no such file or folder${nearest}`);
  }
  const { label, ...options } = flags;
  const labels = label !== undefined && (await isFile(label)) ? { labelFile: label } : { label };
  // Picked while reading, so that columns the model does not want need not be in order.
  const early = isTableName(path) ? columns : undefined;
  const reading = { ...options, ...labels, columns: options.columns ?? early };
  const read = await readFileData(path, reading, terminal);
  return options.columns || early ? read : pickColumns(read, columns);
}

function isTableName(path: string): boolean {
  return path === "-" || /\.(csv|tsv|txt|parquet)(\.gz)?$/i.test(path);
}

function pickColumns(data: Dataset, wanted: readonly string[] | undefined): Dataset {
  const { columns } = data;
  if (!wanted || !columns || wanted.join("\n") === columns.join("\n")) return data;
  const indices = wanted.map((name) => findColumn(columns, name, data.name));
  return { ...data, x: takeColumns(data.x, indices), columns: wanted };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
  );
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Tables mix units, so they are standardized unless told otherwise; pixels and arrays are taken as they are. */
function defaultScale({ format }: Dataset): ScaleKind {
  return format === "csv" || format === "parquet" ? "standard" : "none";
}

/** The scale asked for, or the default, which is said. */
function chosenScale(data: Dataset, flag: ScaleKind | undefined, messages: Messages): ScaleKind {
  if (flag) return flag;
  const scale = defaultScale(data);
  if (scale !== "none")
    messages.note(`scale: ${scale}, the default for tables (--scale none keeps the units)`);
  return scale;
}

/** @throws RangeError naming the first missing or infinite value, unless the method takes them. */
export function refuseMissing({ name, x, columns }: Dataset, method: string, acceptsMissing: boolean): void {
  if (acceptsMissing) return;
  const found = firstNonFinite(x);
  if (!found) return;
  const column = columns ? `"${columns[found.column]}"` : String(found.column + 1);
  const is = Number.isNaN(found.value) ? "missing" : String(found.value);
  throw new RangeError(
    `${name}: row ${found.row + 1} column ${column} is ${is}, ${method} wants every number (--columns leaves columns out)`,
  );
}
