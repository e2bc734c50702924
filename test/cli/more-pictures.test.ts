/** @file --picture of info, encode, decode, invert, score and impute: what is drawn, and where there is nothing to draw. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { digits, takeRows, writeNpy } from "../../src/data/index.js";
import { expectError, FLOWERS, pointsIn, workplace } from "./command.js";

const { files, path, unlabeled } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));
const sizeOf = async (name: string) => {
  const png = await readFile(path(name));
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
};

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  await writeFile(path("three.npy"), writeNpy(takeRows(digits().x, [0, 1, 2]), [3, 8, 8]));
  await words("fit digits --method pca --latent-dim 10 --seed 1 -o digits.st");
  await words("fit flowers.csv --method pca --latent-dim 2 --exclude name --seed 1 -o flowers.st");
});

test("info draws components of a model, as images or as weights of the columns, and lists the file", async () => {
  const { code, stdout } = await words("info digits.st --picture components.png --json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout).files).toEqual(["digits.st", "components.png"]);
  // Ten components, eight in a line, each shown eight times as large.
  expect(await sizeOf("components.png")).toEqual([8 * 65 - 1, 2 * 65 - 1]);
  expect((await words("info flowers.st --picture weights.svg")).code).toBe(0);
  const svg = await readFile(path("weights.svg"), "utf8");
  for (const column of ["petal", "sepal", "stem"]) expect(svg).toContain(`>${column}</text>`);
  expectError(await words("info flowers.st --picture weights.svg"), 1, /weights\.svg: is there already/);
  expectError(await words("info flowers.st --picture weights.gif"), 2, /must end in \.svg, \.png or \.html/);
});

test("info has nothing to draw of a model without components or loss", async () => {
  await words("fit flowers.csv --method isolation-forest --exclude name --seed 1 -o forest.st");
  expectError(await words("info forest.st --picture forest.svg"), 1, /forest\.st: has no components/);
  expect(await files()).not.toContain("forest.svg");
});

test("encode draws the map of the codes", async () => {
  const { code } = await words(
    "encode flowers.csv -m flowers.st --label name --picture map.svg -o codes.csv",
  );
  expect(code).toBe(0);
  const svg = await readFile(path("map.svg"), "utf8");
  expect(pointsIn(svg).match(/M[\d.]+ [\d.]+h0/g)).toHaveLength(24);
  expect(svg).toContain(">rose</text>");
});

test("decode draws rows that are images, and refuses others", async () => {
  await words("encode three.npy -m digits.st -o three-codes.npy");
  expect((await words("decode three-codes.npy -m digits.st -o back.npy --picture back.png")).code).toBe(0);
  expect(await sizeOf("back.png")).toEqual([3 * 65 - 1, 64]);
  const refused = await words("decode codes.csv -m flowers.st -o rows.csv --picture rows.svg");
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("the model's rows are no images, so there is nothing to draw");
});

test("invert draws what was measured and what was found", async () => {
  const line = "invert three.npy -m digits.st --steps 20 --starts 1 --seed 1 --picture found.png";
  // A picture alone is asked for.
  expect(await words(line)).toMatchObject({ code: 0, stdout: "" });
  expect(await sizeOf("found.png")).toEqual([2 * 65 - 1, 3 * 65 - 1]);
  expectError(
    await words("invert flowers.csv -m flowers.st --steps 5 --picture found.svg"),
    2,
    /--picture found\.svg: the rows are no images/,
  );
});

test("score draws the scores by rank, with the threshold", async () => {
  const line = "score flowers.csv -m flowers.st --picture scores.svg -o scores.csv --fail-on-outliers 1e-9";
  expect((await words(line)).code).toBe(3);
  const svg = await readFile(path("scores.svg"), "utf8");
  for (const text of ["rank", "score", "threshold"]) expect(svg).toContain(`>${text}</text>`);
});

test("impute draws images as they were and filled, of tables how much was missing", async () => {
  const holes = takeRows(digits().x, [0, 1, 2]);
  holes.data.fill(Number.NaN, 70, 90);
  await writeFile(path("holes.npy"), writeNpy(holes, [3, 8, 8]));
  expect((await words("impute holes.npy -m digits.st -o whole.npy --picture filled.png")).code).toBe(0);
  // One of the images has gaps.
  expect(await sizeOf("filled.png")).toEqual([64, 2 * 65 - 1]);
  await writeFile(path("gaps.csv"), FLOWERS.replace("1.000", "").replace("4.042", ""));
  expect((await words("impute gaps.csv -o full.csv --picture gaps.svg --seed 1")).code).toBe(0);
  expect(await readFile(path("gaps.svg"), "utf8")).toContain(">% of the rows</text>");
  expect((await words("impute three.npy -m digits.st -o same.npy --picture none.svg")).code).toBe(0);
});
