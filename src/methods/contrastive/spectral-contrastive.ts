/**
 * @file Spectral contrastive learning: codes whose inner products are those of the normalized graph of views.
 *
 *   min over θ of  −2 E[z(v)ᵀ z(v′)] + E[(z(v)ᵀ z(w))²],   v, v′ views of one row, w a view of another
 *
 * The second mean is over the n (n − 1) ordered pairs of rows of a batch. With the graph whose edges are the chances of two views
 * to come from one row, the rows √p(v) z(v) of the best code span the first eigenvectors of its normalized adjacency A, and the
 * loss is then −Σ λ², over its k largest eigenvalues.
 * Source: HaoChen, Wei, Gaidon & Ma (2021), "Provable guarantees for self-supervised deep learning with spectral contrastive loss",
 * NeurIPS.
 */
import { add, mul, square, sub } from "../../engine/ops/arithmetic.js";
import { matmul } from "../../engine/ops/matmul.js";
import { mean, sum } from "../../engine/ops/reduce.js";
import type { Method } from "../method.js";
import type { Encoder } from "../model.js";
import { checkOptions, type OptionTable } from "../options.js";
import { contrastiveOf, type ViewOptions, viewOptions } from "./contrastive-of.js";

/** Options of `spectralContrastive`. */
export type SpectralContrastiveOptions = ViewOptions;

export const spectralContrastiveOptions: OptionTable<SpectralContrastiveOptions> = viewOptions([]);

/**
 * Spectral contrastive learning: codes `[n, k]` whose inner products are those of the normalized graph of views.
 *
 *   min over θ of  −2 E[z(v)ᵀ z(v′)] + E[(z(v)ᵀ z(w))²],   v, v′ views of one row, w a view of another
 *
 * Source: HaoChen, Wei, Gaidon & Ma (2021), NeurIPS.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function spectralContrastive(options: SpectralContrastiveOptions): Method<Encoder> {
  const name = "spectralContrastive";
  return contrastiveOf({
    name,
    options: checkOptions(name, spectralContrastiveOptions, options),
    training: { batchSize: 128, learningRate: 5e-4 },
    compare({ projection: a }, { projection: b }, n) {
      const positive = sum(mul(a, b), 1);
      const all = sum(square(matmul(a, b, { transposeB: true })));
      const negative = mul(sub(all, sum(square(positive))), 1 / (n * (n - 1)));
      return { loss: add(mul(mean(positive), -2), negative) };
    },
    remedy: "take larger batches, or views that change less of a row",
  });
}
