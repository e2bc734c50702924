import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Matrix, matrix, row, toMatrix } from "../../src/data/matrix.js";
import { nearestNeighbours } from "../../src/metrics/nearest-neighbours.js";
import { neighboursAccuracy } from "../../src/metrics/neighbours-accuracy.js";
import { random } from "../../src/random.js";
import { digitsSplit, golden, type Labelled, pcaCodes } from "./golden.js";

/** All distances, sorted: what the search must equal. */
function bySorting(x: Matrix, queries: Matrix, k: number): { indices: number[]; squaredDistances: number[] } {
  const found = Array.from({ length: queries.rows }, (_, i) =>
    Array.from({ length: x.rows }, (_, t) => ({
      t,
      distance: row(x, t).reduce((sum, entry, j) => sum + (row(queries, i)[j]! - entry) ** 2, 0),
    }))
      .sort((a, b) => a.distance - b.distance || a.t - b.t)
      .slice(0, k),
  ).flat();
  return { indices: found.map(({ t }) => t), squaredDistances: found.map(({ distance }) => distance) };
}

async function agrees(x: Matrix, queries: Matrix, k: number): Promise<void> {
  const found = await nearestNeighbours(x, queries, k);
  expect({ indices: [...found.indices], squaredDistances: [...found.squaredDistances] }).toEqual(
    bySorting(x, queries, k),
  );
}

describe("nearest neighbours equal a full sort by float64 distance, ties to the earlier row", () => {
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

describe("against scikit-learn on the digits", () => {
  async function compare({ train, trainLabels, test, testLabels }: Labelled, figures: typeof golden.pixels) {
    for (const { k, testAccuracy, testRowsWithTiedVotes } of figures.kNearestNeighbours) {
      const accuracy = await neighboursAccuracy(train, trainLabels, test, testLabels, { nNeighbors: k });
      // Theirs gives equal votes to the smaller label, ours to the nearest: only such rows may differ.
      expect(Math.abs(accuracy - testAccuracy) * test.rows).toBeLessThan(testRowsWithTiedVotes + 1e-6);
    }
  }
  test("pixels", () => compare(digitsSplit(), golden.pixels));
  test("codes of a PCA", async () => compare(await pcaCodes(digitsSplit()), golden.pca8));
});

describe("the vote", () => {
  const line = toMatrix([[0], [1], [2], [10], [11]]);
  const labels = ["a", "b", "b", "c", "c"];
  const query = toMatrix([[0.1]]);

  test("the nearest alone decides with one neighbour", async () => {
    expect(await neighboursAccuracy(line, labels, query, ["a"], { nNeighbors: 1 })).toBe(1);
  });
  test("of equal votes the nearest wins", async () => {
    expect(await neighboursAccuracy(line, labels, query, ["a"], { nNeighbors: 2 })).toBe(1);
  });
  test("the majority wins over the nearest", async () => {
    expect(await neighboursAccuracy(line, labels, query, ["b"], { nNeighbors: 3 })).toBe(1);
  });
  test("five vote by default", async () => {
    expect(await neighboursAccuracy(line, ["a", "a", "a", "c", "c"], toMatrix([[12]]), ["a"])).toBe(1);
  });
  test("a label that no training row has is missed", async () => {
    expect(await neighboursAccuracy(line, labels, query, ["d"])).toBe(0);
  });
});

test.each([0, 1.5, 6])("refuses %d neighbours of 5 rows", async (nNeighbors) => {
  const x = toMatrix([[0], [1], [2], [3], [4]]);
  const y = ["a", "b", "a", "b", "a"];
  await expect(neighboursAccuracy(x, y, x, y, { nNeighbors })).rejects.toThrow(
    `neighboursAccuracy: nNeighbors must be an integer in [1, 5] (the training rows), got ${nNeighbors}`,
  );
});
