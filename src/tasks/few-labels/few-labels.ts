/**
 * @file Learning from a few labels on codes that were learned without: a linear probe, nearest neighbors and fine-tuning, with
 * the raw numbers and as many principal components beside, over draws of the labels.
 *
 * The probe is logistic regression with λ = 1 on features centered and divided by one common factor, both from all rows. To
 * standardize every column instead would cost the baselines dearly: by the spread in ten labeled rows, or of components that
 * hardly vary, noise is blown up.
 */
import type { RowsLike } from "../../data/dataset.js";
import { givenRows, inPlaces } from "../../data/given-rows.js";
import { type MatrixLike, takeRows } from "../../data/matrix.js";
import type { Encoder } from "../../methods/model.js";
import { type ConfidenceInterval, confidenceInterval } from "../../metrics/confidence-interval.js";
import { neighborsAccuracy } from "../../metrics/neighbors-accuracy.js";
import { classify, commonUnits, fitSoftmaxRegression } from "../../metrics/softmax-regression.js";
import { insideOf } from "../../training/fitted.js";
import type { TrainingOptions } from "../../training/training-options.js";
import { fineTune, trainableParameters } from "../fine-tune.js";
import { settled } from "../settled.js";
import { type Draw, drawLabels, type FewLabelsOptions } from "./draws.js";
import { type FeatureName, type Features, featuresOf, isModel } from "./features.js";

/** Way to learn from labels: a linear `probe`, nearest `neighbors`, or `fineTuning` of the model. */
export type Learner = "probe" | "neighbors" | "fineTuning";

/** Options of `fewLabels`. */
export interface LearningOptions extends FewLabelsOptions {
  /** Neighbors that vote, an integer ≥ 1; where there are fewer labels, all. Default 5. */
  nNeighbors?: number | undefined;
  /** Options of training for fine-tuning; defaults as of `fineTune`. */
  training?: Omit<TrainingOptions, "patience"> | undefined;
}

/** Accuracy with so many labels, its mean and the half width of its 95 % interval. */
export interface LabelAccuracy extends ConfidenceInterval {
  /** Labels that were learned from. */
  readonly labeled: number;
  /** Share of the judged rows whose label is predicted, in [0, 1], of each draw. */
  readonly accuracies: readonly number[];
}

/** One line of the table of `fewLabels`. */
export interface FewLabelsEntry extends LabelAccuracy {
  /** Features that the labels were learned on. */
  readonly features: FeatureName;
  /** Way in which they were learned. */
  readonly learner: Learner;
}

/** Accuracies by features, way to learn and number of labels. */
export interface FewLabels {
  /** One entry for all that was learned on, each way to learn and each number of labels, in this order. */
  readonly entries: readonly FewLabelsEntry[];
  /** The K different labels. */
  readonly classes: readonly string[];
  /** Seeds of the draws. */
  readonly seeds: readonly number[];
  /** Rows that each draw judges on. */
  readonly judged: number;
  /** Numbers in a row of each. */
  readonly sizes: Readonly<Record<FeatureName, number>>;
}

const PROBE = { l2: 1, maxIter: 500, tol: 1e-5 };
const NEIGHBORS = 5;
const WHERE = "fewLabels";

/**
 * Accuracies with which n labels, for several n, tell the classes of rows that were held out: on the codes of a model that was
 * fitted without labels, on the raw numbers, and on as many principal components of all rows; by a linear probe, by the vote of
 * the nearest neighbors, and, of a model that gradients train, by fine-tuning it.
 *
 * Every draw holds out a share of the labeled rows, by class, and gives the labels of n of the others: one of every class, the
 * rest by the classes' shares. All rows, with a label and without, have their part in the principal components.
 * @param model a fitted model, or the codes `[n, k]` of the rows.
 * @param x rows `[n, d]`: raw numbers are these in the units that the model was fitted in; beside codes, as they are given.
 * @param labels one a row, `""` where it is missing.
 * @throws RangeError for options out of range, fewer labels than classes, more than there are, or fewer than two classes; the
 *   reason of the signal.
 */
export async function fewLabels(
  model: Encoder | MatrixLike,
  x: RowsLike,
  labels: readonly string[],
  options: LearningOptions = {},
): Promise<FewLabels> {
  const { nNeighbors = NEIGHBORS, training, onProgress, signal } = options;
  if (!(Number.isSafeInteger(nNeighbors) && nNeighbors >= 1))
    throw new RangeError(`${WHERE}: nNeighbors must be an integer ≥ 1, got ${nNeighbors}`);
  const { draws, labeled, classes } = drawLabels(WHERE, labels.length, labels, options);
  const features = await featuresOf(WHERE, model, x, signal);
  if (features[0]!.x.rows !== labels.length)
    throw new RangeError(`${WHERE}: ${features[0]!.x.rows} rows, but ${labels.length} labels`);

  const learners = features.flatMap((one) => learnersOn(one, labels, classes, nNeighbors));
  if (isModel(model) && (await tunes(model)))
    learners.splice(2, 0, fineTuning(model, x, labels, { training, signal }));
  const found = learners.map(() => labeled.map(() => [] as number[]));
  const total = draws.length * labeled.length * learners.length;
  let done = 0;
  for (const draw of draws) {
    for (const [i, count] of labeled.entries()) {
      const learned = draw.learned.subarray(0, count);
      for (const [l, { accuracy }] of learners.entries()) {
        signal?.throwIfAborted();
        found[l]![i]!.push(await accuracy(learned, draw));
        onProgress?.({ fraction: ++done / total });
      }
    }
  }
  const entries = learners.flatMap(({ features: name, learner }, l) =>
    labeled.map((count, i) => ({ features: name, learner, ...accuracyOf(count, found[l]![i]!) })),
  );
  const sizes = Object.fromEntries(features.map(({ name, x: { cols } }) => [name, cols]));
  return {
    entries,
    classes,
    seeds: draws.map(({ seed }) => seed),
    judged: draws[0]!.judged.length,
    sizes: sizes as Record<FeatureName, number>,
  };
}

/** Mean and interval of accuracies. */
export function accuracyOf(labeled: number, accuracies: readonly number[]): LabelAccuracy {
  return { labeled, accuracies, ...confidenceInterval(accuracies) };
}

/** A way to learn, on features. */
interface Learning {
  readonly features: FeatureName;
  readonly learner: Learner;
  /** Accuracy on the rows that the draw judges, learned from the labels of some of its others. */
  accuracy(learned: Uint32Array, draw: Draw): Promise<number>;
}

/** The ways to learn that want features alone. */
export function learnersOn(
  { name, x }: Features,
  labels: readonly string[],
  classes: readonly string[],
  nNeighbors: number,
): Learning[] {
  const probe = probeOn(x, labels, classes);
  const of = (rows: Uint32Array) => Array.from(rows, (row) => labels[row]!);
  return [
    { features: name, learner: "probe", accuracy: (learned, { judged }) => probe(learned, judged) },
    {
      features: name,
      learner: "neighbors",
      accuracy: (learned, { judged }) =>
        neighborsAccuracy(takeRows(x, learned), of(learned), takeRows(x, judged), of(judged), {
          nNeighbors: Math.min(nNeighbors, learned.length),
        }),
    },
  ];
}

/** The linear probe that is described above: accuracies on rows `judged` of what rows `learned` tell. */
export function probeOn(
  x: Features["x"],
  labels: readonly string[],
  classes: readonly string[],
): (learned: Uint32Array, judged: Uint32Array) => Promise<number> {
  const units = commonUnits(x);
  const classOf = (row: number) => classes.indexOf(labels[row]!);
  return async (learned, judged) => {
    const rows = {
      x: takeRows(x, learned),
      classes: Int32Array.from(learned, classOf),
      classCount: classes.length,
    };
    const predicted = classify(await fitSoftmaxRegression(rows, units, PROBE), takeRows(x, judged));
    return share(judged, (row, i) => predicted[i] === classOf(row));
  };
}

/** Share of rows of which something holds. */
export function share(rows: Uint32Array, holds: (row: number, i: number) => boolean): number {
  return rows.reduce((sum, row, i) => sum + Number(holds(row, i)), 0) / rows.length;
}

/** True of a model that gradients train, and whose codes they can. */
async function tunes(model: Encoder): Promise<boolean> {
  const { method, record } = insideOf(model, WHERE);
  if (method.fitting.kind !== "trained") return false;
  const { value } = await settled(async () => trainableParameters(method, record.parameters, model.inputDim));
  return value !== undefined;
}

function fineTuning(
  model: Encoder,
  given: RowsLike,
  labels: readonly string[],
  { training, signal }: Pick<LearningOptions, "training" | "signal">,
): Learning {
  const { x, order } = givenRows(given, model, WHERE);
  const all = { ...x, data: inPlaces(x.data, order) };
  return {
    features: "codes",
    learner: "fineTuning",
    async accuracy(learned, { judged, seed }) {
      const of = Array.from(learned, (row) => labels[row]!);
      const classifier = await fineTune(model, takeRows(all, learned), of, { ...training, seed, signal });
      const predicted = await classifier.predict(takeRows(all, judged));
      return share(judged, (row, i) => predicted[i] === labels[row]);
    },
  };
}
