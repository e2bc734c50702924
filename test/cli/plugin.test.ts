/** @file `--plugin FILE`: a method of one's own takes the way of every method, from one file. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type FittedModel, fit as fitted, type MethodEntry } from "../../src/index.js";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

// A module of the user finds the package by its name: the one that is built.
const { path, spawned: unlabeled } = await workplace();
const plugin = ["--plugin", fileURLToPath(new URL("../fixtures/random-projection.mjs", import.meta.url))];
const fit = ["fit", "flowers.csv", "--label", "name", "--method", "random-projection", "--seed", "1"];
const model = ["--model", "own.safetensors"];

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  await writeFile(path("empty.mjs"), "export const method = 3;\n");
  await writeFile(path("broken.mjs"), "export const method = ;\n");
  await writeFile(
    path("pca.mjs"),
    'export const mine = { name: "pca", summary: "", options: {}, create: () => ({}) };\n',
  );
});

describe("a method of one's own", () => {
  test("is fitted with flags of its own, and its figures told", async () => {
    const { stdout, code } = await unlabeled([
      ...fit,
      ...plugin,
      "--latent-dim",
      "2",
      "-o",
      "own.safetensors",
    ]);
    expect(stdout).toMatch(/method +randomProjection/);
    expect(stdout).toMatch(/meanLength +\d/);
    expect(code).toBe(0);
  });

  test("is loaded by every verb that takes a model", async () => {
    const { stdout } = await unlabeled(["encode", "flowers.csv", ...model, ...plugin]);
    expect(csvRows(stdout)[0]).toEqual(["name", "petal", "sepal", "stem", "z1", "z2"]);
    expect((await unlabeled(["info", "own.safetensors", ...plugin])).stdout).toMatch(
      /directions +float32 \[3, 2\]/,
    );
    const onnx = ["export", "own.safetensors", "--part", "encode", "-o", "own.onnx", ...plugin];
    expect((await unlabeled(onnx)).code).toBe(0);
    expect((await readFile(path("own.onnx"))).length).toBeGreaterThan(100);
  });

  test("is trained, by the arithmetic of the package that it imports, as it is by the library", async () => {
    const file = new URL("../fixtures/sequences.mjs", import.meta.url);
    const { windowMean } = (await import(file.href)) as { windowMean: MethodEntry };
    const trained = ["--plugin", fileURLToPath(file)];
    const words = ["fit", "flowers.csv", "--columns", "petal", "--scale", "none", "--seed", "1", "--json"];
    const { stdout } = await unlabeled([
      ...words,
      "--method",
      "window-mean",
      "-o",
      "mean.safetensors",
      ...trained,
    ]);
    const rows = csvRows(FLOWERS)
      .slice(1)
      .map((row) => [Number(row[1])]);
    const { history } = (await fitted(windowMean.create({}), rows, { seed: 1 })) as FittedModel;
    expect(JSON.parse(stdout).metrics.objective).toBe(history.at(-1)!.loss);
    expect(history.at(-1)!.loss).toBeGreaterThan(0.1);
  });

  test("is listed, with its options", async () => {
    const { stdout } = await unlabeled(["methods", ...plugin]);
    expect(stdout).toMatch(/your own:\n {2}randomProjection +a code of random directions/);
    const { stdout: options } = await unlabeled(["methods", "random-projection", ...plugin]);
    expect(options).toMatch(/--latent-dim +required +number of directions/);
  });

  test("stands in comparisons", async () => {
    const { stdout } = await unlabeled([
      "compare",
      "flowers.csv",
      "--methods",
      "pca,randomProjection",
      ...plugin,
    ]);
    expect(stdout).toMatch(/^randomProjection +\d/m);
  });
});

test("without it, the file's method is not known", async () => {
  expectError(
    await unlabeled(["encode", "flowers.csv", ...model]),
    1,
    /own\.safetensors: there is no method "randomProjection".*--plugin FILE/,
  );
  expectError(await unlabeled([...fit, "--latent-dim", "2"]), 2, /no method "random-projection"/);
});

test.each([
  ["no file", "none.mjs", /none\.mjs: cannot be loaded: /],
  ["a module without methods", "empty.mjs", /empty\.mjs: exports no method, such as: /],
  ["no JavaScript", "broken.mjs", /broken\.mjs: cannot be loaded: /],
  ["a name that is taken", "pca.mjs", /pca\.mjs: there is another method of the name pca/],
])("%s is refused in a line", async (_, file, line) => {
  expectError(await unlabeled(["fit", "flowers.csv", "--plugin", file, "--method", "pca"]), 2, line);
});
