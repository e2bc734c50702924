/** @file findOutliers: planted rows come first with the right reason, thresholds, gaps, degenerate tables, and real sets. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readFileData } from "../../../node/read.js";
import { readData } from "../../../src/data/index.js";
import { type Matrix, matrix } from "../../../src/data/matrix.js";
import { findOutliers, judgedOutliers } from "../../../src/index.js";
import { random } from "../../../src/random.js";
import { plantedOutliers } from "../../fixtures/planted-outliers.js";

const table = (csv: string) => readData(new TextEncoder().encode(csv), "table.csv");

function normalRows(rows: number, cols: number, seed = 1): Matrix {
  return matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));
}

describe("planted outliers", () => {
  test.each([
    [1, {}],
    [2, {}],
    [3, { category: "contrary" }],
    [4, { category: "contrary" }],
    [5, { gaps: 0.03 }],
    [6, { category: "contrary", gaps: 0.03 }],
  ] as const)("are among the first ten, each with its column first: seed %i, %o", async (seed, options) => {
    const { csv, planted } = plantedOutliers(seed, options);
    const { explained, ranks } = await findOutliers(await table(csv), { seed: 0 });
    const found = [...planted].map(([row, columns]) => {
      const reason = explained.find((one) => one.row === row)?.reasons[0];
      return { first: ranks[row]! <= 10, named: reason !== undefined && columns.includes(reason.column) };
    });
    expect(found).toEqual([...planted].map(() => ({ first: true, named: true })));
  });

  test("a number is told with what was to be expected, a category with the likely one", async () => {
    const { csv, planted } = plantedOutliers(1);
    const { explained } = await findOutliers(await table(csv));
    const [spend, , town] = [...planted.keys()].map(
      (row) => explained.find((one) => one.row === row)!.reasons[0]!,
    );
    const { value, expected, half, contribution, deviation } = spend!;
    expect(value).toBeGreaterThan(10 * (expected as number));
    expect(half![0]).toBeLessThan(expected as number);
    expect(half![1]).toBeGreaterThan(expected as number);
    expect(contribution).toBeGreaterThan(0.5);
    expect(deviation).toBeGreaterThan(4);
    expect(town).toMatchObject({ column: "town", type: "category", value: "Bremn" });
    expect(["Berlin", "Bremen", "Hamburg", "Leipzig"]).toContain(town!.expected);
    const [share, own] = town!.probabilities!;
    expect(share).toBeGreaterThan(own);
  });
});

describe("thresholds", () => {
  const x = normalRows(400, 4);
  x.data.fill(12, 0, 4);

  test("a share, by rank", async () => {
    const found = await findOutliers(x, { contamination: 0.05 });
    expect(found.count).toBe(20);
    expect([...found.outliers].reduce((a, b) => a + b)).toBe(20);
    for (const [row, rank] of found.ranks.entries()) expect(found.outliers[row]).toBe(Number(rank <= 20));
    expect(found.ranks[0]).toBe(1);
  });

  test("the fence: one row that is far, and hardly another", async () => {
    const found = await findOutliers(x);
    expect(found.outliers[0]).toBe(1);
    expect(found.count).toBeLessThan(5);
    expect((await findOutliers(normalRows(1000, 6, 9))).count).toBeLessThan(5);
  });

  test("clean rows: as many usual rows are called outliers as was asked", async () => {
    const clean = normalRows(2000, 4, 2);
    const found = await findOutliers(x, { clean, contamination: 0.05 });
    expect(found.outliers[0]).toBe(1);
    // 399 rows that are usual: a share of .05 with a standard error of .011, and that of the 1000 rows it is taken from.
    expect(Math.abs((found.count - 1) / 399 - 0.05)).toBeLessThan(4 * Math.hypot(0.011, 0.007));
  });

  test("a level that no clean row has", async () => {
    const rows = (town: string) =>
      Array.from(
        { length: 120 },
        (_, i) => `${i % 7},${(i * 5) % 11},${town === "" ? ["a", "b"][i % 2] : town}`,
      );
    const clean = await table(`x,y,town\n${rows("").join("\n")}\n`);
    const { encodeTable } = await import("../../../src/data/table/encoding.js");
    const given = await table(`x,y,town\n${[...rows("").slice(0, 60), "3,5,z"].join("\n")}\n`);
    const { x: encoded } = encodeTable(given.table!, clean.encoding!);
    const found = await findOutliers(
      { ...given, x: encoded, encoding: clean.encoding!, groups: clean.groups! },
      { clean },
    );
    expect(found.ranks[60]).toBe(1);
    expect(found.explained[0]!.reasons[0]).toMatchObject({ column: "town", value: "z" });
  });
});

test("the same seed gives the same bits, another one other bits; the input stays as it is", async () => {
  const x = normalRows(300, 5);
  const before = x.data.slice();
  const [a, b, c] = [
    await findOutliers(x, { seed: 3 }),
    await findOutliers(x, { seed: 3 }),
    await findOutliers(x, { seed: 4 }),
  ];
  expect(a.scores).toEqual(b.scores);
  expect(a.scores).not.toEqual(c.scores);
  expect(x.data).toEqual(before);
});

test("a gap makes no row unusual: the columns that are there tell it", async () => {
  const x = normalRows(500, 4);
  for (let i = 0; i < 500; i++) x.data[4 * i + 1] = 3 * x.data[4 * i]! + 0.1 * x.data[4 * i + 1]!;
  const gaps = { ...x, data: x.data.slice() };
  // Rows whose second number follows from the first.
  for (let i = 0; i < 50; i++) gaps.data[4 * i + 1] = Number.NaN;
  const { filled, ranks } = await findOutliers(gaps);
  for (let i = 0; i < 50; i++)
    expect(Math.abs(filled.data[4 * i + 1]! - x.data[4 * i + 1]!)).toBeLessThan(0.6);
  const mean = [...ranks.slice(0, 50)].reduce((a, b) => a + b) / 50;
  expect(mean).toBeGreaterThan(150);
});

test("a method alone has scores in units of its own", async () => {
  const x = normalRows(300, 3);
  const { scores, detectors, combined } = await findOutliers(x, { method: "distanceToMean", scale: "none" });
  expect(combined).toBe(false);
  expect(detectors.map(({ name }) => name)).toEqual(["distanceToMean"]);
  const own = (i: number) => x.data.subarray(3 * i, 3 * i + 3).reduce((sum, value) => sum + value ** 2, 0);
  for (let i = 0; i < 300; i++) expect(scores[i]).toBeCloseTo(own(i), 5);
});

describe("tables that hold little", () => {
  test.each([
    ["equal rows", Array.from({ length: 60 }, () => [1, 2, 3])],
    ["one column", Array.from({ length: 60 }, (_, i) => [i === 7 ? 900 : i % 10])],
    ["two kinds of rows", Array.from({ length: 60 }, (_, i) => [i % 2, i % 2, 5])],
    [
      "three rows",
      [
        [1, 2],
        [3, 4],
        [5, 700],
      ],
    ],
    ["a column of gaps", Array.from({ length: 60 }, (_, i) => [Number.NaN, (i * 7) % 13, (i * 5) % 11])],
    [
      "a column that is a sum",
      Array.from({ length: 60 }, (_, i) => [i % 7, (i * 3) % 11, (i % 7) + ((i * 3) % 11)]),
    ],
  ])("%s", async (_, rows) => {
    const { scores, ranks } = await findOutliers(rows);
    expect([...scores].every(Number.isFinite)).toBe(true);
    expect([...ranks].sort((a, b) => a - b)).toEqual(rows.map((__, i) => i + 1));
  });

  test("a far number in one column", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i === 7 ? 900 : i % 10]);
    const { explained, outliers } = await findOutliers(rows);
    expect(explained[0]!.row).toBe(7);
    expect(outliers[7]).toBe(1);
  });

  test("are refused where nothing can be said", async () => {
    await expect(findOutliers([[1, 2]])).rejects.toThrow("want at least 3 rows");
    await expect(findOutliers([[1], [Number.POSITIVE_INFINITY], [2]])).rejects.toThrow(RangeError);
    await expect(findOutliers(normalRows(30, 2), { contamination: 1 })).rejects.toThrow("contamination");
    await expect(findOutliers(normalRows(30, 2), { method: "autoencoder" })).rejects.toThrow(
      "at least 200 rows",
    );
    await expect(findOutliers(normalRows(30, 2), { clean: normalRows(30, 3) })).rejects.toThrow("2 numbers");
  });
});

const shared = (name: string) =>
  fileURLToPath(new URL(`../../../../shared/data/anomaly/${name}.csv.gz`, import.meta.url));
const absent = !existsSync(shared("cardio"));

/** Areas that the detectors reach at least, those of the reference; of forests, which are drawn, of the mean of several. */
const FIGURES = {
  vowels: {
    distanceToMean: 0.621,
    pca: 0.862,
    autoencoder: 0.912,
    localOutlierFactor: 0.942,
    isolationForest: 0.73,
  },
  cardio: {
    distanceToMean: 0.95,
    pca: 0.727,
    autoencoder: 0.661,
    localOutlierFactor: 0.547,
    isolationForest: 0.91,
  },
  thyroid: {
    distanceToMean: 0.955,
    pca: 0.585,
    autoencoder: 0.81,
    localOutlierFactor: 0.673,
    isolationForest: 0.97,
  },
} as const;

describe.skipIf(absent)("real sets", () => {
  test.each(Object.entries(FIGURES))("%s", async (name, figures) => {
    const data = await readFileData(shared(name), { label: "label" });
    const search = await findOutliers(data, { beside: ["localOutlierFactor", "autoencoder"] });
    const judged = judgedOutliers(search, data.labels!);
    const areas = Object.fromEntries(judged.figures.map((one) => [one.name, one.rocAuc]));
    for (const [method, least] of Object.entries(figures))
      expect({ method, area: areas[method]! >= least }).toEqual({ method, area: true });
    expect(areas.combination).toBeGreaterThan(areas.distanceToMean! - 0.025);
    expect(areas.combination).toBeGreaterThan(0.9);
  });
});
