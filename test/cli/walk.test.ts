/** @file sample, interpolate and grid, as tables and as pictures. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { readNpy } from "../../src/data/npy.js";
import { load, sample } from "../../src/index.js";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { unlabeled, spawned, path } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));
const VAE =
  "fit digits --method variational-autoencoder --latent-dim 3 --hidden 8 --scale unit --likelihood bernoulli --epochs 2 --seed 1 -o vae.st";

beforeAll(async () => {
  await writeFile(path("flowers.csv"), FLOWERS);
  await words(VAE);
  await words("fit flowers.csv --label name --method pca --latent-dim 2 -o pca.st");
});

/** Width and height, from the PNG's header. */
async function pngSize(name: string): Promise<number[]> {
  const bytes = await readFile(path(name));
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

// Digits of 8 × 8 are shown eight times as large, one pixel apart.
const sheet = (across: number, down: number) => [across * 65 - 1, down * 65 - 1];

describe("sample", () => {
  test("rows as the library draws them, in the units of the data", async () => {
    const { code, stdout } = await spawned("sample --model vae.st -n 4 --seed 2".split(" "));
    expect(code).toBe(0);
    const [names, ...rows] = csvRows(stdout);
    expect(names!.slice(0, 2)).toEqual(["x1", "x2"]);
    const wanted = await sample(await load(new Uint8Array(await readFile(path("vae.st")))), 4, { seed: 2 });
    expect(rows.flat().map((text) => Math.fround(Number(text)))).toEqual([...wanted.data]);
    expect(Math.max(...wanted.data)).toBeGreaterThan(1);
  });

  test("images on a sheet that is nearly square, or as an array of images", async () => {
    expect((await words("sample --model vae.st -n 6 -o drawn.png")).code).toBe(0);
    expect(await pngSize("drawn.png")).toEqual(sheet(3, 2));
    const { stdout } = await words("sample --model vae.st -n 6 -o drawn.npy --json");
    expect(JSON.parse(stdout)).toMatchObject({
      method: "variationalAutoencoder",
      n: 6,
      files: ["drawn.npy"],
    });
    expect(readNpy(await readFile(path("drawn.npy"))).shape).toEqual([6, 8, 8]);
  });

  test("what cannot be drawn or shown is refused", async () => {
    expectError(await words("sample --model pca.st"), 1, /pca is no model to draw rows from/);
    expectError(await words("sample --model pca.st -o a.png"), 2, /a\.png: the model's rows are no images/);
    expectError(await words("sample --model vae.st -n 0"), 2, /integer ≥ 1/);
    expectError(await words("sample --model vae.st -o vae.st"), 2, /the name must end in/);
    expectError(await words("sample -n 3"), 2, /want a model: --model FILE/);
  });
});

describe("interpolate", () => {
  test("codes and rows from the one to the other", async () => {
    const { code, stdout } = await spawned(
      "interpolate flowers.csv --model pca.st --rows 2,5 --steps 3".split(" "),
    );
    expect(code).toBe(0);
    const [names, ...rows] = csvRows(stdout);
    expect(names).toEqual(["z1", "z2", "petal", "sepal", "stem"]);
    expect(rows).toHaveLength(3);
    const codes = csvRows((await words("encode flowers.csv --model pca.st --only-new")).stdout);
    expect([rows[0]!.slice(0, 2), rows[2]!.slice(0, 2)]).toEqual([codes[2], codes[5]]);
    const middle = (Number(rows[0]![0]) + Number(rows[2]![0])) / 2;
    expect(Number(rows[1]![0])).toBeCloseTo(middle, 5);
  });

  test("images in a line", async () => {
    expect((await words("interpolate digits --model vae.st --rows 1,2 --steps 7 -o walk.png")).code).toBe(0);
    expect(await pngSize("walk.png")).toEqual(sheet(7, 1));
  });

  test("rows that are not there are refused", async () => {
    const walk = "interpolate flowers.csv --model pca.st";
    expectError(await words(walk), 2, /--rows A,B/);
    expectError(await words(`${walk} --rows 3`), 2, /Want two rows, from 1, such as 3,17/);
    expectError(await words(`${walk} --rows 0,3`), 2, /Want two rows, from 1/);
    expectError(await words(`${walk} --rows 3,25`), 1, /flowers\.csv: there is no row 25, there are 24/);
  });
});

describe("grid", () => {
  test("over two codes, the others at 0", async () => {
    const { code, stdout } = await spawned(
      "grid --model vae.st --dims 3,1 --steps 2 --range -1,1".split(" "),
    );
    expect(code).toBe(0);
    const codes = csvRows(stdout).map((row) => row.slice(0, 3));
    expect(codes[0]).toEqual(["z1", "z2", "z3"]);
    expect(codes.slice(1).map((row) => row.map(Number))).toEqual([
      [1, 0, -1],
      [1, 0, 1],
      [-1, 0, -1],
      [-1, 0, 1],
    ]);
  });

  test("where the codes of DATA lie, as a picture", async () => {
    expect((await words("grid digits --model vae.st --steps 4 -o grid.png")).code).toBe(0);
    expect(await pngSize("grid.png")).toEqual(sheet(4, 4));
    const wide = csvRows((await words("grid flowers.csv --model pca.st --steps 2")).stdout).slice(1);
    expect(Number(wide[1]![0])).toBeGreaterThan(Number(wide[0]![0]));
    expect(Number(wide[0]![0])).not.toBe(-2);
  });

  test("codes that are not there are refused", async () => {
    expectError(await words("grid --model vae.st --dims 1,4"), 2, /there is no code 4, there are 3/);
    expectError(await words("grid --model vae.st --dims 2,2"), 2, /Want two different codes/);
    expectError(await words("grid --model vae.st --range 2,-2"), 2, /the lower first/);
    expectError(await words("grid --model vae.st --label class"), 2, /--label wants DATA/);
  });
});
