import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, row, toMatrix } from "../../src/data/matrix.js";
import {
  kNearestWithin,
  nearestNeighbors,
  searchTiles,
} from "../../src/linalg/neighbors/nearest-neighbors.js";
import { random } from "../../src/random.js";

/** All distances, sorted: what the search must equal. */
function bySorting(x: Matrix, queries: Matrix, k: number): { indices: number[]; distances: number[] } {
  const found = Array.from({ length: queries.rows }, (_, i) =>
    Array.from({ length: x.rows }, (_, t) => ({
      t,
      distance: row(x, t).reduce((sum, entry, j) => sum + (row(queries, i)[j]! - entry) ** 2, 0),
    }))
      .sort((a, b) => a.distance - b.distance || a.t - b.t)
      .slice(0, k),
  ).flat();
  return { indices: found.map(({ t }) => t), distances: found.map(({ distance }) => Math.sqrt(distance)) };
}

async function agrees(x: Matrix, queries: Matrix, k: number): Promise<void> {
  const found = await nearestNeighbors(x, queries, k);
  expect({ indices: [...found.indices], distances: [...found.distances] }).toEqual(bySorting(x, queries, k));
}

describe("nearest neighbors equal a full sort by float64 distance, ties to the earlier row", () => {
  test("on grids full of ties", async () => {
    const points = (cols: number) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: cols, maxLength: cols }), {
        minLength: 4,
        maxLength: 30,
      });
    const both = fc.integer({ min: 1, max: 3 }).chain((cols) => fc.tuple(points(cols), points(cols)));
    await fc.assert(
      fc.asyncProperty(both, fc.integer({ min: 1, max: 4 }), ([a, b], k) =>
        agrees(toMatrix(a), toMatrix(b), k),
      ),
      { numRuns: 50 },
    );
  });

  // Steps of 0.001 at 1000 ± 1: in float32 the product alone cannot tell these rows apart.
  test("far from the origin", async () => {
    const near = (seed: number, rows: number) =>
      matrix(
        rows,
        5,
        random(seed)
          .fillNormal(new Float32Array(rows * 5))
          .map((entry) => 1000 + entry / 1000),
      );
    await agrees(near(1, 300), near(2, 50), 7);
  });

  test("with one row a million times farther out than the others", async () => {
    const x = matrix(200, 4, random(3).fillNormal(new Float32Array(800)));
    x.data[13] = 1e6;
    await agrees(x, matrix(20, 4, random(4).fillNormal(new Float32Array(80))), 5);
  });

  test.each([1e-30, 1e30])("in units of %d", async (unit) => {
    const x = matrix(
      50,
      3,
      random(5)
        .fillNormal(new Float32Array(150))
        .map((entry) => entry * unit),
    );
    await agrees(x, x, 3);
  });

  test("when all rows are equal", () => agrees(matrix(20, 2), matrix(3, 2), 4));

  test("over several blocks of queries", async () => {
    const x = matrix(40, 2, random(6).fillNormal(new Float32Array(80)));
    await agrees(x, matrix(2100, 2, random(7).fillNormal(new Float32Array(4200))), 2);
  });
});

const nearest = (x: Matrix, i: number, k: number, distance: (t: number) => number, self = -1) =>
  Array.from({ length: x.rows }, (_, t) => ({ t, distance: distance(t) }))
    .filter(({ t }) => t !== self)
    .sort((a, b) => a.distance - b.distance || a.t - b.t)
    .slice(0, k)
    .map((found) => ({ ...found, i }));

describe("neighbors within a set", () => {
  test("are those of a full sort without the row itself, duplicates included", async () => {
    const points = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 2 }), {
      minLength: 4,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(points, fc.integer({ min: 1, max: 3 }), async (list, k) => {
        const x = toMatrix(list);
        const found = await kNearestWithin(x, k);
        const wanted = list.flatMap((p, i) =>
          nearest(x, i, k, (t) => (p[0]! - list[t]![0]!) ** 2 + (p[1]! - list[t]![1]!) ** 2, i),
        );
        expect([...found.indices]).toEqual(wanted.map(({ t }) => t));
        expect([...found.distances]).toEqual(wanted.map(({ distance }) => Math.sqrt(distance)));
      }),
      { numRuns: 50 },
    );
  });
});

describe("sets of several tiles", () => {
  const x = matrix(1300, 5, random(9).fillNormal(new Float32Array(1300 * 5)));
  x.data.copyWithin(4500, 0, 2000);

  test.each(["euclidean", "cosine"] as const)("give what a full sort gives: %s", async (metric) => {
    const found = await searchTiles(x, x, 4, "symmetric", { metric });
    const sorted = await nearestNeighbors(x, x, 1300, { metric });
    const wanted = Array.from({ length: x.rows }, (_, i) =>
      [...sorted.indices.subarray(i * 1300, i * 1300 + 5)].filter((t) => t !== i).slice(0, 4),
    );
    expect([...found.indices]).toEqual(wanted.flat());
  });

  test("give the same by halves, by blocks, and on several threads", async () => {
    const wide = matrix(2100, 200, random(10).fillNormal(new Float32Array(2100 * 200)));
    wide.data.copyWithin(300_000, 0, 80_000);
    // 2100 × 40 × 200 numbers are shared out between threads.
    const halves = await kNearestWithin(wide, 40);
    expect(await searchTiles(wide, wide, 40, "own")).toEqual(halves);
  });
});

describe("a tree gives the same as products", () => {
  test.each([1, 2, 3, 8])("in %i dimensions, duplicates and ties included", async (d) => {
    const x = matrix(1500, d, random(20 + d).fillNormal(new Float32Array(1500 * d)));
    // Whole numbers in half of the rows: many are equally far.
    for (let at = 0; at < 750 * d; at++) x.data[at] = Math.round(2 * x.data[at]!);
    expect(await kNearestWithin(x, 9)).toEqual(await searchTiles(x, x, 9, "symmetric"));
    const queries = matrix(1100, d, random(30).fillNormal(new Float32Array(1100 * d)));
    expect(await nearestNeighbors(x, queries, 9)).toEqual(await searchTiles(x, queries, 9, "others"));
  });
});

test("more equal rows than any list has room for", async () => {
  const x = matrix(400, 2);
  for (let i = 0; i < 400; i++) x.data.set(i % 7 === 0 ? [1, 0] : [i % 2, i % 3], 2 * i);
  await agrees(x, x, 6);
  await agrees(matrix(400, 2), matrix(30, 2), 6);
});

describe("cosine", () => {
  const cosine = (a: Float32Array, b: Float32Array) => {
    const dot = (p: Float32Array, q: Float32Array) => p.reduce((sum, entry, j) => sum + entry * q[j]!, 0);
    const [aa, bb] = [dot(a, a), dot(b, b)];
    return aa > 0 && bb > 0 ? Math.max(0, 1 - dot(a, b) / Math.sqrt(aa * bb)) : 1;
  };

  test("equals a full sort by 1 − cos in float64, for rows of any length", async () => {
    const x = matrix(300, 6, random(8).fillNormal(new Float32Array(1800)));
    for (let at = 0; at < 600; at++) x.data[at]! *= 1e6;
    x.data.copyWithin(60, 30, 36);
    const found = await kNearestWithin(x, 5, { metric: "cosine" });
    const wanted = Array.from({ length: 300 }, (_, i) =>
      nearest(x, i, 5, (t) => cosine(row(x, i), row(x, t)), i),
    ).flat();
    expect([...found.indices]).toEqual(wanted.map(({ t }) => t));
    expect([...found.distances]).toEqual(wanted.map(({ distance }) => distance));
    expect(found.distances[10 * 5]).toBe(0);
  });

  test("a row of zeros is at distance 1 from all", async () => {
    const x = toMatrix([
      [0, 0],
      [1, 0],
      [2, 0.1],
    ]);
    const found = await nearestNeighbors(x, x, 3, { metric: "cosine" });
    expect([...found.distances.subarray(0, 3)]).toEqual([1, 1, 1]);
    expect([...found.indices.subarray(0, 3)]).toEqual([0, 1, 2]);
  });
});

describe("what does not fit is refused", () => {
  const x = toMatrix([[0], [1], [2]]);
  test("more neighbors than rows", async () => {
    await expect(nearestNeighbors(x, x, 4)).rejects.toThrow(
      "nearestNeighbors: k must be an integer in [1, 3] (of 3 rows), got 4",
    );
    await expect(kNearestWithin(x, 3)).rejects.toThrow(
      "kNearestWithin: k must be an integer in [1, 2] (of 3 rows), got 3",
    );
  });
  test("queries of another size, and numbers that are none", async () => {
    await expect(nearestNeighbors(x, toMatrix([[0, 1]]), 1)).rejects.toThrow("queries have 2 columns");
    await expect(nearestNeighbors(x, toMatrix([[Number.NaN]]), 1)).rejects.toThrow(
      "queries: row 0 column 0 is NaN",
    );
  });
});
