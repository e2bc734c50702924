/**
 * @file Numbers that are known and hidden from a fit, so that an option of a method can be chosen by how well they are filled.
 */
import { type Matrix, matrix } from "../data/matrix.js";
import type { Random } from "../random.js";

/** Share that is hidden of the numbers observed. */
const HIDDEN_SHARE = 0.1;
/** Numbers to hide in all, in as many rounds as that takes, */
const ENOUGH_HIDDEN = 1000;
/** at most. */
const MOST_HOLDOUTS = 10;

/** Rows some of whose numbers are hidden. */
export interface HoldOut {
  /** Row-major positions of what is hidden. */
  readonly hidden: Uint32Array;
  /** The rows with NaN in these places `[n, d]`. */
  readonly part: Matrix;
}

/** A tenth of the observed numbers hidden at random, so often that a thousand are in all, ten times at most. */
export function holdOuts(x: Matrix, random: Random): HoldOut[] {
  const observed = Uint32Array.from(x.data.keys()).filter((at) => !Number.isNaN(x.data[at]));
  const count = Math.max(1, Math.round(HIDDEN_SHARE * observed.length));
  return Array.from({ length: Math.min(MOST_HOLDOUTS, Math.ceil(ENOUGH_HIDDEN / count)) }, (_, i) => {
    const order = random.fork(`hidden ${i}`).permutation(observed.length).subarray(0, count);
    const hidden = order.map((at) => observed[at]!);
    const data = x.data.slice();
    for (const at of hidden) data[at] = Number.NaN;
    return { hidden, part: matrix(x.rows, x.cols, data) };
  });
}
