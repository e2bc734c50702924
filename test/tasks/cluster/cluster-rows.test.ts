/** @file Clusters of rows: how many, what makes them different, and rows that are in none. */
import { describe, expect, test } from "vitest";
import { recordsTable, tableDataset } from "../../../src/data/index.js";
import { matrix } from "../../../src/data/matrix.js";
import { clusterRows, configureRuntime, describeClusters, random } from "../../../src/index.js";
import { type ClusterTrial, chosenNumber } from "../../../src/tasks/cluster/number-of-clusters.js";
import { plantedGroups } from "../../../studies/planted-groups.js";

/** 240 customers of three kinds; row 100 spent 99999. */
function customers() {
  const stream = random(2);
  const normal = () => stream.normal();
  const records = Array.from({ length: 240 }, (_, i) => {
    const kind = i % 3;
    return {
      customer: `C${i}`,
      age: Math.round([30, 50, 70][kind]! + 2 * normal()),
      spend: i === 100 ? 99999 : Math.round(100 * ([40, 95, 60][kind]! + 3 * normal())) / 100,
      noise: Math.round(100 * normal()) / 100,
      plan: ["basic", "plus", "gold"][kind]!,
    };
  });
  return tableDataset(recordsTable(records), "memory", { exclude: ["customer"] });
}

describe("clusterRows", () => {
  test.each([1, 2, 3, 4, 6, 7])(
    "finds the planted number, and sets the lone rows aside: table %i",
    async (seed) => {
      const { x, groups, labels } = plantedGroups(seed, 6);
      const found = await clusterRows(x, { seed, scale: "standard" });
      expect(found.clusters).toBe(groups);
      const lone = Array.from(labels.keys()).filter((row) => labels[row]! < 0);
      expect(found.outliers.map(({ row }) => row).sort((a, b) => a - b)).toEqual(lone);
      expect(found.trials!.map(({ clusters }) => clusters)).toEqual(
        Array.from({ length: 12 }, (_, i) => i + 1),
      );
    },
  );

  test("rows without groups are one group, in words", async () => {
    const x = matrix(400, 3, random(5).fillNormal(new Float32Array(1200)));
    const { clusters, reason, groups } = await clusterRows(x);
    expect(clusters).toBe(1);
    expect(reason).toMatch(/^the gap statistic tells no groups, and no silhouette reaches 0\.5/);
    expect(groups[0]!.differences).toEqual([]);
  });

  test("one row far out is no cluster, is told by its column, and squeezes no other row", async () => {
    const data = customers();
    for (const clusters of [3, "auto"] as const) {
      const found = await clusterRows(data, { clusters });
      expect(found.clusters).toBe(3);
      expect(found.outliers[0]).toEqual({
        row: 100,
        column: "spend",
        value: 99999,
        expected: expect.closeTo(60, -1),
      });
      expect(found.outliers.length).toBeLessThan(5);
      expect(found.labels[100]).toBe(-1);
      const ofKinds = [0, 1, 2].map(
        (kind) => new Set(found.labels.filter((label, i) => i % 3 === kind && label >= 0)),
      );
      expect(ofKinds.map(({ size }) => size)).toEqual([1, 1, 1]);
    }
    const kept = await clusterRows(data, { clusters: 3, outliers: "keep" });
    expect(kept.outliers).toEqual([]);
    expect(kept.labels).not.toContain(-1);
  });

  test("a rare category is not far", async () => {
    const records = Array.from({ length: 200 }, (_, i) => ({
      age: 30 + (i % 7) / 7 + 30 * (i % 2),
      country: i % 50 === 0 ? "Malta" : i % 2 === 0 ? "France" : "Spain",
      premium: i % 40 === 1 ? "yes" : "no",
    }));
    const found = await clusterRows(tableDataset(recordsTable(records), "memory"), { clusters: 2 });
    expect(found.outliers).toEqual([]);
  });

  test("names the planted columns, in the words of the table", async () => {
    const { groups, labels } = await clusterRows(customers(), { clusters: 3 });
    const old = groups[labels[2]!]!;
    expect(old.size).toBeGreaterThan(76);
    expect(
      old.differences
        .slice(0, 2)
        .map(({ column }) => column)
        .sort(),
    ).toEqual(["age", "plan"]);
    const plan = old.differences.find(({ column }) => column === "plan")!;
    expect(plan).toMatchObject({ type: "category", level: "gold", inside: 1, others: 0, effect: Math.PI });
    const age = old.differences.find(({ column }) => column === "age")!;
    expect(age.insideMedian).toBeCloseTo(70, -1);
    expect(age.othersMedian).toBeGreaterThan(30);
    expect(age.othersMedian).toBeLessThan(50);
    expect(old.typical).toHaveLength(3);
    for (const row of old.typical) expect(row % 3).toBe(2);
  });

  test("hdbscan: noise is in no cluster, and its number is told", async () => {
    const { x, groups, labels } = plantedGroups(1, 6);
    const found = await clusterRows(x, {
      method: "hdbscan",
      scale: "standard",
      hdbscan: { minClusterSize: 20 },
    });
    expect(found.clusters).toBe(groups);
    const none = found.labels.filter((label) => label < 0).length;
    expect(none).toBe(found.noise + found.outliers.length);
    for (const [i, label] of labels.entries()) if (label < 0) expect(found.labels[i]).toBe(-1);
    expect(found.trials).toBeUndefined();
  });

  test.each([
    [
      "two rows",
      [
        [1, 2],
        [3, 4],
      ],
      2,
    ],
    ["all rows equal", Array.from({ length: 30 }, () => [1, 2]), 1],
    ["one column", Array.from({ length: 60 }, (_, i) => [i % 2 === 0 ? i / 100 : 50 + i / 100]), 2],
    ["a constant column", Array.from({ length: 60 }, (_, i) => [i % 3, 7]), 3],
    ["pairs of duplicates", Array.from({ length: 8 }, (_, i) => [Math.floor(i / 4), 0]), 2],
  ])("%s", async (_, rows, groups) => {
    const found = await clusterRows(rows, { scale: "standard" });
    expect(found.clusters).toBeLessThanOrEqual(groups);
    expect(found.labels).toHaveLength(rows.length);
    for (const label of found.labels) expect(label).toBeGreaterThanOrEqual(0);
  });

  test("groups a day apart are two, however far from 0 the days are", async () => {
    // float32 has every fourth number here.
    const days = Float64Array.from({ length: 40 }, (_, i) => 40_000_000 + (i % 2) + (i % 5) / 100);
    const { clusters, labels } = await clusterRows({ data: days, rows: 40, cols: 1 });
    expect(clusters).toBe(2);
    expect(labels.map((label) => (label === labels[0] ? 0 : 1))).toEqual(
      Int32Array.from({ length: 40 }, (_, i) => i % 2),
    );
  });

  test("same seed, same bits, at any number of threads", async () => {
    const { x } = plantedGroups(4, 4.5);
    const results: unknown[] = [];
    for (const threads of [1, 2, 3, 5]) {
      configureRuntime({ backend: "native", threads });
      const { model: _, ...found } = await clusterRows(x, { seed: 7, scale: "standard" });
      results.push(found);
    }
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });

  test("options out of range are refused", async () => {
    const x = [[1], [2]];
    await expect(clusterRows(x, { clusters: 0 })).rejects.toThrow(
      "clusters must be auto or an integer ≥ 1, got 0",
    );
    await expect(clusterRows(x, { method: "hdbscan", clusters: 2 })).rejects.toThrow("takes none");
    await expect(clusterRows([[1], [Number.NaN]])).rejects.toThrow("row 1 column 0");
    await expect(clusterRows(matrix(0, 2))).rejects.toThrow("there are no rows");
  });
});

describe("chosenNumber", () => {
  const trial = (clusters: number, silhouette: number, stability = 1, gap = 0): ClusterTrial => ({
    clusters,
    ...(clusters > 1 && { silhouette, stability }),
    gap,
    gapError: 0.01,
  });

  test.each([
    [
      "the highest silhouette",
      [trial(1, 0, 0, 0), trial(2, 0.5, 1, 1), trial(3, 0.7, 1, 2), trial(4, 0.6, 1, 3)],
      3,
    ],
    [
      "no unstable number",
      [trial(1, 0, 0, 0), trial(2, 0.5, 1, 1), trial(3, 0.7, 0.5, 2), trial(4, 0.4, 1, 3)],
      2,
    ],
    [
      "the number of the gap, where it is near",
      [trial(1, 0, 0, 0), trial(2, 0.6, 1, 1), trial(3, 0.57, 1, 2), trial(4, 0.3, 1, 1.9)],
      3,
    ],
    [
      "not that of the gap, where it is far",
      [trial(1, 0, 0, 0), trial(2, 0.6, 1, 1), trial(3, 0.5, 1, 2), trial(4, 0.3, 1, 1.9)],
      2,
    ],
    ["one, if nothing speaks for more", [trial(1, 0, 0, 1), trial(2, 0.3, 1, 0.9), trial(3, 0.4, 1, 0.8)], 1],
    ["more than one, against the gap", [trial(1, 0, 0, 1), trial(2, 0.7, 1, 0.9), trial(3, 0.4, 1, 0.8)], 2],
    [
      "the least near the highest, where the silhouette grows to the end",
      Array.from({ length: 12 }, (_, i) => trial(i + 1, 0.3 + 0.02 * i, 1, i)),
      10,
    ],
  ])("%s", (_, trials, clusters) => {
    expect(chosenNumber(trials).clusters).toBe(clusters);
  });
});

describe("describeClusters", () => {
  test("effects and tests by hand", () => {
    // Column a: inside 4, 6 (mean 5), others 0, 2, 0, 2 (mean 1); column b tells nothing.
    const x = matrix(6, 2, Float32Array.of(4, 1, 6, 2, 0, 1, 2, 2, 0, 1, 2, 2));
    const [first, second] = describeClusters(x, ["a", "b"], [0, 0, 1, 1, 1, 1], undefined);
    // Pooled variance (2 + 4) / 4, so d = 4 / √1.5. All: mean 7/3, variance 41.33/6 − … by hand 27.33/6.
    const variance = (4 ** 2 + 6 ** 2 + 2 ** 2 + 2 ** 2) / 6 - (7 / 3) ** 2;
    expect(first!.differences).toHaveLength(1);
    expect(first!.differences[0]).toEqual({
      column: "a",
      type: "number",
      inside: 5,
      others: 1,
      insideMedian: 5,
      othersMedian: 1,
      effect: expect.closeTo(4 / Math.sqrt(1.5), 12),
      vTest: expect.closeTo((5 - 7 / 3) / Math.sqrt(((4 / 5) * variance) / 2), 12),
    });
    expect(second!.differences[0]!.effect).toBeCloseTo(-4 / Math.sqrt(1.5), 12);
    expect([first!.share, second!.share]).toEqual([2 / 6, 4 / 6]);
  });

  test("the same whatever numbers clusters have, and rows in none have no part in it", () => {
    const { x, labels } = plantedGroups(5, 6);
    const names = Array.from({ length: x.cols }, (_, j) => `c${j}`);
    const plain = describeClusters(x, names, labels, undefined);
    const turned = describeClusters(
      x,
      names,
      labels.map((label) => (label < 0 ? -1 : plain.length - 1 - label)),
      undefined,
    );
    // Sums in another order differ in their last bits.
    const told = (all: typeof plain) =>
      all.map(({ size, share, differences }) => [
        size,
        share,
        differences.map(({ column, effect, others }) => [column, effect.toFixed(9), others.toFixed(9)]),
      ]);
    expect(told(turned.toReversed())).toEqual(told(plain));
    const moved = {
      ...x,
      data: x.data.map((value, i) => (labels[Math.floor(i / x.cols)]! < 0 ? 1e6 : value)),
    };
    expect(describeClusters(moved, names, labels, undefined)).toEqual(plain);
  });
});
