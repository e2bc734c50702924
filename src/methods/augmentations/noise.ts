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
import { array, arrayOf, once } from "../initial.js";
import type { Parameters } from "../parameters.js";
import { meanVariance } from "../spread.js";
import { type Augmentation, checkedNumber, isShare } from "./augmentation.js";
import { randomMask } from "./random-mask.js";

/** σ, τ or ν where none is said. */
const LEVEL = 0.3;

/**
 * Adds normal noise to every number.
 * @param sigma its standard deviation ≥ 0, in units of the scaled data. Default 0.3.
 * @throws RangeError for another number.
 */
export function gaussian(sigma?: number): Augmentation {
  const deviation = checkedNumber("gaussian: sigma", sigma, LEVEL, "a number ≥ 0", (v) => v >= 0);
  return {
    name: `gaussian:${deviation}`,
    view: (x, { batch }) => add(x, mul(batch.normal(x.shape), batch.scalar("noise", deviation))),
  };
}

/**
 * Adds normal noise to every number, in units of the data's own spread: the root of the mean variance of the columns.
 * @param share its standard deviation ≥ 0 in these units. Default 0.3.
 * @throws RangeError for another number.
 */
export function relativeGaussian(share?: number): Augmentation {
  const part = checkedNumber("relativeGaussian: share", share, LEVEL, "a number ≥ 0", (v) => v >= 0);
  return {
    name: `relativeGaussian:${part}`,
    view: (x, { batch, parameters: p }) =>
      add(x, mul(batch.normal(x.shape), mul(p["noise.spread"]!, batch.scalar("noise", part)))),
    measured: ["noise.spread"],
    measure: (x) => ({ "noise.spread": array([], () => Math.sqrt(meanVariance(x))) }),
  };
}

/**
 * Sets each number to 0 with a probability.
 * @param probability in [0, 1]. Default 0.3.
 * @throws RangeError for another number.
 */
export function zero(probability?: number): Augmentation {
  const maskRatio = checkedNumber("zero: probability", probability, LEVEL, "in [0, 1]", isShare);
  const shown: NonNullable<Augmentation["shown"]> = (x, { batch }) => randomMask(x, batch, { maskRatio });
  return { name: `zero:${maskRatio}`, shown, view: (x, from) => mul(x, shown(x, from)) };
}

/**
 * Sets each number, with a probability, to the least or the greatest that there is, with even chances: 0 and 1 for data in [0, 1], else
 * those of its column in the training data.
 * @param probability in [0, 1]. Default 0.3.
 * @throws RangeError for another number.
 */
export function saltAndPepper(probability?: number): Augmentation {
  const share = checkedNumber("saltAndPepper: probability", probability, LEVEL, "in [0, 1]", isShare);
  return {
    name: `saltAndPepper:${share}`,
    view(x, { batch, parameters: p }) {
      const salt = batch.bernoulli(0.5, x.shape);
      const value = add(mul(salt, p["noise.range"]!), p["noise.least"]!);
      return add(x, mul(batch.bernoulli(share, x.shape), sub(value, x)));
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
