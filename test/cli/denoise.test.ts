/** @file denoise: photographs, sets of images and tables without noise, in files of their kind, and mistakes. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { gaussianNoise, matrix, readNetpbm, writeNetpbm, writeNpy } from "../../src/data/index.js";
import { writePng } from "../../src/files/png.js";
import { random } from "../../src/random.js";
import { csvRows, expectError, FLOWERS, workplace } from "./command.js";

const { files, path, spawned, unlabeled } = await workplace();
const words = (line: string) => unlabeled(line.split(" "));

const [HEIGHT, WIDTH] = [48, 64];
const bytes = (values: ArrayLike<number>) =>
  Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value))));
const clean = matrix(
  1,
  HEIGHT * WIDTH,
  Float32Array.from({ length: HEIGHT * WIDTH }, (_, at) => {
    const [i, j] = [Math.floor(at / WIDTH), at % WIDTH];
    return (i - 24) ** 2 + (j - 20) ** 2 < 200 ? 190 : 60 + j;
  }),
);
const { x: noisy } = gaussianNoise(clean, { sigma: 15, seed: 1 });
const gray = (x: { readonly data: ArrayLike<number> }) =>
  writeNetpbm({ width: WIDTH, height: HEIGHT, channels: 1, maxValue: 255, pixels: bytes(x.data) });

beforeAll(async () => {
  await writeFile(path("clean.pgm"), gray(clean));
  await writeFile(path("noisy.pgm"), gray(noisy));
  await writeFile(path("flowers.csv"), FLOWERS);
  const pixels = bytes(noisy.data);
  await writeFile(
    path("noisy.png"),
    await writePng({ width: WIDTH, height: HEIGHT, channels: 1, data: pixels }),
  );
});

describe("denoise", () => {
  test("a photograph is one again, with the ratio of signal to noise before and after", async () => {
    const { code, stdout } = await spawned(
      "denoise noisy.pgm --clean clean.pgm -o freed.pgm --picture freed.png --report freed.html --json".split(
        " ",
      ),
    );
    expect(code).toBe(0);
    const { metrics, ...report } = JSON.parse(stdout);
    expect(report).toMatchObject({
      ...{ schemaVersion: 1, method: "denoise", n: 1, d: HEIGHT * WIDTH, way: "patches" },
      files: ["freed.pgm", "freed.png", "freed.html"],
    });
    expect(Math.abs(metrics.noise / 15 - 1)).toBeLessThan(0.1);
    expect(metrics.psnrBefore).toBeCloseTo(20 * Math.log10(255 / 15), 0);
    expect(metrics.psnrAfter).toBeGreaterThan(metrics.psnrBefore + 6);
    const { pixels, ...size } = readNetpbm(await readFile(path("freed.pgm")));
    expect(size).toEqual({ width: WIDTH, height: HEIGHT, channels: 1, maxValue: 255 });
    const squares = Array.from(pixels).reduce(
      (sum, value, i) => sum + (value - bytes(clean.data)[i]!) ** 2,
      0,
    );
    const psnr = 10 * Math.log10(255 ** 2 / (squares / pixels.length));
    expect(psnr).toBeCloseTo(metrics.psnrAfter, 1);
    // The photograph, what it is without noise, and the one that it is to be, one pixel apart.
    const png = await readFile(path("freed.png"));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3 * (WIDTH + 1) - 1, HEIGHT]);
    expect(await readFile(path("freed.html"), "utf8")).toContain("The standard deviation of the noise is");
  });

  test("a PNG is read and written where sharp is there, with the same result", async () => {
    const { code, stderr } = await words("denoise noisy.png --noise 15 -o freed-15.png");
    expect(code).toBe(0);
    expect(stderr).toContain("noise 15.00 (as said): taken off by patches that look alike");
    await words("denoise noisy.pgm --noise 15 -o other.png");
    expect(await readFile(path("freed-15.png"))).toEqual(await readFile(path("other.png")));
  });

  test("several images are rows of a file, or a sheet", async () => {
    const rows = matrix(2, HEIGHT * WIDTH, Float32Array.of(...noisy.data, ...noisy.data));
    await writeFile(path("two.npy"), writeNpy(rows, [2, HEIGHT, WIDTH]));
    expect((await words("denoise two.npy -o two-freed.npy")).code).toBe(0);
    expect((await words("denoise two.npy -o two-freed.png")).code).toBe(0);
    const png = await readFile(path("two-freed.png"));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * (WIDTH + 1) - 1, HEIGHT]);
    expectError(await words("denoise two.npy -o two.pgm"), 2, /two\.pgm: holds one image, two\.npy has 2/);
  });

  test("a table comes back with its columns, names and categories", async () => {
    const stream = random(3);
    const wanted = Array.from({ length: 200 }, () => [stream.normal(), stream.normal()] as const);
    const line = (a: number, b: number, noise: number) =>
      [a, a + b, a - b, b, 2 * a - b, a / 2].map((value) =>
        (100 + value + noise * stream.normal()).toFixed(4),
      );
    const file = (noise: number) =>
      [
        "id,c1,c2,c3,c4,c5,c6",
        ...wanted.map(([a, b], i) => [`R${i}`, ...line(a, b, noise)].join(",")),
        "",
      ].join("\n");
    await writeFile(path("noisy.csv"), file(0.3));
    await writeFile(path("true.csv"), file(0));
    const { code, stdout } = await words("denoise noisy.csv --clean true.csv -o freed.csv --json");
    expect(code).toBe(0);
    const { metrics, way } = JSON.parse(stdout);
    expect(way).toBe("low-rank");
    expect(metrics.rank).toBeLessThanOrEqual(3);
    expect(metrics.rmseAfter).toBeLessThan(0.8 * metrics.rmseBefore);
    const [heading, ...rows] = csvRows(await readFile(path("freed.csv"), "utf8"));
    expect(heading).toEqual(["id", "c1", "c2", "c3", "c4", "c5", "c6"]);
    expect(rows.map(([id]) => id)).toEqual(wanted.map((_, i) => `R${i}`));
    expect(Math.abs(Number(rows[0]![1]) - (100 + wanted[0]![0]))).toBeLessThan(0.6);
    expect((await words("denoise noisy.csv --picture columns.svg")).stdout).toBe("");
    expect(await readFile(path("columns.svg"), "utf8")).toContain("Noise of each column");
  });

  test("a model gives rows back", async () => {
    await words("fit flowers.csv --method pca --latent-dim 2 --exclude name -o pca.st");
    const { stdout, code } = await words("denoise flowers.csv -m pca.st");
    expect(code).toBe(0);
    const { stdout: reconstructed } = await words("reconstruct flowers.csv -m pca.st");
    expect(stdout).toBe(reconstructed);
  });

  test("mistakes are told in a line, and nothing is written", async () => {
    const before = await files();
    const failures: [string, number, RegExp][] = [
      ["denoise noisy.pgm -o x.ppm", 2, /x\.ppm: an image of this kind is a \.pgm/],
      ["denoise noisy.csv -o x.png", 2, /x\.png: the rows of noisy\.csv are no images/],
      ["denoise noisy.pgm -o x.jpg", 2, /the name must end in/],
      [
        "denoise noisy.pgm --clean flowers.csv -o x.pgm",
        1,
        /flowers\.csv: 24 rows of 5 numbers, noisy\.pgm has 1/,
      ],
      ["denoise noisy.csv -m pca.st --noise 2", 2, /--noise does not apply to a model/],
      ["denoise noisy.csv --noise 0", 2, /--noise.*Want a number > 0/],
      ["denoise flowers.csv --exclude name", 1, /noise is told by 4 rows and columns or more, got 24 × 3/],
      ["denoise none.png", 1, /none\.png: no such file/],
    ];
    for (const [line, code, message] of failures) expectError(await words(line), code, message);
    expect(await files()).toEqual(before);
  });
});
