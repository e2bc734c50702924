/**
 * @file Gaps filled by the way that fills best: numbers that are known are hidden like those that are missing, every way is fitted without them,
 * and the one of least error on them is fitted once more to all there is.
 *
 *   error² = Σⱼ wⱼ vⱼ · Σ (x − x̂)² / Σ (x − x̄ⱼ)²,   sums over what is hidden of column j, wⱼ its share in the gaps
 *
 * with vⱼ the squared error of the mean, over all that is known of the column, in its variances: about 1. That is a ratio estimate, as surveys
 * have it: one hidden value that is far from all others makes the errors of the way and of the mean large alike, and not their ratio.
 * Source: Cochran (1977), "Sampling techniques", 3rd ed., chapter 6.
 */
import { type Dataset, isDataset } from "../../data/dataset.js";
import { imitateGaps } from "../../data/imitated-gaps.js";
import { type MatrixLike, type Numbers, takeRows, toNumbers } from "../../data/matrix.js";
import { fitScale } from "../../data/scale.js";
import type { Coder } from "../../methods/model.js";
import { random } from "../../random.js";
import { refuseInfinite, refuseUnobserved } from "../../training/finite.js";
import { fit } from "../../training/fit.js";
import { impute } from "../impute.js";
import { settled } from "../settled.js";
import { FILLERS, type FillerName } from "./filler-names.js";
import { type Chosen, chosenBy, fillerOf, mostRows } from "./fillers.js";
import {
  byMeans,
  type Errors,
  errorsOf,
  type Possible,
  possibleOf,
  takePossible,
  type Variable,
  variablesOf,
} from "./variables.js";

/** Options of `imputeByBest`. */
export interface ImputeByBestOptions {
  /** Ways to compare. Default: all. The columns' means are always told beside them. */
  methods?: readonly FillerName[] | undefined;
  /**
   * Share of the known values that is hidden in each repeat, in (0, 1). Default: half the share of the gaps, from .03 to .1; where nothing is missing, nothing
   * is compared without it.
   */
  share?: number | undefined;
  /** Whole number in [0, 2⁵³): chooses what is hidden, and is the seed of the fits. Default 0. */
  seed?: number | undefined;
  /** Told before every fit. */
  onProgress?: ((progress: ImputationProgress) => void) | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
}

/** Progress of a comparison. */
export interface ImputationProgress {
  /** The way that is being fitted. */
  readonly method: FillerName;
  /** The repeat, from 1; none for the last fit, to everything. */
  readonly repeat?: number;
  /** Share of the work that is done, in [0, 1]. */
  readonly fraction: number;
}

/** One way to fill, and how well it does. */
export interface ImputationTrial {
  /** The way. */
  readonly method: FillerName;
  /** Root mean square error of hidden values, in standard deviations of their columns; none for a way that could not be tried. */
  readonly error?: number;
  /** Standard deviation of that error over the repeats; none of one repeat. */
  readonly spread?: number;
  /** Repeats that it was part of: those far behind are left out of later ones. */
  readonly repeats: number;
  /** Reason why it could not be tried. */
  readonly reason?: string;
}

/** A column, its gaps, and the error of filling them. */
export interface ImputedColumn {
  /** Name of the column of the table, or of the column of numbers. */
  readonly name: string;
  /** Values that are missing. */
  readonly gaps: number;
  /** Measure of the errors: root mean square, in the units of the column, or of a category the share of values that are wrong. */
  readonly measure: "rmse" | "share wrong";
  /** Error of the way that was taken; none where nothing of the column was hidden. */
  readonly error?: number;
  /** Standard deviation of that over the repeats. */
  readonly spread?: number;
  /** Error of the column's mean, of a category of its most frequent level. */
  readonly errorOfMeans?: number;
}

/** Rows with their gaps filled, by what, and how well. */
export interface BestImputation {
  /** The rows, float64, without NaN; what was there is as it was. */
  readonly filled: Numbers;
  /** Row-major, length n · d: 1 where a number was filled. */
  readonly mask: Uint8Array;
  /** Values that were filled; a category is one. */
  readonly gaps: number;
  /** The way that was taken. */
  readonly method: FillerName;
  /** Its model, fitted to everything; none for the columns' means. */
  readonly model: Coder | undefined;
  /** Error to be expected of the filled values, root mean square in standard deviations; none where nothing could be hidden. */
  readonly error?: number;
  /** Standard deviation of that over the repeats. */
  readonly spread?: number;
  /** The same error of the columns' means. */
  readonly errorOfMeans?: number;
  /** Values that were hidden, of all repeats. */
  readonly hidden: number;
  /** All ways that were tried, in the order of `FILLERS`. */
  readonly trials: readonly ImputationTrial[];
  /** Columns with gaps. */
  readonly columns: readonly ImputedColumn[];
  /** Rows that the ways were compared on. */
  readonly comparedRows: number;
  /** Places after the point of filled numbers, of every column of x. */
  readonly decimals: readonly number[];
}

/** Share that is hidden: half of that of the gaps, so that nearly as much is known as there is, within these limits. */
const [LEAST_SHARE, MOST_SHARE] = [0.03, 0.1];
/** Hidden values that tell which way is best, */
const ENOUGH_HIDDEN = 1000;
/** in so many repeats. */
const [FEWEST_REPEATS, MOST_REPEATS] = [2, 8];
/** Errors on a hundred hidden values that differ by this share are not chance; on more of them, by less. */
const NO_CHANCE = 0.14;
/** Numbers of the rows that ways are compared on, */
const ENOUGH_NUMBERS = 400_000;
/** and rows, at least and at most. */
const [FEWEST_ROWS, MOST_ROWS] = [1000, 20_000];
/** Further hidden values, of the usual ratio of errors, that every column counts: few of its own tell little. */
const PRIOR = 5;
/** Ratios that count in the usual one, at most. */
const MOST_RATIO = 2;

/**
 * Fills the missing numbers (NaN) of rows `[n, d]` or a data set by the way that fills best. Known values are hidden, like those that are
 * missing (`imitateGaps`), every way is fitted without them, and the one of least error on them is fitted again to everything. Filled
 * values are such as a column can have: within its range, whole where it is whole, of a category one level.
 *
 * A sample of 20,000 rows, or fewer where they are wide, is what ways are compared on where there are more, and neighbors are searched among as many.
 * @throws RangeError for options out of range, and for a column of which no number is known; the reason of the signal.
 */
export async function imputeByBest(
  data: MatrixLike | Dataset,
  options: ImputeByBestOptions = {},
): Promise<BestImputation> {
  const { methods = FILLERS, seed = 0, signal, onProgress } = options;
  const unknown = methods.find((name) => !FILLERS.includes(name));
  if (unknown !== undefined || methods.length === 0)
    throw new RangeError(`imputeByBest: methods are of ${FILLERS.join(", ")}, got ${unknown ?? "none"}`);
  const set: Dataset = isDataset(data)
    ? data
    : { name: "rows", format: "memory", x: toNumbers(data, "imputeByBest"), notes: [] };
  const { x } = set;
  refuseInfinite(x, "imputeByBest");
  refuseUnobserved(x, "imputeByBest", set.columns);
  const variables = variablesOf(set);
  const names = FILLERS.filter((name) => name === "columnMeans" || methods.includes(name));
  const gapsOf = variables.map(({ from }) => countGaps(x, from));
  const gaps = gapsOf.reduce((sum, count) => sum + count, 0);
  const scaling = fitScale(x, "standard", { groups: groupsOf(variables) });
  const decimals = scaling.factor.map((spread, j) => decimalsOf(possibleOf(x, j), spread));
  if (gaps === 0 && options.share === undefined) return withoutGaps(x, decimals);
  const compared = sampleOf(x, seed);
  const found = await compare(compared, variables, scaling.factor, names, {
    share: options.share ?? usualShare(gaps / (x.rows * variables.length)),
    seed,
    signal,
    onProgress,
    weights: gaps > 0 ? gapsOf.map((count) => count / gaps) : undefined,
  });
  const candidates = found.entries.filter(({ name }) => methods.includes(name));
  const best = leastOf(candidates) ?? found.entries[0]!;
  onProgress?.({ method: best.name, fraction: 0.95 });
  const { filled, model } = await filledBy(best.name, set, variables, { chosen: best.chosen, seed, signal });
  const mask = Uint8Array.from(x.data, (value) => Number(Number.isNaN(value)));
  const means = found.entries[0]!;
  return {
    filled,
    mask,
    gaps,
    method: best.name,
    model,
    ...figure("error", best.error),
    ...figure("spread", best.spread),
    ...figure("errorOfMeans", means.error),
    hidden: found.hidden,
    trials: found.entries.map(({ name, error, spread, errors, reason }) => ({
      method: name,
      ...figure("error", error),
      ...figure("spread", spread),
      repeats: errors.length,
      ...(reason !== undefined && { reason }),
    })),
    columns: variables.flatMap((variable, v) =>
      gapsOf[v] === 0 ? [] : [imputedColumn(variable, v, gapsOf[v]!, best, means)],
    ),
    comparedRows: compared.rows,
    decimals,
  };
}

/** Nothing to fill, and nothing to compare ways for. */
function withoutGaps(x: Numbers, decimals: readonly number[]): BestImputation {
  return {
    filled: { ...x, data: Float64Array.from(x.data) },
    mask: new Uint8Array(x.data.length),
    gaps: 0,
    method: "columnMeans",
    model: undefined,
    hidden: 0,
    trials: [],
    columns: [],
    comparedRows: 0,
    decimals,
  };
}

const figure = <Name extends string>(name: Name, value: number | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [name in Name]?: number };

function countGaps({ data, cols }: Numbers, j: number): number {
  let count = 0;
  for (let at = j; at < data.length; at += cols) count += Number(Number.isNaN(data[at]!));
  return count;
}

const groupsOf = (variables: readonly Variable[]) =>
  variables.flatMap(({ from, to, kind }) => (kind === "category" ? [[from, to] as const] : []));

/** As many as are known, or six digits of the column's spread. */
const decimalsOf = ({ decimals }: Possible, spread: number) => decimals ?? 5 - Math.floor(Math.log10(spread));

const usualShare = (gaps: number) => Math.max(LEAST_SHARE, Math.min(MOST_SHARE, gaps / 2));

/** Rows to compare on. */
function sampleOf(x: Numbers, seed: number): Numbers {
  const enough = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, Math.floor(ENOUGH_NUMBERS / x.cols)));
  return x.rows <= enough ? x : takeRows(x, drawn(x.rows, enough, seed));
}

const drawn = (rows: number, count: number, seed: number) =>
  random(seed).fork("rows to compare").permutation(rows).slice(0, count).sort();

interface Entry {
  readonly name: FillerName;
  /** Errors of every repeat. */
  readonly errors: Errors[];
  chosen: Chosen;
  /** Far behind another. */
  behind: boolean;
  reason?: string;
  error?: number;
  spread?: number;
}

interface Comparison {
  readonly share: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ImputeByBestOptions["onProgress"];
  /** Share of every variable in the gaps; of each in what is hidden where there are none. */
  readonly weights: readonly number[] | undefined;
}

/** Errors of all ways on values that are hidden from them. */
async function compare(
  x: Numbers,
  variables: readonly Variable[],
  factor: readonly number[],
  names: readonly FillerName[],
  { share, seed, signal, onProgress, weights }: Comparison,
): Promise<{ entries: readonly Entry[]; hidden: number }> {
  const entries: Entry[] = names.map((name) => ({ name, errors: [], chosen: {}, behind: false }));
  const groups = variables.flatMap(({ from, to }) => (to > from + 1 ? [[from, to] as const] : []));
  const columns = { weights, ofMeans: errorOfMeans(x, variables, factor) };
  const streams = random(seed).fork("hidden for comparison");
  let hidden = 0;
  let repeats = FEWEST_REPEATS;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const holed = imitateGaps(x, { share, seed: streams.fork(repeat).bits(), groups });
    const count = variables.reduce((sum, { from }) => sum + countMask(holed.mask, x.cols, from), 0);
    if (count === 0) break;
    hidden += count;
    if (repeat === 0)
      repeats = Math.max(FEWEST_REPEATS, Math.min(MOST_REPEATS, Math.ceil(ENOUGH_HIDDEN / count)));
    const going = entries.filter(({ reason, behind }) => reason === undefined && !behind);
    for (const [done, entry] of going.entries()) {
      const fraction = (0.95 * (repeat + done / going.length)) / repeats;
      onProgress?.({ method: entry.name, repeat: repeat + 1, fraction });
      const set: Dataset = { name: "compared", format: "memory", x: holed.x, notes: [] };
      const tried = await settled(() =>
        filledBy(entry.name, set, variables, { chosen: entry.chosen, seed: seed + repeat, signal }),
      );
      if (!tried.value) {
        entry.reason = tried.reason;
        continue;
      }
      entry.chosen = tried.value.chosen;
      entry.errors.push(errorsOf(x, tried.value.filled, holed.mask, variables, factor));
    }
    for (const entry of entries) summarize(entry, entries[0]!.errors, columns);
    leaveBehind(entries, hidden);
  }
  return { entries, hidden };
}

function countMask(mask: Uint8Array, cols: number, j: number): number {
  let count = 0;
  for (let at = j; at < mask.length; at += cols) count += mask[at]!;
  return count;
}

/** Leaves ways out of later repeats whose error is larger than the least by more than chance; the first, the means, never. */
function leaveBehind(entries: readonly Entry[], hidden: number): void {
  const least = leastOf(entries)?.error ?? 0;
  const limit = (1 + NO_CHANCE * Math.sqrt(100 / hidden)) * least;
  for (const entry of entries.slice(1)) entry.behind ||= entry.error !== undefined && entry.error > limit;
}

/** The entry of least error among those that were in most repeats; of equal ones the first. */
function leastOf(entries: readonly Entry[]): Entry | undefined {
  const most = Math.max(...entries.map(({ errors }) => errors.length));
  let best: Entry | undefined;
  for (const entry of entries)
    if (entry.error !== undefined && entry.errors.length === most && !(best && entry.error >= best.error!))
      best = entry;
  return best;
}

/** The variables as they count in the error of all. */
interface Columns {
  /** Share of every variable in the gaps; where there are none, as much as there is hidden of each. */
  readonly weights: readonly number[] | undefined;
  /** Squared error of the mean over all known values, in squared deviations `[variables]`. */
  readonly ofMeans: readonly number[];
}

/** Squared errors of the means of all variables on what is known of them. */
function errorOfMeans(x: Numbers, variables: readonly Variable[], factor: readonly number[]): number[] {
  const known = Uint8Array.from(x.data, (value) => Number(!Number.isNaN(value)));
  const nothing = { ...x, data: new Float64Array(x.data.length).fill(Number.NaN) };
  const filled = byMeans(x, nothing);
  takePossible(filled, nothing, variables, x);
  const { standard, hidden } = errorsOf(x, filled, known, variables, factor);
  return Array.from(standard, (squares, v) => squares / Math.max(1, hidden[v]!));
}

/** Sets error and spread of a way. @param means errors of the columns' means, of every repeat. */
function summarize(entry: Entry, means: readonly Errors[], columns: Columns): void {
  const { errors } = entry;
  if (errors.length === 0) return;
  entry.error = ratioError(errors, means.slice(0, errors.length), columns);
  if (errors.length > 1)
    entry.spread = deviation(errors.map((one, repeat) => ratioError([one], [means[repeat]!], columns)));
}

/** Root mean square error in which every variable counts as it does in the gaps, by its ratio to that of the means. */
function ratioError(
  repeats: readonly Errors[],
  ofMeans: readonly Errors[],
  { weights, ofMeans: known }: Columns,
): number {
  const [own, means] = [summed(repeats), summed(ofMeans)];
  const count = total(own.hidden);
  const share = (v: number) => weights?.[v] ?? own.hidden[v]! / count;
  let [ratios, all] = [0, 0];
  own.standard.forEach((squares, v) => {
    const beside = means.standard[v]!;
    if (!(beside > 0)) return;
    ratios += share(v) * Math.min(MOST_RATIO, squares / beside);
    all += share(v);
  });
  const usual = all > 0 ? ratios / all : 1;
  let error = 0;
  known.forEach((square, v) => {
    const [squares, beside] = [
      own.standard[v]! + PRIOR * usual * square,
      means.standard[v]! + PRIOR * square,
    ];
    error += share(v) * square * (beside > 0 ? squares / beside : 1);
  });
  return Math.sqrt(error);
}

function summed(repeats: readonly Errors[]): Errors {
  const sum = (part: keyof Errors) =>
    repeats[0]![part].map((_, v) => repeats.reduce((all, errors) => all + errors[part][v]!, 0));
  return { standard: sum("standard"), own: sum("own"), hidden: sum("hidden") };
}

const total = (numbers: Float64Array) => numbers.reduce((sum, value) => sum + value, 0);

/** Standard deviation of a few figures about their mean. */
function deviation(figures: readonly number[]): number {
  const mean = figures.reduce((sum, value) => sum + value, 0) / figures.length;
  const squares = figures.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (figures.length - 1));
}

function imputedColumn(
  { name, kind }: Variable,
  v: number,
  gaps: number,
  best: Entry,
  means: Entry,
): ImputedColumn {
  const of = ({ own, hidden }: Errors) =>
    kind === "number" ? Math.sqrt(own[v]! / hidden[v]!) : own[v]! / hidden[v]!;
  const known = best.errors.filter(({ hidden }) => hidden[v]! > 0);
  const beside = means.errors.filter(({ hidden }) => hidden[v]! > 0);
  return {
    name,
    gaps,
    measure: kind === "number" ? "rmse" : "share wrong",
    ...(known.length > 0 && { error: of(summed(known)), errorOfMeans: of(summed(beside)) }),
    ...(known.length > 1 && { spread: deviation(known.map(of)) }),
  };
}

interface Filling {
  readonly chosen: Chosen;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** Rows filled by one way, fitted to them. */
async function filledBy(
  name: FillerName,
  set: Dataset,
  variables: readonly Variable[],
  { chosen, seed, signal }: Filling,
): Promise<{ filled: Numbers; model: Coder | undefined; chosen: Chosen }> {
  const { x } = set;
  if (signal?.aborted) throw signal.reason;
  if (name === "columnMeans") {
    const filled = byMeans(x);
    takePossible(filled, x, variables);
    return { filled, model: undefined, chosen };
  }
  const most = mostRows(name);
  const learned = x.rows <= most ? x : takeRows(x, drawn(x.rows, most, seed));
  const { method, training } = fillerOf(name, learned, chosen);
  const { order: _, sequences: __, ...fitted } = set;
  const model = await fit(
    method,
    { ...fitted, x: learned },
    { ...training, seed, scale: "standard", scaleHints: { groups: groupsOf(variables) }, signal },
  );
  const filled = await impute(model, x, { signal });
  takePossible(filled, x, variables);
  return { filled, model, chosen: chosenBy(name, model) };
}
