/**
 * @file Few labels after a reduction: d′ principal components of all rows, and a linear classifier learned from the n with labels.
 *
 *   minimum norm:  W = argmin ‖W‖_F among those that minimize ‖Z W − Y‖_F,   Z `[n, d′]`, Y one column a class
 *   probe:         logistic regression with λ = 1
 *
 * Without a penalty the error is worst where d′ = n: there the one W that meets all n labels has to be large, and it falls again
 * beyond, where the smallest of many is taken. Z is centered by all rows and Y by the n, so that there is no intercept that would
 * take a direction, and the peak is at n.
 * Sources: Belkin, Hsu, Ma & Mandal (2019), "Reconciling modern machine-learning practice and the classical bias–variance
 * trade-off", PNAS 116(32); for principal components: Xu & Hsu (2019), "On the number of variables to use in principal component
 * regression", NeurIPS.
 */
import type { MatrixLike } from "../../data/matrix.js";
import { type Matrix, takeColumns, takeRows } from "../../data/matrix.js";
import { dense, toDense } from "../../linalg/dense.js";
import { leastSquares } from "../../linalg/least-squares.js";
import { FLOAT32_EPSILON } from "../../linalg/rounding.js";
import { classify } from "../../metrics/softmax-regression.js";
import { drawLabels, type FewLabelsOptions } from "./draws.js";
import { principalComponents, rawFeatures } from "./features.js";
import { accuracyOf, type LabelAccuracy, probeOn, share } from "./few-labels.js";

/** Options of `fewLabelsByDimension`. */
export interface DimensionOptions extends FewLabelsOptions {
  /**
   * Numbers d′ of principal components, from 1 to min(rows, columns). Default: 1, 2, 5, 10, 20, 50 … as far as there are, and
   * the numbers of labels, where the worst is to be expected.
   */
  dimensions?: readonly number[] | undefined;
}

/** One line of the table of `fewLabelsByDimension`. */
export interface DimensionEntry extends LabelAccuracy {
  /** d′ */
  readonly dimensions: number;
  /** Least squares of `minimumNorm`, or the penalized `probe`. */
  readonly classifier: "minimumNorm" | "probe";
}

/** Accuracies by number of components. */
export interface FewLabelsByDimension {
  /** One entry for each number of labels, d′ and classifier, in this order. */
  readonly entries: readonly DimensionEntry[];
  /** The K different labels. */
  readonly classes: readonly string[];
  /** Seeds of the draws. */
  readonly seeds: readonly number[];
  /** Rows that each draw judges on. */
  readonly judged: number;
}

const WHERE = "fewLabelsByDimension";

/**
 * Accuracies of a linear classifier that is learned from n labels, on d′ principal components of all rows: reduce on all, learn
 * on the few. Rows and labels are drawn as by `fewLabels`.
 *
 *   W = argmin ‖W‖_F among those that minimize ‖Z W − Y‖_F;   and logistic regression with λ = 1
 *
 * Without a penalty it is worst at d′ = n. Sources: Belkin, Hsu, Ma & Mandal (2019), PNAS 116(32); Xu & Hsu (2019), NeurIPS.
 * @param x rows `[n, d]`, in units in which columns may be compared; a missing number counts as the mean of its column.
 * @param labels one a row, `""` where it is missing.
 * @throws RangeError for options out of range, fewer labels than classes, more than there are, or fewer than two classes; the
 *   reason of the signal.
 */
export async function fewLabelsByDimension(
  x: MatrixLike,
  labels: readonly string[],
  options: DimensionOptions = {},
): Promise<FewLabelsByDimension> {
  const { onProgress, signal } = options;
  const raw = rawFeatures(WHERE, x, undefined);
  const { draws, labeled, classes } = drawLabels(WHERE, raw.rows, labels, options);
  const dimensions = checkedDimensions(options.dimensions, raw, labeled);
  const components = await principalComponents(raw, Math.max(...dimensions), signal);
  const found = new Map<string, number[]>();
  const add = (key: string, accuracy: number) => found.set(key, [...(found.get(key) ?? []), accuracy]);
  const total = dimensions.length * draws.length * labeled.length;
  let done = 0;
  for (const size of dimensions) {
    const z = takeColumns(
      components,
      Array.from({ length: size }, (_, j) => j),
    );
    const probe = probeOn(z, labels, classes);
    for (const { learned: all, judged } of draws) {
      for (const count of labeled) {
        signal?.throwIfAborted();
        const learned = all.subarray(0, count);
        add(`${count} ${size} minimumNorm`, await minimumNorm(z, labels, classes, learned, judged));
        add(`${count} ${size} probe`, await probe(learned, judged));
        onProgress?.({ fraction: ++done / total });
      }
    }
  }
  const entries = labeled.flatMap((count) =>
    dimensions.flatMap((size) =>
      (["minimumNorm", "probe"] as const).map((classifier) => ({
        dimensions: size,
        classifier,
        ...accuracyOf(count, found.get(`${count} ${size} ${classifier}`)!),
      })),
    ),
  );
  return { entries, classes, seeds: draws.map(({ seed }) => seed), judged: draws[0]!.judged.length };
}

function checkedDimensions(
  given: readonly number[] | undefined,
  { rows, cols }: Matrix,
  labeled: readonly number[],
): readonly number[] {
  const most = Math.min(rows, cols);
  const sorted = (sizes: readonly number[]) => [...new Set(sizes)].sort((a, b) => a - b);
  if (given === undefined) {
    const usual = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, ...labeled];
    return sorted(usual.filter((size) => size <= most));
  }
  if (given.length === 0) throw new RangeError(`${WHERE}: dimensions must have a number, got none`);
  const bad = given.find((size) => !(Number.isSafeInteger(size) && size >= 1 && size <= most));
  if (bad !== undefined)
    throw new RangeError(
      `${WHERE}: dimensions must be integers from 1 to ${most}, the smaller of ${rows} rows and ${cols} columns, got ${bad}`,
    );
  return sorted(given);
}

/** Accuracy on rows `judged` of the least-squares classifier of smallest norm that rows `learned` tell. */
export async function minimumNorm(
  z: Matrix,
  labels: readonly string[],
  classes: readonly string[],
  learned: Uint32Array,
  judged: Uint32Array,
): Promise<number> {
  const [n, k] = [learned.length, classes.length];
  const bias = new Float64Array(k);
  for (const row of learned) bias[classes.indexOf(labels[row]!)]! += 1 / n;
  const targets = dense(n, k);
  learned.forEach((row, i) => {
    for (let c = 0; c < k; c++) targets.data[i * k + c] = Number(labels[row] === classes[c]) - bias[c]!;
  });
  // Components are float32: a direction that the n rows do not have is there all the same, as its rounding.
  const rcond = Math.min(n, z.cols) * FLOAT32_EPSILON;
  const { data } = await leastSquares(toDense(takeRows(z, learned)), targets, { rcond });
  const weights = Float64Array.from(
    { length: k * z.cols },
    (_, at) => data[(at % z.cols) * k + Math.floor(at / z.cols)]!,
  );
  const units = { offset: new Array<number>(z.cols).fill(0), factor: new Array<number>(z.cols).fill(1) };
  const predicted = classify({ weights, bias, units }, takeRows(z, judged));
  return share(judged, (row, i) => classes[predicted[i]!] === labels[row]);
}
