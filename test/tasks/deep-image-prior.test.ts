import { beforeAll, describe, expect, test } from "vitest";
import { matrix } from "../../src/data/matrix.js";
import { constant, input, sum } from "../../src/engine/index.js";
import { random } from "../../src/random.js";
import {
  type DeepImagePriorOptions,
  deepImagePrior,
} from "../../src/tasks/inverse-problem/deep-image-prior.js";
import {
  type HourglassShape,
  hourglass,
  initialHourglass,
} from "../../src/tasks/inverse-problem/hourglass.js";
import { downsample, mask, measure } from "../../src/tasks/inverse-problem/measurements.js";
import { checkGradients, type Precision } from "../engine/central-differences.js";

const size = 24;
/** A picture with an edge, a slope and a wave, in [0, 1]. */
const picture = matrix(
  1,
  size * size,
  Float32Array.from({ length: size * size }, (_, at) => {
    const [y, x] = [Math.floor(at / size), at % size];
    return x + y > 26 ? 0.15 + 0.02 * x : 0.6 + 0.3 * Math.sin(x / 3) * Math.cos(y / 4);
  }),
);
const small = { rowShape: [size, size], channels: [16, 16], steps: 300, seed: 0 };

const meanSquare = (a: Float32Array, b: Float32Array, counts: (at: number) => boolean) => {
  let [total, n] = [0, 0];
  a.forEach((value, at) => {
    if (!counts(at)) return;
    total += (value - b[at]!) ** 2;
    n++;
  });
  return total / n;
};

describe("an image with two thirds of its pixels missing", () => {
  const stream = random(4);
  const seen = Float32Array.from({ length: size * size }, () => (stream.uniform() < 1 / 3 ? 1 : 0));
  const holes = matrix(
    1,
    size * size,
    picture.data.map((v, at) => (seen[at] ? v : Number.NaN)),
  );
  let first: Awaited<ReturnType<typeof deepImagePrior>>;
  beforeAll(async () => {
    first = await deepImagePrior(holes, small);
  });

  test("is filled better than by the mean or the nearest pixel that is seen", () => {
    const hidden = (at: number) => seen[at] === 0;
    const level = picture.data.reduce((s, v, at) => s + v * seen[at]!, 0) / seen.reduce((s, v) => s + v);
    const nearest = picture.data.map((_, at) => {
      let [value, best] = [0, Number.POSITIVE_INFINITY];
      for (let other = 0; other < size * size; other++) {
        if (!seen[other]) continue;
        const far = Math.hypot(
          (at % size) - (other % size),
          Math.floor(at / size) - Math.floor(other / size),
        );
        if (far < best) [value, best] = [picture.data[other]!, far];
      }
      return value;
    });
    const error = meanSquare(first.x.data, picture.data, hidden);
    expect(error).toBeLessThan(
      meanSquare(
        picture.data.map(() => level),
        picture.data,
        hidden,
      ) / 4,
    );
    expect(error).toBeLessThan(meanSquare(nearest, picture.data, hidden));
    expect(first.step[0]).toBe(300);
  });

  test("the same seed gives the same bits, whether pixels are missing or masked", async () => {
    const again = await deepImagePrior(picture, { ...small, measurement: mask(seen) });
    expect(again).toEqual(first);
  });

  test("held-out pixels say when to stop", async () => {
    const found = await deepImagePrior(holes, { ...small, heldOut: 0.2 });
    expect(found.step[0]! % 10).toBe(0);
    expect(found.step[0]).toBeGreaterThan(50);
    const error = meanSquare(found.x.data, picture.data, (at) => seen[at] === 0);
    expect(error).toBeLessThan(2 * meanSquare(first.x.data, picture.data, (at) => seen[at] === 0));
  });
});

test("a color image from half its size meets its measurement, in the units of that", async () => {
  const shape = [3, 12, 20];
  const measurement = downsample(2, shape);
  const bright = Float32Array.from({ length: 720 }, (_, at) => 100 + 80 * Math.sin(at / 40));
  const y = await measure(measurement, matrix(1, 720, bright));
  const options = { measurement, channels: [8, 8], averaging: 0, inputNoise: 0, steps: 200, seed: 1 };
  const { x } = await deepImagePrior(y, { rowShape: shape, ...options });
  const again = await measure(measurement, x);
  // 5 of 255 levels is far below what a wrong unit or order would leave.
  expect(Math.sqrt(meanSquare(again.data, y.data, () => true))).toBeLessThan(5);
});

test("the network's gradients, against central differences", async () => {
  const net: HourglassShape = { inputChannels: 2, channels: [3, 2], skipChannels: 1, outputChannels: 1 };
  const weights = initialHourglass(net, random(2));
  // Leaky rectifiers have kinks, and float32 rounds: steps small enough for one, tolerance wide enough for the other.
  const precision: Precision = { dtype: "float32", step: 3e-4, tolerance: 1e-2, outer: sum };
  expect(Object.keys(weights)).toContain("up.1.mix.weight");
  for (const name of [
    "skip.0.weight",
    "down.0.stride.weight",
    "join.0.gamma",
    "up.1.conv.weight",
    "out.bias",
  ]) {
    const others = Object.fromEntries(
      Object.entries(weights).map(([other, value]) => [other, constant(value)]),
    );
    const z = constant({
      dtype: "float32",
      shape: [1, 2, 5, 6],
      data: random(3).fillNormal(new Float32Array(60)),
    });
    await checkGradients({
      shapes: [weights[name]!.shape],
      f: (w) => hourglass(z, { ...others, [name]: w }, net),
      precision,
    });
  }
});

test("an image of a size that no scale divides keeps its size", () => {
  const net: HourglassShape = { inputChannels: 2, channels: [4, 4, 4], skipChannels: 1, outputChannels: 3 };
  const weights = initialHourglass(net, random(0));
  const symbols = Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, constant(value)]));
  expect(hourglass(input("z", [1, 2, 9, 15]), symbols, net).shape).toEqual([1, 3, 9, 15]);
});

test("a signal stops it", async () => {
  const controller = new AbortController();
  const stopped = deepImagePrior(picture, {
    ...small,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
});

test.each<[string, Partial<DeepImagePriorOptions>, RegExp]>([
  [
    "another size",
    { rowShape: [5, 5] },
    /^deepImagePrior: identity of 25 numbers gives 25, the measurements have 576$/,
  ],
  ["no image", { rowShape: [576] }, /^deepImagePrior: rowShape must be \[height, width\]/],
  ["an empty range", { range: [1, 1] }, /^deepImagePrior: range must be \[least, largest\], got \[1, 1\]$/],
  ["everything held out", { heldOut: 1 }, /^deepImagePrior: heldOut must be a number in \[0, 1\), got 1$/],
])("%s is refused", async (_, options, message) => {
  await expect(deepImagePrior(picture, { ...small, ...options })).rejects.toThrow(message);
});
