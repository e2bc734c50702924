/**
 * @file Gaps filled before a method that wants every number: by low-rank completion, whose rank and shrinkage are chosen by numbers
 * that are there and hidden from it.
 */
import type { Dataset } from "../data/dataset.js";
import type { Numbers } from "../data/matrix.js";
import { type LowRankCompletion, lowRankCompletion } from "../methods/linear/low-rank-completion.js";
import type { Method } from "../methods/method.js";
import { fit } from "../training/fit.js";
import { impute } from "./impute.js";

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
