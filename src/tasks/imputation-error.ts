/**
 * @file Errors of a model that fills what is missing: on numbers that are there and were hidden from it.
 */
import { hideEntries } from "../data/corrupt.js";
import type { Matrix } from "../data/matrix.js";
import { applyScale, fitScale } from "../data/scale.js";
import type { Coder } from "../methods/model.js";
import { rmseHidden } from "../metrics/imputation.js";
import { impute } from "./impute.js";

/**
 * Root mean square error over hidden numbers, in standard deviations of their columns, so that columns of unlike units
 * count alike.
 * @param x `[n, d]`. @param probability of a number to be hidden, in (0, 1). @param seed chooses them.
 */
export async function imputationError(
  model: Coder,
  x: Matrix,
  { probability, seed }: { readonly probability: number; readonly seed: number },
): Promise<number> {
  const hidden = hideEntries(x, { probability, seed });
  const scaling = fitScale(x, "standard");
  const filled = applyScale(await impute(model, hidden.x), scaling);
  return rmseHidden(applyScale(x, scaling), filled, hidden.mask);
}
