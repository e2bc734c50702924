/** @file Augmentations in words, in files, of one's own, and what is refused. */
import { describe, expect, test } from "vitest";
import { digits } from "../../../src/data/digits.js";
import { matrix } from "../../../src/data/matrix.js";
import {
  type Augmentation,
  augmentations,
  denoisingAutoencoder,
  drawViews,
  engine,
  fit,
  load,
} from "../../../src/index.js";
import {
  type Augmenting,
  augmentationOfAll,
  augmentationsOption,
} from "../../../src/methods/augmentations/augmentations-option.js";
import { describeOptions } from "../../../src/methods/options.js";
import { random } from "../../../src/random.js";

const { defaultAugmentations, ...named } = augmentations;
const NAMES = Object.keys(named) as (keyof typeof named)[];
const option = augmentationsOption({ default: [], help: "" });
const IMAGE = [2, 8, 8];
const SEQUENCE = [16, 8];
const SEQUENCES = ["cropSteps", "jitter", "scale", "hideSteps"];
const x = matrix(20, 128, random(1).fillNormal(new Float32Array(20 * 128)));
const shapeFor = (name: string) => (SEQUENCES.includes(name) ? SEQUENCE : IMAGE);

describe.each(NAMES)("%s", (name) => {
  test("has a name with its numbers that gives the same again: as words, as an object and out of a file", async () => {
    const made = named[name]();
    expect(made.name).toMatch(new RegExp(`^${name}(:[\\d.]+)+$`));
    const numbers = made.name.split(":").slice(1).map(Number);
    const ways: Augmenting[] = [
      name,
      made.name,
      { [name]: numbers },
      named[name](...(numbers as [number, number])),
      made,
    ];
    const views = (list: readonly unknown[]) =>
      drawViews(x, { rowShape: shapeFor(name), augmentations: option.accept(list)!, seed: 2 });
    const wanted = await views([made.name]);
    for (const way of ways) {
      expect(augmentationOfAll(option.accept([way])!).name).toBe(made.name);
      const kept = describeOptions({ list: option.accept([way])! }).list as unknown[];
      expect(await views([way])).toEqual(wanted);
      expect(await views(kept)).toEqual(wanted);
    }
  });

  test("refuses numbers out of range and kinds that are none", () => {
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, "much" as never])
      expect(() => named[name](wrong)).toThrow(new RegExp(`^${name}: \\w+ must be .*, got ${wrong}$`));
    expect(option.accept([`${name}:-1`])).toBeUndefined();
    expect(option.accept([`${name}:0.5:1:1`])).toBeUndefined();
  });
});

test("numbers that change nothing give every row to the bit", async () => {
  const still: Record<string, readonly number[]> = {
    crop: [1],
    cropSteps: [1],
    hidePatches: [0, 2],
  };
  for (const name of NAMES) {
    const words = [name, ...(still[name] ?? [0])].join(":");
    const views = await drawViews(x, { rowShape: shapeFor(name), augmentations: [words], count: 1 });
    expect(views[0]!.data, words).toEqual(x.data);
  }
});

test("a command line says a list with commas", () => {
  expect(option.parse("shift:2,flip")).toEqual(["shift:2", "flip"]);
  expect(option.parse("")).toEqual([]);
  expect(option.accept(option.parse("shift:2,flop"))).toBeUndefined();
});

test("rows of a shape that one cannot change are refused in one line", async () => {
  const refusal = (words: string, rowShape: readonly number[]) =>
    drawViews(x, { rowShape, augmentations: ["zero", words] }).then(
      () => "nothing",
      (error: Error) => error.message,
    );
  for (const name of [
    "shift",
    "crop",
    "flip",
    "rotate",
    "brightness",
    "contrast",
    "blur",
    "cutOut",
    "hidePatches",
  ])
    for (const shape of [[128], SEQUENCE])
      expect(await refusal(name, shape)).toMatch(
        new RegExp(
          `^drawViews: ${name}:\\S+ wants images, rows of shape \\[channels, height, width\\], got \\[${shape.join(", ")}\\]$`,
        ),
      );
  for (const name of SEQUENCES)
    expect(await refusal(name, IMAGE)).toMatch(
      new RegExp(
        `^drawViews: ${name}:\\S+ wants sequences, rows of shape \\[steps, features\\], got \\[2, 8, 8\\]$`,
      ),
    );
  expect(await refusal("shift:8", IMAGE)).toBe(
    "drawViews: shift:8 wants images with sides of more than 8 pixels, got 8 × 8",
  );
  expect(await refusal("hidePatches:0.5:3", IMAGE)).toBe(
    "drawViews: patchSize must divide height and width, got 3 for 8 × 8",
  );
});

describe("of one's own", () => {
  const doubled: Augmentation = { name: "doubled", view: (rows) => engine.mul(rows, 2) };

  test("stands in a list in its place", async () => {
    const [view] = await drawViews(x, {
      augmentations: [doubled, { name: "more", view: (rows) => engine.add(rows, 1) }],
      count: 1,
    });
    expect(view!.data).toEqual(x.data.map((v) => 2 * v + 1));
  });

  test("is kept in a file by its name, and says so where it is missed", async () => {
    const data = matrix(100, 64, digits().x.data.slice(0, 6400));
    const method = denoisingAutoencoder({ latentDim: 2, noise: doubled });
    const model = await fit(method, data, { epochs: 1, seed: 1 });
    expect(model.options.noise).toEqual({ custom: "doubled" });
    const again = await load(model.save());
    expect((await again.encode(data)).data).toEqual((await model.encode(data)).data);
    const kept = option.accept([{ custom: "doubled" }]);
    expect(augmentationOfAll(kept!).name).toBe("doubled");
    await expect(drawViews(x, { augmentations: kept! })).rejects.toThrow(
      'the augmentation "doubled" is not kept in files: give the method again to train with it',
    );
  });
});

describe("the noise of an autoencoder is any augmentation of rows", () => {
  const data = matrix(100, 64, digits().x.data.slice(0, 6400));
  const history = async (noise: Parameters<typeof denoisingAutoencoder>[0]["noise"]) =>
    (await fit(denoisingAutoencoder({ latentDim: 2, noise }), data, { epochs: 2, seed: 1 })).history;

  test.each(["hide:0.2", "swap:0.2", "gaussian:0.2"])(
    "%s, in words, as an object and as a value",
    async (words) => {
      const [name, level] = words.split(":") as [keyof typeof named, string];
      const wanted = await history(words);
      expect(await history({ [name]: Number(level) } as never)).toEqual(wanted);
      expect(await history(named[name](Number(level)))).toEqual(wanted);
    },
  );

  test("one of images is refused, since rows are no images", async () => {
    expect(() => denoisingAutoencoder({ latentDim: 2, noise: "shift:1" })).toThrow(
      "noise must be gaussian:SIGMA",
    );
    const method = denoisingAutoencoder({ latentDim: 2, noise: augmentations.shift(1) });
    await expect(fit(method, data)).rejects.toThrow(
      "denoisingAutoencoder: shift:1 wants images, rows of shape [channels, height, width], got [64]",
    );
  });
});

describe("defaults", () => {
  test("follow the shape, and can be drawn", async () => {
    expect(defaultAugmentations([1, 28, 28]).at(-1)).toBe("blur:1");
    for (const rowShape of [[1, 4, 4], [3, 28, 28], [1, 1, 1], [20, 3], [1, 1], [7], [1]]) {
      const d = rowShape.reduce((all, size) => all * size, 1);
      const rows = matrix(5, d, random(1).fillNormal(new Float32Array(5 * d)));
      const views = await drawViews(rows, { rowShape });
      expect(views).toHaveLength(2);
      expect(views.every(({ data }) => data.every(Number.isFinite))).toBe(true);
    }
  });
});

describe("drawViews", () => {
  test("gives the rows asked for, as they are seen among the others", async () => {
    const options = { augmentations: ["brightness"], rowShape: IMAGE, seed: 1 };
    const [a] = await drawViews(x, { ...options, rows: [7, 3] });
    expect([a!.rows, a!.cols]).toEqual([2, 128]);
    // A factor of the row's own, the same for all of its numbers.
    const factors = Array.from(
      a!.data,
      (v, at) => v / x.data[[7, 3][Math.floor(at / 128)]! * 128 + (at % 128)]!,
    );
    expect(Math.max(...factors.slice(0, 128)) - Math.min(...factors.slice(0, 128))).toBeLessThan(1e-5);
  });

  test("draws in the scale of training and gives back the units of the data", async () => {
    const far = matrix(
      20,
      128,
      x.data.map((v) => 1000 + 50 * v),
    );
    const [view] = await drawViews(far, { augmentations: ["gaussian:0.1"], scale: "standard", count: 1 });
    const difference = view!.data.map((v, at) => v - far.data[at]!);
    const deviation = Math.sqrt(difference.reduce((t, v) => t + v * v, 0) / difference.length);
    expect(Math.abs(deviation / 5 - 1)).toBeLessThan(0.15);
  });

  test("refuses what it cannot draw", async () => {
    const holed = matrix(1, 2, Float32Array.of(1, Number.NaN));
    await expect(drawViews(holed)).rejects.toThrow("drawViews: row 0 column 1 is NaN");
    await expect(drawViews(x, { count: 0 })).rejects.toThrow(
      "drawViews: count must be an integer ≥ 1, got 0",
    );
    await expect(drawViews(x, { rows: [20] })).rejects.toThrow(
      "drawViews: rows must be integers from 0 to 19, got 20",
    );
    await expect(drawViews(x, { rowShape: [1, 5, 5] })).rejects.toThrow(
      "drawViews: rowShape 1 × 5 × 5 is 25 numbers, a row has 128",
    );
    await expect(drawViews(x, { augmentations: ["spin"] })).rejects.toThrow(
      "drawViews: augmentations must be a list of ",
    );
    await expect(drawViews(matrix(0, 2))).rejects.toThrow("drawViews: ");
  });
});
