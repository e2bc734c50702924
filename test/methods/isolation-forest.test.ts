/** @file Isolation forest: trees as the paper grows them, paths as scikit-learn's on average, and what columns add to a score. */
import { beforeAll, describe, expect, test } from "vitest";
import { readFileData } from "../../node/read.js";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, row, takeRows } from "../../src/data/matrix.js";
import { configureRuntime, fit, type IsolationForest, isolationForest, load } from "../../src/index.js";
import { averagePathLength } from "../../src/methods/outlier/isolation-trees.js";
import { rocAuc } from "../../src/metrics/index.js";
import { random } from "../../src/random.js";
import { testWith } from "../data/shared.js";
import { expectClose, readGolden } from "../golden/golden.js";

interface Golden {
  averagePathLength: [number, number][];
  digits: { rows: number[]; seeds: number; paths: number[]; deviationOfTree: number[] };
  auc: { name: string; mean: number; deviation: number; seeds: number }[];
}

const golden = readGolden<Golden>("isolation-forest.json");
const { x: images } = digits();

beforeAll(() => configureRuntime({ threads: 1 }));

function noise(rows: number, cols: number): Matrix {
  const stream = random(3);
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => stream.normal()),
  );
}

const arrays = ({ parameters }: IsolationForest) =>
  Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, data])) as {
    roots: Int32Array;
    columns: Int32Array;
    thresholds: Float32Array;
    seconds: Int32Array;
    sizes: Int32Array;
  };

test("c(n) is that of exact harmonic numbers", () => {
  for (const [n, wanted] of golden.averagePathLength)
    expect(averagePathLength(n), `c(${n})`).toBeCloseTo(wanted, 8); // ten digits
  // No step where the sum gives way to its expansion.
  const c = (n: number) =>
    2 * Array.from({ length: n - 1 }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0) - (2 * (n - 1)) / n;
  for (const n of [63, 64, 65, 66, 67, 100, 2000])
    expect(Math.abs(averagePathLength(n) / c(n) - 1), `c(${n})`).toBeLessThan(1e-14);
});

describe("trees", () => {
  const cases = {
    "of digits, many of whose columns vary little": images,
    "of numbers that differ in the last bit": matrix(
      300,
      2,
      Float32Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? 1 : 1 + 2 ** -23)),
    ),
    "about 0 and below": matrix(
      200,
      1,
      Float32Array.from({ length: 200 }, (_, i) => [0, -0, -1e-45, 1e-45, -1][i % 5]!),
    ),
    "of the largest numbers": matrix(
      60,
      1,
      Float32Array.from({ length: 60 }, (_, i) => (i - 30) * 1e37),
    ),
  };

  test.each(Object.entries(cases))("%s: every cut divides its rows, down to the height", async (_, x) => {
    const model = await fit(isolationForest({ trees: 30, sampleSize: 64 }), x, { seed: 4 });
    const { roots, columns, seconds, sizes } = arrays(model);
    const walk = (node: number, depth: number): number => {
      if (columns[node]! < 0) {
        expect(seconds[node]).toBe(0);
        return 1;
      }
      const [first, second] = [node + 1, seconds[node]!];
      expect(depth).toBeLessThan(6);
      expect(Math.min(sizes[first]!, sizes[second]!)).toBeGreaterThan(0);
      expect(sizes[first]! + sizes[second]!).toBe(sizes[node]);
      const nodes = walk(first, depth + 1);
      expect(second).toBe(first + nodes);
      return 1 + nodes + walk(second, depth + 1);
    };
    roots.forEach((root, tree) => {
      expect(sizes[root]).toBe(Math.min(64, x.rows));
      expect(root + walk(root, 0)).toBe(roots[tree + 1] ?? columns.length);
    });
  });

  test("a column is as likely as another, but for those that do not vary", async () => {
    const x = noise(100, 5);
    for (let i = 0; i < x.rows; i++) x.data[i * 5 + 2] = 7;
    const { roots, columns } = arrays(await fit(isolationForest({ trees: 2000 }), x, { seed: 1 }));
    const counts = [0, 0, 0, 0, 0];
    for (const root of roots) counts[columns[root]!]! += 1;
    expect(counts[2]).toBe(0);
    // Chi-square of 3 degrees of freedom: above 16.3 in one of a thousand.
    const square = [0, 1, 3, 4].reduce((sum, j) => sum + (counts[j]! - 500) ** 2 / 500, 0);
    expect(square).toBeLessThan(16.3);
  });

  test("a threshold is as likely anywhere between least and greatest", async () => {
    const x = matrix(3, 1, Float32Array.of(0, 0.25, 1));
    const { roots, thresholds } = arrays(await fit(isolationForest({ trees: 4000 }), x, { seed: 1 }));
    const first = Array.from(roots, (root) => thresholds[root]!);
    expect(first.every((value) => value > 0 && value <= 1)).toBe(true);
    // Standard deviations of a mean of 4000, of which five.
    expect(Math.abs(first.reduce((a, b) => a + b) / 4000 - 0.5)).toBeLessThan(5 * 0.0046);
    expect(Math.abs(first.filter((value) => value <= 0.25).length / 4000 - 0.25)).toBeLessThan(5 * 0.0069);
  });

  test("samples are of all rows, each as likely", async () => {
    const x = matrix(
      40,
      1,
      Float32Array.from({ length: 40 }, (_, i) => i),
    );
    // Two rows a tree: the threshold lies between them, and is its only cut.
    const { thresholds, columns, roots } = arrays(
      await fit(isolationForest({ trees: 8000, sampleSize: 2 }), x, { seed: 2 }),
    );
    const cuts = Array.from(roots, (root) => thresholds[root]!);
    expect(columns.length).toBe(3 * 8000);
    // A number drawn between two drawn ones: mean 19.5, variance that of x plus a twelfth of that of the gap.
    const mean = cuts.reduce((a, b) => a + b) / 8000;
    expect(Math.abs(mean - 19.5)).toBeLessThan(5 * 0.13);
    expect(Math.min(...cuts)).toBeLessThan(2);
    expect(Math.max(...cuts)).toBeGreaterThan(37);
  });
});

test("paths are as long as scikit-learn's, on average", async () => {
  const trees = 3000;
  const model = await fit(isolationForest({ trees }), images, { seed: 5 });
  const { rows, seeds, paths, deviationOfTree } = golden.digits;
  const scores = await model.score(takeRows(images, rows));
  // In standard errors of the difference.
  const off = rows.map(
    (_, i) =>
      (-Math.log2(scores[i]!) - paths[i]!) / (deviationOfTree[i]! * Math.sqrt(1 / trees + 1 / (100 * seeds))),
  );
  expect(Math.max(...off.map(Math.abs))).toBeLessThan(4.5);
  expect(Math.sqrt(off.reduce((sum, one) => sum + one ** 2, 0) / off.length)).toBeLessThan(1.5);
});

test("a score is that of the paths in its arrays", async () => {
  const model = await fit(isolationForest({ trees: 7, sampleSize: 32 }), images, { seed: 6 });
  const { roots, columns, thresholds, seconds, sizes } = arrays(model);
  const length = (one: Float32Array, node: number): number =>
    columns[node]! < 0
      ? averagePathLength(sizes[node]!)
      : 1 + length(one, one[columns[node]!]! < thresholds[node]! ? node + 1 : seconds[node]!);
  const some = takeRows(images, [0, 500, 1000, 1500]);
  const wanted = [0, 1, 2, 3].map((i) => {
    const mean = roots.reduce((sum, root) => sum + length(row(some, i), root), 0) / 7;
    return 2 ** (-mean / averagePathLength(32));
  });
  expectClose(await model.score(some), wanted, 1e-7, "scores"); // float32
});

test("rows that are all equal, and one row alone, are as usual as any", async () => {
  const equal = await fit(
    isolationForest(),
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    { seed: 0 },
  );
  expect([
    ...(await equal.score([
      [1, 2],
      [9, 9],
    ])),
  ]).toEqual([0.5, 0.5]);
  const alone = await fit(isolationForest(), [[1, 2]], { seed: 0 });
  expect([...(await alone.score([[1, 2]]))]).toEqual([0.5]);
  expect([...(await alone.contributions([[1, 2]])).data]).toEqual([0, 0]);
});

describe("contributions", () => {
  test("add up to log₂ of the score over the baseline, and are 0 for a column that does not vary", async () => {
    const model = await fit(isolationForest(), images, { seed: 2 });
    const [scores, parts] = [await model.score(images), await model.contributions(images)];
    expect([parts.rows, parts.cols]).toEqual([1797, 64]);
    for (let i = 0; i < 1797; i += 7) {
      const sum = row(parts, i).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - Math.log2(scores[i]! / model.baselineScore))).toBeLessThan(1e-5); // float32
    }
    // The first pixel is 0 in all images.
    expect(parts.data.filter((_, at) => at % 64 === 0).every((value) => value === 0)).toBe(true);
  });

  test.each([0, 3, 7])("name column %i first, in which a row is far off", async (column) => {
    const x = noise(900, 8);
    x.data[123 * 8 + column] = 100;
    for (const scale of ["none", "standard"] as const) {
      const model = await fit(isolationForest(), x, { seed: 9, scale });
      const scores = await model.score(x);
      // Seven columns of it are usual: rows that are far out in several are as unusual.
      expect(scores.filter((score) => score > scores[123]!).length).toBeLessThan(10);
      const own = row(await model.contributions(takeRows(x, [123])), 0);
      expect(own.indexOf(Math.max(...own))).toBe(column);
    }
  });

  test("refuse rows that do not fit", async () => {
    const model = await fit(isolationForest(), noise(50, 3), { seed: 0 });
    await expect(model.contributions([[1, 2]])).rejects.toThrow(
      "isolationForest.contributions: rows must have 3 numbers, got 2",
    );
    await expect(model.contributions([[1, 2, Number.POSITIVE_INFINITY]])).rejects.toThrow(
      "row 0 column 2 is Infinity",
    );
  });
});

test("a file whose trees lead nowhere is refused where it is used", async () => {
  const model = await fit(isolationForest({ trees: 3 }), noise(50, 3), { seed: 0 });
  const damaged: [string, number, number, string][] = [
    ["roots", 1, 0, "tree 0 stands at nodes 0 to 0"],
    ["seconds", 0, 0, "node 0 leads to node 0"],
    ["columns", 0, 3, "node 0 compares column 3 of 3"],
    ["sizes", 2, 0, "node 2 has 0 rows"],
  ];
  for (const [name, at, value, message] of damaged) {
    const data = model.parameters[name]!.data as Int32Array;
    const kept = data[at]!;
    data[at] = value;
    const loaded = await load(model.save());
    data[at] = kept;
    await expect(loaded.score(noise(2, 3))).rejects.toThrow(message);
  }
});

describe("area under the ROC curve, as scikit-learn's over seeds", () => {
  for (const { name, mean, deviation, seeds } of golden.auc) {
    const file = `anomaly/${name}.csv.gz`;
    testWith(file, name, async (path) => {
      const { x, labels } = await readFileData(path, { label: "label" });
      let sum = 0;
      for (let seed = 0; seed < 10; seed++) {
        const model = await fit(isolationForest(), x, { seed });
        sum += rocAuc(
          await model.score(x),
          labels!.map((label) => label === "1"),
        );
      }
      // In standard errors of the difference.
      const off = (sum / 10 - mean) / (deviation * Math.sqrt(1 / 10 + 1 / seeds));
      expect(Math.abs(off)).toBeLessThan(3.5);
    });
  }
});
