/**
 * @file Signs that a fit ended in nothing, told with what may help: a reconstruction that is the mean, codes that are all 0.
 */
import { columnMeans, type Matrix } from "../data/matrix.js";

/** Least explained variance of a fit that learned anything. */
const LEAST_EXPLAINED = 0.01;
/** Fewer rows are near their own mean by chance. */
const LEAST_ROWS = 10;

/** Remedy of most methods that gradients train. */
export const SCALE_OR_TRAIN =
  'scale the data ("unit" for images, "standard" for tables), train longer, or with another learning rate';

/**
 * A sentence where x̂ is no nearer to the rows x `[m, d]` than their mean; missing numbers of x are passed over.
 * @param remedy begins with a verb.
 */
export function meanReconstructed(
  name: string,
  x: Matrix,
  xHat: ArrayLike<number>,
  remedy = SCALE_OR_TRAIN,
): string[] {
  const means = observedColumnMeans(x);
  let [missed, total] = [0, 0];
  x.data.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    missed += (value - xHat[at]!) ** 2;
    total += (value - means[at % x.cols]!) ** 2;
  });
  const explained = 1 - missed / total;
  if (x.rows < LEAST_ROWS || total === 0 || explained >= LEAST_EXPLAINED) return [];
  return [
    `${name}: reconstructions are no nearer to the rows than their mean is (explained variance ${explained.toFixed(2)}); ${remedy}`,
  ];
}

/** A sentence where every number of the codes is 0. */
export function allZero(name: string, codes: ArrayLike<number>, remedy: string): string[] {
  for (let at = 0; at < codes.length; at++) if (codes[at] !== 0) return [];
  return codes.length === 0 ? [] : [`${name}: every code is 0; ${remedy}`];
}

function observedColumnMeans(x: Matrix): Float64Array {
  if (!x.data.some(Number.isNaN)) return columnMeans(x);
  const [sums, counts] = [new Float64Array(x.cols), new Float64Array(x.cols)];
  x.data.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    sums[at % x.cols]! += value;
    counts[at % x.cols]! += 1;
  });
  return sums.map((sum, j) => sum / Math.max(1, counts[j]!));
}
