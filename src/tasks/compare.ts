/**
 * @file Methods side by side: each is fitted at several sizes of its codes and with several seeds on one part of the rows, and judged
 * on the other, beside the means of the columns and principal components of the same size.
 */
import { type Dataset, factsOf, isDataset } from "../data/dataset.js";
import { type Matrix, type MatrixLike, type Numbers, takeRows, toNumbers } from "../data/matrix.js";
import { fitScale, type ScaleKind, type Scaling } from "../data/scale.js";
import { commonScaleOf } from "../methods/default-scale.js";
import { pca } from "../methods/linear/pca.js";
import type { Method } from "../methods/method.js";
import type { Coder } from "../methods/model.js";
import type { Split } from "../metrics/split.js";
import { fit } from "../training/fit.js";
import type { TrainingOptions } from "../training/training-options.js";
import {
  type FigureName,
  type Figures,
  figuresOf,
  figuresOfMeans,
  type Judging,
  type LearnedRows,
  outlierFlags,
  reconstructed,
  rowsFor,
  secondsSince,
  splitOf,
} from "./judging.js";
import { ofModel } from "./quality.js";

/** A method to compare, its size of code among its options. */
export interface Candidate {
  /** Name in tables, such as `autoencoder`, or `autoencoder:hidden=64` for a variant of it. */
  readonly name: string;
  /** The method with its options. */
  readonly method: Method;
  /** Options of training that count for it alone. */
  readonly training?: TrainingOptions | undefined;
}

/** One fit: a candidate, or a baseline, with a seed. */
export interface ComparisonTrial extends Candidate {
  /** Numbers in a code. */
  readonly latentDim: number;
  /** Seed of the method, and of the choice of held-out rows. */
  readonly seed: number;
}

/** A fit that was judged. */
export interface Judged {
  /** Its figures. */
  readonly figures: Figures;
  /** The model; that of the first seed stands in the comparison. */
  readonly model?: Coder | undefined;
  /** Reason why there are no figures about labels, where there are labels. */
  readonly withoutLabels?: string | undefined;
}

/** Options of `compareMethods`. */
export interface CompareOptions {
  /** Share of the rows to judge on, in (0, 1); of methods of sequences the last rows of each. Default 0.25. */
  readonly heldOut?: number | undefined;
  /** Fits of each, an integer ≥ 1: with seeds `seed`, `seed` + 1, … Default 3. */
  readonly seeds?: number | undefined;
  /** Labels, one a row, `""` where one is missing. Default: those of the data set. */
  readonly labels?: readonly string[] | undefined;
  /** First seed. Default 0. */
  readonly seed?: number | undefined;
  /** Scale of all fits. Default: of a data set as `fit` chooses it, else `none`. */
  readonly scale?: ScaleKind | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
  /** Fits in the place of `fit`. @param data the training rows. */
  readonly fit?: ((trial: ComparisonTrial, data: Dataset | LearnedRows) => Promise<Coder>) | undefined;
  /** A fit that was judged before; `undefined` where there is none. */
  readonly known?: ((trial: ComparisonTrial) => Promise<Judged | undefined>) | undefined;
  /** Told of every fit that was judged and was not known. @param of fits in all. */
  readonly onJudged?:
    | ((trial: ComparisonTrial, judged: Judged, of: number) => void | Promise<void>)
    | undefined;
}

/** A method at one size of code, over all seeds. */
export interface ComparisonEntry {
  /** Name of the candidate; `columnMeans` and `pca` of baselines. */
  readonly name: string;
  /** Numbers in a code; 0 of the columns' means. */
  readonly latentDim: number;
  /** The candidate that was given; none of baselines. */
  readonly candidate?: Candidate | undefined;
  /** Means over the seeds. */
  readonly figures: Figures;
  /** Standard deviations over the seeds (divided by n − 1); empty for a single seed. */
  readonly spread: Figures;
  /** Model of the first seed; none of the columns' means. */
  readonly model?: Coder | undefined;
}

/** Methods side by side. */
export interface Comparison {
  /** Best first: by held-out error, and those that reconstruct nothing after the others, by neighbors. */
  readonly entries: readonly ComparisonEntry[];
  /** The seeds. */
  readonly seeds: readonly number[];
  /** Rows of the first seed: those that were learned from, and the others. */
  readonly split: Split;
  /** Scale of all fits, as the training rows of the first seed have it. */
  readonly scaling: Scaling;
  /** Sentences on what has no figures, and why. */
  readonly notes: readonly string[];
}

const COLUMN_MEANS = "columnMeans";

/**
 * Fits every method with every seed on training rows and judges it on held-out ones. The means of the columns and, for every size of
 * code, principal components of that size stand beside them. Gaps are filled by the means of the training rows for methods that
 * want every number; errors are counted on what is there alone.
 * @param data rows `[n, d]`, or a data set with labels. @param candidates at least one.
 * @throws RangeError for data or options that do not fit, before the first fit where that can be told; the reason of the signal.
 */
export async function compareMethods(
  data: MatrixLike | Dataset,
  candidates: readonly Candidate[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const { heldOut: share = 0.25, seeds: count = 3, seed: first = 0 } = options;
  if (!(Number.isSafeInteger(count) && count >= 1))
    throw new RangeError(`compareMethods: seeds must be an integer ≥ 1, got ${count}`);
  if (candidates.length === 0) throw new RangeError("compareMethods: want a method or more, got none");
  const input = isDataset(data) ? data : { x: toNumbers(data, "compareMethods") };
  const { x } = input;
  const methods = candidates.map(({ method }) => method);
  const scale =
    options.scale ?? ("format" in input ? commonScaleOf(methods, factsOf(input)).scale : ("none" as const));
  const labels = options.labels ?? ("labels" in input ? input.labels : undefined);
  if (labels && labels.length !== x.rows)
    throw new RangeError(`compareMethods: ${x.rows} rows but ${labels.length} labels`);
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  const parts = seeds.map((seed) => {
    const split = splitOf(input, methods, share, seed, labels);
    const hints = "format" in input ? { range: input.range, groups: input.groups } : {};
    const scaling = fitScale(takeRows(x, split.train), scale, hints);
    return { input, x, labels, outliers: outlierFlags(labels), split, scaling, seed } satisfies Judging;
  });
  const plan = planOf(candidates, x, parts[0]!.split.train.length);
  const found: Judged[][] = plan.map(() => []);
  const notes = new Set<string>();
  const how: FitHow = { ...options, scale };
  for (const part of parts)
    for (const [i, { trial }] of plan.entries()) {
      if (options.signal?.aborted) throw options.signal.reason;
      const own = { ...trial, seed: part.seed };
      const known = await options.known?.(own);
      const judged = known ?? (await judge(own, part, how));
      if (judged.withoutLabels !== undefined) notes.add(`${trial.name}: ${judged.withoutLabels}`);
      found[i]!.push(part === parts[0] ? judged : { figures: judged.figures });
      if (!known) await options.onJudged?.(own, judged, plan.length * seeds.length);
    }
  const entries: ComparisonEntry[] = plan.map(({ trial: { name, latentDim }, candidate }, i) => ({
    name,
    latentDim,
    candidate,
    ...averaged(found[i]!.map(({ figures }) => figures)),
    model: found[i]![0]!.model,
  }));
  const means = {
    name: COLUMN_MEANS,
    latentDim: 0,
    ...averaged(parts.map((part) => figuresOfMeans(part))),
  };
  return {
    entries: [...entries, means].sort(better),
    seeds,
    split: parts[0]!.split,
    scaling: parts[0]!.scaling,
    notes: [...notes],
  };
}

/** Codes of all rows and reconstructions of held-out ones by a model that was compared. */
export interface Shown {
  readonly name: string;
  readonly model: Coder;
  /** `[n, k]` */
  readonly codes: Matrix;
  /** Held-out rows as the model gives them back; `undefined` for one that only encodes. */
  readonly reconstruction: Numbers | undefined;
}

/** Codes and reconstructions by the model of an entry, of the rows that were compared on. @param name to call it by. */
export async function shownBy(name: string, model: Coder, input: Dataset, split: Split): Promise<Shown> {
  const x = rowsFor(model, input.x, split);
  const codes = await model.encode(ofModel(model, { ...input, x }));
  const reconstruction = model.partNames.includes("reconstruct")
    ? await reconstructed(model, { ...input, x }, split.test)
    : undefined;
  return { name, model, codes, reconstruction };
}

type Planned = { readonly trial: Omit<ComparisonTrial, "seed">; readonly candidate?: Candidate };

/** The candidates, and behind them principal components of each of their sizes that is none of them. */
function planOf(candidates: readonly Candidate[], { cols }: Numbers, rows: number): Planned[] {
  const named = candidates.map((candidate) => {
    const { name, method } = candidate;
    const latentDim = method.codeSize(cols);
    if (latentDim === undefined) throw new RangeError(`compareMethods: ${name} has no codes`);
    method.checkSize?.(rows, cols);
    return { candidate, trial: { ...candidate, latentDim } };
  });
  const sizes = [...new Set(named.map(({ trial }) => trial.latentDim))].filter(
    (size) => size <= Math.min(rows, cols),
  );
  const beside = sizes
    .map((latentDim) => ({ name: "pca", method: pca({ latentDim }) as Method, latentDim }))
    .filter(({ method }) => !candidates.some((own) => sameMethod(own.method, method)));
  return [...named, ...beside.map((trial) => ({ trial }))];
}

const sameMethod = (a: Method, b: Method) =>
  a.name === b.name && JSON.stringify(a.options) === JSON.stringify(b.options);

type FitHow = Pick<CompareOptions, "fit" | "signal"> & { readonly scale: ScaleKind };

async function judge(trial: ComparisonTrial, part: Judging, how: FitHow): Promise<Judged> {
  const { input, split } = part;
  const x = rowsFor(trial.method, part.x, split);
  const learned = {
    ...input,
    x: takeRows(x, split.train),
    ...("trainSequences" in split && { sequences: split.trainSequences }),
  };
  const started = performance.now();
  const model = how.fit
    ? await how.fit(trial, learned)
    : await fit(trial.method as Method<Coder>, isDataset(learned) ? learned : learned.x, {
        ...trial.training,
        seed: trial.seed,
        scale: how.scale,
        signal: how.signal,
      });
  const fitSeconds = secondsSince(started);
  const { figures, ...reason } = await figuresOf(model, x, part);
  return { model, figures: { ...figures, fitSeconds }, ...reason };
}

/** Means of the figures that all have, and their standard deviations. */
function averaged(all: readonly Figures[]): Pick<ComparisonEntry, "figures" | "spread"> {
  const names = (Object.keys(all[0]!) as FigureName[]).filter((name) =>
    all.every((figures) => figures[name] !== undefined),
  );
  const pairs = names.map((name) => {
    const values = all.map((figures) => figures[name]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { name, mean, deviation: Math.sqrt(squares / (values.length - 1)) };
  });
  return {
    figures: Object.fromEntries(pairs.map(({ name, mean }) => [name, mean])),
    spread: all.length > 1 ? Object.fromEntries(pairs.map(({ name, deviation }) => [name, deviation])) : {},
  };
}

function better(a: ComparisonEntry, b: ComparisonEntry): number {
  const [errorA, errorB] = [a.figures.heldOutError, b.figures.heldOutError];
  if (errorA !== undefined && errorB !== undefined) return errorA - errorB;
  if (errorA !== undefined || errorB !== undefined) return errorA === undefined ? 1 : -1;
  const worth = ({ figures }: ComparisonEntry) => figures.knnAccuracy ?? figures.trustworthiness ?? 0;
  return worth(b) - worth(a);
}
