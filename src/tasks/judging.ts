/**
 * @file Figures of models on rows that they have not seen: how a comparison judges, and a search for options.
 */
import type { Dataset } from "../data/dataset.js";
import { type Matrix, type Numbers, takeRows } from "../data/matrix.js";
import { applyScale, type Scaling } from "../data/scale.js";
import type { Method } from "../methods/method.js";
import type { Coder } from "../methods/model.js";
import { rocAuc } from "../metrics/ranking.js";
import { heldOut, heldOutLast, type SequenceSplit, type Split } from "../metrics/split.js";
import { embeddingQuality } from "./embedding-quality.js";
import { filledByMeans } from "./fill.js";
import { labelMetrics } from "./label-metrics.js";
import { labeledRows } from "./labeled.js";
import { columnCenter, ofModel } from "./quality.js";
import { settled } from "./settled.js";

/** Figures that a fit is judged by, as far as its method and the labels allow. */
export interface Figures {
  /** Squared error of a held-out row, on average, in units of the scale: of `standard`, each column in its standard deviations. */
  readonly heldOutError?: number;
  /** 1 − that error as a share of the one of the columns' means: 1 is perfect, 0 no better than the means. */
  readonly explainedVarianceRatio?: number;
  /** Share of held-out rows whose label a linear probe tells from the codes. */
  readonly probeAccuracy?: number;
  /** Share of held-out rows whose label the 5 nearest codes of training rows tell. */
  readonly knnAccuracy?: number;
  /** Share, in [0, 1], to which the 10 nearest codes of a held-out row are near to it in the data. */
  readonly trustworthiness?: number;
  /** Probability that an outlier scores higher than another row, where the labels say which are outliers. */
  readonly outlierAuc?: number;
  /** Time to encode the held-out rows. */
  readonly encodeSeconds?: number;
  /** Size of the model as a file. */
  readonly modelBytes?: number;
  /** Time to fit. */
  readonly fitSeconds?: number;
}

/** Name of a figure. */
export type FigureName = keyof Figures;

/** Training rows that come from no data set. */
export interface LearnedRows {
  /** `[n, d]` */
  readonly x: Numbers;
}

/** Rows as all that judges them needs them. */
export interface Judging {
  readonly input: Dataset | LearnedRows;
  readonly x: Numbers;
  readonly labels: readonly string[] | undefined;
  readonly outliers: readonly boolean[] | undefined;
  readonly split: Split | SequenceSplit;
  readonly scaling: Scaling;
  readonly seed: number;
}

/** Rows to learn from and to judge on: of methods of sequences by time, else drawn, each label by its share. */
export function splitOf(
  { x, ...more }: Dataset | LearnedRows,
  methods: readonly Method[],
  share: number,
  seed: number,
  labels: readonly string[] | undefined,
): Split | SequenceSplit {
  if (methods.some(({ sequential }) => sequential))
    return heldOutLast(("sequences" in more && more.sequences) || [x.rows], share);
  // Rows without a label are a class of their own.
  return heldOut(
    x.rows,
    share,
    seed,
    labels?.map((label) => label || "(none)"),
  );
}

/** Figures of a model, and the reason why there are none about labels, where there are labels. @param x all rows, as it takes them. */
export async function figuresOf(
  model: Coder,
  x: Numbers,
  part: Judging,
): Promise<{ readonly figures: Figures; readonly withoutLabels?: string }> {
  const { input, split, scaling } = part;
  const whole = { ...input, x };
  const codes = await model.encode(ofModel(model, whole));
  const unseen = takeRows(part.x, split.test);
  const told = part.labels && (await settled(() => labelMetrics(codes, part.labels!, split)));
  return {
    figures: {
      ...(model.partNames.includes("reconstruct") &&
        errorFigures(unseen, await reconstructed(model, whole, split.test), part)),
      ...told?.value,
      ...(await trust(takeRows(x, split.test), takeRows(codes, split.test), scaling, part.seed)),
      ...(model.partNames.includes("score") &&
        aucOf(part, await rowsOfAll(model, whole, split.test, (rows) => model.score(rows)))),
      encodeSeconds: await encodeSeconds(model, whole, split.test),
      modelBytes: model.save().byteLength,
    },
    ...(told?.reason !== undefined && { withoutLabels: told.reason }),
  };
}

/** Rows as a method takes them: without gaps, where it wants every number. */
export function rowsFor(
  { acceptsMissing }: Pick<Method, "acceptsMissing">,
  x: Numbers,
  { train }: Split,
): Numbers {
  return acceptsMissing ? x : filledByMeans(x, train);
}

/** Seconds since a time that `performance.now()` told. */
export const secondsSince = (started: number): number => (performance.now() - started) / 1000;

/** The second encoding is timed: the first one compiles. */
async function encodeSeconds(model: Coder, whole: Rows, test: Uint32Array): Promise<number> {
  const rows = model.sequential ? ofModel(model, whole) : takeRows(whole.x, test);
  const started = performance.now();
  await model.encode(rows);
  // A sequence is encoded from its first row on.
  return secondsSince(started) * (model.sequential ? test.length / whole.x.rows : 1);
}

type Rows = Pick<Dataset, "x" | "sequences">;

/** Some rows as a model makes them: of sequences, out of all there are. */
export async function reconstructed(model: Coder, data: Rows, rows: Uint32Array): Promise<Numbers> {
  if (!model.sequential) return model.reconstructWide(takeRows(data.x, rows));
  return takeRows(await model.reconstructWide(ofModel(model, data)), rows);
}

/** Scores of some rows: of sequences, out of all there are. */
async function rowsOfAll(
  model: Coder,
  data: Rows,
  rows: Uint32Array,
  score: (given: ReturnType<typeof ofModel>) => Promise<Float32Array>,
): Promise<Float32Array> {
  if (!model.sequential) return score(takeRows(data.x, rows));
  const all = await score(ofModel(model, data));
  return Float32Array.from(rows, (row) => all[row]!);
}

/** Error of a reconstruction of held-out rows in the units of the scale, over what is there, and as a share of that of the means. */
export function errorFigures(
  x: Numbers,
  xHat: Numbers,
  { x: all, split, scaling }: Pick<Judging, "x" | "split" | "scaling">,
): Required<Pick<Figures, "heldOutError" | "explainedVarianceRatio">> {
  const { factor } = scaling;
  const mean = columnCenter(takeRows(all, split.train));
  let [error, total] = [0, 0];
  for (let i = 0, at = 0; i < x.rows; i++)
    for (let j = 0; j < x.cols; j++, at++) {
      const value = x.data[at]!;
      if (Number.isNaN(value)) continue;
      const unit = factor[j] ?? 1;
      error += ((value - xHat.data[at]!) / unit) ** 2;
      total += ((value - mean[j]!) / unit) ** 2;
    }
  if (Number.isNaN(error))
    throw new RangeError("compareMethods: the reconstruction has numbers that are NaN");
  return { heldOutError: error / x.rows, explainedVarianceRatio: 1 - error / total };
}

async function trust(x: Numbers, codes: Matrix, scaling: Scaling, seed: number): Promise<Figures> {
  const { metrics } = await embeddingQuality(applyScale(x, scaling), codes, undefined, { seed });
  return metrics;
}

function aucOf({ labels, outliers, split }: Judging, scores: ArrayLike<number>): Figures {
  if (!outliers) return {};
  const known = Array.from(split.test.keys()).filter((i) => labels![split.test[i]!] !== "");
  const flags = known.map((i) => outliers[split.test[i]!]!);
  if (!flags.includes(true) || !flags.includes(false)) return {};
  return {
    outlierAuc: rocAuc(
      known.map((i) => scores[i]!),
      flags,
    ),
  };
}

/** The baseline that knows nothing of a row: every one is the mean of the training rows. */
export function figuresOfMeans(part: Judging): Figures {
  const { x, split, scaling } = part;
  const unseen = takeRows(x, split.test);
  const mean = columnCenter(takeRows(x, split.train));
  const xHat = { ...unseen, data: Float64Array.from(unseen.data, (_, at) => mean[at % x.cols]!) };
  const scores = Array.from(split.test, (_, i) => {
    let sum = 0;
    for (let j = 0; j < x.cols; j++) {
      const value = unseen.data[i * x.cols + j]!;
      if (!Number.isNaN(value)) sum += ((value - mean[j]!) / (scaling.factor[j] ?? 1)) ** 2;
    }
    return sum;
  });
  return { ...errorFigures(unseen, xHat, part), ...aucOf(part, scores) };
}

/**
 * Flags of the rows that are outliers, where the labels say so: two words such as 0 and 1, or `no` and `yes`, of which the
 * second is on at most a fifth of the rows that have one. Rows without a label have `false`.
 */
export function outlierFlags(labels: readonly string[] | undefined): readonly boolean[] | undefined {
  const known = labeledRows(labels);
  if (known.length === 0) return undefined;
  const words = Array.from(known, (row) => wordOf(labels![row]!));
  const pair = PAIRS.find(([usual, rare]) => words.every((word) => word === usual || word === rare));
  const rare = words.filter((word) => word === pair?.[1]).length;
  if (!pair || rare === 0 || rare > RARE * words.length) return undefined;
  return labels!.map((label) => wordOf(label) === pair[1]);
}

const PAIRS = [
  ["0", "1"],
  ["no", "yes"],
  ["false", "true"],
  ["n", "o"],
  ["normal", "outlier"],
  ["inlier", "outlier"],
  ["normal", "anomaly"],
];
const RARE = 0.2;

const wordOf = (label: string) =>
  label !== "" && Number.isFinite(Number(label)) ? String(Number(label)) : label.trim().toLowerCase();
