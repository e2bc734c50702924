/**
 * @file Views of rows of any kind, and of tables above all, number by number:
 *
 *   hide   x̃ⱼ = the mean of column j, with probability ρ
 *   swap   x̃ⱼ = the number of column j in another row of the batch, with probability ρ
 *
 * Source: Bahri, Jiang, Tay & Metzler (2022), "SCARF: self-supervised contrastive learning using random feature corruption", ICLR
 * (swap; there ρ = 0.6, and rows are drawn from all data); Vincent et al. (2008), "Extracting and composing robust features with denoising
 * autoencoders", ICML (hide).
 */
import { add, div, mul, sub } from "../../engine/ops/arithmetic.js";
import { takeElements } from "../../engine/ops/gather.js";
import { cast, greaterOrEqual, less, minimum, where } from "../../engine/ops/select.js";
import type { Tensor } from "../../engine/tensor.js";
import { observedMeans } from "../missing.js";
import { type Augmentation, checkedNumber, isShare, type ViewSource } from "./augmentation.js";
import { randomMask } from "./random-mask.js";
import { counting, wholePart } from "./row-draws.js";

/** Means of the columns, which stand where a number is hidden. */
const MEANS = "hidden.means";
export const hiddenMeans: Pick<Augmentation, "measured" | "measure"> = {
  measured: [MEANS],
  measure: (x) => ({ [MEANS]: observedMeans(x) }),
};

/** x where `shown` is 1, and the means of the columns where it is 0. */
export function withMeans(x: Tensor, shown: Tensor, { parameters }: ViewSource): Tensor {
  return add(mul(x, shown), mul(parameters[MEANS]!, sub(1, shown)));
}

/**
 * Hides numbers: each is the mean of its column in the training data instead, with a probability.
 * @param probability in [0, 1]. Default 0.3.
 * @throws RangeError for another number.
 */
export function hide(probability?: number): Augmentation {
  const maskRatio = checkedNumber("hide: probability", probability, 0.3, "in [0, 1]", isShare);
  const shown: NonNullable<Augmentation["shown"]> = (x, { batch }) => randomMask(x, batch, { maskRatio });
  return {
    name: `hide:${maskRatio}`,
    shown,
    view: (x, from) => withMeans(x, shown(x, from), from),
    ...hiddenMeans,
  };
}

/**
 * Swaps numbers for those of other rows: each is, with a probability, that of its column in another row of the batch, each with
 * even chances. A batch of one row stays as it is.
 * @param probability in [0, 1]. Default 0.6.
 * @throws RangeError for another number.
 */
export function swap(probability?: number): Augmentation {
  const share = checkedNumber("swap: probability", probability, 0.6, "in [0, 1]", isShare);
  return {
    name: `swap:${share}`,
    view(x, { batch }) {
      const [n] = x.shape as readonly [number, number];
      if (share === 0 || n === 1) return x;
      // One draw says whether and, where it is below the share, which: how far below is uniform too.
      const drawn = batch.uniform(x.shape as readonly number[]);
      // 1 … n − 1 rows further on, and around.
      const further = minimum(add(wholePart(mul(div(drawn, share), n - 1)), 1), n - 1);
      const place = add(counting(n, [n, 1]), further);
      const row = sub(place, mul(cast(greaterOrEqual(place, n), "float32"), n));
      return where(less(drawn, share), takeElements(x, cast(row, "int64")), x);
    },
  };
}
