/**
 * @file The denoising autoencoder: a code from which the clean row comes back, whatever noise was on it.
 *
 *   min over θ of  1/n Σᵢ E ℓ(xᵢ, g_θ(f_θ(x̃ᵢ))),   x̃ᵢ ~ q(· | xᵢ) drawn anew in every step (augmentations/)
 *
 * The loss is against the clean row. A fitted one is given rows as they are, noisy or not.
 * Source: Vincent, Larochelle, Bengio & Manzagol (2008), "Extracting and composing robust features with denoising
 * autoencoders", ICML; Vincent et al. (2010), "Stacked denoising autoencoders", JMLR.
 */

import { corruptionOf, type Noise, noiseOption } from "../augmentations/noise-option.js";
import { SCALE_OR_TRAIN } from "../collapse.js";
import type { Method } from "../method.js";
import type { Coder } from "../model.js";
import { fullyConnected } from "../networks/fully-connected.js";
import { checkOptions, type OptionTable } from "../options.js";
import { type AutoencoderOptions, autoencoderOptions } from "./autoencoder.js";
import { autoencoderOf } from "./autoencoder-of.js";

/** Options of `denoisingAutoencoder`: those of `autoencoder`, and the noise. */
export interface DenoisingAutoencoderOptions extends AutoencoderOptions {
  /**
   * Corruption of training rows: `{ gaussian: σ }` in units of the scaled data, `{ relativeGaussian: τ }` in units of its own
   * spread, the root of the columns' mean variance, `{ zero: ν }`, `{ saltAndPepper: ν }`, `{ hide: ν }` or `{ swap: ν }` with a
   * probability ν; in words `gaussian:0.3`; or any augmentation of rows. Salt and pepper are 1 and 0 for data in [0, 1], else the
   * greatest and least number of a column; a hidden number is the mean of its column, a swapped one that of another row.
   * Default `{ relativeGaussian: 0.3 }`, which is `{ gaussian: 0.3 }` in standardized data.
   */
  noise?: Noise | undefined;
}

export const denoisingAutoencoderOptions: OptionTable<DenoisingAutoencoderOptions> = {
  ...autoencoderOptions,
  noise: noiseOption({ default: "relativeGaussian:0.3", help: "noise added to rows in training" }),
};

/**
 * The denoising autoencoder: a code `[n, k]` from which the clean row comes back, whatever noise was on it.
 *
 *   min over θ of  1/n Σᵢ E ℓ(xᵢ, g_θ(f_θ(x̃ᵢ))),   x̃ᵢ ~ q(· | xᵢ) drawn anew in every step
 *
 * A fitted one is given rows as they are, noisy or not.
 * Source: Vincent, Larochelle, Bengio & Manzagol (2008), ICML; Vincent et al. (2010), "Stacked denoising autoencoders",
 * JMLR.
 * @throws RangeError or TypeError for options that are not as described.
 */
export function denoisingAutoencoder(options: DenoisingAutoencoderOptions): Method<Coder> {
  const name = "denoisingAutoencoder";
  const checked = checkOptions(name, denoisingAutoencoderOptions, options);
  const corruption = corruptionOf(checked.noise);
  return autoencoderOf({
    name,
    options: checked,
    network: fullyConnected(checked),
    codeSize: () => checked.latentDim,
    remedy: `${SCALE_OR_TRAIN}, or take less noise than ${corruption.name}`,
    corruption,
  });
}
