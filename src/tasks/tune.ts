/**
 * @file Options of a method tried on data by successive halving: many are trained a little, the better third of them three times as
 * long, until the best has had it all. What is counted is the error of reconstructing held-out rows.
 *
 * Source: Jamieson & Talwalkar (2016), "Non-stochastic best arm identification and hyperparameter optimization", AISTATS.
 */
import { type Dataset, factsOf, isDataset } from "../data/dataset.js";
import { type MatrixLike, takeRows, toNumbers } from "../data/matrix.js";
import { fitScale, type ScaleKind } from "../data/scale.js";
import { defaultScaleOf } from "../methods/default-scale.js";
import { partNames } from "../methods/method.js";
import type { MethodEntry } from "../methods/method-entry.js";
import type { Coder, Epoch } from "../methods/model.js";
import { random } from "../random.js";
import { DivergedError } from "../training/errors.js";
import { fit } from "../training/fit.js";
import type { TrainingOptions } from "../training/training-options.js";
import { startTraining } from "../training/training-session.js";
import { errorFigures, type LearnedRows, reconstructed, rowsFor, splitOf } from "./judging.js";
import { choicesOf, type Drawn, isUnfit, searchSpace } from "./search-space.js";

/** Options of `tune`. */
export interface TuneOptions {
  /** Choices of options that are tried, the first of them the method's own defaults: an integer ≥ 1. Default 27. */
  readonly trials?: number | undefined;
  /** Begins no further fit after so many minutes. Default: none is left out. */
  readonly minutes?: number | undefined;
  /** Share of the rows to count errors on, in (0, 1); of methods of sequences the last rows of each. Default 0.25. */
  readonly heldOut?: number | undefined;
  /** Labels, one a row, each of which is held out by its share. Default: those of the data set. */
  readonly labels?: readonly string[] | undefined;
  /** Seed of what is tried, of all fits and of the choice of held-out rows. Default 0. */
  readonly seed?: number | undefined;
  /** Scale of all fits. Default: of a data set as `fit` chooses it for the defaults, else `none`. */
  readonly scale?: ScaleKind | undefined;
  /** Options of training that stay as they are; `epochs` are those of a trial that is taken to the end. */
  readonly training?: TrainingOptions | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
  /** Error of a trial after a budget that was found before. */
  readonly known?: ((trial: number, budget: number) => number | undefined) | undefined;
  /** Told of every error that was found and was not known. */
  readonly onTried?: ((tried: Tried) => void | Promise<void>) | undefined;
}

/** Options that were tried, and how well they did. */
export interface TunedTrial {
  /** From 0, which has the method's defaults. */
  readonly trial: number;
  /** Options that were drawn for it, by name; none of the first. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Learning rate that was drawn for it, of methods that are trained. */
  readonly learningRate?: number | undefined;
  /** Epochs it was trained, or of methods that are solved rows it was fitted to. */
  readonly budget: number;
  /** Squared error of a held-out row, on average, in units of the scale; infinite where the fit came to nothing. */
  readonly error: number;
  /** History of its training; empty where its errors were known. */
  readonly history: readonly Epoch[];
}

/** One error that was found. */
export interface Tried extends TunedTrial {
  /** Time it took. */
  readonly seconds: number;
  /** Errors that were found so far, known ones included. */
  readonly done: number;
  /** Errors that there will be in all. */
  readonly of: number;
}

/** Options that were tried, best first. */
export interface Tuned {
  /** Best first: those with the largest budget, by their errors; then those that were dropped before. */
  readonly trials: readonly TunedTrial[];
  /** Budgets of the rounds, ascending. */
  readonly budgets: readonly number[];
  /** Unit of the budgets: rows of methods that are solved. */
  readonly unit: "epochs" | "rows";
  /** False if the time was over before the last round was. */
  readonly complete: boolean;
  /** Names of the options that were varied, `learningRate` among them. */
  readonly varied: readonly string[];
  /** Scale of all fits. */
  readonly scale: ScaleKind;
}

/** Trials that go on into the next round: one of so many. */
const REDUCTION = 3;
const TRIALS = 27;
/** Fewer rows than this tell little of a method that is solved. */
const FEW_ROWS = 100;
/**
 * Tries options of a method on held-out rows: those of its option table that are numbers, switches, words or widths of layers and are not
 * given, and the learning rate. The same seed tries the same.
 * @param entry the method. @param given options that stay as they are, among them those that it wants.
 * @param data rows `[n, d]`, or a data set.
 * @throws RangeError for a method that reconstructs nothing or has nothing to try, or data that does not fit; the reason of the signal.
 */
export async function tune(
  entry: MethodEntry,
  given: Readonly<Record<string, unknown>>,
  data: MatrixLike | Dataset,
  options: TuneOptions = {},
): Promise<Tuned> {
  const { trials: count = TRIALS, minutes, seed = 0, training = {}, signal } = options;
  if (!(Number.isSafeInteger(count) && count >= 1))
    throw new RangeError(`tune: trials must be an integer ≥ 1, got ${count}`);
  const input = isDataset(data) ? data : { x: toNumbers(data, "tune") };
  const { x } = input;
  const usual = entry.create(given);
  if (!partNames(usual, x.cols).includes("reconstruct"))
    throw new RangeError(`tune: ${entry.name} reconstructs nothing, so that there is no error to choose by`);
  const trained = usual.fitting.kind === "trained" ? usual.fitting : undefined;
  const space = searchSpace(entry, given);
  const rate = trained && training.learningRate === undefined ? trained.defaults.learningRate : undefined;
  const varied = [...space.map(([name]) => name), ...(rate === undefined ? [] : ["learningRate"])];
  if (varied.length === 0) throw new RangeError(`tune: ${entry.name} has no option left to try`);
  const labels = options.labels ?? ("labels" in input ? input.labels : undefined);
  const split = splitOf(input, [usual], options.heldOut ?? 0.25, seed, labels);
  usual.checkSize?.(split.train.length, x.cols);
  const isData = "format" in input;
  const scale = options.scale ?? (isData ? defaultScaleOf(usual, factsOf(input)).scale : ("none" as const));
  const hints = isData ? { range: input.range, groups: input.groups } : {};
  const learned = takeRows(x, split.train);
  const scaling = fitScale(learned, scale, hints);
  const filled = rowsFor(usual, x, split);
  const unseen = takeRows(x, split.test);

  const whole = trained ? (training.epochs ?? trained.defaults.epochs) : learned.rows;
  const least = trained ? 1 : usual.sequential ? whole : Math.min(whole, Math.max(FEW_ROWS, 2 * x.cols));
  const choices = choicesOf(entry, given, space, rate, { count, stream: random(seed) });
  const budgets = budgetsOf(choices.length, whole, least);
  const counts = countsOf(choices.length, budgets.length);
  const of = counts.reduce((sum, one) => sum + one, 0);

  const own: Dataset | LearnedRows = {
    ...input,
    x: takeRows(filled, split.train),
    ...("trainSequences" in split && { sequences: split.trainSequences }),
  };
  const common = { ...training, seed, scale, signal };
  const checkpoints = new Map<number, Uint8Array>();
  const histories = new Map<number, readonly Epoch[]>();

  /** The model of a trial after a budget. */
  async function fitted({ method, learningRate }: Drawn, trial: number, budget: number): Promise<Coder> {
    const rows = isDataset(own) ? own : own.x;
    if (!trained) {
      const some =
        budget === whole ? undefined : random(seed).fork("rows").permutation(whole).subarray(0, budget);
      const part = some ? { ...own, x: takeRows(own.x, some.sort()) } : own;
      return fit(method, isDataset(part) ? part : part.x, { seed, scale, signal });
    }
    // One that is dropped needs no memory, and one that goes on does so from where it was.
    const session = await startTraining(method, rows, {
      ...common,
      epochs: whole,
      learningRate: learningRate ?? training.learningRate,
      resume: checkpoints.get(trial),
    });
    try {
      const left = budget * session.stepsPerEpoch - session.stepsTaken;
      if (left > 0) await session.step(left);
      checkpoints.set(trial, session.checkpoint());
      histories.set(trial, session.history);
      return await session.model();
    } finally {
      await session.release();
    }
  }

  async function errorOf(choice: Drawn, trial: number, budget: number): Promise<number> {
    try {
      const model = await fitted(choice, trial, budget);
      const xHat = await reconstructed(model, { ...input, x: filled }, split.test);
      return errorFigures(unseen, xHat, { x, split, scaling }).heldOutError;
    } catch (error) {
      // Options that lead nowhere with this data, such as an output in [0, 1] for numbers that are not, are a result as well.
      if (trial > 0 && (error instanceof DivergedError || isUnfit(error))) return Number.POSITIVE_INFINITY;
      throw error;
    }
  }

  const deadline = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + 60_000 * minutes;
  let alive = choices.map((choice, trial) => ({ trial, choice }));
  const found = new Map<number, TunedTrial>();
  let [done, complete] = [0, true];
  for (const [round, budget] of budgets.entries()) {
    const errors = new Map<number, number>();
    const reached = new Map<number, TunedTrial>();
    for (const { trial, choice } of alive) {
      if (signal?.aborted) throw signal.reason;
      const known = options.known?.(trial, budget);
      // The first is always tried, so that there is a result.
      if (known === undefined && performance.now() > deadline && found.size + reached.size > 0) {
        complete = false;
        continue;
      }
      const started = performance.now();
      const error = known ?? (await errorOf(choice, trial, budget));
      errors.set(trial, error);
      const { options: chosen, learningRate } = choice;
      const history = histories.get(trial) ?? [];
      const tried = { trial, options: chosen, learningRate, budget, error, history };
      reached.set(trial, tried);
      const seconds = (performance.now() - started) / 1000;
      done++;
      if (known === undefined) await options.onTried?.({ ...tried, seconds, done, of });
    }
    // Nobody knows who is best in a round that was not ended.
    if (complete || round === 0) for (const [trial, tried] of reached) found.set(trial, tried);
    if (!complete) break;
    // The defaults go on whatever they are worth, so that there is something to hold the best against.
    const [usually, others] = [alive.slice(0, 1), alive.slice(1)];
    others.sort((a, b) => errors.get(a.trial)! - errors.get(b.trial)! || a.trial - b.trial);
    alive = [...usually, ...others].slice(0, counts[round + 1] ?? 0);
    for (const trial of checkpoints.keys())
      if (!alive.some((one) => one.trial === trial)) checkpoints.delete(trial);
  }
  const trials = [...found.values()].sort(
    (a, b) => b.budget - a.budget || a.error - b.error || a.trial - b.trial,
  );
  return { trials, budgets, unit: trained ? "epochs" : "rows", complete, varied, scale };
}

/** Budgets of the rounds, each three times the one before and none twice: as many as the trials allow. */
export function budgetsOf(trials: number, whole: number, least: number): number[] {
  const budgets = [whole];
  for (let left = trials; left >= REDUCTION && budgets[0]! > least; left = Math.floor(left / REDUCTION)) {
    const next = Math.max(least, Math.round(budgets[0]! / REDUCTION));
    if (next === budgets[0]) break;
    budgets.unshift(next);
  }
  return budgets;
}

/** Trials in each of so many rounds: a third of those before, two at least, of which one has the defaults. */
export function countsOf(trials: number, rounds: number): number[] {
  const counts = [trials];
  while (counts.length < rounds)
    counts.push(Math.min(trials, Math.max(2, Math.floor(counts.at(-1)! / REDUCTION))));
  return counts;
}
