/**
 * @file Further gaps, like those that are there: numbers that are known are hidden in the columns in which numbers are missing, and
 * together where they are missing together, so that the error of filling them is that of filling the gaps themselves.
 */
import { type Random, random } from "../random.js";
import type { Corrupted } from "./corrupt.js";
import type { Numbers } from "./matrix.js";

/** Hiding for `imitateGaps` to do. */
export interface ImitateGapsOptions {
  /** Share of the known values to hide, in (0, 1). Default .1. Less are hidden where gaps like those that are there do not reach so far. */
  share?: number | undefined;
  /** Whole number in [0, 2⁵³). Default 0. */
  seed?: number | undefined;
  /** Spans `[from, to)` of columns, in order, that are one value, such as the indicators of a category. Default: every column by itself. */
  groups?: readonly (readonly [number, number])[] | undefined;
}

/** Rows that are looked at for one that lacks nothing but what the imitated row lacks. */
const LOOKED_AT = 8;
/** Rows drawn for every value that is to be hidden, at most. */
const PATIENCE = 20;

/**
 * Hides known values, as `NaN`, like those that are missing. Again and again a row with gaps is drawn, and another row, of some the one that
 * lacks least beside, loses what the first lacks, as far as it then does not lack more values than that. So columns lose
 * values as often as they have lost them, those that are missing together are hidden together, and as much is known about
 * a hidden value as about a missing one. A column keeps half of its values. Where nothing is missing, values are hidden at random.
 * @returns the rows with further gaps; the mask has 1 where a number was hidden.
 * @throws RangeError for a share outside of (0, 1).
 */
export function imitateGaps(x: Numbers, options: ImitateGapsOptions = {}): Corrupted<Numbers> {
  const { share = 0.1, seed = 0, groups = [] } = options;
  if (!(share > 0 && share < 1))
    throw new RangeError(`imitateGaps: share must be a number in (0, 1), got ${share}`);
  const stream = random(seed).fork("imitated gaps");
  const gaps = new ValueGaps(x, valuesOf(x.cols, groups));
  const target = Math.max(1, Math.round(share * gaps.known));
  const patterns = gaps.rowsWithGaps();
  for (let drawn = 0; gaps.hidden < target && drawn < PATIENCE * target; drawn++) {
    const lacking = patterns.length > 0 ? gaps.of(patterns[stream.integer(patterns.length)]!) : undefined;
    if (lacking) imitate(gaps, lacking, stream);
    else gaps.hide(stream.integer(x.rows), stream.integer(gaps.values));
  }
  return gaps.corrupted();
}

/** Hides in one row what a row like `lacking` lacks. */
function imitate(gaps: ValueGaps, lacking: readonly number[], stream: Random): void {
  let best: { row: number; lost: number[]; beside: number } | undefined;
  for (let look = 0; look < LOOKED_AT; look++) {
    const row = stream.integer(gaps.rows);
    if (gaps.touched(row)) continue;
    const lost = lacking.filter((value) => gaps.knows(row, value));
    const beside = gaps.lacked(row) - (lacking.length - lost.length);
    if (lost.length > 0 && (!best || beside < best.beside)) best = { row, lost, beside };
    if (best?.beside === 0) break;
  }
  if (!best) return;
  const { row, lost, beside } = best;
  // Hidden values beside others that are missing are as little known about as those of the row that is imitated.
  const order = stream.permutation(lost.length);
  for (let i = 0; i < Math.max(1, lost.length - beside); i++) gaps.hide(row, lost[order[i]!]!);
}

function valuesOf(
  cols: number,
  groups: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  const values: (readonly [number, number])[] = [];
  let at = 0;
  for (const [from, to] of groups) {
    for (; at < from; at++) values.push([at, at + 1]);
    values.push([from, to]);
    at = to;
  }
  for (; at < cols; at++) values.push([at, at + 1]);
  return values;
}

/** Values of rows, which are there or not; a value is one column or some that belong together. */
class ValueGaps {
  readonly rows: number;
  readonly values: number;
  /** Values that were known. */
  readonly known: number;
  /** Values that are hidden so far. */
  hidden = 0;
  readonly #x: Numbers;
  readonly #spans: readonly (readonly [number, number])[];
  readonly #mask: Uint8Array;
  readonly #touched: Uint8Array;
  /** Values of a row that are missing `[n]`, before any was hidden. */
  readonly #lacked: Uint32Array;
  /** Values that a column may still lose. */
  readonly #spare: Int32Array;

  constructor(x: Numbers, spans: readonly (readonly [number, number])[]) {
    this.#x = x;
    this.#spans = spans;
    this.rows = x.rows;
    this.values = spans.length;
    this.#mask = new Uint8Array(x.data.length);
    this.#touched = new Uint8Array(x.rows);
    this.#lacked = new Uint32Array(x.rows);
    const counts = new Int32Array(spans.length);
    for (let i = 0; i < x.rows; i++)
      for (let value = 0; value < spans.length; value++)
        if (this.knows(i, value)) counts[value]!++;
        else this.#lacked[i]!++;
    this.known = counts.reduce((sum, count) => sum + count, 0);
    this.#spare = counts.map((count) => Math.floor(count / 2));
  }

  knows(row: number, value: number): boolean {
    return !Number.isNaN(this.#x.data[row * this.#x.cols + this.#spans[value]![0]]!);
  }

  rowsWithGaps(): number[] {
    return Array.from(this.#lacked.keys()).filter((i) => this.#lacked[i]! > 0);
  }

  of(row: number): number[] {
    return Array.from(this.#spans.keys()).filter((value) => !this.knows(row, value));
  }

  lacked(row: number): number {
    return this.#lacked[row]!;
  }

  touched(row: number): boolean {
    return this.#touched[row] === 1;
  }

  /** Hides a value, if it is there and its column can spare it. */
  hide(row: number, value: number): void {
    const [from, to] = this.#spans[value]!;
    const at = row * this.#x.cols;
    if (!this.knows(row, value) || this.#mask[at + from] === 1 || this.#spare[value]! <= 0) return;
    this.#mask.fill(1, at + from, at + to);
    this.#touched[row] = 1;
    this.#spare[value]!--;
    this.hidden++;
  }

  corrupted(): Corrupted<Numbers> {
    const { data, rows, cols } = this.#x;
    const holed = data.map((value, at) => (this.#mask[at] === 1 ? Number.NaN : value));
    return { x: { data: holed, rows, cols }, mask: this.#mask };
  }
}
