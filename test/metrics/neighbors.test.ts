import { describe, expect, test } from "vitest";
import { toMatrix } from "../../src/data/matrix.js";
import { neighborsAccuracy } from "../../src/metrics/neighbors-accuracy.js";
import { digitsSplit, golden, type Labeled, pcaCodes } from "./golden.js";

describe("against scikit-learn on the digits", () => {
  async function compare({ train, trainLabels, test, testLabels }: Labeled, figures: typeof golden.pixels) {
    for (const { k, testAccuracy, testRowsWithTiedVotes } of figures.kNearestNeighbors) {
      const accuracy = await neighborsAccuracy(train, trainLabels, test, testLabels, { nNeighbors: k });
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

  test("the nearest alone decides with one neighbor", async () => {
    expect(await neighborsAccuracy(line, labels, query, ["a"], { nNeighbors: 1 })).toBe(1);
  });
  test("of equal votes the nearest wins", async () => {
    expect(await neighborsAccuracy(line, labels, query, ["a"], { nNeighbors: 2 })).toBe(1);
  });
  test("the majority wins over the nearest", async () => {
    expect(await neighborsAccuracy(line, labels, query, ["b"], { nNeighbors: 3 })).toBe(1);
  });
  test("five vote by default", async () => {
    expect(await neighborsAccuracy(line, ["a", "a", "a", "c", "c"], toMatrix([[12]]), ["a"])).toBe(1);
  });
  test("a label that no training row has is missed", async () => {
    expect(await neighborsAccuracy(line, labels, query, ["d"])).toBe(0);
  });
});

test.each([0, 1.5, 6])("refuses %d neighbors of 5 rows", async (nNeighbors) => {
  const x = toMatrix([[0], [1], [2], [3], [4]]);
  const y = ["a", "b", "a", "b", "a"];
  await expect(neighborsAccuracy(x, y, x, y, { nNeighbors })).rejects.toThrow(
    `neighborsAccuracy: nNeighbors must be an integer in [1, 5] (the training rows), got ${nNeighbors}`,
  );
});
