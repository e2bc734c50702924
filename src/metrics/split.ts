/**
 * @file Held-out rows: a random split into training and test rows, plain or stratified by label.
 */
import { areMeasured } from "../data/labels.js";
import { checkedSize } from "../data/matrix.js";
import { type Sequences, spansOf } from "../data/sequences.js";
import { random } from "../random.js";
import { classesOf } from "./classes.js";

/** Rows by number from 0, split in two. */
export interface Split {
  /** Training rows, ascending. */
  readonly train: Uint32Array;
  /** Held-out rows, ascending; together with `train` every row once. */
  readonly test: Uint32Array;
}

/**
 * Holds out a share of the rows, the same for the same seed.
 *
 * `fraction · rows` is rounded to a whole number of test rows. With labels, each class holds out its share, rounded
 * so that the shares add up to that number (largest remainder), and at least one row of every class stays in
 * training; that can make the test part smaller where classes have few rows. Measured numbers are no classes: they are not looked at.
 * @param rows ≥ 2. @param fraction in (0, 1). @param seed whole number in [0, 2⁵³).
 * @param labels one a row; none may be missing (empty).
 * @throws RangeError for values out of range, a label count other than `rows`, or a split with an empty part.
 */
export function heldOut(rows: number, fraction: number, seed: number, labels?: readonly string[]): Split {
  if (checkedSize(rows, 1, "heldOut") < 2) throw new RangeError(`heldOut: want at least 2 rows, got ${rows}`);
  if (!(fraction > 0 && fraction < 1)) {
    throw new RangeError(`heldOut: fraction must lie between 0 and 1, got ${fraction}`);
  }
  const order = random(seed).fork("held-out").permutation(rows);
  const target = Math.round(fraction * rows);
  const held = labels && !areMeasured(labels) ? stratified(order, target, labels) : order.slice(0, target);
  if (held.length === 0 || held.length === rows) {
    const parts = `${rows - held.length} training and ${held.length} test rows`;
    throw new RangeError(
      `heldOut: fraction ${fraction} of ${rows} rows leaves ${parts}, want at least 1 of each`,
    );
  }
  const isHeld = new Uint8Array(rows);
  for (const row of held) isHeld[row] = 1;
  const all = Uint32Array.from({ length: rows }, (_, i) => i);
  return { train: all.filter((row) => !isHeld[row]), test: held.sort() };
}

/** Rows of sequences split in two, and what is left of the sequences in each part. */
export interface SequenceSplit extends Split {
  /** Lengths of the sequences among the training rows. */
  readonly trainSequences: Sequences;
  /** Those among the held-out rows. */
  readonly testSequences: Sequences;
}

/**
 * Holds out the last rows of every sequence: what came later is told by what came before, and not the other way.
 *
 * `fraction` of all rows is rounded to a whole number, and every sequence gives its share of it (largest remainder), all but its
 * first row at most: then those with most rows left give more, and the part is smaller only where nothing is left to give.
 * @param sequences lengths, one after the other. @param fraction in (0, 1).
 * @throws RangeError for a fraction out of range, or a split with an empty part.
 */
export function heldOutLast(sequences: Sequences, fraction: number): SequenceSplit {
  if (!(fraction > 0 && fraction < 1))
    throw new RangeError(`heldOutLast: fraction must lie between 0 and 1, got ${fraction}`);
  const rows = sequences.reduce((sum, length) => sum + length, 0);
  const target = Math.round(fraction * rows);
  const held = quotas(Uint32Array.from(sequences), target, rows);
  let count = held.reduce((sum, quota) => sum + quota, 0);
  // Those with most rows left give for short ones, which have nothing to give.
  const left = (i: number) => sequences[i]! - held[i]!;
  while (count < target) {
    const longest = sequences.reduce((best, _, i) => (left(i) > left(best) ? i : best), 0);
    if (left(longest) < 2) break;
    held[longest]!++;
    count++;
  }
  if (count === 0 || count === rows) {
    const what = sequences.length === 1 ? `a sequence of ${rows} rows` : `${sequences.length} sequences`;
    throw new RangeError(
      `heldOutLast: fraction ${fraction} of ${what} leaves ${count} rows, want at least 1`,
    );
  }
  const [train, test] = [new Uint32Array(rows - count), new Uint32Array(count)];
  let [trained, tested] = [0, 0];
  [...spansOf(sequences)].forEach(({ from, to }, i) => {
    for (let row = from; row < to; row++) {
      if (row < to - held[i]!) train[trained++] = row;
      else test[tested++] = row;
    }
  });
  const trainSequences = sequences.map((length, i) => length - held[i]!);
  return { train, test, trainSequences, testSequences: [...held].filter((length) => length > 0) };
}

/** The first rows of each class in `order`, as many as its quota. */
function stratified(order: Uint32Array, target: number, labels: readonly string[]): Uint32Array {
  if (labels.length !== order.length) {
    throw new RangeError(`heldOut: ${order.length} rows but ${labels.length} labels`);
  }
  const { names, indices } = classesOf(labels, "heldOut:");
  const sizes = new Uint32Array(names.length);
  for (const index of indices) sizes[index]! += 1;
  const left = quotas(sizes, target, order.length);
  return order.filter((row) => {
    const index = indices[row]!;
    if (left[index] === 0) return false;
    left[index]! -= 1;
    return true;
  });
}

/** `target` shared out by class size: whole parts first, then one more by largest remainder, size − 1 at most. */
function quotas(sizes: Uint32Array, target: number, rows: number): Uint32Array {
  const exact = Array.from(sizes, (size) => (size * target) / rows);
  const quota = Uint32Array.from(exact, Math.floor);
  let missing = target - quota.reduce((total, share) => total + share, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder) {
    if (missing === 0) break;
    if (quota[index]! + 1 >= sizes[index]!) continue;
    quota[index]! += 1;
    missing--;
  }
  return quota;
}
