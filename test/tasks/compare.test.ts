/** @file Methods side by side: figures worked out by hand, gaps that are filled by training rows alone, what is fitted and what not. */
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, takeRows } from "../../src/data/matrix.js";
import { autoencoder } from "../../src/methods/autoencoder/autoencoder.js";
import { kMeans } from "../../src/methods/cluster/k-means.js";
import { lowRankCompletion } from "../../src/methods/linear/low-rank-completion.js";
import { pca } from "../../src/methods/linear/pca.js";
import type { Coder } from "../../src/methods/model.js";
import { heldOut } from "../../src/metrics/split.js";
import { random } from "../../src/random.js";
import { compareMethods, type Judged, shownBy } from "../../src/tasks/compare.js";
import { filledByMeans } from "../../src/tasks/fill.js";
import { errorFigures, outlierFlags } from "../../src/tasks/judging.js";
import { fit } from "../../src/training/fit.js";

const drawn = (rows: number, cols: number, seed = 1): Matrix =>
  matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));
const one = (name: string, latentDim: number) => ({ name, method: pca({ latentDim }) });

test("errors are of the held-out rows alone, in units of the scale, over what is there", () => {
  // Training rows have mean (2, 0); the held-out row with a gap counts its first number alone.
  const x = matrix(5, 2, Float32Array.of(0, 0, 2, 0, 4, 0, 2, 3, 5, Number.NaN));
  const split = { train: Uint32Array.of(0, 1, 2), test: Uint32Array.of(3, 4) };
  const scaling = { kind: "standard", offset: [2, 0], factor: [2, 0.5] } as const;
  const xHat = matrix(2, 2, Float32Array.of(2, 2, 4, 7));
  // ((0/2)² + (1/0.5)² + (1/2)²) / 2 of ((0/2)² + (3/0.5)² + (3/2)²) / 2
  expect(errorFigures(takeRows(x, split.test), xHat, { x, split, scaling })).toEqual({
    heldOutError: (4 + 0.25) / 2,
    explainedVarianceRatio: 1 - 4.25 / (36 + 2.25),
  });
});

test("gaps are filled by the means of the training rows: the others do not count", () => {
  const { NaN: gap } = Number;
  const x = matrix(4, 2, Float32Array.of(1, gap, 3, 4, gap, 8, 1000, gap));
  const filled = filledByMeans(x, Uint32Array.of(0, 1, 2));
  expect([...filled.data]).toEqual([1, 6, 3, 4, 2, 8, 1000, 6]);
  expect(() => filledByMeans(x, Uint32Array.of(0))).toThrow(
    "column 2: no training row has a number to fill its gaps by",
  );
});

test("what stands in the held-out rows changes nothing of a fit, gaps included", async () => {
  const x = drawn(40, 4);
  for (let at = 0; at < 160; at += 7) x.data[at] = Number.NaN;
  const { test: unseen } = heldOut(40, 0.25, 0);
  const other = matrix(40, 4, x.data.slice());
  for (const row of unseen) for (let j = 0; j < 4; j++) other.data[row * 4 + j] = 1e4 * (row + j);
  const given: number[][] = [];
  for (const rows of [x, other])
    await compareMethods(rows, [one("pca", 2)], {
      seeds: 1,
      scale: "standard",
      fit: async ({ method }, learned) => {
        given.push([...learned.x.data]);
        return (await fit(method, learned.x as Matrix, { scale: "standard" })) as Coder;
      },
    });
  expect(given[0]!.every(Number.isFinite)).toBe(true);
  expect(given[1]).toEqual(given[0]);
});

test("means and spread over seeds are those of fits one by one", async () => {
  const x = drawn(60, 3);
  const { entries, seeds } = await compareMethods(x, [one("pca", 1)], { seed: 4 });
  expect(seeds).toEqual([4, 5, 6]);
  const errors = await Promise.all(
    seeds.map(async (seed) => {
      const { train, test: unseen } = heldOut(60, 0.25, seed);
      const model = await fit(pca({ latentDim: 1 }), takeRows(x, train));
      const squared = await model.squaredErrors(takeRows(x, unseen));
      return squared.reduce((sum, value) => sum + value, 0) / unseen.length;
    }),
  );
  const mean = errors.reduce((sum, value) => sum + value, 0) / 3;
  const variance = errors.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2;
  expect(entries[0]!.figures.heldOutError).toBeCloseTo(mean, 5);
  expect(entries[0]!.spread.heldOutError).toBeCloseTo(Math.sqrt(variance), 5);
});

test("means of the columns and principal components of each size stand beside, best first", async () => {
  const x = drawn(50, 4);
  const candidates = [
    { name: "few", method: kMeans({ clusters: 3 }) },
    { name: "one", method: autoencoder({ latentDim: 1, hidden: [4] }), training: { epochs: 1 } },
    one("pca", 1),
  ];
  const { entries } = await compareMethods(x, candidates, { seeds: 1 });
  const names = entries.map(
    ({ name, latentDim, candidate }) => `${name} ${latentDim} ${candidate ? "" : "beside"}`,
  );
  expect([...names].sort()).toEqual(["columnMeans 0 beside", "few 3 ", "one 1 ", "pca 1 ", "pca 3 beside"]);
  const errors = entries.map(({ figures }) => figures.heldOutError!);
  expect(errors).toEqual([...errors].sort((a, b) => a - b));
  expect(entries.find(({ name }) => name === "columnMeans")!.figures.explainedVarianceRatio).toBeCloseTo(
    0,
    10,
  );
  expect(entries.every(({ spread }) => Object.keys(spread).length === 0)).toBe(true);
  const own = entries.find(({ name }) => name === "one")!;
  expect(own.model!.history).toHaveLength(1);
  const { codes, reconstruction } = await shownBy("one", own.model!, { x } as never, heldOut(50, 0.25, 0));
  expect([codes.rows, codes.cols, reconstruction!.rows]).toEqual([50, 1, 13]);
});

test("methods that take gaps are given them, others not", async () => {
  const x = drawn(40, 4);
  for (const at of [5, 50, 90, 133]) x.data[at] = Number.NaN;
  const gaps: Record<string, boolean> = {};
  const candidates = [{ name: "completion", method: lowRankCompletion({ latentDim: 1 }) }];
  await compareMethods(x, candidates, {
    seeds: 1,
    fit: async ({ name, method, seed }, learned) => {
      gaps[name] = learned.x.data.some(Number.isNaN);
      return (await fit(method, learned.x as Matrix, { seed })) as Coder;
    },
  });
  expect(gaps).toEqual({ completion: true, pca: false });
});

test("a fit that is known is not done again", async () => {
  const x = drawn(40, 3);
  const kept = new Map<string, Judged>();
  const told: string[] = [];
  const options = {
    seeds: 2,
    known: async (trial: { seed: number; latentDim: number }) => kept.get(`${trial.latentDim} ${trial.seed}`),
    onJudged(trial: { seed: number; latentDim: number }, judged: Judged, of: number) {
      kept.set(`${trial.latentDim} ${trial.seed}`, judged);
      told.push(`${trial.latentDim} ${trial.seed} of ${of}`);
    },
  };
  const first = await compareMethods(x, [one("pca", 1), one("pca", 2)], options);
  expect(told).toEqual(["1 0 of 4", "2 0 of 4", "1 1 of 4", "2 1 of 4"]);
  const again = await compareMethods(x, [one("pca", 1), one("pca", 2)], options);
  expect(told).toHaveLength(4);
  expect(again.entries.map(({ figures }) => figures)).toEqual(first.entries.map(({ figures }) => figures));
});

describe("outliers", () => {
  test("labels say them where they are two usual words, the second of which is rare", () => {
    const rare = [...Array(9).fill("0"), "1"];
    expect(outlierFlags(rare)).toEqual([...Array(9).fill(false), true]);
    expect(
      outlierFlags([...Array(9).fill("no"), "", "Yes"])!
        .map(Number)
        .join(""),
    ).toBe("00000000001");
    expect(outlierFlags([...Array(9).fill("0.0"), "1.0"])).toEqual([...Array(9).fill(false), true]);
    expect(outlierFlags(["0", "1", "0"])).toBeUndefined();
    expect(outlierFlags([...Array(9).fill("0"), "2"])).toBeUndefined();
    expect(outlierFlags(Array(9).fill("0"))).toBeUndefined();
    expect(outlierFlags(undefined)).toBeUndefined();
  });

  test("rows far out are found by the distance to the means, and by the error of one component", async () => {
    const x = drawn(80, 3);
    const labels = Array.from({ length: 80 }, (_, i) => (i % 10 === 0 ? "1" : "0"));
    for (let i = 0; i < 80; i += 10) x.data[i * 3 + 1] = 50;
    const data = { x, labels, name: "rows", format: "csv", notes: [] } as never;
    const { entries } = await compareMethods(data, [one("pca", 1)], { scale: "none" });
    const [worst, means] = ["pca", "columnMeans"].map(
      (name) => entries.find((entry) => entry.name === name)!,
    );
    expect(means!.figures.outlierAuc).toBe(1);
    // Outliers lie along the component that they draw to themselves.
    expect(worst!.figures.outlierAuc).toBeLessThan(1);
    expect(worst!.figures.probeAccuracy).toBe(1);
  });
});

test("refusals come before the first fit", async () => {
  const x = drawn(20, 3);
  await expect(compareMethods(x, [])).rejects.toThrow("want a method or more");
  await expect(compareMethods(x, [one("pca", 1)], { seeds: 0 })).rejects.toThrow(
    "seeds must be an integer ≥ 1, got 0",
  );
  const fits: string[] = [];
  const options = { fit: async ({ name }: { name: string }) => fits.push(name) as never };
  await expect(compareMethods(x, [one("one", 1), one("nine", 9)], options)).rejects.toThrow(/9/);
  expect(fits).toEqual([]);
  const controller = new AbortController();
  controller.abort(new Error("stopped"));
  await expect(compareMethods(x, [one("pca", 1)], { signal: controller.signal })).rejects.toThrow("stopped");
});
