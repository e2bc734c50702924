import fc from "fast-check";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { readParquet, writeParquet } from "../../src/data/parquet.js";
import { matrixTable } from "../../src/data/table.js";
import { damaged, expectSameBits, readsOrRefuses } from "./damage.js";

const file = (columnData: ColumnSource[], options = {}) =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...options }));

const mixed = file([
  { name: "int64", type: "INT64", nullable: true, data: [1n, -2n, null, 2n ** 53n + 1n] },
  { name: "flag", type: "BOOLEAN", nullable: true, data: [true, false, null, true] },
  { name: "double", type: "DOUBLE", data: [0.1, 1e300, -0, Number.NaN] },
  { name: "five", type: "INT32", data: [5, 5, 5, 5] },
  { name: "word", type: "STRING", nullable: true, data: ["a", null, "ü", "a"] },
  { name: "time", type: "TIMESTAMP", nullable: true, data: [new Date(0), null, new Date(1e12), new Date(1)] },
  { name: "nested", type: "JSON", data: [[1], { a: 2 }, "x", 4] },
]);

test("numbers, nulls, booleans, text and times", async () => {
  const { columns, x, unread } = await readParquet(mixed);
  expect(columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "int64 number",
    "flag number",
    "double number",
    "five number",
    "word text",
    "time text",
    "nested text",
  ]);
  expect(unread).toEqual([]);
  expectSameBits(x.data.subarray(0, 4), [1, 1, 0.1, 5]);
  expectSameBits(x.data.subarray(8, 12), [Number.NaN, Number.NaN, -0, 5]);
  expect(columns[4]).toMatchObject({ values: ["a", "", "ü", "a"] });
  expect(columns[5]).toMatchObject({
    values: ["1970-01-01T00:00:00.000Z", "", "2001-09-09T01:46:40.000Z", "1970-01-01T00:00:00.001Z"],
  });
});

test("columns and text are chosen; an id of 64 bits keeps its digits", async () => {
  const table = await readParquet(mixed, { columns: ["double", "int64"], text: ["int64"] });
  expect(table.columns.map(({ name }) => name)).toEqual(["int64", "double", "word", "time", "nested"]);
  expect(table.columns[0]).toMatchObject({ values: ["1", "-2", "", "9007199254740993"] });
  expect(table.unread).toEqual(["flag", "five"]);
  await expect(readParquet(mixed, { name: "p", columns: ["word"] })).rejects.toThrow(
    'p: column "word" is no column of numbers',
  );
  await expect(readParquet(mixed, { name: "p", columns: ["dubble"] })).rejects.toThrow('near: "double"');
});

test("many row groups and pages, dictionaries, and both ways of writing no compression", async () => {
  const data = Float64Array.from({ length: 5000 }, (_, i) => (i < 2500 ? i % 7 : Math.sin(i)));
  for (const options of [{}, { codec: "UNCOMPRESSED" }, { rowGroupSize: 999, pageSize: 512 }]) {
    const table = await readParquet(file([{ name: "v", type: "DOUBLE", data }], options));
    expectSameBits(table.x.data, data);
  }
});

test("round trip", async () => {
  await fc.assert(
    fc.asyncProperty(fc.float32Array({ minLength: 2, maxLength: 60 }), async (all) => {
      const data = all.subarray(0, all.length - (all.length % 2));
      const x = { data, rows: data.length / 2, cols: 2 };
      const text = [
        { name: "t", kind: "text", values: Array.from({ length: x.rows }, (_, i) => `${i % 3 || ""}`) },
      ] as const;
      const table = matrixTable(x, ["a", "b"], text);
      const back = await readParquet(writeParquet(table));
      expect(back.columns).toEqual(table.columns);
      expectSameBits(back.x.data, data);
    }),
    { numRuns: 50 },
  );
});

test("any damage is refused in one line, without filling memory", async () => {
  const read = (bytes: Uint8Array) =>
    readsOrRefuses("p.parquet", () => readParquet(bytes, { name: "p.parquet" }));
  await fc.assert(fc.asyncProperty(damaged(mixed), read), { numRuns: 3000 });
  const plain = file([{ name: "v", type: "INT32", nullable: true, data: [1, null, 3, 3, 3, 3, 3, 3] }], {
    codec: "UNCOMPRESSED",
  });
  await fc.assert(fc.asyncProperty(damaged(plain), read), { numRuns: 3000 });
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), read));
});
