/**
 * @file The hourglass: a convolutional network from an image of noise to an image, down to coarse scales and back up,
 * with narrow connections between equal scales.
 *
 *   a_{i+1} = φ(BN(conv₃(φ(BN(conv₃(a_i, stride 2))))))                  down, a₀ = z₀
 *   b_i = φ(BN(conv₁(φ(BN(conv₃(BN([up(b_{i+1}), φ(BN(conv₁(a_i)))]))))))  up, with the connection; b_L = a_L
 *   x̂ = σ(conv₁(b₀))
 *
 * φ is the leaky rectifier, up doubles an image linearly. Normalization is over the one image there is.
 * Source: Ulyanov, Vedaldi & Lempitsky (2018), "Deep image prior", CVPR, and its supplement.
 */
import { relu, sigmoid } from "../../engine/ops/activations.js";
import { add, div, mul, sqrt, square, sub } from "../../engine/ops/arithmetic.js";
import { conv, convTranspose } from "../../engine/ops/convolution.js";
import { mean } from "../../engine/ops/reduce.js";
import { concat, reshape, slice } from "../../engine/ops/shape.js";
import { constant, type NdArray, type Tensor } from "../../engine/tensor.js";
import { array, he } from "../../methods/initial.js";
import type { Parameters, Symbols } from "../../methods/parameters.js";
import type { Random } from "../../random.js";

export interface HourglassShape {
  /** Channels of z₀. */
  readonly inputChannels: number;
  /** Channels at every scale, the finest first: each halves the image. */
  readonly channels: readonly number[];
  /** Channels of a connection between equal scales. */
  readonly skipChannels: number;
  /** Channels of the image, 1 or 3. */
  readonly outputChannels: number;
}

/** Slope of the rectifier below 0, and what keeps the deviation of a constant channel from 0. */
const [SLOPE, EPSILON] = [0.2, 1e-5];

/** Weights before the first step. */
export function initialHourglass(shape: HourglassShape, random: Random): Parameters {
  const { inputChannels, channels, skipChannels, outputChannels } = shape;
  const parameters: Record<string, NdArray> = {};
  const layer = (name: string, from: number, to: number, size: number) => {
    parameters[`${name}.weight`] = filters(to, from, size, random.fork(name));
    norm(name, to);
  };
  const norm = (name: string, count: number) => {
    parameters[`${name}.gamma`] = array([1, count, 1, 1], () => 1);
    parameters[`${name}.beta`] = array([1, count, 1, 1]);
  };
  channels.forEach((width, i) => {
    const above = i === 0 ? inputChannels : channels[i - 1]!;
    const below = channels[Math.min(i + 1, channels.length - 1)]!;
    layer(`down.${i}.stride`, above, width, 3);
    layer(`down.${i}.conv`, width, width, 3);
    layer(`skip.${i}`, above, skipChannels, 1);
    norm(`join.${i}`, below + skipChannels);
    layer(`up.${i}.conv`, below + skipChannels, width, 3);
    layer(`up.${i}.mix`, width, width, 1);
  });
  parameters["out.weight"] = filters(outputChannels, channels[0]!, 1, random.fork("out"));
  parameters["out.bias"] = array([outputChannels]);
  return parameters;
}

/** Filters `[to, from, size, size]`. */
function filters(to: number, from: number, size: number, random: Random): NdArray {
  const fanIn = from * size ** 2;
  return { ...he([to, fanIn], fanIn, random), shape: [to, from, size, size] };
}

/** An image `[1, outputChannels, h, w]` in (0, 1), of z₀ `[1, inputChannels, h, w]`. */
export function hourglass(z0: Tensor, p: Symbols, { channels }: HourglassShape): Tensor {
  const layer = (t: Tensor, name: string, padding: number, stride = 1) =>
    leaky(normalized(conv(t, p[`${name}.weight`]!, undefined, { padding, stride }), name, p));
  const passThrough = (t: Tensor, i: number): Tensor => {
    if (i === channels.length) return t;
    const skip = layer(t, `skip.${i}`, 0);
    const down = layer(layer(t, `down.${i}.stride`, 1, 2), `down.${i}.conv`, 1);
    const [height, width] = t.shape.slice(2) as [number, number];
    const up = doubled(passThrough(down, i + 1), height, width);
    const joined = normalized(concat([up, skip], 1), `join.${i}`, p);
    return layer(layer(joined, `up.${i}.conv`, 1), `up.${i}.mix`, 0);
  };
  return sigmoid(conv(passThrough(z0, 0), p["out.weight"]!, p["out.bias"]!));
}

const leaky = (t: Tensor): Tensor => add(mul(t, SLOPE), mul(relu(t), 1 - SLOPE));

/** Every channel to mean 0 and variance 1 over the image, then scaled and shifted. */
function normalized(t: Tensor, name: string, p: Symbols): Tensor {
  const over = { keepDims: true };
  const centered = sub(t, mean(t, [2, 3], over));
  const deviation = sqrt(add(mean(square(centered), [2, 3], over), EPSILON));
  return add(mul(centered, div(p[`${name}.gamma`]!, deviation)), p[`${name}.beta`]!);
}

/** Twice the size by linear interpolation, the border repeated; cut to `height` × `width` where that is odd. */
function doubled(t: Tensor, height: number, width: number): Tensor {
  const [, c, h, w] = t.shape as [number, number, number, number];
  const line = [0.25, 0.75, 0.75, 0.25];
  const kernel = array([1, 1, 4, 4], (at) => line[Math.floor(at / 4)]! * line[at % 4]!);
  const spread = convTranspose(reshape(t, [c, 1, h, w]), constant(kernel), undefined, {
    stride: 2,
    padding: 1,
  });
  // Beyond the border stands nothing, so that there .75 of a pixel has to count as a whole.
  const share = (at: number, size: number) => (at === 0 || at === size - 1 ? 0.75 : 1);
  const whole = array(
    [1, 1, 2 * h, 2 * w],
    (at) => 1 / (share(Math.floor(at / (2 * w)), 2 * h) * share(at % (2 * w), 2 * w)),
  );
  const image = reshape(mul(spread, constant(whole)), [1, c, 2 * h, 2 * w]);
  return slice(slice(image, 2, 0, height), 3, 0, width);
}
