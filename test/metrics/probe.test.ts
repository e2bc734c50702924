import { afterEach, describe, expect, test } from "vitest";
import { matrix, takeRows, toMatrix } from "../../src/data/matrix.js";
import { configureRuntime } from "../../src/engine/index.js";
import { linearProbe } from "../../src/metrics/probe.js";
import { random } from "../../src/random.js";
import { digitsSplit, golden, pcaCodes } from "./golden.js";

const digits = digitsSplit();

describe("against scikit-learn's LogisticRegression on the digits", () => {
  // tol 1e-8: at a gradient below 1e-8 · 899 a penalty of λ = 1 bounds the excess of J by about 650 · (9e-6)² / 2.
  test("pixels, with constant columns", async () => {
    const probe = await linearProbe(digits.train, digits.trainLabels, digits.test, digits.testLabels, {
      tol: 1e-8,
    });
    expect(probe.converged).toBe(true);
    expect(probe.objective / golden.pixels.linearProbe.objective).toBeCloseTo(1, 8);
    expect(probe.accuracy).toBeCloseTo(golden.pixels.linearProbe.testAccuracy, 9);
    expect(probe.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  test("codes of a PCA", async () => {
    const codes = await pcaCodes(digits);
    const probe = await linearProbe(codes.train, codes.trainLabels, codes.test, codes.testLabels, {
      tol: 1e-8,
    });
    expect(probe.converged).toBe(true);
    // The codes are float32, which shifts J by some 1e-7 of it.
    expect(probe.objective / golden.pca8.linearProbe.objective).toBeCloseTo(1, 6);
    expect(probe.accuracy).toBeCloseTo(golden.pca8.linearProbe.testAccuracy, 9);
  });

  test("the default tolerance is within 1e-3 of the optimum and gives the same accuracy", async () => {
    const probe = await linearProbe(digits.train, digits.trainLabels, digits.test, digits.testLabels);
    expect(probe.converged).toBe(true);
    expect(probe.objective / golden.pixels.linearProbe.objective).toBeLessThan(1 + 1e-3);
    expect(probe.accuracy).toBeCloseTo(golden.pixels.linearProbe.testAccuracy, 9);
  });
});

describe("closed forms", () => {
  const labels = ["a", "b", "b", "c", "b", "b", "a", "b"];
  const constant = matrix(8, 2, new Float32Array(16).fill(0.1));

  test("constant columns leave the entropy of the class frequencies, and the most frequent class", async () => {
    const probe = await linearProbe(constant, labels, constant, labels, { tol: 1e-9 });
    const entropy = -(5 * Math.log(5 / 8) + 2 * Math.log(2 / 8) + Math.log(1 / 8));
    expect(probe.objective).toBeCloseTo(entropy, 10);
    expect(probe.accuracy).toBe(5 / 8);
  });

  test("two classes at ±1: J is the minimum of n log(1 + exp(−2w)) + λ w², solved by Newton's method", async () => {
    const x = toMatrix([[-1], [1], [-1], [1], [1], [-1]]);
    const own = ["no", "yes", "no", "yes", "yes", "no"];
    const [n, l2] = [6, 0.5];
    let w = 0;
    for (let i = 0; i < 50; i++) {
      const p = 1 / (1 + Math.exp(2 * w));
      w -= (-2 * n * p + 2 * l2 * w) / (4 * n * p * (1 - p) + 2 * l2);
    }
    const probe = await linearProbe(x, own, x, own, { l2, tol: 1e-9 });
    expect(probe.objective).toBeCloseTo(n * Math.log1p(Math.exp(-2 * w)) + l2 * w * w, 10);
    expect(probe.accuracy).toBe(1);
  });

  test("scale and offset of the columns do not matter", async () => {
    const x = matrix(60, 3, random(4).fillNormal(new Float32Array(180)));
    const own = Array.from({ length: 60 }, (_, i) =>
      x.data[3 * i]! + x.data[3 * i + 1]! > 0 ? "up" : "down",
    );
    // Powers of two and offsets that keep the numbers exact to about 1e-7, and J with them.
    const moved = matrix(
      60,
      3,
      x.data.map((entry, at) => (at % 3 === 0 ? 1024 * entry - 512 : entry / 64 + 0.5)),
    );
    const [plain, scaled] = [
      await linearProbe(x, own, x, own, { tol: 1e-9 }),
      await linearProbe(moved, own, moved, own, { tol: 1e-9 }),
    ];
    expect(scaled.objective / plain.objective).toBeCloseTo(1, 5);
    expect(scaled.accuracy).toBe(plain.accuracy);
  });
});

afterEach(() => configureRuntime({}));

test("same bits for one and two threads, twice, with inputs unchanged", async () => {
  const [train, test] = [digits.train.data.slice(), digits.test.data.slice()];
  const run = (threads: number) => {
    configureRuntime({ threads });
    return linearProbe(digits.train, digits.trainLabels, digits.test, digits.testLabels);
  };
  const one = await run(1);
  expect(await run(2)).toEqual(one);
  expect(await run(2)).toEqual(one);
  expect(digits.train.data).toEqual(train);
  expect(digits.test.data).toEqual(test);
});

test("says so when the iterations run out", async () => {
  const probe = await linearProbe(digits.train, digits.trainLabels, digits.test, digits.testLabels, {
    maxIter: 2,
  });
  expect(probe).toMatchObject({ iterations: 2, converged: false });
});

test("a test label that no training row has counts as missed", async () => {
  const x = toMatrix([[0], [1], [2], [3]]);
  const probe = await linearProbe(x, ["a", "a", "b", "b"], x, ["a", "a", "b", "other"]);
  expect(probe.accuracy).toBe(3 / 4);
  expect(probe.classes).toEqual(["a", "b"]);
});

describe("refuses in one line", () => {
  const x = toMatrix([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const y = ["a", "b", "a"];
  const nan = toMatrix([
    [1, 2],
    [3, Number.NaN],
    [5, 6],
  ]);
  test.each([
    [
      "one class",
      x,
      ["a", "a", "a"],
      x,
      y,
      {},
      'want at least 2 classes among the training labels, got only "a"',
    ],
    ["too few labels", x, ["a", "b"], x, y, {}, "linearProbe: training has 3 rows but 2 labels"],
    ["too many test labels", x, y, x, [...y, "b"], {}, "linearProbe: test has 3 rows but 4 labels"],
    ["a missing label", x, ["a", "", "b"], x, y, {}, "linearProbe: training row 1 has no label"],
    ["a missing test label", x, y, x, ["a", "b", ""], {}, "linearProbe: test row 2 has no label"],
    ["a missing feature", nan, y, x, y, {}, "training row 1 column 1 is NaN, want finite numbers"],
    ["a missing test feature", x, y, nan, y, {}, "test row 1 column 1 is NaN, want finite numbers"],
    ["no rows", takeRows(x, []), [], x, y, {}, "training data is empty: 0 rows, 2 columns"],
    ["other columns", x, y, toMatrix([[1]]), ["a"], {}, "test rows have 1 columns, training rows 2"],
    ["a negative penalty", x, y, x, y, { l2: -1 }, "l2 must be a number ≥ 0, got -1"],
    ["no iterations", x, y, x, y, { maxIter: 0 }, "maxIter must be an integer ≥ 1, got 0"],
    ["no tolerance", x, y, x, y, { tol: Number.NaN }, "tol must be a number > 0, got NaN"],
  ])("%s", async (_, train, trainLabels, held, testLabels, options, message) => {
    const attempt = linearProbe(train, trainLabels, held, testLabels, options);
    await expect(attempt).rejects.toThrow(RangeError);
    await expect(attempt).rejects.toThrow(message);
  });
});
