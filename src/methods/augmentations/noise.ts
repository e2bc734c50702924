/**
 * @file Noise on rows, fresh for every row of every step:
 *
 *   gaussian           x̃ = x + σ ε,  ε ~ N(0, I)
 *   relativeGaussian   the same with σ = τ r,  r² the mean variance of the columns before training
 *   zero               x̃ = x ⊙ m,  m ~ Bernoulli(1 − ν)
 *   saltAndPepper      x̃ = x + m ⊙ (s − x),  m ~ Bernoulli(ν),  s the least or the greatest value with even chances
 *
 * Source: Vincent, Larochelle, Lajoie, Bengio & Manzagol (2010), "Stacked denoising autoencoders", JMLR, section 3.3.
 */
import type { Matrix } from "../../data/matrix.js";
import { add, mul, sub } from "../../engine/ops/arithmetic.js";
import type { Tensor } from "../../engine/tensor.js";
import { array, arrayOf, once } from "../initial.js";
import type { TrainingBatch } from "../method.js";
import { inWords, namedValue } from "../named-values.js";
import { custom, type Option } from "../options.js";
import type { Parameters, Symbols } from "../parameters.js";
import { meanVariance } from "../spread.js";
import type { Augmentation } from "./augmentation.js";

/** `{ gaussian: σ }` with σ ≥ 0, `{ relativeGaussian: τ }` with τ ≥ 0, `{ zero: ν }` or `{ saltAndPepper: ν }` with ν in [0, 1]; in words `gaussian:0.3`. */
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
  | string;

/** A way to corrupt an autoencoder's rows. */
export interface Corruption {
  /** x̃ `[n, d]` of x `[n, d]`. */
  corrupt(x: Tensor, batch: TrainingBatch, p: Symbols): Tensor;
  /** Names of the parameters that it measures on the training data. */
  readonly measured?: readonly string[];
  measure?(x: Matrix): Parameters;
}

/** σ, τ or ν where none is said. */
const LEVEL = 0.3;

/** Noises by name. */
export const NOISES: Readonly<Record<string, (level?: number) => Augmentation>> = {
  gaussian: (sigma) => gaussian(sigma),
  relativeGaussian: (share) => relativeGaussian(share),
  zero: (probability) => zero(probability),
  saltAndPepper: (probability) => saltAndPepper(probability),
};

function gaussian(sigma = LEVEL): Augmentation {
  if (!(sigma >= 0 && Number.isFinite(sigma)))
    throw new RangeError(`gaussian: sigma must be a number ≥ 0, got ${sigma}`);
  return { name: `gaussian:${sigma}`, view: (x, { batch }) => add(x, mul(batch.normal(x.shape), sigma)) };
}

function relativeGaussian(share = LEVEL): Augmentation {
  if (!(share >= 0 && Number.isFinite(share)))
    throw new RangeError(`relativeGaussian: share must be a number ≥ 0, got ${share}`);
  return {
    name: `relativeGaussian:${share}`,
    view: (x, { batch, parameters: p }) => add(x, mul(batch.normal(x.shape), mul(p["noise.spread"]!, share))),
    measured: ["noise.spread"],
    measure: (x) => ({ "noise.spread": array([], () => Math.sqrt(meanVariance(x))) }),
  };
}

function zero(probability = LEVEL): Augmentation {
  checkProbability("zero", probability);
  return {
    name: `zero:${probability}`,
    view: (x, { batch }) => mul(x, batch.bernoulli(1 - probability, x.shape)),
  };
}

function saltAndPepper(probability = LEVEL): Augmentation {
  checkProbability("saltAndPepper", probability);
  return {
    name: `saltAndPepper:${probability}`,
    view(x, { batch, parameters: p }) {
      const salt = batch.bernoulli(0.5, x.shape);
      const value = add(mul(salt, p["noise.range"]!), p["noise.least"]!);
      return add(x, mul(batch.bernoulli(probability, x.shape), sub(value, x)));
    },
    measured: ["noise.least", "noise.range"],
    measure: extremes,
  };
}

/**
 * Salt and pepper: 0 and 1 where all numbers lie between, so that a pixel that is black in every image is hit as
 * any other; else the least and the greatest number of each column.
 */
function extremes(x: Matrix): Parameters {
  const found = once(() => extremesOf(x));
  return {
    "noise.least": arrayOf([x.cols], () => found().least),
    "noise.range": arrayOf([x.cols], () => found().range),
  };
}

function extremesOf({ data, cols }: Matrix): { least: Float32Array; range: Float32Array } {
  if (data.every((value) => value >= 0 && value <= 1))
    return { least: new Float32Array(cols), range: new Float32Array(cols).fill(1) };
  const low = new Float32Array(cols).fill(Number.POSITIVE_INFINITY);
  const high = new Float32Array(cols).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < data.length; i++) {
    const [j, value] = [i % cols, data[i]!];
    if (value < low[j]!) low[j] = value;
    if (value > high[j]!) high[j] = value;
  }
  return { least: low, range: high.map((value, j) => value - low[j]!) };
}

function checkProbability(kind: string, probability: number): void {
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`${kind}: probability must be in [0, 1], got ${probability}`);
}

/** An option that takes a kind of noise with its level. */
export function noiseOption(spec: { default: string; help: string }): Option<Noise> {
  return custom<Noise>({
    ...spec,
    want: "gaussian:SIGMA with SIGMA ≥ 0, relativeGaussian:SHARE, zero:PROBABILITY or saltAndPepper:PROBABILITY, or such as { gaussian: 0.3 }",
    accept(value) {
      const words = inWords(value);
      return words !== undefined && namedValue(words, NOISES) ? words : undefined;
    },
  });
}

/** The corruption of an option's value. */
export function corruptionOf(noise: Noise): Corruption {
  const { view, measured = [], measure } = namedValue(inWords(noise)!, NOISES)!;
  return {
    corrupt: (x, batch, parameters) => view(x, { batch, shape: x.shape.slice(1).map(Number), parameters }),
    measured,
    ...(measure && { measure }),
  };
}
