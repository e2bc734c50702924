/**
 * @file Errors of x̂ as a reproduction of x. Entries of x that are missing (NaN) are left out of every sum.
 */
import type { Numbers } from "../data/matrix.js";

/**
 * 1/n Σᵢ ‖xᵢ − x̂ᵢ‖²: the squared error of a row, in squared units of the data, on average.
 * @param x `[n, d]`, n ≥ 1. @param xHat `[n, d]` without NaN where x has none.
 * @throws RangeError for shapes that differ, no rows, or a reconstruction that is NaN.
 */
export function squaredErrorPerSample(x: Numbers, xHat: Numbers): number {
  return squaredError(x, xHat, "squaredErrorPerSample") / x.rows;
}

/**
 * 1 − Σᵢ ‖xᵢ − x̂ᵢ‖² / Σᵢ ‖xᵢ − mean‖²: 1 for a perfect reconstruction, 0 for one no better than the mean, less for a
 * worse one, −∞ or NaN where x does not vary around the mean.
 * @param x `[n, d]`, n ≥ 1. @param xHat `[n, d]` without NaN where x has none.
 * @param mean `[d]`, the mean of the training columns.
 * @throws RangeError for shapes that differ, no rows, or a reconstruction that is NaN.
 */
export function explainedVarianceRatio(x: Numbers, xHat: Numbers, mean: ArrayLike<number>): number {
  if (mean.length !== x.cols) {
    throw new RangeError(`explainedVarianceRatio: x has ${x.cols} columns, the mean ${mean.length}`);
  }
  const error = squaredError(x, xHat, "explainedVarianceRatio");
  let total = 0;
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++, at++) {
      const value = x.data[at]!;
      if (!Number.isNaN(value)) total += (value - mean[j]!) ** 2;
    }
  }
  return 1 - error / total;
}

function squaredError(x: Numbers, xHat: Numbers, where: string): number {
  if (x.rows !== xHat.rows || x.cols !== xHat.cols) {
    const shapes = `x is ${x.rows} × ${x.cols}, its reconstruction ${xHat.rows} × ${xHat.cols}`;
    throw new RangeError(`${where}: ${shapes}`);
  }
  if (x.rows === 0) throw new RangeError(`${where}: want at least 1 row, got 0`);
  let total = 0;
  for (let at = 0; at < x.data.length; at++) {
    const value = x.data[at]!;
    if (Number.isNaN(value)) continue;
    const reconstructed = xHat.data[at]!;
    if (Number.isNaN(reconstructed)) {
      const place = `row ${Math.floor(at / x.cols)} column ${at % x.cols}`;
      throw new RangeError(`${where}: ${place} of the reconstruction is NaN`);
    }
    total += (value - reconstructed) ** 2;
  }
  return total;
}
