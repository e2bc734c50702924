/** @file The same bits of views on any number of threads, and in WebAssembly. */
import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { type Matrix, matrix } from "../../../src/data/matrix.js";
import { configureRuntime } from "../../../src/engine/index.js";
import {
  type Augmentation,
  augmentations,
  denoisingAutoencoder,
  drawViews,
  fit,
} from "../../../src/index.js";
import { augmentationOfAll } from "../../../src/methods/augmentations/augmentations-option.js";
import { random } from "../../../src/random.js";

afterEach(() => configureRuntime({}));

const rows = (n: number, d: number): Matrix => matrix(n, d, random(4).fillNormal(new Float32Array(n * d)));

const pixels = [
  "brightness",
  "contrast",
  "blur",
  "cutOut",
  "hidePatches",
  "saltAndPepper",
  "hide:0.1",
  "zero:0.1",
];
/** Lists that together have every augmentation, with the shape of the rows. */
const cases: [readonly string[], readonly number[], number][] = [
  [["shift", "crop", "flip", ...pixels], [1, 28, 28], 256],
  [["crop", "rotate", ...pixels, "relativeGaussian"], [3, 12, 12], 40],
  // Longer sums than products sum in one way.
  [["crop:0.5", "blur:2"], [1, 132, 140], 6],
  [["swap", "gaussian"], [40], 256],
  [["cropSteps", "scale", "jitter", "hideSteps"], [50, 3], 256],
  [["cropSteps", "hideSteps"], [200, 3], 20],
];
/** A digest, since comparing long arrays one by one takes a test longer than making them. */
const bitsOf = (views: readonly Matrix[]) =>
  views.map(({ data }) =>
    createHash("sha256")
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      .digest("hex"),
  );
const views = ([list, rowShape, n]: (typeof cases)[number]) =>
  drawViews(
    rows(
      n,
      rowShape.reduce((all, size) => all * size, 1),
    ),
    { rowShape, augmentations: list, count: 2, seed: 3 },
  );

test("these are all there are", () => {
  const { defaultAugmentations, ...all } = augmentations;
  const named = cases.flatMap(([list]) => list.map((words) => words.split(":")[0]));
  expect([...new Set(named)].sort()).toEqual(Object.keys(all).sort());
});

test.each(cases)(
  "%s of %s: the same bits on 1, 2, 3 and 5 threads, others with another seed",
  async (...one) => {
    configureRuntime({ threads: 1 });
    const wanted = bitsOf(await views(one));
    expect(wanted[0]).not.toEqual(wanted[1]);
    for (const threads of [2, 3, 5]) {
      configureRuntime({ threads });
      expect(bitsOf(await views(one))).toEqual(wanted);
    }
  },
);

describe("WebAssembly", () => {
  // Numbers are added and multiplied one by one; sums of products and exponentials are rounded in other places.
  const EXACT = [
    "shift:2",
    "flip",
    "rotate",
    "brightness",
    "cutOut",
    "hidePatches",
    "gaussian",
    "zero",
    "saltAndPepper",
    "hide",
    "swap",
  ];
  test.each(EXACT)("gives %s to the bit", async (words) => {
    const one: (typeof cases)[number] = [[words], [1, 12, 12], 30];
    const native = bitsOf(await views(one));
    configureRuntime({ backend: "wasm" });
    expect(bitsOf(await views(one))).toEqual(native);
  });

  test.each(cases)("gives %s of %s to rounding", async (...one) => {
    const native = await views(one);
    configureRuntime({ backend: "wasm" });
    const wasm = await views(one);
    native.forEach(({ data }, v) => {
      const worst = data.reduce((most, value, at) => Math.max(most, Math.abs(value - wasm[v]!.data[at]!)), 0);
      expect(worst).toBeLessThan(2e-5);
    });
  });
});

// With 10⁵ numbers to train, steps are single runs beside code of the optimizer; with fewer, one loop.
test.each([
  ["in a loop", 16],
  ["step by step", 800],
])("training on views %s has the same bits on 1, 2, 3 and 5 threads", async (_way, width) => {
  const all = augmentationOfAll(["shift:1", "crop", "brightness", "rotate", "blur", "swap:0.1"]);
  const views: Augmentation = {
    ...all,
    view: (x, from) => all.view(x, { ...from, shape: [1, 8, 8] }),
    check() {},
  };
  const method = denoisingAutoencoder({ latentDim: 4, hidden: [width], noise: views });
  const x = rows(300, 64);
  const fitted = async (threads: number) => {
    configureRuntime({ threads });
    return (await fit(method, x, { epochs: 2, batchSize: 100, seed: 1 })).parameters;
  };
  const wanted = await fitted(1);
  for (const threads of [2, 3, 5]) expect(await fitted(threads)).toEqual(wanted);
});
