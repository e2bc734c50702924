/**
 * @file Gaps filled before a method that wants every number: by low-rank completion, whose rank and shrinkage are chosen by numbers
 * that are there and hidden from it.
 */
import type { Dataset } from "../data/dataset.js";
import { type Numbers, takeRows } from "../data/matrix.js";
import { type LowRankCompletion, lowRankCompletion } from "../methods/linear/low-rank-completion.js";
import type { Method } from "../methods/method.js";
import { fit } from "../training/fit.js";
import { impute } from "./impute.js";
import { columnCenter } from "./quality.js";

// The shrinkage leaves fewer of them where fewer serve.
const HIGHEST_RANK = 10;

/** The completion for rows `[n, d]`: of a rank up to 10, less than both n and d where these are more than 1. */
export function usualCompletion({ rows, cols }: Numbers): Method<LowRankCompletion> {
  return lowRankCompletion({ latentDim: Math.max(1, Math.min(HIGHEST_RANK, rows - 1, cols - 1)) });
}

/**
 * The numbers of a data set with its gaps filled, in its units; what is there stays as it is.
 * @throws RangeError for a column of which no number is known; the reason of the signal.
 */
export async function fillGaps(data: Dataset, { signal }: { signal?: AbortSignal } = {}): Promise<Numbers> {
  const model = await fit(usualCompletion(data.x), data, { scale: "standard", seed: 0, signal });
  return impute(model, data.x, { signal });
}

/**
 * Rows with every gap filled by the mean of its column over some of them, so that nothing is learned from the others.
 * @param x `[n, d]`. @param learned rows to take the means of.
 * @throws RangeError for a column with a gap of which none of these rows has a number.
 */
export function filledByMeans(x: Numbers, learned: Uint32Array): Numbers {
  if (!x.data.some(Number.isNaN)) return x;
  const own = takeRows(x, learned);
  const means = columnCenter(own);
  const known = new Uint8Array(x.cols);
  own.data.forEach((value, at) => {
    if (!Number.isNaN(value)) known[at % x.cols] = 1;
  });
  const data = x.data.slice();
  for (let at = 0; at < data.length; at++) {
    if (!Number.isNaN(data[at]!)) continue;
    const column = at % x.cols;
    if (!known[column])
      throw new RangeError(
        `column ${column + 1}: no training row has a number to fill its gaps by; leave it out`,
      );
    data[at] = means[column]!;
  }
  return { ...x, data };
}
