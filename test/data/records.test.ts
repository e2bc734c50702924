import { expect, test } from "vitest";
import { recordsTable } from "../../src/data/records.js";
import { tableDataset } from "../../src/data/table-dataset.js";
import { pca } from "../../src/methods/linear/pca.js";
import { fit } from "../../src/training/fit.js";
import { contentOf } from "./tables.js";

test("keys are columns, and what is not there is missing", () => {
  const table = recordsTable([
    { a: 1.5, b: "x", c: true, at: new Date(Date.UTC(2024, 0, 2)), place: { city: "Lima" }, v: [1, 2] },
    { b: null, a: Number.NaN, c: false, n: 12345678901234567890n, place: {}, v: Float32Array.of(3, 4) },
    { a: 3n, d: undefined },
  ]);
  const gap = Number.NaN;
  expect(contentOf(table)).toEqual({
    a: [1.5, gap, 3],
    b: ["x", "", ""],
    c: [1, 0, gap],
    at: ["2024-01-02T00:00:00.000Z", "", ""],
    "place.city": ["Lima", "", ""],
    v_0: [1, 3, gap],
    v_1: [2, 4, gap],
    n: ["", "12345678901234567890", ""],
    d: [gap, gap, gap],
  });
});

test("they are learned from as tables are", async () => {
  const records = Array.from({ length: 12 }, (_, i) => ({
    id: `r${i}`,
    size: i * i,
    color: i % 2 ? "red" : "blue",
    entry: [i, -i],
  }));
  const data = tableDataset(recordsTable(records), "memory");
  expect(data.columns).toEqual(["size", "color=blue", "color=red", "entry_0", "entry_1"]);
  const model = await fit(pca({ latentDim: 1 }), data, { seed: 0 });
  expect(await model.encode(recordsTable(records.slice(0, 3)))).toEqual(
    await model.encode({ x: { ...data.x, data: data.x.data.slice(0, 15), rows: 3 } }),
  );
});

test("what is no record is told", () => {
  expect(() => recordsTable([])).toThrow("records: no rows");
  expect(() => recordsTable({} as never)).toThrow("records: want a list of objects, got an object");
  expect(() => recordsTable([{ a: 1 }, [1]])).toThrow(
    "records: row 1 is no object with a value a column but an array",
  );
  expect(() => recordsTable([{ a: () => 1 }])).toThrow("records: row 0 has a function for a value");
});
