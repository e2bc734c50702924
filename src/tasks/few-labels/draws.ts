/**
 * @file Draws of a few labels: some rows are held out to judge on, and of the others the first n in an order give their labels.
 *
 * The order gives every class one label, the largest class first, and then goes by the shares of the classes: the next label is
 * of the class with the most rows for 2q + 1, where q is what it has (Webster; Sainte-Laguë). So more labels are always the same
 * ones and some more, and what is learned of them can be compared row by row.
 */
import { classesOf } from "../../metrics/classes.js";
import { heldOut } from "../../metrics/split.js";
import { random } from "../../random.js";
import { labeledRows } from "../labeled.js";

/** Options of every judgment by a few labels. */
export interface FewLabelsOptions {
  /**
   * Numbers of labels to learn from, each at least the number of classes. Default: those of 10, 50, 100 and 500 that the data
   * allows, or else all.
   */
  labeled?: readonly number[] | undefined;
  /** Draws of labels and of rows to judge on, ≥ 1; from two on there is an interval. Default 5. */
  seeds?: number | undefined;
  /** Seed of the first draw, a whole number in [0, 2⁵³); the next has the next. Default 0. */
  seed?: number | undefined;
  /** Share of the rows with a label, in (0, 1), that is judged on, drawn anew in every draw. Default 0.25. */
  heldOut?: number | undefined;
  /** Told of how far it is. */
  onProgress?: ((progress: { readonly fraction: number }) => void) | undefined;
  /** Stops it with its reason. */
  signal?: AbortSignal | undefined;
}

/** Rows of one draw, by number. */
export interface Draw {
  readonly seed: number;
  /** The first n of them are the rows whose labels are learned from. */
  readonly learned: Uint32Array;
  /** Rows to judge on. */
  readonly judged: Uint32Array;
}

/** All draws, and the numbers of labels that are looked at. */
export interface Draws {
  readonly draws: readonly Draw[];
  readonly labeled: readonly number[];
  /** The K different labels. */
  readonly classes: readonly string[];
}

const USUAL = [10, 50, 100, 500];
const SEEDS = 5;
const HELD_OUT = 0.25;

/**
 * Draws labels.
 * @param labels one a row, `""` where it is missing: such rows are not drawn.
 * @throws RangeError for labels that do not fit the rows, options out of range, fewer labels than classes, or more than there are.
 */
export function drawLabels(
  where: string,
  rows: number,
  labels: readonly string[],
  { labeled, seeds = SEEDS, seed = 0, heldOut: share = HELD_OUT }: FewLabelsOptions,
): Draws {
  if (labels.length !== rows) throw new RangeError(`${where}: ${rows} rows, but ${labels.length} labels`);
  if (!(Number.isSafeInteger(seeds) && seeds >= 1))
    throw new RangeError(`${where}: seeds must be an integer ≥ 1, got ${seeds}`);
  const known = labeledRows(labels);
  const told = Array.from(known, (row) => labels[row]!);
  const { names } = classesOf(told, `${where}:`);
  if (names.length < 2)
    throw new RangeError(
      `${where}: want labels of at least 2 classes, got ${names.length === 0 ? "none" : `only "${names[0]}"`}`,
    );
  const draws = Array.from({ length: seeds }, (_, i) => {
    const { train, test } = heldOut(known.length, share, seed + i, told);
    const learned = Uint32Array.from(train, (at) => known[at]!);
    return {
      seed: seed + i,
      learned: inDrawOrder(learned, labels, names, seed + i),
      judged: Uint32Array.from(test, (at) => known[at]!),
    };
  });
  const most = draws[0]!.learned.length;
  return { draws, labeled: checkedCounts(where, labeled, names.length, most), classes: names };
}

/** @throws RangeError for a number that no draw can be of. */
function checkedCounts(
  where: string,
  given: readonly number[] | undefined,
  classes: number,
  most: number,
): readonly number[] {
  if (given === undefined) {
    const fitting = USUAL.filter((count) => count >= classes && count <= most);
    return fitting.length > 0 ? fitting : [most];
  }
  if (given.length === 0) throw new RangeError(`${where}: labeled must have a number of labels, got none`);
  for (const count of given) {
    if (!(Number.isSafeInteger(count) && count >= 1))
      throw new RangeError(`${where}: numbers of labels must be integers ≥ 1, got ${count}`);
    if (count < classes)
      throw new RangeError(
        `${where}: ${count} labels are fewer than the ${classes} classes, of which each wants one`,
      );
    if (count > most)
      throw new RangeError(
        `${where}: ${count} labels are more than the ${most} rows that have one and are not held out`,
      );
  }
  return [...new Set(given)].sort((a, b) => a - b);
}

/** Rows in the order in which their labels are given. */
function inDrawOrder(
  rows: Uint32Array,
  labels: readonly string[],
  names: readonly string[],
  seed: number,
): Uint32Array {
  const shuffled = random(seed).fork("labels").permutation(rows.length);
  const left = new Map(names.map((name) => [name, [] as number[]]));
  for (const at of shuffled) left.get(labels[rows[at]!]!)!.push(rows[at]!);
  const classes = [...left.values()].map((of) => ({ of, given: 0 }));
  const claim = ({ of, given }: (typeof classes)[number]) =>
    given === of.length ? -1 : given === 0 ? Number.POSITIVE_INFINITY : of.length / (2 * given + 1);
  // The first of equal claims goes first, and that is to be the larger class.
  classes.sort((a, b) => b.of.length - a.of.length);
  return Uint32Array.from(rows, () => {
    const next = classes.reduce((best, one) => (claim(one) > claim(best) ? one : best));
    return next.of[next.given++]!;
  });
}
