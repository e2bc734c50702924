/**
 * @file Views of sequences, rows of shape [steps, features]:
 *
 *   cropSteps   a stretch of the steps made as long as the whole: its share is uniform on [s₀, 1], its place where it fits
 *   jitter      x̃ = x + σ ε,  ε ~ N(0, I)
 *   scale       x̃ = f ⊙ x,  f ~ N(1, σ²), one for each feature
 *   hideSteps   a stretch of a share of the steps, anywhere, in which every number is the mean of its column
 *
 * Between steps values are interpolated linearly.
 * Source: Um et al. (2017), "Data augmentation of wearable sensor data for Parkinson's disease monitoring using convolutional
 * neural networks", ICMI (jitter, scale); Le Guennec, Malinowski & Tavenard (2016), "Data augmentation for time series
 * classification using convolutional neural networks", AALTD (stretches, there "window slicing"); Park et al. (2019),
 * "SpecAugment: a simple data augmentation method for automatic speech recognition", Interspeech (hidden steps).
 */
import { abs, add, mul, sub } from "../../engine/ops/arithmetic.js";
import { cast, less } from "../../engine/ops/select.js";
import { expand, reshape } from "../../engine/ops/shape.js";
import { IDENTITY_MAP } from "./affine-map.js";
import { type Augmentation, checkedNumber, checkRank, isShare } from "./augmentation.js";
import { geometric } from "./image-geometry.js";
import { gaussian } from "./noise.js";
import { counting, uniformBetween, wholeNumbers } from "./row-draws.js";
import { hiddenMeans, withMeans } from "./table.js";

const sequences =
  (name: string): NonNullable<Augmentation["check"]> =>
  (method, shape) =>
    checkRank(method, name, shape, 2);

const isDeviation = (value: number) => value >= 0;

/**
 * Crops a stretch out of every sequence and makes it as long as the sequence, by linear interpolation.
 * @param least share of the steps in (0, 1]; the share is uniform on [least, 1]. Default 0.5.
 * @throws RangeError for another number.
 */
export function cropSteps(least?: number): Augmentation {
  const share = checkedNumber("cropSteps: least", least, 0.5, "a share in (0, 1]", (v) => v > 0 && v <= 1);
  const name = `cropSteps:${share}`;
  return geometric(
    name,
    (batch, [steps], one) => {
      if (share === 1) return IDENTITY_MAP;
      const part = uniformBetween(batch, [share, 1], one);
      const start = mul(mul(sub(1, part), uniformBetween(batch, [-0.5, 0.5], one)), steps!);
      return { ...IDENTITY_MAP, yy: part, yt: start };
    },
    sequences(name),
  );
}

/**
 * Adds normal noise to every number.
 * @param sigma its standard deviation ≥ 0, in units of the scaled data. Default 0.05.
 * @throws RangeError for another number.
 */
export function jitter(sigma?: number): Augmentation {
  const deviation = checkedNumber("jitter: sigma", sigma, 0.05, "a number ≥ 0", isDeviation);
  const name = `jitter:${deviation}`;
  return { ...gaussian(deviation), name, check: sequences(name) };
}

/**
 * Multiplies every feature of a sequence by a factor of its own, normal about 1.
 * @param sigma standard deviation ≥ 0 of the factors. Default 0.1.
 * @throws RangeError for another number.
 */
export function scale(sigma?: number): Augmentation {
  const deviation = checkedNumber("scale: sigma", sigma, 0.1, "a number ≥ 0", isDeviation);
  const name = `scale:${deviation}`;
  return {
    name,
    view(x, { batch, shape }) {
      const [n, [steps, features]] = [x.shape[0] as number, shape as readonly [number, number]];
      const factors = add(mul(batch.normal([n, 1, features]), deviation), 1);
      return reshape(mul(reshape(x, [n, steps, features]), factors), x.shape);
    },
    check: sequences(name),
  };
}

/**
 * Hides a stretch of every sequence: each number in it is the mean of its column in the training data.
 * @param share of the steps that are hidden, in [0, 1], rounded to whole steps. Default 0.2.
 * @throws RangeError for another number.
 */
export function hideSteps(share?: number): Augmentation {
  const part = checkedNumber("hideSteps: share", share, 0.2, "in [0, 1]", isShare);
  const name = `hideSteps:${part}`;
  const shown: NonNullable<Augmentation["shown"]> = (x, { batch, shape }) => {
    const [n, [steps, features]] = [x.shape[0] as number, shape as readonly [number, number]];
    const length = Math.round(part * steps);
    const first = wholeNumbers(batch, steps - length + 1, [n, 1, 1]);
    // Steps first … first + length − 1 lie within length / 2 of their middle.
    const away = sub(counting(steps, [1, steps, 1], -(length - 1) / 2), first);
    const hidden = cast(less(abs(away), length / 2), "float32");
    return reshape(expand(sub(1, hidden), [n, steps, features]), x.shape);
  };
  return {
    name,
    shown,
    view: (x, from) => withMeans(x, shown(x, from), from),
    check: sequences(name),
    ...hiddenMeans,
  };
}
