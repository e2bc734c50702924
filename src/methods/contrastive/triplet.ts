/**
 * @file The triplet loss: a code in which another view of a row is nearer to it than every other row is, by a margin.
 *
 *   min over θ of  E max(0, ‖u − u⁺‖² − ‖u − u⁻‖² + m),   u = z / ‖z‖
 *
 * u is of a view of a row, the anchor, u⁺ of its other view, the positive, and u⁻ of that view of another row, the negative: one
 * encoder three times. The mean is over the n (n − 1) triplets of a batch.
 * Source: Schroff, Kalenichenko & Philbin (2015), "FaceNet: a unified embedding for face recognition and clustering", CVPR.
 */

import { relu } from "../../engine/ops/activations.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { l2Normalize } from "../../engine/ops/normalization.js";
import { sum } from "../../engine/ops/reduce.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import { checkOptions, number, type OptionTable } from "../options.js";
import { contrastiveOf, type ViewOptions, viewOptions } from "./contrastive-of.js";

/** Options of `triplet`. */
export interface TripletOptions extends ViewOptions {
  /** m > 0, by which a negative is to be farther away than the positive, in squared distances from 0 to 4. Default 1. */
  margin?: number | undefined;
}

export const tripletOptions: OptionTable<TripletOptions> = {
  ...viewOptions([]),
  margin: number({
    default: 1,
    want: "a number > 0",
    test: (v) => v > 0,
    help: "squared distance by which negatives are to be farther away",
  }),
};

/**
 * The triplet loss: a code `[n, k]` in which another view of a row is nearer to it than every other row is, by a margin.
 *
 *   min over θ of  E max(0, ‖u − u⁺‖² − ‖u − u⁻‖² + m),   u = z / ‖z‖
 *
 * Source: Schroff, Kalenichenko & Philbin (2015), CVPR.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function triplet(options: TripletOptions): Method<Encoder> {
  const name = "triplet";
  const checked = checkOptions(name, tripletOptions, options);
  const { margin } = checked;
  return contrastiveOf({
    name,
    options: checked,
    compare(first, second, n) {
      const [anchor, other] = [l2Normalize(first.projection), l2Normalize(second.projection)];
      // Squared distances of unit vectors are 2 − 2 u·v.
      const near = sum(mul(anchor, other), 1, { keepDims: true });
      const nearer = sub(matmul(anchor, other, { transposeB: true }), near);
      // On the diagonal the other row is the row itself: m each, whatever the codes.
      const all = sub(sum(relu(add(mul(nearer, 2), margin))), n * margin);
      return { loss: mul(all, 1 / (n * (n - 1))) };
    },
    remedy: "take another margin, larger batches, or views that change less of a row",
  });
}
