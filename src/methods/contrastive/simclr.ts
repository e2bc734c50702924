/**
 * @file SimCLR: a code in which two views of a row are nearest to each other among all views of a batch.
 *
 *   min over θ of  −1/2n Σᵢ log [ exp(uᵢ·uⱼ₍ᵢ₎ / τ) / Σ_{k ≠ i} exp(uᵢ·u_k / τ) ],   u = z / ‖z‖
 *
 * over the 2 n views of the n rows of a batch, j(i) the other view of the same row: NT-Xent, the normalized cross-entropy with
 * temperature τ.
 * Source: Chen, Kornblith, Norouzi & Hinton (2020), "A simple framework for contrastive learning of visual representations", ICML.
 */
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { l2Normalize } from "../../engine/ops/normalization.js";
import { logSumExp, mean, sum } from "../../engine/ops/reduce.js";
import { cast } from "../../engine/ops/select.js";
import { concat } from "../../engine/ops/shape.js";
import { constant, type Tensor } from "../../engine/tensor.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import { checkOptions, number, type OptionTable } from "../options.js";
import { contrastiveOf, type ViewOptions, viewOptions } from "./contrastive-of.js";

/** Options of `simclr`. */
export interface SimclrOptions extends ViewOptions {
  /** τ > 0: the smaller, the more the nearest negatives count. Default .2. */
  temperature?: number | undefined;
}

export const simclrOptions: OptionTable<SimclrOptions> = {
  ...viewOptions([128, 64]),
  temperature: number({
    default: 0.2,
    want: "a number > 0",
    test: (v) => v > 0,
    help: "temperature of the similarities",
  }),
};

/**
 * SimCLR: a code `[n, k]` in which two views of a row are nearest to each other among all views of a batch.
 *
 *   min over θ of  −1/2n Σᵢ log [ exp(uᵢ·uⱼ₍ᵢ₎ / τ) / Σ_{k ≠ i} exp(uᵢ·u_k / τ) ],   u = z / ‖z‖
 *
 * Source: Chen, Kornblith, Norouzi & Hinton (2020), ICML.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function simclr(options: SimclrOptions): Method<Encoder> {
  const name = "simclr";
  const checked = checkOptions(name, simclrOptions, options);
  return contrastiveOf({
    name,
    options: checked,
    compare: (first, second, n) => ({
      loss: normalizedCrossEntropy(first.projection, second.projection, n, checked.temperature),
    }),
    remedy: "take a lower temperature, larger batches, or views that change less of a row",
  });
}

/** Far below every similarity: e to it is 0. */
const NOWHERE = -1e9;

function normalizedCrossEntropy(a: Tensor, b: Tensor, n: number, temperature: number): Tensor {
  const [u, v] = [l2Normalize(a), l2Normalize(b)];
  const all = concat([u, v], 0);
  const similarities = mul(matmul(all, all, { transposeB: true }), 1 / temperature);
  const ofOthers = logSumExp(add(similarities, cast(notItself(2 * n), similarities.dtype)), 1);
  // Each pair counts twice, once from either side.
  return sub(mean(ofOthers), mul(mean(sum(mul(u, v), 1)), 1 / temperature));
}

/** 0 everywhere but on the diagonal `[m, m]`. */
function notItself(m: number): Tensor {
  const data = new Float32Array(m * m);
  for (let i = 0; i < m; i++) data[i * (m + 1)] = NOWHERE;
  return constant({ dtype: "float32", shape: [m, m], data });
}
