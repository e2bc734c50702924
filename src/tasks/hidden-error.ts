/**
 * @file Error of filling what is missing, measured on numbers that are there: some are hidden, the method is fitted to what
 * is left, and fills them. A model that has seen them in its fit would tell how well it remembers, not how well it fills.
 */
import { hideEntries } from "../data/corrupt.js";
import { type MatrixLike, type Numbers, row, takeRows, toNumbers } from "../data/matrix.js";
import { fitScale, type ScaleHints, type ScaleKind, type Scaling } from "../data/scale.js";
import { checkSequences, type Sequences } from "../data/sequences.js";
import { type Method, partNames } from "../methods/method.js";
import type { Coder } from "../methods/model.js";
import { heldOutLast } from "../metrics/split.js";
import { random } from "../random.js";
import { fit } from "../training/fit.js";
import type { FitOptions } from "../training/fit-options.js";
import type { TrainingOptions } from "../training/training-options.js";
import { impute } from "./impute.js";

/** Measurement for `hiddenError` to make. */
export interface HiddenErrorOptions {
  /** The method that is fitted anew; its models must reconstruct rows. */
  method: Method<Coder>;
  /** Rows `[n, d]`; NaN is missing. */
  x: MatrixLike;
  /** Lengths of the sequences that rows are moments of, for methods of sequences. Default: one sequence. */
  sequences?: Sequences | undefined;
  /** Probability of a number that is there to be hidden, in (0, 1). */
  probability: number;
  /** Whole number in [0, 2⁵³): chooses what is hidden, and is the seed of the fits. Default 0. */
  seed?: number | undefined;
  /** Scaling of the columns in the fits. Default `none`. */
  scale?: ScaleKind | undefined;
  /** For `scale`. */
  scaleHints?: ScaleHints | undefined;
  /** Options of training, for methods that are trained. */
  training?: Omit<TrainingOptions, "patience"> | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
}

/** Errors of hidden numbers, in standard deviations of their columns, so that columns of unlike units count alike. */
export interface HiddenError {
  /** Root mean square error of what the method fills. */
  readonly rmse: number;
  /** That of the means of the columns, of the rows fitted to, in its place. */
  readonly rmseOfMeans: number;
  /** Numbers that were hidden and filled. */
  readonly hidden: number;
}

/** For methods that want complete rows. */
const FOLDS = 5;
/** So many hidden numbers tell the error to a few percent; no further fold is fitted then. */
const ENOUGH_HIDDEN = 1000;

/**
 * Error of filling missing numbers by a method, measured on numbers that are hidden from its fit.
 *
 * A method that takes missing values is fitted once, to all rows without the hidden numbers. One that wants complete rows is
 * fitted to the complete rows of four fifths, and fills what is hidden of the last fifth; then the next fifth's turn comes,
 * until a thousand hidden numbers are filled, or all. One of sequences that wants complete rows is fitted to the first four
 * fifths of each, which must be complete, and fills what is hidden of the last fifth.
 * @throws RangeError for options out of range; where nothing is hidden, or all of a column; for a method that reconstructs
 *   nothing, or finds no two complete rows where it wants them; as `fit` and `impute`. The reason of the signal.
 */
export async function hiddenError({
  method,
  x: given,
  sequences: told,
  probability,
  seed = 0,
  scale,
  scaleHints,
  training,
  signal,
}: HiddenErrorOptions): Promise<HiddenError> {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`hiddenError: probability must be a number in (0, 1), got ${probability}`);
  const x = toNumbers(given, "hiddenError");
  if (!partNames(method, x.cols).includes("reconstruct"))
    throw new RangeError(`hiddenError: ${method.name} reconstructs nothing, so that it fills nothing`);
  // Gaps that `hideEntries` made with the same seed are not to say which numbers are hidden.
  const drawn = random(seed).fork("hidden error").bits();
  const { x: holed, mask } = hideEntries(x, { probability, seed: drawn });
  refuseHidden(x, holed, probability);
  const units = fitScale(x, "standard");
  const options: FitOptions = { ...training, scale, scaleHints, seed, signal };
  const errors = { model: 0, means: 0, hidden: 0 };
  const sequences = checkSequences(told ?? [x.rows], x.rows, "hiddenError");
  const rounds = method.sequential ? splitSequences(method, x, sequences) : splits(method, x, mask, seed);
  for (const { fitted, filled, lengths } of rounds) {
    // Complete rows of other folds have nothing hidden.
    const source = method.acceptsMissing ? holed : x;
    const model = await fit(method, takeRows(source, fitted), {
      ...options,
      ...(lengths && { sequences: lengths.fitted }),
    });
    const parts = takeRows(holed, filled);
    const done = await impute(model, lengths ? { x: parts, sequences: lengths.filled } : parts, { signal });
    const { means } = model.columnMoments!;
    filled.forEach((i, at) => {
      addErrors(errors, row(x, i), mask.subarray(i * x.cols, (i + 1) * x.cols), row(done, at), means, units);
    });
    if (errors.hidden >= ENOUGH_HIDDEN) break;
  }
  const root = (squares: number) => Math.sqrt(squares / errors.hidden);
  return { rmse: root(errors.model), rmseOfMeans: root(errors.means), hidden: errors.hidden };
}

/** Rows to fit to, and rows to fill; of sequences with their lengths. */
interface Round {
  readonly fitted: readonly number[];
  readonly filled: readonly number[];
  readonly lengths?: { readonly fitted: Sequences; readonly filled: Sequences };
}

/** The one round of a method of sequences, whose rows are not taken out of them. */
function splitSequences({ name, acceptsMissing }: Method<Coder>, x: Numbers, sequences: Sequences): Round[] {
  if (acceptsMissing) {
    const all = Array.from({ length: x.rows }, (_, i) => i);
    return [{ fitted: all, filled: all, lengths: { fitted: sequences, filled: sequences } }];
  }
  const { train, test, trainSequences, testSequences } = heldOutLast(sequences, 1 / FOLDS);
  const bad = train.find((i) => row(x, i).some(Number.isNaN));
  if (bad !== undefined)
    throw new RangeError(
      `hiddenError: ${name} wants complete rows to be fitted to, and row ${bad} has missing numbers`,
    );
  return [
    { fitted: [...train], filled: [...test], lengths: { fitted: trainSequences, filled: testSequences } },
  ];
}

/** Rows to fit to, without what is hidden of them, and rows to fill. */
function* splits(
  { name, acceptsMissing }: Method<Coder>,
  x: Numbers,
  mask: Uint8Array,
  seed: number,
): Generator<Round> {
  const all = Array.from({ length: x.rows }, (_, i) => i);
  const touched = all.filter((i) => mask.subarray(i * x.cols, (i + 1) * x.cols).includes(1));
  if (acceptsMissing) {
    yield { fitted: all, filled: touched };
    return;
  }
  const complete = new Set(all.filter((i) => !row(x, i).some(Number.isNaN)));
  if (complete.size < 2)
    throw new RangeError(
      `hiddenError: ${name} wants complete rows to be fitted to, and ${complete.size} of the ${x.rows} rows are`,
    );
  const folds = Math.min(FOLDS, complete.size);
  const order = random(seed).fork("folds").permutation(x.rows);
  // Dealt apart, so that every fold has its share of the complete rows.
  const dealt = [...order].sort((a, b) => Number(complete.has(b)) - Number(complete.has(a)));
  const foldOf = new Uint8Array(x.rows);
  dealt.forEach((i, at) => {
    foldOf[i] = at % folds;
  });
  for (let fold = 0; fold < folds; fold++) {
    const filled = touched.filter((i) => foldOf[i] === fold);
    if (filled.length > 0) yield { fitted: [...complete].filter((i) => foldOf[i] !== fold), filled };
  }
}

interface Errors {
  model: number;
  means: number;
  hidden: number;
}

/** Adds the squared errors of one row, in units of deviations. */
function addErrors(
  errors: Errors,
  truth: ArrayLike<number>,
  mask: Uint8Array,
  filled: ArrayLike<number>,
  means: ArrayLike<number>,
  { factor }: Scaling,
): void {
  for (let j = 0; j < truth.length; j++) {
    if (!mask[j]) continue;
    errors.model += ((truth[j]! - filled[j]!) / factor[j]!) ** 2;
    errors.means += ((truth[j]! - means[j]!) / factor[j]!) ** 2;
    errors.hidden++;
  }
}

/** @throws RangeError where nothing was hidden, or all that was known of a column. */
function refuseHidden(x: Numbers, holed: Numbers, probability: number): void {
  const count = (data: Numbers["data"], j: number) => {
    let known = 0;
    for (let at = j; at < data.length; at += x.cols) known += Number(!Number.isNaN(data[at]!));
    return known;
  };
  let hidden = 0;
  for (let j = 0; j < x.cols; j++) {
    const [before, after] = [count(x.data, j), count(holed.data, j)];
    hidden += before - after;
    if (before > 0 && after === 0)
      throw new RangeError(
        `hiddenError: probability ${probability} hides all ${before} numbers of column ${j}`,
      );
  }
  if (hidden === 0)
    throw new RangeError(
      `hiddenError: probability ${probability} hides none of ${x.rows} × ${x.cols} numbers`,
    );
}
