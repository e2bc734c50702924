import fc from "fast-check";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { readData } from "../../src/data/format.js";
import { readParquet, writeParquet } from "../../src/data/parquet.js";
import { type Column, NumberValues } from "../../src/data/table/table.js";
import { damaged, expectSameBits, readsOrRefuses } from "./damage.js";
import { contentOf, numbersOf, tableOf } from "./tables.js";

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
  const { columns, unread } = await readParquet(mixed);
  const content = contentOf({ columns });
  expect(columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "int64 text",
    "flag number",
    "double number",
    "five number",
    "word text",
    "time text",
    "nested text",
  ]);
  expect(unread).toEqual([]);
  // A whole number that float64 rounds makes its column text, with every digit.
  expect(content.int64).toEqual(["1", "-2", "", "9007199254740993"]);
  expect(content.flag).toEqual([1, 0, Number.NaN, 1]);
  expect(columns[1]).toMatchObject({ truth: true });
  expectSameBits(content.double as number[], [0.1, 1e300, -0, Number.NaN]);
  expect(content.word).toEqual(["a", "", "ü", "a"]);
  expect(content.time).toEqual([
    "1970-01-01T00:00:00.000Z",
    "",
    "2001-09-09T01:46:40.000Z",
    "1970-01-01T00:00:00.001Z",
  ]);
});

test("columns are chosen by position among the names, and others are not read at all", async () => {
  const wanted = (names: readonly string[]) => {
    expect(names).toEqual(["int64", "flag", "double", "five", "word", "time", "nested"]);
    return [2, 0];
  };
  expect((await readParquet(mixed, { wanted })).columns.map(({ name }) => name)).toEqual(["int64", "double"]);
  const data = await readData(mixed, "p", { columns: ["five", "flag", "2"] });
  expect([data.columns, ...data.x.data.subarray(0, 2)]).toEqual([["five", "flag"], 5, 1]);
  await expect(readData(mixed, "p", { columns: ["dubble"] })).rejects.toThrow("double");
  await expect(readData(mixed, "p", { columns: ["time", "nested"] })).rejects.toThrow('p column "nested"');
});

test("names that are the same twice are told apart, with a note", async () => {
  const twice = file([
    { name: "v", type: "INT32", data: [1] },
    { name: "v", type: "INT32", data: [2] },
    { name: "v.1", type: "INT32", data: [3] },
  ]);
  const table = await readParquet(twice, { name: "p" });
  expect(contentOf(table)).toEqual({ v: [1], "v.2": [2], "v.1": [3] });
  expect(table.notes).toEqual(['p: two columns are called "v", the later one is read as "v.2"']);
});

test("many row groups and pages, dictionaries, and both ways of writing no compression", async () => {
  const data = Float64Array.from({ length: 5000 }, (_, i) => (i < 2500 ? i % 7 : Math.sin(i)));
  for (const options of [{}, { codec: "UNCOMPRESSED" }, { rowGroupSize: 999, pageSize: 512 }]) {
    const table = await readParquet(file([{ name: "v", type: "DOUBLE", data }], options));
    expectSameBits(numbersOf(table), data);
  }
});

test("round trip", async () => {
  await fc.assert(
    fc.asyncProperty(fc.float64Array({ minLength: 1, maxLength: 30 }), async (a) => {
      const b = Float32Array.from(a, (_, i) => Math.fround(i / 7));
      const t = Array.from(a, (_, i) => `${i % 3 || ""}`);
      const { columns } = tableOf({ a: [...a], t });
      const single: Column = { name: "b", kind: "number", values: new NumberValues(b) };
      const back = await readParquet(writeParquet({ columns: [...columns, single] }));
      expect(back.columns.map(({ name }) => name)).toEqual(["a", "t", "b"]);
      const content = contentOf(back);
      expectSameBits(content.a as number[], a);
      expectSameBits(content.b as number[], b);
      expect(content.t).toEqual(t);
      // What was float32 is so again.
      expect((back.columns[2] as typeof single).values.data).toBeInstanceOf(Float32Array);
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
