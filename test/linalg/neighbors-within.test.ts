import { describe, expect, test } from "vitest";
import { type Matrix, matrix, row } from "../../src/data/matrix.js";
import { kNearestWithin, type NeighborMetric } from "../../src/linalg/neighbors/nearest-neighbors.js";
import { APPROXIMATE_ROWS, neighborsWithin } from "../../src/linalg/neighbors/neighbors-within.js";
import { random } from "../../src/random.js";

const normal = (rows: number, cols: number, seed: number): Matrix =>
  matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));

/** Rows about so many centers, that lie 6 standard deviations of each column apart or so. */
function mixture(rows: number, cols: number, clusters: number, seed: number): Matrix {
  const [x, centers] = [normal(rows, cols, seed), normal(clusters, cols, seed + 1)];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) x.data[i * cols + j]! += 4 * centers.data[(i % clusters) * cols + j]!;
  return x;
}

const distance = (a: Float32Array, b: Float32Array, metric: NeighborMetric): number => {
  let [sum, aa, bb, ab] = [0, 0, 0, 0];
  for (let j = 0; j < a.length; j++) {
    sum += (a[j]! - b[j]!) ** 2;
    aa += a[j]! * a[j]!;
    bb += b[j]! * b[j]!;
    ab += a[j]! * b[j]!;
  }
  return metric === "euclidean" ? Math.sqrt(sum) : aa * bb > 0 ? 1 - ab / Math.sqrt(aa * bb) : 1;
};

/** Checks any answer: others, each once, at their distances, nearest first. */
function isSound(
  x: Matrix,
  k: number,
  found: { indices: Uint32Array; distances: Float64Array },
  metric: NeighborMetric = "euclidean",
): void {
  expect(found.indices.length).toBe(x.rows * k);
  for (let i = 0; i < x.rows; i++) {
    const rows = found.indices.subarray(i * k, (i + 1) * k);
    const distances = found.distances.subarray(i * k, (i + 1) * k);
    if (new Set(rows).size !== k || rows.includes(i) || rows.some((r) => r >= x.rows))
      throw new Error(`row ${i} has neighbors ${rows}`);
    for (let r = 0; r < k; r++) {
      const wanted = distance(row(x, i), row(x, rows[r]!), metric);
      if (!(Math.abs(distances[r]! - wanted) <= 1e-12 + 1e-12 * wanted))
        throw new Error(`row ${i} neighbor ${r}: ${distances[r]}, want ${wanted}`);
      if (r > 0 && distances[r]! < distances[r - 1]!) throw new Error(`row ${i}: not ascending`);
    }
  }
}

/** Share of neighbors that are as near as the true ones: of equally distant rows any will do. */
function recallOf(found: { distances: Float64Array }, exact: { distances: Float64Array }, k: number): number {
  let hits = 0;
  for (let at = 0; at < exact.distances.length; at += k) {
    const limit = exact.distances[at + k - 1]! * (1 + 1e-12);
    hits += found.distances.subarray(at, at + k).filter((d) => d <= limit).length;
  }
  return hits / exact.distances.length;
}

describe("approximate neighbors", () => {
  // Few columns go by panels, many by products.
  test.each([
    [4000, 12, 8, "euclidean"],
    [4000, 13, 1, "euclidean"],
    [4000, 30, 40, "cosine"],
    [3000, 200, 30, "euclidean"],
    [3000, 200, 30, "cosine"],
  ] as const)(
    "of %i × %i rows in %i clusters, %s, are most of the true ones",
    async (n, d, clusters, metric) => {
      const x = mixture(n, d, clusters, 7);
      const found = await neighborsWithin(x, 10, { search: "approximate", metric });
      isSound(x, 10, found, metric);
      const recall = recallOf(found, await kNearestWithin(x, 10, { metric }), 10);
      expect(recall).toBeGreaterThan(0.965);
      // 512 rows tell it to a percent.
      expect(Math.abs(recall - found.recall)).toBeLessThan(0.012);
    },
  );

  test("are found by looking at some of the rows only", async () => {
    const x = mixture(4000, 12, 40, 3);
    expect((await neighborsWithin(x, 10, { search: "approximate" })).recall).toBeLessThan(1);
  });

  test("are the same for the same seed, and others for another", async () => {
    const x = mixture(4000, 12, 4, 5);
    const by = (seed: number) => neighborsWithin(x, 5, { search: "approximate", seed });
    expect(await by(1)).toEqual(await by(1));
    expect((await by(2)).indices).not.toEqual((await by(1)).indices);
  });

  test.each([
    ["duplicates of a few rows", 3000, 5, (at: number) => ((at % 60) * 7) % 11],
    ["rows that are all equal", 1000, 12, () => 3],
    ["whole numbers with many ties", 3000, 12, (at: number) => (at * 2654435761) % 3],
  ])("of %s are at the true distances", async (_, n, d, entry) => {
    const x = matrix(
      n,
      d,
      Float32Array.from({ length: n * d }, (_, at) => entry(at)),
    );
    const found = await neighborsWithin(x, 6, { search: "approximate" });
    isSound(x, 6, found);
    expect(recallOf(found, await kNearestWithin(x, 6), 6)).toBeGreaterThan(0.965);
  });

  test("do not suffer from a row far out, nor from one pair of units or another", async () => {
    const x = mixture(3000, 12, 10, 11);
    for (let at = 0; at < x.data.length; at++) x.data[at]! *= 1e-8;
    x.data.fill(1e20, 0, 12);
    const found = await neighborsWithin(x, 6, { search: "approximate" });
    isSound(x, 6, found);
    expect(recallOf(found, await kNearestWithin(x, 6), 6)).toBeGreaterThan(0.965);
  });

  test("far from the origin and in tight clusters far apart are told apart", async () => {
    const x = mixture(3000, 12, 10, 12);
    for (let i = 0; i < x.rows; i++)
      for (let j = 0; j < 12; j++) x.data[i * 12 + j] = 1000 * (i % 7) + x.data[i * 12 + j]! / 10;
    const found = await neighborsWithin(x, 6, { search: "approximate" });
    isSound(x, 6, found);
    expect(recallOf(found, await kNearestWithin(x, 6), 6)).toBeGreaterThan(0.965);
  });

  test("of few rows, or nearly all of them, are exact", async () => {
    for (const [n, k] of [
      [2, 1],
      [3, 2],
      [40, 39],
      [300, 299],
    ] as const) {
      const x = normal(n, 9, 1);
      const { recall, ...found } = await neighborsWithin(x, k, { search: "approximate" });
      expect(found).toEqual(await kNearestWithin(x, k));
      expect(recall).toBe(1);
    }
  });
});

describe("auto", () => {
  test("is exact for fewer rows, and approximate from a number on", async () => {
    const x = mixture(APPROXIMATE_ROWS, 10, 100, 2);
    const large = await neighborsWithin(x, 3);
    expect(large.recall).toBeLessThan(1);
    expect(large).toEqual(await neighborsWithin(x, 3, { search: "approximate" }));
    const few = { ...x, rows: 1000, data: x.data.slice(0, 10_000) };
    expect(await neighborsWithin(few, 3)).toEqual({ ...(await kNearestWithin(few, 3)), recall: 1 });
  });

  test("is exact where a tree is", async () => {
    const x = normal(APPROXIMATE_ROWS, 3, 2);
    expect((await neighborsWithin(x, 3)).recall).toBe(1);
  });
});

test("what cannot be searched is told", async () => {
  const x = matrix(3, 1, Float32Array.of(0, 1, 2));
  await expect(neighborsWithin(x, 3)).rejects.toThrow("neighborsWithin: k must be an integer in [1, 2]");
  await expect(neighborsWithin(x, 1, { search: "approximate", seed: -1 })).rejects.toThrow("seed");
});
