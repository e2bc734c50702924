/**
 * @file The noise of an autoencoder as an option: one augmentation of rows of any kind, in words or of one's own.
 */
import { custom, type Option } from "../options.js";
import type { Augmentation } from "./augmentation.js";
import { asSaid, augmentationOf } from "./augmentations-option.js";

/**
 * `{ gaussian: σ }` with σ ≥ 0, `{ relativeGaussian: τ }` with τ ≥ 0, `{ zero: ν }`, `{ saltAndPepper: ν }`, `{ hide: ν }` or
 * `{ swap: ν }` with ν in [0, 1]; in words `gaussian:0.3`; or an augmentation `{ name, view }`.
 */
export type Noise =
  | {
      /** Standard deviation σ ≥ 0 of normal noise, in units of the scaled data. */
      readonly gaussian: number;
    }
  | {
      /** Standard deviation of normal noise as a share τ ≥ 0 of the data's own, the root of the columns' mean variance. */
      readonly relativeGaussian: number;
    }
  | {
      /** Probability ν in [0, 1] with which a number becomes 0. */
      readonly zero: number;
    }
  | {
      /** Probability ν in [0, 1] with which a number becomes the least or the greatest, with even chances. */
      readonly saltAndPepper: number;
    }
  | {
      /** Probability ν in [0, 1] with which a number becomes the mean of its column. */
      readonly hide: number;
    }
  | {
      /** Probability ν in [0, 1] with which a number becomes that of its column in another row of the batch. */
      readonly swap: number;
    }
  | Augmentation
  | string;

const NAMES: readonly string[] = ["gaussian", "relativeGaussian", "zero", "saltAndPepper", "hide", "swap"];

/** An option that takes a kind of noise with its level, or an augmentation of one's own. */
export function noiseOption(spec: { default?: string; help: string }): Option<Noise> {
  return custom<Noise>({
    ...spec,
    want:
      "gaussian:SIGMA with SIGMA ≥ 0, relativeGaussian:SHARE, zero:PROBABILITY, saltAndPepper:PROBABILITY, hide:PROBABILITY or " +
      "swap:PROBABILITY, or such as { gaussian: 0.3 }, or an augmentation { name, view }",
    accept(value) {
      const said = asSaid(value);
      const isNamed = typeof said !== "string" || NAMES.includes(said.split(":", 1)[0]!);
      return isNamed && augmentationOf(said) ? (said as Noise) : undefined;
    },
  });
}

/** The augmentation of an option's value. */
export function corruptionOf(noise: Noise): Augmentation {
  return augmentationOf(noise)!;
}

/** True for noise that is the same on columns to which a number is added; nobody knows it of one's own. */
export function movesWithColumns(noise: Noise): boolean {
  return typeof noise === "string" && /^(gaussian|relativeGaussian|hide|swap)\b/.test(noise);
}
