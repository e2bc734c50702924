/** @file How good models, clusters and embeddings are, against figures worked out by hand. */
import { describe, expect, test } from "vitest";
import { matrix, takeRows } from "../../src/data/matrix.js";
import { random } from "../../src/random.js";
import { clusterQuality } from "../../src/tasks/cluster/cluster-quality.js";
import { clusterRows } from "../../src/tasks/cluster/cluster-rows.js";
import { embeddingQuality } from "../../src/tasks/embedding-quality.js";
import { labelMetrics } from "../../src/tasks/label-metrics.js";
import { outliers, quantile } from "../../src/tasks/outliers/scores.js";

// Hyndman & Fan's definition 7 puts the quantile at 1 + (n − 1) q of the sorted scores.
test("a quantile lies between the scores next to it", () => {
  const scores = Float32Array.of(4, 1, 3, 10);
  expect([0, 0.25, 0.5, 0.9, 1].map((q) => quantile(scores, q))).toEqual([
    1,
    2.5,
    3.5,
    expect.closeTo(8.2),
    10,
  ]);
  expect(quantile(Float32Array.of(7), 0.3)).toBe(7);
  expect([...scores]).toEqual([4, 1, 3, 10]);
});

test("outliers are above the limit, not at it", () => {
  expect(outliers(Float32Array.of(4, 1, 3, 10, Number.NaN), 3)).toEqual([0, 3]);
});

test("accuracies are counted on the held-out rows", async () => {
  const codes = matrix(8, 1, Float32Array.of(0, 0.1, 0.2, 10, 10.1, 10.2, 0.05, 10.05));
  const split = { train: Uint32Array.of(0, 1, 2, 3, 4, 5), test: Uint32Array.of(6, 7) };
  const labels = ["a", "a", "a", "b", "b", "b", "a", "a"];
  expect(await labelMetrics(codes, labels, split)).toEqual({ probeAccuracy: 0.5, knnAccuracy: 0.5 });
});

describe("clusters", () => {
  const x = matrix(4, 1, Float32Array.of(0, 2, 10, 12));

  test("two pairs: inertia 4, silhouette by hand, agreement with labels", async () => {
    const found = await clusterRows(x, { clusters: 2 });
    const { rows, metrics } = await clusterQuality(found, ["p", "p", "q", "q"], { seed: 0 });
    expect(rows).toBe(4);
    // Rows 0 and 12: own 2, other 11; rows 2 and 10: own 2, other 9.
    expect(metrics).toEqual({
      inertia: 4,
      silhouette: expect.closeTo((1 - 2 / 11 + 1 - 2 / 9) / 2, 6),
      adjustedRandIndex: 1,
      normalizedMutualInformation: expect.closeTo(1, 12),
    });
  });

  test("one cluster has no silhouette", async () => {
    const { metrics } = await clusterQuality(await clusterRows(x, { clusters: 1 }), undefined, { seed: 0 });
    expect(metrics).toEqual({ inertia: 104 });
  });
});

describe("embeddings", () => {
  const x = matrix(60, 2, random(3).fillNormal(new Float32Array(120)));
  const settings = { scale: "none", seed: 0 } as const;

  test("the data itself keeps all neighbors", async () => {
    const labels = Array.from({ length: 60 }, (_, i) => (x.data[2 * i]! > 0 ? "right" : "left"));
    const { rows, metrics } = await embeddingQuality(x, x, labels, settings);
    expect(rows).toBe(60);
    expect(metrics).toEqual({ trustworthiness: 1, knnAccuracy: expect.any(Number) });
    expect(metrics.knnAccuracy).toBeGreaterThan(0.8);
  });

  test("what there is no figure for is left out", async () => {
    const numbers = Array.from({ length: 60 }, (_, i) => String(i));
    expect((await embeddingQuality(x, x, numbers, settings)).metrics).toEqual({ trustworthiness: 1 });
    const few = takeRows(x, [0, 1, 2, 3]);
    expect((await embeddingQuality(few, few, undefined, settings)).metrics).toEqual({});
    const holes = matrix(60, 2, x.data.slice());
    holes.data[5] = Number.NaN;
    expect((await embeddingQuality(holes, x, undefined, settings)).metrics).toEqual({});
  });
});
