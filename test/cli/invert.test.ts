import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { digits } from "../../src/data/digits.js";
import { matrix, takeRows } from "../../src/data/matrix.js";
import { readNpy, writeNpy } from "../../src/data/npy.js";
import { invert, load } from "../../src/index.js";
import { random } from "../../src/random.js";
import { downsample, linear, mask, measure } from "../../src/tasks/inverse-problem/measurements.js";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, spawned, path, files } = await workplace();
const rows = takeRows(digits().x, [0, 1, 2]);
const a = matrix(30, 64, random(1).fillNormal(new Float32Array(30 * 64)));
const seen = Float32Array.from({ length: 64 }, (_, j) => (j % 3 === 0 ? 0 : 1));
const given = ["--model", "digits.st", "--seed", "1", "--steps", "60"];

beforeAll(async () => {
  await unlabeled("fit digits --method pca --latent-dim 6 --seed 1 -o digits.st".split(" "));
  await writeFile(path("a.npy"), writeNpy(a));
  await writeFile(path("rows.npy"), writeNpy(rows, [3, 8, 8]));
  await writeFile(path("measured.npy"), writeNpy(await measure(linear(a), rows)));
  await writeFile(path("small.npy"), writeNpy(await measure(downsample(2, [8, 8]), rows), [3, 4, 4]));
  await writeFile(path("mask.csv"), `${Array.from(seen).join(",")}\n`);
});

const model = async () => load(new Uint8Array(await readFile(path("digits.st"))));
const bytesOf = async (name: string) => new Uint8Array(await readFile(path(name)));

describe("with a model, as the library computes it", () => {
  test("a matrix, its codes from a reference; images keep their shape", async () => {
    const { code, stderr } = await spawned(
      [
        "invert",
        "measured.npy",
        ...given,
        "--matrix",
        "a.npy",
        "--reference",
        "digits",
        "-o",
        "x.npy",
      ].concat("--penalties", "l2:0.5"),
    );
    expect(stderr).toMatch(/step 60\/60 {2}objective/);
    expect(code).toBe(0);
    const net = await model();
    const found = await invert(net, await measure(linear(a), rows), {
      measurement: linear(a),
      codes: await net.encode(digits().x),
      penalties: ["l2:0.5"],
      steps: 60,
      seed: 1,
    });
    const npy = readNpy(await bytesOf("x.npy"));
    expect(npy.shape).toEqual([3, 8, 8]);
    // Another process may have more threads, which do not change a bit.
    expect([...npy.x.data]).toEqual([...found.x.data]);
  });

  test("a mask of one row is a mask of every row, and the same as missing numbers", async () => {
    await unlabeled(["invert", "rows.npy", ...given, "--mask", "mask.csv", "-o", "masked.npy"]);
    const holes = rows.data.map((value, at) => (seen[at % 64] ? value : Number.NaN));
    await writeFile(path("holes.npy"), writeNpy(matrix(3, 64, holes), [3, 8, 8]));
    await unlabeled(["invert", "holes.npy", ...given, "-o", "filled.npy"]);
    const found = await invert(await model(), rows, { measurement: mask(seen), steps: 60, seed: 1 });
    expect(await bytesOf("filled.npy")).toEqual(await bytesOf("masked.npy"));
    expect([...readNpy(await bytesOf("masked.npy")).x.data]).toEqual([...found.x.data]);
  });

  test("blurred and smaller images, the shape from the model; CSV on standard output; --json", async () => {
    const blurred = await unlabeled(["invert", "rows.npy", ...given, "--blur", "3x0.8"]);
    expect(blurred.code).toBe(0);
    expect(csvRows(blurred.stdout)).toHaveLength(4);
    const args = ["invert", "small.npy", ...given, "--downsample", "2", "-o", "large.csv", "--json"];
    const { stdout } = await unlabeled(args);
    expect(JSON.parse(stdout)).toMatchObject({
      method: "pca",
      n: 3,
      d: 64,
      latentDim: 6,
      seed: 1,
      metrics: { objective: expect.any(Number) },
      files: ["large.csv"],
    });
    expect((await readFileData(path("large.csv"))).x.cols).toBe(64);
  });
});

test("--prior deep-image: no model, images out as PNG", async () => {
  const args = ["--prior", "deep-image", "--channels", "8,8", "--steps", "20", "--seed", "1"];
  const { code, stderr } = await unlabeled([
    "invert",
    "small.npy",
    ...args,
    "--downsample",
    "2",
    "-o",
    "p.png",
  ]);
  expect(stderr).toMatch(/deep image prior 100 %/);
  expect(code).toBe(0);
  const png = Buffer.from(await bytesOf("p.png"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  // Three images of 8 × 8 side by side, a gap between.
  expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(24);
  expect(png.readUInt32BE(20)).toBe(8);
});

test.each<[string, string[], number, RegExp]>([
  ["no prior", ["rows.npy"], 2, /want a model \(--model FILE\) or --prior deep-image/],
  ["two priors", ["rows.npy", ...given, "--prior", "deep-image"], 2, /one of them/],
  [
    "two measurements",
    ["rows.npy", ...given, "--mask", "mask.csv", "--blur", "3x1"],
    2,
    /--mask and --blur: want one/,
  ],
  [
    "a flag of the other prior",
    ["rows.npy", ...given, "--held-out", "0.1"],
    2,
    /--held-out does not apply to a model/,
  ],
  ["an even kernel", ["rows.npy", ...given, "--blur", "4x1"], 2, /size must be an odd integer/],
  ["no kernel", ["rows.npy", ...given, "--blur", "4"], 2, /Want SIZExSIGMA/],
  [
    "another size",
    ["measured.npy", ...given],
    1,
    /identity of 64 numbers gives 64, the measurements have 30/,
  ],
  [
    "a mask of another size",
    ["rows.npy", ...given, "--mask", "a.npy"],
    1,
    /a\.npy: want a mask of 64 numbers/,
  ],
  ["a picture of no image", ["measured.npy", "--prior", "deep-image", "-o", "x.png"], 2, /--row-shape/],
])("%s: one line, nothing written", async (_, args, code, line) => {
  const before = await files();
  expectError(await unlabeled(["invert", ...args]), code, line);
  expect(await files()).toEqual(before);
});

test("rows of a table come back in its columns, words as words", async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  const fit = "fit flowers.csv --method pca --latent-dim 2 --seed 1 -o flowers.st";
  expect((await unlabeled(fit.split(" "))).code).toBe(0);
  const { code, stdout } = await unlabeled(
    "invert flowers.csv -m flowers.st --seed 1 --steps 200".split(" "),
  );
  expect(code).toBe(0);
  const [heading, ...found] = csvRows(stdout);
  expect(heading).toEqual(["name", "petal", "sepal", "stem"]);
  expect(found.map(([name]) => name)).toEqual(found.map((_, i) => (i % 2 === 0 ? "rose" : "lily")));
});
