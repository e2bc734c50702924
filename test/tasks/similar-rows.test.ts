/** @file Similar rows: neighbors by first principles, in units that far rows do not change, and of codes. */
import { describe, expect, test } from "vitest";
import { digits, recordsTable, tableDataset } from "../../src/data/index.js";
import { matrix, takeRows } from "../../src/data/matrix.js";
import { fit, pca, random, similarRows } from "../../src/index.js";

const normal = (rows: number, cols: number, seed = 3) =>
  matrix(rows, cols, random(seed).fillNormal(new Float32Array(rows * cols)));

describe("similarRows", () => {
  test("finds the nearest rows and not the row itself, as all distances in float64 say", async () => {
    const x = normal(60, 9);
    const rows = [7, 0, 59];
    const { indices, distances, k, recall } = await similarRows(x, { rows, k: 4 });
    expect([k, recall]).toEqual([4, 1]);
    rows.forEach((row, i) => {
      const distance = (other: number) =>
        Math.hypot(...Array.from({ length: 9 }, (_, j) => x.data[row * 9 + j]! - x.data[other * 9 + j]!));
      const nearest = Array.from({ length: 60 }, (_, other) => other)
        .filter((other) => other !== row)
        .sort((a, b) => distance(a) - distance(b));
      expect([...indices.slice(4 * i, 4 * i + 4)]).toEqual(nearest.slice(0, 4));
      for (let rank = 0; rank < 4; rank++)
        expect(distances[4 * i + rank]).toBeCloseTo(distance(nearest[rank]!), 5);
    });
    // Those of many rows are looked for in another way.
    const all = await similarRows(x, { k: 4 });
    expect([...all.indices.slice(28, 32)]).toEqual([...indices.slice(0, 4)]);
  });

  test("a row is no neighbor of its own among many that are equal to it", async () => {
    const x = matrix(9, 2);
    const { indices, distances } = await similarRows(x, { rows: [8], k: 3 });
    expect([...indices]).toEqual([0, 1, 2]);
    expect([...distances]).toEqual([0, 0, 0]);
  });

  test("rows of a table are compared column by column in units of their own, a category as one", async () => {
    const stream = random(4);
    const records = Array.from({ length: 80 }, (_, i) => ({
      age: 40 + 10 * stream.normal(),
      // One value far out would make all others alike.
      income: i === 5 ? 1e9 : 30_000 + 8000 * stream.normal(),
      plan: ["basic", "plus", "gold"][i % 3]!,
    }));
    records[70] = { ...records[10]!, age: records[10]!.age + 0.01 };
    records[71] = { ...records[10]!, income: records[10]!.income + 4000 };
    records[72] = { ...records[10]!, plan: "gold" };
    const data = tableDataset(recordsTable(records), "memory");
    const { indices, distances } = await similarRows(data, { rows: [10], k: 79 });
    const distanceTo = (row: number) => distances[indices.indexOf(row)]!;
    expect(indices[0]).toBe(70);
    expect(indices.indexOf(71)).toBeGreaterThan(0);
    // Half a standard deviation, and another category about as far as two of them.
    expect(distanceTo(71)).toBeGreaterThan(0.3);
    expect(distanceTo(71)).toBeLessThan(0.8);
    expect(distanceTo(72)).toBeGreaterThan(1);
    expect(distanceTo(72)).toBeLessThan(2.5);
    expect(indices.at(-1)).toBe(5);
  });

  test("rows of another set are looked for in the units of the data, and may be equal to rows", async () => {
    const { x } = digits();
    const others = takeRows(x, [12, 1000]);
    const { indices, rows, distances } = await similarRows(x, { others, k: 1 });
    expect([...rows]).toEqual([0, 1]);
    expect([...indices]).toEqual([12, 1000]);
    expect([...distances]).toEqual([0, 0]);
    await expect(similarRows(x, { others: takeRows(normal(3, 4), [1]) })).rejects.toThrow(
      "similarRows: others must have 64 numbers a row, got 4",
    );
  });

  test("codes of a model are compared, by angles where these are asked for", async () => {
    const { x, labels } = digits();
    const model = await fit(pca({ latentDim: 16 }), x, { seed: 1 });
    const codes = await model.encode(x);
    const found = await similarRows(x, { model, metric: "cosine", k: 5 });
    expect(found.compared).toEqual(codes);
    const cosine = (a: number, b: number) => {
      let [ab, aa, bb] = [0, 0, 0];
      for (let j = 0; j < 16; j++) {
        const [p, q] = [codes.data[16 * a + j]!, codes.data[16 * b + j]!];
        [ab, aa, bb] = [ab + p * q, aa + p * p, bb + q * q];
      }
      return 1 - ab / Math.sqrt(aa * bb);
    };
    expect(found.distances[0]).toBeCloseTo(cosine(0, found.indices[0]!), 6);
    const same = found.indices.reduce(
      (count, other, i) => count + Number(labels[other] === labels[Math.floor(i / 5)]),
      0,
    );
    expect(same / found.indices.length).toBeGreaterThan(0.95);
  });

  test("refuses what does not fit", async () => {
    const x = normal(4, 2);
    await expect(similarRows(x, { rows: [4] })).rejects.toThrow(
      "similarRows: rows must be integers in [0, 3], got 4",
    );
    await expect(similarRows(x, { k: 4 })).rejects.toThrow("k must be an integer in [1, 3]");
    expect((await similarRows(x)).k).toBe(3);
    await expect(similarRows(x, { rows: [1], others: x })).rejects.toThrow("want rows or others, got both");
    x.data[3] = Number.NaN;
    await expect(similarRows(x)).rejects.toThrow(/row 1 column 1 is NaN/);
  });
});
