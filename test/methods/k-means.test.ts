/** @file k-means: exact labels, the same bits by every algorithm, and inertias of scikit-learn. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, row, takeRows, toMatrix } from "../../src/data/matrix.js";
import { applyScale, fitScale } from "../../src/data/scale.js";
import { configureRuntime, fit, type KMeans, type KMeansOptions, kMeans, load } from "../../src/index.js";
import { random } from "../../src/random.js";
import { sharedPath } from "../data/shared.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Golden {
  best: { clusters: number; inertia: number }[];
  run: {
    clusters: number;
    inertia: number;
    iterations: number;
    sizes: number[];
    labels: string;
    firstDistances: number[];
    firstTriangle: number[];
  };
}

const golden = readGolden<Golden>("k-means.json");
const { x } = digits();
const firstTen = takeRows(x, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

beforeAll(() => configureRuntime({ threads: 2 }));

/** Rows about `clusters` points, whose coordinates lie about `offset` and are `size` large. */
function blobs(rows: number, cols: number, clusters: number, offset = 0, size = 1): Matrix {
  const stream = random(5);
  const points = Array.from({ length: clusters * cols }, () => 3 * stream.normal());
  const out = matrix(rows, cols);
  for (let at = 0; at < out.data.length; at++) {
    const point = points[(Math.floor(at / cols) % clusters) * cols + (at % cols)]!;
    out.data[at] = offset + size * (point + stream.normal());
  }
  return out;
}

/** The nearest center of every row in float64, the first of equally near ones; and how near it is, squared. */
function nearest(rows: Matrix, centers: Float64Array): { labels: number[]; inertia: number } {
  const labels: number[] = [];
  let inertia = 0;
  for (let i = 0; i < rows.rows; i++) {
    const squares = Array.from({ length: centers.length / rows.cols }, (_, c) =>
      row(rows, i).reduce((sum, value, j) => sum + (value - centers[c * rows.cols + j]!) ** 2, 0),
    );
    const least = Math.min(...squares);
    labels.push(squares.indexOf(least));
    inertia += least;
  }
  return { labels, inertia };
}

/** In the units of the rows, in float64. */
const centersOf = ({ parameters, scaling, inputDim }: KMeans) =>
  (parameters.centers!.data as Float64Array).map((value, at) => value + (scaling.offset[at % inputDim] ?? 0));

describe("Lloyd's algorithm", () => {
  test.each(["lloyd", "hamerly", "elkan"] as const)(
    "%s ends where scikit-learn's run ends, label for label",
    async (algorithm) => {
      const { run } = golden;
      const model = await fit(kMeans({ clusters: 10, init: firstTen, tol: 0, algorithm }), x, { seed: 0 });
      expect(Array.from(model.labels).join("")).toBe(run.labels);
      expect(model.iterations).toBe(run.iterations);
      // Figures are given to ten digits.
      expect(model.inertia / run.inertia).toBeCloseTo(1, 9);
      expect(await model.predict(x)).toEqual(model.labels);
      const z = await model.encode(takeRows(x, [0, 1, 2]));
      expectClose(z.data, run.firstDistances, 1e-7, "distances"); // float32
    },
  );

  test.each([
    ["of two columns", blobs(700, 2, 9), 9],
    ["of many clusters", blobs(900, 12, 40), 70],
    ["far from 0", blobs(400, 5, 4, 1000), 6],
    [
      "of equal rows",
      matrix(
        60,
        2,
        Float32Array.from({ length: 120 }, (_, i) => (i >> 1) % 5),
      ),
      4,
    ],
  ])("bounds change no bit, on rows %s", async (_, rows, clusters) => {
    const models: KMeans[] = [];
    for (const algorithm of ["lloyd", "hamerly", "elkan"] as const)
      models.push(await fit(kMeans({ clusters, algorithm, starts: 2 }), rows, { seed: 3 }));
    const [plain, ...bounded] = models;
    for (const model of bounded) expect(model.parameters).toEqual(plain!.parameters);
    expect(plain!.iterations).toBeGreaterThan(1);
  });

  test("labels and inertia are those of the centers, in float64", async () => {
    const rows = blobs(800, 3, 12);
    const model = await fit(kMeans({ clusters: 20, maxIter: 7, starts: 1 }), rows, { seed: 1 });
    const wanted = nearest(rows, centersOf(model));
    expect(Array.from(model.labels)).toEqual(wanted.labels);
    expect(model.inertia / wanted.inertia).toBeCloseTo(1, 10);
    const others = blobs(300, 3, 7);
    expect(Array.from(await model.predict(others))).toEqual(nearest(others, centersOf(model)).labels);
  });

  test.each([
    [0, 0, 1e4],
    [0, 0, 1e8],
    [0, 0, 1e15],
    [0, 150, -1e8],
    [1e5, 0, 1e9],
    [1e5, 299, -1e9],
  ])("offset %d, row %d at %d: the others fall into the clusters that they are in alone", async (...far) => {
    const [offset, which, value] = far;
    const alone = blobs(300, 3, 6, offset);
    const rows = matrix(300, 3, alone.data.slice());
    rows.data[3 * which] = value;
    const options = { tol: 0, swaps: 0 } as const;
    const model = await fit(kMeans({ clusters: 7, ...options }), rows, { seed: 1 });
    const wanted = nearest(rows, centersOf(model));
    expect(Array.from(model.labels)).toEqual(wanted.labels);
    expect(model.inertia / wanted.inertia).toBeCloseTo(1, 10);
    // Centers are the means of their rows.
    const away = centersOf(model).map((coordinate, at) => {
      const own = wanted.labels.flatMap((label, i) =>
        label === Math.floor(at / 3) ? [rows.data[3 * i + (at % 3)]!] : [],
      );
      const mean = own.reduce((sum, entry) => sum + entry / own.length, 0);
      return Math.abs(coordinate - mean) / Math.max(1, Math.abs(mean));
    });
    expect(Math.max(...away)).toBeLessThan(1e-9);
    // The outlier is a cluster of its own, and takes no digits from the others' sum.
    const best = await fit(kMeans({ clusters: 6, ...options }), alone, { seed: 1 });
    expect(model.inertia / best.inertia).toBeGreaterThan(0.97);
    expect(model.inertia / best.inertia).toBeLessThan(1.001);
    // In float32, of distances that are right in float64.
    const squares = rows.data.reduce((sums, entry, at) => {
      const center = centersOf(model)[3 * model.labels[Math.floor(at / 3)]! + (at % 3)]!;
      sums[Math.floor(at / 3)]! += (entry - center) ** 2;
      return sums;
    }, new Float64Array(300));
    const [score, codes] = [await model.score(rows), await model.encode(rows)];
    squares.forEach((square, i) => {
      expect(Math.abs(score[i]! - Math.sqrt(square))).toBeLessThan(1e-6 * (1 + Math.sqrt(square)));
      expect(codes.data[7 * i + model.labels[i]!]).toBe(score[i]);
    });
  });

  // Rows about an offset are rounded to float32; what is summed is not.
  test("the inertia of rows far from 0 is that of the rows given", async () => {
    const rows = blobs(60, 3, 2, 7.3, 0.1);
    const model = await fit(kMeans({ clusters: 2 }), rows, { seed: 1 });
    expect(model.inertia / nearest(rows, centersOf(model)).inertia).toBeCloseTo(1, 12);
  });

  // On whole numbers many rows are as far from one center as from another.
  test("of equally near centers the first has the row", async () => {
    const grid = matrix(
      81,
      2,
      Float32Array.from({ length: 162 }, (_, i) => (i % 2 === 0 ? (i >> 1) % 9 : Math.floor(i / 18))),
    );
    const init = [
      [0, 0],
      [8, 0],
      [0, 8],
      [8, 8],
    ];
    const model = await fit(kMeans({ clusters: 4, init, maxIter: 1, tol: 1e9 }), grid);
    expect(Array.from(model.labels)).toEqual(nearest(grid, centersOf(model)).labels);
    const nearestRow = await model.reconstruct(grid);
    for (let i = 0; i < 81; i++)
      expectClose(row(nearestRow, i), [...row(model.centers, model.labels[i]!)], 1e-6, `row ${i}`);
  });

  test.each([1e-25, 1e25])("numbers about %d are no harder than others", async (size) => {
    const options: KMeansOptions = { clusters: 4, starts: 2 };
    const [usual, scaled] = [blobs(200, 3, 4), blobs(200, 3, 4, 0, size)];
    const [a, b] = [
      await fit(kMeans(options), usual, { seed: 2 }),
      await fit(kMeans(options), scaled, { seed: 2 }),
    ];
    expect(b.labels).toEqual(a.labels);
    expect(b.inertia / size ** 2 / a.inertia).toBeCloseTo(1, 5); // rounding of the rows
    expect(await b.predict(scaled)).toEqual(b.labels);
  });

  test("a cluster without rows takes the farthest row", async () => {
    const rows = matrix(6, 1, Float32Array.of(0, 1, 2, 10, 11, 30));
    // All rows are nearer to the first two centers than to the third.
    const model = await fit(kMeans({ clusters: 3, init: [[1], [12], [1000]] }), rows);
    expect(Array.from(model.centers.data)).toEqual([1, 10.5, 30]);
    expect(model.inertia).toBeCloseTo(2.5, 12);
  });

  test("fewer different rows than clusters leave clusters empty, and nothing over", async () => {
    const rows = matrix(
      12,
      2,
      Float32Array.from({ length: 24 }, (_, i) => Math.floor(i / 8)),
    );
    const model = await fit(kMeans({ clusters: 5 }), rows, { seed: 1 });
    expect(model.inertia).toBe(0);
    expect(new Set(model.labels).size).toBe(3);
    expect(model.centers.data.every(Number.isFinite)).toBe(true);
  });

  test("one cluster is the mean, and as many clusters as rows are the rows", async () => {
    const rows = blobs(30, 4, 3);
    const one = await fit(kMeans({ clusters: 1 }), rows);
    expectClose(one.centers.data, meanOf(rows), 1e-6, "mean");
    const all = await fit(kMeans({ clusters: 30 }), rows);
    expect(all.inertia).toBeLessThan(1e-10);
    expect(new Set(all.labels).size).toBe(30);
  });
});

function meanOf(rows: Matrix): number[] {
  return Array.from({ length: rows.cols }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows.rows; i++) sum += rows.data[i * rows.cols + j]!;
    return sum / rows.rows;
  });
}

describe("the parts", () => {
  test("triangle features, score and nearest center", async () => {
    const { run } = golden;
    const options = { clusters: 10, init: firstTen, tol: 0, code: "triangle" } as const;
    const model = await fit(kMeans(options), x);
    const three = takeRows(x, [0, 1, 2]);
    expectClose((await model.encode(three)).data, run.firstTriangle, 1e-7, "triangle"); // float32
    const least = [0, 1, 2].map((i) => Math.min(...run.firstDistances.slice(10 * i, 10 * i + 10)));
    expectClose(await model.score(three), least, 1e-7, "score");
    const made = await model.reconstruct(three);
    for (let i = 0; i < 3; i++) expect(row(made, i)).toEqual(row(model.centers, model.labels[i]!));
  });

  test("rows in the user's units are scaled as those of the fit were", async () => {
    const rows = blobs(100, 3, 3, 50);
    const model = await fit(kMeans({ clusters: 3 }), rows, { scale: "standard", seed: 1 });
    expect(await model.predict(rows)).toEqual(model.labels);
    const loaded = (await load(model.save())) as unknown as KMeans;
    expect(await loaded.predict(rows)).toEqual(model.labels);
    expect(loaded.inertia).toBe(model.inertia);
    await expect(model.predict([[1, 2]])).rejects.toThrow("kMeans.predict: rows must have 3 numbers, got 2");
    await expect(model.predict([[1, Number.NaN, 2]])).rejects.toThrow("row 0 column 1 is NaN");
  });
});

describe("first centers", () => {
  test.each(golden.best)("ten starts on the digits, $clusters clusters", async ({ clusters, inertia }) => {
    const model = await fit(kMeans({ clusters, starts: 10 }), x, { seed: 0 });
    expect(model.inertia).toBeLessThan(1.001 * inertia);
  });

  test("k-means++ finds blobs that random rows miss", async () => {
    const rows = blobs(400, 8, 20);
    const inertia = async (init: "k-means++" | "random") =>
      (await fit(kMeans({ clusters: 20, init, starts: 1, swaps: 0 }), rows, { seed: 4 })).inertia;
    // 400 rows of 8 standard normal numbers about 20 means: 8 · 380 is expected.
    expect(await inertia("k-means++")).toBeLessThan(1.1 * 8 * 380);
    expect(await inertia("random")).toBeGreaterThan(1.4 * 8 * 380);
  });

  test("centers that were given are not kept in the file, and say so", async () => {
    const model = await fit(kMeans({ clusters: 10, init: firstTen }), x);
    expect(model.options.init).toBe("given");
    await expect(fit(kMeans(model.options as unknown as KMeansOptions), x)).rejects.toThrow(
      "the first centers were given in code",
    );
    expect(() => kMeans({ clusters: 3, init: firstTen })).toThrow(
      "kMeans: init has 10 centers, clusters is 3",
    );
    await expect(fit(kMeans({ clusters: 2, init: [[1], [2]] }), x)).rejects.toThrow(
      "kMeans: centers of init have 1 numbers, rows have 64",
    );
    await expect(fit(kMeans({ clusters: 9 }), [[1], [2]])).rejects.toThrow(
      "kMeans: clusters 9 wants at least 9 rows, got 2",
    );
  });
});

test("mini-batches come within a few percent of all rows", async () => {
  const batches = await fit(kMeans({ clusters: 10, batchSize: 256, starts: 3 }), x, { seed: 1 });
  // scikit-learn's MiniBatchKMeans comes within 1 to 3 % here.
  expect(batches.inertia).toBeLessThan(1.04 * golden.best.find(({ clusters }) => clusters === 10)!.inertia);
  expect(await batches.predict(x)).toEqual(batches.labels);
});

test("it tells its iterations, and a signal stops it between them", async () => {
  const seen: number[] = [];
  const controller = new AbortController();
  const stopped = fit(kMeans({ clusters: 10, starts: 4 }), x, {
    seed: 1,
    signal: controller.signal,
    onIteration: ({ iteration, objective, fraction }) => {
      seen.push(objective!);
      expect(fraction).toBeLessThanOrEqual(1);
      if (iteration === 3) controller.abort(new Error("enough"));
    },
  });
  await expect(stopped).rejects.toThrow("enough");
  expect(seen).toHaveLength(3);
  expect(seen[2]).toBeLessThan(seen[1]!);
});

describe("best inertia of ten starts, against scikit-learn's", () => {
  const path = fileURLToPath(new URL("../../../shared/reference/02_kmeans.json", import.meta.url));
  const files: Record<string, { file: string; read: (raw: Matrix) => Matrix }> = {
    "optdigits raw": { file: "optdigits.csv.gz", read: (raw) => raw },
    "iris raw": { file: "iris.csv", read: (raw) => raw },
    "wine z-scored": { file: "wine_data.csv", read: (raw) => applyScale(raw, fitScale(raw, "standard")) },
    "breast_cancer z-scored": {
      file: "breast_cancer.csv",
      read: (raw) => applyScale(raw, fitScale(raw, "standard")),
    },
    "fashion-mnist t10k /255": {
      file: "fashion-mnist/t10k-images-idx3-ubyte.gz",
      read: (raw) => ({ ...raw, data: raw.data.map((value) => value / 255) }),
    },
  };
  if (!existsSync(path)) {
    test.skip("every entry (skipped: no ../shared/reference/02_kmeans.json)", () => {});
    return;
  }
  const { results } = JSON.parse(readFileSync(path, "utf8")) as {
    results: Record<string, { k: number; n_init: number; inertia: number }[]>;
  };
  for (const [name, entries] of Object.entries(results)) {
    test(name, async () => {
      const { file, read } = files[name]!;
      const isTable = file.endsWith(".csv") || file.endsWith(".csv.gz");
      const reading = isTable
        ? { label: String(labelColumn[file]!), skipRows: file.endsWith(".gz") ? 0 : 1, header: false }
        : {};
      const rows = read(toMatrix((await readFileData(sharedPath(file), reading)).x));
      for (const k of new Set(entries.map((entry) => entry.k))) {
        const least = Math.min(...entries.filter((entry) => entry.k === k).map(({ inertia }) => inertia));
        // Of so many images, ten starts alone take seconds enough.
        const more = rows.rows > 5000 ? { swaps: 0 } : {};
        const { inertia } = await fit(kMeans({ clusters: k, starts: 10, ...more }), rows, { seed: 0 });
        expect(inertia / least, `${k} clusters`).toBeLessThan(1.001);
      }
    });
  }
});

/** From 1. */
const labelColumn: Record<string, number> = {
  "optdigits.csv.gz": 65,
  "iris.csv": 5,
  "wine_data.csv": 14,
  "breast_cancer.csv": 31,
};
