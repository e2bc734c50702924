/**
 * @file One convolution and its batch normalization, of which encoders of images are made.
 *
 *   BN(K * h),   K without a bias, which the normalization would take away
 */
import { conv, type Pair, pairOf } from "../../engine/ops/convolution.js";
import type { Tensor } from "../../engine/tensor.js";
import type { Random } from "../../random.js";
import { array } from "../initial.js";
import type { Parameters, Symbols } from "../parameters.js";
import { initialNormalization, normalized } from "./batch-normalization.js";
import type { Mode } from "./network.js";

/** A convolution and its normalization. */
export interface NormalizedConvolution {
  /** First part of the names of its parameters. */
  readonly name: string;
  /** Channels that go in. */
  readonly from: number;
  /** Filters, which are channels that come out. */
  readonly to: number;
  /** Size of a filter in pixels. */
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Zeros on each side. */
  readonly padding: number;
}

/** Images `[n, to, height, width]` of images `[n, from, height, width]`. */
export function applyNormalizedConvolution(
  { name, stride, padding }: NormalizedConvolution,
  h: Tensor,
  p: Symbols,
  mode: Mode,
): Tensor {
  return normalized(conv(h, p[`${name}.weight`]!, undefined, { stride, padding }), name, p, mode);
}

/** Filters normal with variance 2 / fanOut, as He et al. (2015) draw them for rectified layers. */
export function initialNormalizedConvolution(
  { name, from, to, kernel }: NormalizedConvolution,
  random: Random,
): Parameters {
  const [height, width] = pairOf(kernel);
  const deviation = Math.sqrt(2 / (to * height * width));
  const stream = random.fork(name);
  return {
    [`${name}.weight`]: array([to, from, height, width], () => deviation * stream.normal()),
    ...initialNormalization(name, to),
  };
}
