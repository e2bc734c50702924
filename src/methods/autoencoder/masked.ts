/**
 * @file The masked autoencoder: a code from which a row comes back of which a part was hidden.
 *
 *   min over θ, t of  1/n Σᵢ E ℓ(xᵢ, g_θ(f_θ(x̃ᵢ)); wᵢ),   x̃ = m ⊙ x + (1 − m) ⊙ t,   mⱼ ~ Bernoulli(1 − ρ)
 *
 * with m drawn anew in every step and 0 wherever a number is missing, and w what the loss counts: all that is observed,
 * or of that what m hides. The mask token t is learned, the mean of the column, or 0; or else the encoder is given
 * [m ⊙ x, m], the mask as further channels. With t = 0 alone it cannot tell a hidden number from one that is 0.
 * Source: Vincent et al. (2008), "Extracting and composing robust features with denoising autoencoders", ICML (zeros);
 * Pathak et al. (2016), "Context encoders: feature learning by inpainting", CVPR (loss on the hidden);
 * He et al. (2022), "Masked autoencoders are scalable vision learners", CVPR (learned tokens, patches).
 */
import type { Matrix } from "../../data/matrix.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import { concat } from "../../engine/ops/shape.js";
import type { Tensor } from "../../engine/tensor.js";
import { hidePatches } from "../augmentations/image-pixels.js";
import { checkPatches, sizesOf } from "../augmentations/random-mask.js";
import { hide as hideNumbers } from "../augmentations/table.js";
import { checkLeavesOut, lossOf } from "../losses.js";
import type { Method } from "../method.js";
import { observedMeans, splitMissing } from "../missing.js";
import type { Coder } from "../model.js";
import { fullyConnected, type LayerOptions } from "../networks/fully-connected.js";
import type { Network } from "../networks/network.js";
import { checkOptions, imageShape, integer, number, type OptionTable, oneOf, optional } from "../options.js";
import type { Symbols } from "../parameters.js";
import { type AutoencoderOptions, autoencoderOptions } from "./autoencoder.js";
import { autoencoderOf, type Hidden, viewSource } from "./autoencoder-of.js";

/** Options of `maskedAutoencoder`: those of `autoencoder`, and the mask. */
export interface MaskedAutoencoderOptions extends AutoencoderOptions {
  /** ρ, the probability with which an entry or a patch is hidden in a step, in [0, 1). Default .3. */
  maskRatio?: number | undefined;
  /** Side, in pixels, of square patches of images that are hidden as a whole; must divide height and width. Default: single entries. */
  patchSize?: number | undefined;
  /** Images' `[height, width]` or `[channels, height, width]`, for patches. Default: a square. */
  rowShape?: readonly number[] | undefined;
  /**
   * Numbers that the encoder is given in place of hidden or missing ones: `learned` trains a vector `[d]`, which starts
   * at the columns' means; `mean` keeps the means; `zero` is 0; `channel` is 0 with the mask as d further inputs.
   * Default `learned`.
   */
  maskToken?: "learned" | "channel" | "mean" | "zero" | undefined;
  /** Numbers that the loss counts: `all` that are observed (default), or of those the `hidden` ones. */
  lossOn?: "all" | "hidden" | undefined;
}

export const maskedAutoencoderOptions: OptionTable<MaskedAutoencoderOptions> = {
  ...autoencoderOptions,
  maskRatio: number({
    default: 0.3,
    want: "a number in [0, 1)",
    test: (v) => v >= 0 && v < 1,
    help: "probability with which an entry or patch is hidden",
  }),
  patchSize: optional(
    integer({ min: 1, help: "side of patches of images that are hidden as a whole" }),
    "single numbers",
  ),
  rowShape: optional(
    imageShape({ help: "HEIGHTxWIDTH or CHANNELSxHEIGHTxWIDTH of images, for patches" }),
    "a square",
  ),
  maskToken: oneOf(["learned", "channel", "mean", "zero"], {
    default: "learned",
    help: "values that the encoder gets for what is hidden",
  }),
  lossOn: oneOf(["all", "hidden"], { default: "all", help: "observed numbers that the loss counts" }),
};

/** A fitted masked autoencoder: `encode` takes rows with missing values, `reconstruct` fills them. */
export interface MaskedAutoencoder extends Coder {
  /** t `[d]`, in the units of training: what stands for a hidden or missing number. */
  readonly maskToken: Float32Array;
}

/**
 * The masked autoencoder: a code `[n, k]` from which a row comes back of which a part was hidden. Rows may have missing
 * numbers (NaN), and `reconstruct` fills them.
 *
 *   min over θ, t of  1/n Σᵢ E ℓ(xᵢ, g_θ(f_θ(x̃ᵢ)); wᵢ),   x̃ = m ⊙ x + (1 − m) ⊙ t,   mⱼ ~ Bernoulli(1 − ρ)
 *
 * Source: Vincent et al. (2008), ICML (zeros); Pathak et al. (2016), "Context encoders", CVPR (loss on the hidden); He
 * et al. (2022), "Masked autoencoders are scalable vision learners", CVPR (learned tokens, patches).
 * @throws RangeError or TypeError for options that are not as described.
 */
export function maskedAutoencoder(options: MaskedAutoencoderOptions): Method<MaskedAutoencoder> {
  const name = "maskedAutoencoder";
  const checked = checkOptions(name, maskedAutoencoderOptions, options);
  const { maskToken, maskRatio, patchSize, lossOn } = checked;
  // Once the rows are known to be images that such patches tile.
  const hiding = () => (patchSize === undefined ? hideNumbers(maskRatio) : hidePatches(maskRatio, patchSize));
  const imageSize = ({ shape }: Tensor) => sizesOf(shape[1] as number, checked.rowShape);
  checkLeavesOut(name, lossOf(checked.loss));
  if (lossOn === "hidden" && maskRatio === 0)
    throw new RangeError(`${name}: lossOn "hidden" wants a maskRatio > 0`);
  if (maskToken === "channel" && checked.tied)
    throw new RangeError(
      `${name}: tied wants another maskToken than "channel", whose encoder takes 2 d inputs`,
    );

  return autoencoderOf<MaskedAutoencoder>({
    name,
    options: checked,
    network: maskToken === "channel" ? withMaskChannels(checked) : fullyConnected(checked),
    codeSize: () => checked.latentDim,
    checkSize: (_rows, cols) => checkPatches(name, cols, checked),
    measured: maskToken === "mean" ? ["maskToken"] : [],
    ...((maskToken === "mean" || maskToken === "learned") && {
      measure: (x: Matrix) => ({ maskToken: observedMeans(x) }),
    }),
    hide(x, batch, p): Hidden {
      const shown = hiding().shown!(x, {
        ...viewSource(batch, p),
        ...(patchSize && { shape: imageSize(x) }),
      });
      const { values, observed } = batch.hasMissing ? splitMissing(x) : { values: x, observed: undefined };
      const mask = observed ? mul(observed, shown) : shown;
      // Missing numbers are in `mask` and not in `observed`, so that the difference is what was hidden of the observed.
      const counted = lossOn === "all" ? observed : sub(observed ?? 1, mask);
      return { input: masked(values, mask, p), target: values, observed: counted };
    },
    present(x, p) {
      const { values, observed } = splitMissing(x);
      return masked(values, observed, p);
    },
    results: (parameters, d) => ({
      maskToken: (parameters.maskToken?.data as Float32Array | undefined) ?? new Float32Array(d),
    }),
  });

  /** The encoder's input of values x where the mask is 1. */
  function masked(x: Tensor, mask: Tensor, p: Symbols): Tensor {
    const shown = mul(x, mask);
    if (maskToken === "channel") return concat([shown, mask], 1);
    return p.maskToken ? add(shown, mul(sub(1, mask), p.maskToken)) : shown;
  }
}

/** Layers of which the first takes rows and their masks, 2 d numbers. */
function withMaskChannels(options: LayerOptions): Network {
  const network = fullyConnected(options);
  const first = "encoder.0.weight";
  return {
    ...network,
    initial: (d, random) => ({
      ...network.initial(d, random),
      [first]: network.initial(2 * d, random)[first]!,
    }),
  };
}
