/**
 * @file DATA on the command line: a path, standard input, or the name of an embedded data set.
 */
import { stat } from "node:fs/promises";
import { type ReadFileOptions, readFileData, readFileTable } from "../node/read.js";
import { flagOf } from "../panels/flag-names.js";
import { learningText } from "../panels/learning-text.js";
import { type Measures, measure } from "../src/data/columns/measures.js";
import { columnNames, type Dataset, factsOf, rowInFile } from "../src/data/dataset.js";
import { EMBEDDED_NAMES, embedded, isEmbedded } from "../src/data/embedded.js";
import { FEW_GAPS } from "../src/data/holes.js";
import { momentsOf } from "../src/data/moment-rows.js";
import type { ScaleKind } from "../src/data/scale.js";
import type { Period, TableEncoding } from "../src/data/table/encoding.js";
import { makeTable, numberColumns, type Table } from "../src/data/table/table.js";
import { namedNumbers } from "../src/data/table-dataset.js";
import { commonScaleOf, type TakesNumbers } from "../src/methods/default-scale.js";
import type { Method } from "../src/methods/method.js";
import { nearestNames } from "../src/nearest-names.js";
import { type CommonFlags, type DataFlags, dataFlags } from "./common-flags.js";
import { startEngine } from "./engine.js";
import { UsageError } from "./exit.js";
import type { Messages } from "./messages.js";
import { refuseWindows, tellIdle } from "./moments.js";
import type { Terminal } from "./terminal.js";

/** A model's knowledge of the table it was fitted on. */
export interface FittedOn {
  readonly encoding?: TableEncoding | undefined;
  readonly columns?: readonly string[] | undefined;
  /** Names of columns, where DATA are codes of the model. */
  readonly codes?: readonly string[] | undefined;
  /** Name of the method of a fitted model. */
  readonly method?: string;
  /** True if its rows are moments of sequences. */
  readonly sequential?: boolean;
}

/** Flags that choose columns, which a model has chosen already. */
const CHOICES = ["columns", "exclude", "types", "order", "cyclic"] as const;

/**
 * Reads DATA, and says on standard error what was noticed.
 * @param fittedOn how a model was fitted, whose columns are then picked by name and made numbers as they were then.
 * @throws RangeError or TypeError for data that is not there or not in order.
 */
export async function readInput(
  data: string,
  flags: DataFlags,
  messages: Messages,
  { encoding, columns, codes, method = "", sequential }: FittedOn = {},
): Promise<Dataset> {
  const idle = encoding && CHOICES.find((name) => flags[name] !== undefined);
  if (idle) messages.note(`${flagOf(idle)}: the model has columns of its own, which are used`);
  if (sequential && flags.window !== undefined) refuseWindows(method);
  const own = encoding && ownOrder(encoding, flags, messages);
  const read = isEmbedded(data)
    ? readEmbedded(data, flags)
    : await readFileData(
        await existing(data),
        {
          ...(await readingOptions({ ...flags, ...own })),
          codes,
          encoding: encoding ?? (columns && namedNumbers(columns)),
        },
        messages.terminal,
      );
  for (const note of read.notes) messages.note(note);
  if (sequential) return momentsOf(read);
  if (sequential === false && read.sequences) tellIdle(method, messages);
  return read;
}

/** Flags of the order of rows that a model has said already, taken back. */
function ownOrder({ time, group, rows }: TableEncoding, flags: DataFlags, messages: Messages): DataFlags {
  const has = { time: time ?? rows, group: group ?? rows, window: rows, stride: rows };
  const names = (["time", "group", "window", "stride"] as const).filter((name) => has[name]);
  const idle = names.find((name) => flags[name] !== undefined);
  if (idle) messages.note(`${flagOf(idle)}: the model has an order of its own, which is used`);
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** The table of DATA and the choices of its columns. */
export async function readColumns(
  data: string,
  flags: DataFlags,
  terminal: Terminal,
): Promise<{ table: Table; options: ReadFileOptions }> {
  const options = await readingOptions(flags);
  if (!isEmbedded(data)) {
    const table = await readFileTable(await existing(data), options, terminal);
    if (table) return { table, options };
  }
  const { x, name, columns } = isEmbedded(data)
    ? readEmbedded(data, flags)
    : await readFileData(data, options, terminal);
  const names = columnNames(columns, x.cols);
  return { table: makeTable(numberColumns(x, names), { name }), options };
}

function readEmbedded(name: string, flags: DataFlags): Dataset {
  const given = Object.entries(dataFlags(flags)).find(([, value]) => value !== undefined);
  if (given) throw new UsageError(`${flagOf(given[0])} does not apply to the embedded ${name}`);
  return embedded(name);
}

/** @throws RangeError for a path at which nothing is, with the embedded set that may be meant. */
async function existing(path: string): Promise<string> {
  const there =
    path === "-" ||
    /[*?]/.test(path) ||
    (await stat(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
    ));
  if (there) return path;
  const nearest = /^[\w-]+$/.test(path)
    ? ` (embedded, nearest: ${nearestNames(EMBEDDED_NAMES, path, 1)})`
    : "";
  throw new RangeError(`${path}: no such file or folder${nearest}`);
}

async function readingOptions(flags: DataFlags): Promise<ReadFileOptions> {
  const { label, order, cyclic, encoding, window, stride, ...rest } = dataFlags(flags);
  if (stride !== undefined && window === undefined)
    throw new UsageError("--stride wants --window ROWS, the windows to take");
  return {
    ...rest,
    ...(window !== undefined && { window: { length: window, stride } }),
    encodingOfText: encoding,
    order: order && mapped(order, (steps) => steps.split("<").map((step) => step.trim())),
    cyclic: cyclic && mapped(cyclic, (periods) => periods.split("+").map(periodOf)),
    ...(label !== undefined && (await isFile(label)) ? { labelFile: label } : { label }),
  };
}

function mapped<T>(pairs: Readonly<Record<string, string>>, map: (text: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(pairs).map(([column, text]) => [column, map(text)]));
}

function periodOf(text: string): Period {
  if (text === "day" || text === "week" || text === "year") return text;
  throw new UsageError(`--cyclic: want day, week or year, with + between them, got ${text}`);
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** `--fill`: fill gaps, or refuse them; without it they are filled where they are few. */
export type FillFlag = "yes" | "no";

interface PrepareFlags extends CommonFlags {
  readonly scale?: ScaleKind;
  readonly fill?: FillFlag;
}

/**
 * Makes ready for fits on what was read: says what is learned from, fills gaps that the methods do not take, chooses the scale and
 * starts the engine.
 * @param gaps `later`: those that may be filled stay, for a task that fills them by its training rows alone.
 * @throws RangeError for missing values that one of the methods does not take, where they are not filled.
 */
export async function prepare(
  read: Dataset,
  methods: readonly (TakesNumbers & Pick<Method, "acceptsMissing">)[],
  flags: PrepareFlags,
  messages: Messages,
  gaps: "now" | "later" = "now",
): Promise<{ input: Dataset; scale: ScaleKind; measures: Measures }> {
  if (read.guesses) messages.note(learningText(read.guesses));
  await startEngine(flags.threads, messages);
  const strict = methods.find(({ acceptsMissing }) => !acceptsMissing);
  const found = measure(read.x);
  const share = strict && gapsToFill(read, found, flags.fill);
  if (share !== undefined) {
    const by = gaps === "now" ? "low-rank completion" : "the means of the training rows";
    messages.note(
      `${sharePercent(share)} of the numbers are missing; filled by ${by}, as ${strict!.name} wants every number (--fill no refuses them)`,
    );
  }
  const input = share !== undefined && gaps === "now" ? await withoutGaps(read) : read;
  const measures = input === read ? found : measure(input.x);
  const remedy = "--fill yes fills gaps, --exclude leaves columns out";
  for (const { name, acceptsMissing = false } of methods)
    refuseMissing(input, measures, name, acceptsMissing || share !== undefined, remedy);
  return { input, scale: chosenScale(input, measures, methods, flags.scale, messages), measures };
}

async function withoutGaps(input: Dataset): Promise<Dataset> {
  const { fillGaps } = await import("../src/tasks/fill.js");
  return { ...input, x: await fillGaps(input) };
}

/** The share of numbers that are missing, if there are some and they are to be filled. */
export function gapsToFill(
  { x, table }: Dataset,
  { counts }: Measures,
  fill: FillFlag | undefined,
): number | undefined {
  const there = counts.reduce((sum, count) => sum + count, 0);
  const share = (x.data.length - there) / x.data.length;
  const wanted = fill === "yes" || (fill === undefined && table !== undefined && share <= FEW_GAPS);
  return share > 0 && wanted ? share : undefined;
}

/** `2.1 %` */
export function sharePercent(share: number): string {
  return share < 0.001 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`;
}

/** The scale asked for, or the one that fits the data and the methods, which is said. */
function chosenScale(
  data: Dataset,
  measures: Measures,
  methods: readonly TakesNumbers[],
  flag: ScaleKind | undefined,
  messages: Messages,
): ScaleKind {
  if (flag) return flag;
  const { scale, reason } = commonScaleOf(methods, factsOf(data, measures));
  if (scale !== "none") messages.note(`scale: ${scale}, ${reason} (--scale none keeps the units)`);
  return scale;
}

/**
 * @param remedy for missing values.
 * @throws RangeError naming the first missing or infinite value, unless the method takes them.
 */
export function refuseMissing(
  { name, x, columns, order }: Dataset,
  { finite }: Measures,
  method: string,
  acceptsMissing: boolean,
  remedy: string,
): void {
  if (finite) return;
  const { data, cols } = x;
  const bad = acceptsMissing
    ? data.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY)
    : data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const column = columns ? `"${columns[bad % cols]}"` : String((bad % cols) + 1);
  const place = `${name}: row ${rowInFile({ order }, Math.floor(bad / cols))} column ${column}`;
  if (Number.isNaN(data[bad]))
    throw new RangeError(`${place} is missing, ${method} wants every number (${remedy})`);
  throw new RangeError(`${place} is ${data[bad]}, ${method} wants finite numbers`);
}
