/**
 * @file Errors of hidden numbers that were filled.
 */
import type { Numbers } from "../data/matrix.js";

/**
 * √(mean (x − x̂)²) over the entries that were hidden, in the units of the data.
 * @param x `[n, d]`, the truth; where it is missing itself (NaN), an entry is left out.
 * @param filled `[n, d]`.
 * @param hidden row-major, length n · d: 1 for the entries that were hidden, 0 for the others.
 * @throws RangeError for shapes that differ, a filled entry that is NaN, or nothing hidden.
 */
export function rmseHidden(x: Numbers, filled: Numbers, hidden: ArrayLike<number>): number {
  if (x.rows !== filled.rows || x.cols !== filled.cols || hidden.length !== x.data.length) {
    const shapes = `x is ${x.rows} × ${x.cols}, filled ${filled.rows} × ${filled.cols}, the mask ${hidden.length} long`;
    throw new RangeError(`rmseHidden: ${shapes}`);
  }
  let [total, count] = [0, 0];
  for (let at = 0; at < x.data.length; at++) {
    const value = x.data[at]!;
    if (!hidden[at] || Number.isNaN(value)) continue;
    const difference = value - filled.data[at]!;
    if (Number.isNaN(difference)) {
      throw new RangeError(
        `rmseHidden: row ${Math.floor(at / x.cols)} column ${at % x.cols} is not filled, it is NaN`,
      );
    }
    total += difference ** 2;
    count++;
  }
  if (count === 0) throw new RangeError("rmseHidden: nothing is hidden");
  return Math.sqrt(total / count);
}
