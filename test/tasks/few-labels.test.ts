/** @file A few labels: draws by hand, planted classes, and figures of scikit-learn and NumPy on the digits. */
import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { type Matrix, matrix, takeColumns } from "../../src/data/matrix.js";
import {
  autoencoder,
  fewLabels,
  fewLabelsByDimension,
  fewLabelsFromClusters,
  fit,
  labelsOfClusters,
  maskedAutoencoder,
  pca,
} from "../../src/index.js";
import { random } from "../../src/random.js";
import { minimumNorm } from "../../src/tasks/few-labels/by-dimension.js";
import { drawLabels } from "../../src/tasks/few-labels/draws.js";
import { principalComponents } from "../../src/tasks/few-labels/features.js";
import { learnersOn, probeOn } from "../../src/tasks/few-labels/few-labels.js";
import { readGolden } from "../golden/golden.js";

const range = (size: number) => Array.from({ length: size }, (_, i) => i);

/** Six tight blobs of 20 rows far from each other, two for each of three classes, in turn. */
const BLOBS = 6;
const kinds = range(120).map((i) => ["rose", "lily", "iris"][(i % BLOBS) % 3]!);
const stream = random(9);
const blobs: Matrix = matrix(120, BLOBS);
for (const i of range(120))
  for (const j of range(BLOBS))
    blobs.data[i * BLOBS + j] = (i % BLOBS === j ? 10 : 0) + 0.1 * stream.normal();

describe("draws", () => {
  const many = [...range(60).map(() => "a"), ...range(30).map(() => "b"), ...range(10).map(() => "c")];

  test("every class has a label first, then each by its share (Webster)", () => {
    const { draws } = drawLabels("test", 100, many, { heldOut: 0.2, seeds: 4 });
    for (const { learned, judged } of draws) {
      // Shares of 48, 24 and 8 rows that are left, and by quotients 48 / 1, 3, 5 …, 24 / 1, 3 …, 8 / 1, 3 …
      const order = Array.from(learned, (row) => many[row]).join("");
      expect(order.slice(0, 3)).toBe("abc");
      const counts = (of: string) => ["a", "b", "c"].map((label) => of.split(label).length - 1);
      expect(counts(order.slice(0, 10))).toEqual([6, 3, 1]);
      expect(counts(order.slice(0, 20))).toEqual([12, 6, 2]);
      expect(counts(order)).toEqual([48, 24, 8]);
      expect(judged.length).toBe(20);
      expect(new Set([...learned, ...judged]).size).toBe(100);
    }
    const orders = new Set(draws.map(({ learned }) => learned.join()));
    expect(orders.size).toBe(4);
    expect(drawLabels("test", 100, many, { heldOut: 0.2, seeds: 4 }).draws).toEqual(draws);
    expect(drawLabels("test", 100, many, { heldOut: 0.2, seeds: 1, seed: 2 }).draws[0]).toEqual(draws[2]);
  });

  test("rows without a label are neither drawn nor judged on", () => {
    const some = many.map((label, i) => (i % 2 ? "" : label));
    const { draws } = drawLabels("test", 100, some, {});
    for (const { learned, judged } of draws)
      expect([...learned, ...judged].sort((a, b) => a - b)).toEqual(range(50).map((i) => 2 * i));
  });

  test("numbers that are not said are the usual ones that there are labels for", () => {
    const counts = (rows: number, classes: number) =>
      drawLabels(
        "test",
        rows,
        range(rows).map((i) => `c${i % classes}`),
        {},
      ).labeled;
    expect(counts(1000, 2)).toEqual([10, 50, 100, 500]);
    expect(counts(100, 20)).toEqual([50]);
    expect(counts(40, 12)).toEqual([30]);
  });

  test("refuses what cannot be drawn", () => {
    const refusal = (options: object, labels = many) => {
      try {
        drawLabels("task", 100, labels, options);
      } catch (error) {
        return (error as RangeError).message;
      }
      return "";
    };
    expect(refusal({ labeled: [2] })).toBe(
      "task: 2 labels are fewer than the 3 classes, of which each wants one",
    );
    expect(refusal({ labeled: [76] })).toBe(
      "task: 76 labels are more than the 75 rows that have one and are not held out",
    );
    expect(refusal({ labeled: [] })).toBe("task: labeled must have a number of labels, got none");
    expect(refusal({ labeled: [2.5] })).toBe("task: numbers of labels must be integers ≥ 1, got 2.5");
    expect(refusal({ seeds: 0 })).toBe("task: seeds must be an integer ≥ 1, got 0");
    expect(
      refusal(
        {},
        many.map(() => ""),
      ),
    ).toBe("task: want labels of at least 2 classes, got none");
    expect(
      refusal(
        {},
        many.map(() => "a"),
      ),
    ).toBe('task: want labels of at least 2 classes, got only "a"');
    expect(refusal({}, many.slice(1))).toBe("task: 100 rows, but 99 labels");
    expect(refusal({ heldOut: 1 })).toMatch(/fraction must lie between 0 and 1, got 1/);
  });
});

describe("planted classes", () => {
  test("are told by every learner on every kind of features, in every draw", async () => {
    const model = await fit(autoencoder({ latentDim: 6, hidden: [] }), blobs, { seed: 1, epochs: 20 });
    const found = await fewLabels(model, blobs, kinds, { labeled: [36], seeds: 2, training: { epochs: 20 } });
    expect(found.entries.map(({ features, learner }) => `${features} ${learner}`)).toEqual([
      "codes probe",
      "codes neighbors",
      "codes fineTuning",
      "raw probe",
      "raw neighbors",
      "pca probe",
      "pca neighbors",
    ]);
    for (const { accuracies, mean, halfWidth, features, learner } of found.entries)
      expect([features, learner, accuracies, mean, halfWidth]).toEqual([features, learner, [1, 1], 1, 0]);
    expect(found).toMatchObject({
      classes: ["iris", "lily", "rose"],
      seeds: [0, 1],
      judged: 30,
      sizes: { codes: 6, raw: 6, pca: 6 },
    });
  });

  test("one draw has no interval; the same seed gives the same, another another", async () => {
    const { x, labels } = digits();
    const model = await fit(pca({ latentDim: 4 }), x, { seed: 0 });
    const of = (seed: number) =>
      fewLabels(model, x, labels, { labeled: [20], seeds: 1, seed, nNeighbors: 1 });
    const one = await of(3);
    expect(one.entries.map(({ learner }) => learner)).not.toContain("fineTuning");
    for (const entry of one.entries) expect(entry).not.toHaveProperty("halfWidth");
    expect(await of(3)).toEqual(one);
    expect((await of(4)).entries).not.toEqual(one.entries);
  });

  test("clusters carry their labels: accuracy 1, and the share of rows without one is that of blobs without", async () => {
    // One label a class: three of six blobs have one.
    const three = await fewLabelsFromClusters(blobs, blobs, kinds, { labeled: [3], clusters: 6, seeds: 3 });
    for (const { accuracies, unlabeledShares, unlabeledShare } of three.entries)
      expect([accuracies, unlabeledShares, unlabeledShare]).toEqual([[1, 1, 1], [0.5, 0.5, 0.5], 0.5]);
    const all = await fewLabelsFromClusters(blobs, blobs, kinds, { labeled: [60], seeds: 2 });
    expect(all.clusters).toBe(6);
    for (const { mean, unlabeledShare } of all.entries) expect([mean, unlabeledShare]).toEqual([1, 0]);
    expect(all.entries.map(({ features }) => features)).toEqual(["codes", "raw", "pca"]);
  });

  test("rows without a label have their part in the components", async () => {
    // Half of the rows have no label, and vary along an axis on which the others are the same.
    const x = matrix(120, 7);
    const labels = kinds.map((label, i) => (i < 60 ? label : ""));
    for (const i of range(120)) {
      x.data.set(blobs.data.subarray(i * 6, i * 6 + 6), i * 7);
      if (i >= 60) x.data[i * 7 + 6] = 1000 * stream.normal();
    }
    const options = { labeled: [30], dimensions: [1], seeds: 2 };
    const accuracy = async (rows: Matrix, of: readonly string[]) =>
      (await fewLabelsByDimension(rows, of, options)).entries[1]!.mean;
    const known = matrix(60, 7, x.data.slice(0, 420));
    expect(await accuracy(x, labels)).toBeLessThan(await accuracy(known, labels.slice(0, 60)));
  });

  test("a missing number counts as the mean of its column, where the model takes it", async () => {
    const holed = matrix(
      120,
      6,
      blobs.data.map((value, at) => (at % 41 === 0 ? Number.NaN : value)),
    );
    const model = await fit(maskedAutoencoder({ latentDim: 3, hidden: [8] }), holed, { seed: 1, epochs: 1 });
    const { entries } = await fewLabels(model, holed, kinds, {
      labeled: [60],
      seeds: 1,
      training: { epochs: 1 },
    });
    expect(entries.length).toBe(7);
    expect(
      entries.find(({ features, learner }) => features === "raw" && learner === "probe")!.mean,
    ).toBeGreaterThan(0.9);
  });

  test("refuses codes of other rows, and numbers that are none", async () => {
    const other = matrix(100, 2);
    await expect(fewLabels(other, blobs, kinds)).rejects.toThrow("fewLabels: 120 rows, but 100 codes");
    await expect(fewLabels(blobs, blobs, kinds.slice(1))).rejects.toThrow(
      "fewLabels: 120 rows, but 119 labels",
    );
    const broken = matrix(120, 6, blobs.data.with(8, Number.NaN));
    await expect(fewLabels(broken, blobs, kinds)).rejects.toThrow(
      "fewLabels: code 2 of row 1 is NaN; want finite numbers",
    );
    await expect(fewLabels(blobs, blobs, kinds, { nNeighbors: 0 })).rejects.toThrow(
      "fewLabels: nNeighbors must be an integer ≥ 1, got 0",
    );
    await expect(fewLabelsFromClusters(blobs, blobs, kinds, { clusters: 121 })).rejects.toThrow(
      "kMeans: clusters 121 wants at least 121 rows, got 120",
    );
    await expect(fewLabelsByDimension(blobs, kinds, { dimensions: [1, 7] })).rejects.toThrow(
      "fewLabelsByDimension: dimensions must be integers from 1 to 6, the smaller of 120 rows and 6 columns, got 7",
    );
    const signal = AbortSignal.abort(new Error("enough"));
    for (const task of [
      fewLabels(blobs, blobs, kinds, { signal }),
      fewLabelsFromClusters(blobs, blobs, kinds, { signal }),
    ])
      await expect(task).rejects.toThrow("enough");
  });
});

test("the majority of a cluster; of equally many the first in order; none where there is none", () => {
  const clusters = [0, 0, 0, 0, 1, 1, 1, 2, 2];
  const labels = ["b", "a", "b", "", "z", "a", "", "", ""];
  expect(labelsOfClusters(clusters, labels)).toEqual(["b", "b", "b", "b", "a", "a", "a", "", ""]);
  expect(() => labelsOfClusters(clusters, [])).toThrow("labelsOfClusters: 9 rows, but 0 labels");
});

interface Golden {
  readonly cases: readonly {
    readonly labeled: number;
    readonly pixels: { readonly probe: number; readonly neighbors: number };
    readonly components: readonly {
      readonly dimensions: number;
      readonly probe: number;
      readonly minimumNorm: number;
    }[];
  }[];
}

describe("against scikit-learn and NumPy on the digits", () => {
  const { cases } = readGolden<Golden>("few-labels.json");
  const { x, labels } = digits();
  const classes = [...new Set(labels)].sort();
  const [even, odd] = [0, 1].map((first) => Uint32Array.from(range(x.rows).filter((i) => i % 2 === first)));
  /** Two rows of the 898 that are judged: components are float32 here, and the probe stops a little above the optimum. */
  const TWO_ROWS = 2.5 / 898;

  test.each(cases)("$labeled labels", async ({ labeled, pixels, components }) => {
    const learned = even!.subarray(0, labeled);
    const draw = { seed: 0, learned, judged: odd! };
    const [probe, neighbors] = learnersOn({ name: "raw", x }, labels, classes, 5);
    expect(Math.abs((await probe!.accuracy(learned, draw)) - pixels.probe)).toBeLessThan(TWO_ROWS);
    expect(await neighbors!.accuracy(learned, draw)).toBeCloseTo(pixels.neighbors, 12);
    const all = await principalComponents(x, 64, undefined);
    for (const expected of components) {
      const z = takeColumns(all, range(expected.dimensions));
      const own = await probeOn(z, labels, classes)(learned, odd!);
      expect(Math.abs(own - expected.probe)).toBeLessThan(TWO_ROWS);
      const least = await minimumNorm(z, labels, classes, learned, odd!);
      expect(Math.abs(least - expected.minimumNorm)).toBeLessThan(TWO_ROWS);
    }
  });

  test("without a penalty the worst is where there are as many components as labels; with one, none is", async () => {
    const dimensions = [2, 5, 10, 20, 30, 40, 50, 60, 64];
    const { entries } = await fewLabelsByDimension(x, labels, { labeled: [40], dimensions, seeds: 3 });
    const of = (name: string) =>
      Object.fromEntries(
        entries.filter(({ classifier }) => classifier === name).map((e) => [e.dimensions, e.mean]),
      );
    const [least, probe] = [of("minimumNorm"), of("probe")];
    for (const size of dimensions) if (size > 2 && size !== 40) expect(least[40]!).toBeLessThan(least[size]!);
    expect(least[10]! - least[40]!).toBeGreaterThan(0.3);
    expect(Math.abs(probe[40]! - probe[30]!)).toBeLessThan(0.03);
  });
});
