/** @file Tables whose rows are moments of time: the order they are put in, and the sentences about it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readData, recordsTable, writeNpy } from "../../../src/data/index.js";
import { spansOf } from "../../../src/data/sequences.js";
import { encodeTable, isEncoding, type TableEncoding } from "../../../src/data/table/encoding.js";
import { type DatasetOptions, tableDataset } from "../../../src/data/table-dataset.js";

const text = new TextEncoder();
const csv = (content: string) => text.encode(content);

/** Rows of a query as a Parquet file of DuckDB. */
async function parquetOf(query: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "unlabeled-moments-"));
  const file = join(folder, "rows.parquet");
  const duckdb = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  await duckdb.run(`COPY (${query}) TO '${file}' (FORMAT parquet)`);
  duckdb.closeSync();
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return bytes;
}

const SHOPS = [
  "shop,when,sold",
  "b,2024-01-03,1",
  "a,2024-01-02,2",
  "b,2024-01-01,3",
  "c,2024-01-01,4",
  "a,2024-01-01,5",
  "b,2024-01-02,6",
].join("\n");

async function read(content: string, options: DatasetOptions, name = "shops.csv") {
  return readData(csv(content), name, options);
}

async function refused(content: string, options: DatasetOptions, name?: string): Promise<string> {
  return read(content, options, name).then(
    () => "",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

test("groups stand in the order of their first rows, and each in the order of its times", async () => {
  const data = await read(SHOPS, { time: "when", group: "shop" });
  expect(data.sequences).toEqual([3, 2, 1]);
  expect([...data.order!.rows]).toEqual([2, 5, 0, 4, 1, 3]);
  const of = (name: string) => [...data.table!.columns.find((column) => column.name === name)!.values];
  expect(of("shop")).toEqual(["b", "b", "b", "a", "a", "c"]);
  expect(of("when")).toEqual([
    "2024-01-01",
    "2024-01-02",
    "2024-01-03",
    "2024-01-01",
    "2024-01-02",
    "2024-01-01",
  ]);
  expect(data.notes).toEqual(['shops.csv: rows were put in order of "shop" and "when"']);
  expect(data.order!.table.origin).toBeDefined();
  expect(data.table!.origin).toBeUndefined();
});

test("time and group are carried, unless they are asked for", async () => {
  const data = await read(SHOPS, { time: "when", group: "1" });
  expect(data.columns).toEqual(["sold"]);
  expect([...data.x.data]).toEqual([3, 6, 1, 5, 2, 4]);
  expect(data.guesses!.map(({ role, why }) => `${role}: ${why}`)).toEqual([
    "carried: tells the sequence, as told",
    "carried: tells the time, as told",
    "feature: numbers",
  ]);
  const asked = await read(SHOPS, { time: "when", columns: ["when", "sold"] });
  expect(asked.columns).toEqual(["when", "sold"]);
  expect([...asked.x.data.subarray(0, 4)]).toEqual([19723, 3, 19723, 4]);
  const allBut = await read(SHOPS, { time: "when", columns: ["!shop"] });
  expect(allBut.columns).toEqual(["sold"]);
});

test("a group alone leaves its rows in the order of the file; rows in order are left where they are", async () => {
  const data = await read(SHOPS, { group: "shop" });
  expect([...data.x.data.filter((_, i) => i % 2 === 1)]).toEqual([1, 3, 6, 2, 5, 4]);
  const inOrder = await read("t,x\n1,5\n2,6\n3,8\n", { time: "t" });
  expect([inOrder.order, inOrder.sequences, inOrder.notes]).toEqual([undefined, [3], []]);
  expect(inOrder.table!.origin).toBeDefined();
  const numbers = await read("g,x\n7,1\n007,2\n7,3\n", { group: "g" });
  expect(numbers.sequences).toEqual([2, 1]);
});

describe("times are told in every way that dates are", () => {
  const times: [string, string[], DatasetOptions][] = [
    ["numbers", ["3", "1", "2.5"], {}],
    ["dates", ["03.04.2024", "01.02.2024", "14.02.2024"], {}],
    ["names of months", ["Mar 3, 2024", "Jan 1, 2024", "Feb 28, 2024"], {}],
    ["seconds", ["2024-01-01 00:00:02", "2024-01-01 00:00:00", "2024-01-01 00:00:01"], {}],
    ["zones", ["2024-01-01T03:00:00Z", "2024-01-01T03:00:00+02:00", "2024-01-01T02:00:00Z"], {}],
    [
      "a format that is told",
      ["03/04/2024", "01/04/2024", "02/04/2024"],
      { types: { t: "date:DD/MM/YYYY" } },
    ],
    ["styled numbers", ["$3,000", "$1,000", "$2,000"], {}],
  ];
  test.each(times)("%s", async (_, [a, b, c], options) => {
    const quoted = [a, b, c].map((time, i) => `"${time}",${i}.5`).join("\n");
    const data = await read(`t,x\n${quoted}\n`, { time: "t", ...options });
    expect([...data.order!.rows]).toEqual([1, 2, 0]);
    expect(isEncoding(JSON.parse(JSON.stringify(data.encoding)))).toBe(true);
    // A later table is put in order in the same way, whatever its own values would be taken for.
    const later = await read(`x,t\n0,"${a}"\n1,"${b}"\n`, { encoding: data.encoding! });
    expect([...later.x.data]).toEqual([1, 0]);
  });

  test("timestamps of Parquet, and dates of records", async () => {
    const parquet = await parquetOf(
      "SELECT * FROM (VALUES (TIMESTAMP '2024-01-01 00:00:02.5', 1.5), (TIMESTAMP '2024-01-01 00:00:01', 2.5), (TIMESTAMP '2024-01-01 00:00:04', 3.5)) v(t, x)",
    );
    const data = await readData(parquet, "t.parquet", { time: "t" });
    expect([...data.x.data]).toEqual([2.5, 1.5, 3.5]);
    const records = [new Date(5000), new Date(1000)].map((t, x) => ({ t, x }));
    expect([...tableDataset(recordsTable(records), "memory", { time: "t" }).x.data]).toEqual([1, 0]);
  });
});

describe("steps of time", () => {
  const noted = async (times: string[], more: DatasetOptions = {}) =>
    (
      await read(
        `t,x\n${times.map((t, i) => `"${t}",${i % 3}`).join("\n")}\n`,
        { time: "t", ...more },
        "s.csv",
      )
    ).notes;
  test("equal ones stay in the order of the file, and are told", async () => {
    const content = "t,x\n2,10\n1,20\n2,30\n1,40\n1,50\n";
    const data = await read(content, { time: "t" }, "s.csv");
    expect([...data.x.data]).toEqual([20, 40, 50, 10, 30]);
    expect(data.notes).toEqual([
      's.csv: rows were put in order of "t"',
      's.csv: 3 rows have the same "t" as the row before: such rows stay in the order of the file',
    ]);
    expect(await noted(["1", "1", "2"])).toEqual([
      's.csv: 1 row has the same "t" as the row before: such rows stay in the order of the file',
    ]);
  });
  const days = (...of: number[]) => of.map((day) => `2024-01-${String(day).padStart(2, "0")}`);
  test.each([
    ["none", ["1", "2", "3", "4"], undefined],
    [
      "of numbers",
      ["0", "0.1", "0.2", "0.3", "0.4", "0.9"],
      '1 of 5 steps of "t" is not the usual one of 0.1, the longest is 0.5',
    ],
    [
      "of days",
      days(1, 2, 3, 4, 7, 8, 12),
      '2 of 6 steps of "t" are not the usual one of 1 day, the longest is 4 days',
    ],
    [
      "of hours",
      [
        ...Array.from({ length: 23 }, (_, h) => `2024-01-01 ${String(h).padStart(2, "0")}:00`),
        "2024-01-02 12:00",
      ],
      '1 of 23 steps of "t" is not the usual one of 1 hour, the longest is 14 hours',
    ],
    [
      "of months, which are of unlike lengths",
      ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"],
      undefined,
    ],
    ["of last days of months", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], undefined],
    ["of years", ["2021-05-05", "2022-05-05", "2023-05-05", "2024-05-05"], undefined],
    [
      "of months with a gap",
      ["2023-11", "2023-12", "2024-01", "2024-02", "2024-07"],
      '1 of 4 steps of "t" is not the usual one of 1 month, the longest is 5 months',
    ],
  ])("gaps %s", async (_, times, note) => {
    expect(await noted(times)).toEqual(note === undefined ? [] : [`s.csv: ${note}`]);
  });
  test("no step goes from one group to the next", async () => {
    expect((await read("g,t,x\na,1,0\na,2,0\nb,50,1\nb,51,1\n", { time: "t", group: "g" })).notes).toEqual(
      [],
    );
  });
});

test("what tells no time or no sequence ends in a sentence with its row", async () => {
  const given = { time: "t", group: "g" };
  expect(await refused("g,t,x\na,1,0\na,,0\n", given)).toBe(
    'RangeError: shops.csv: row 2: its time, column "t", is missing: a moment wants a time',
  );
  expect(await refused("g,t,x\na,2024-01-01,0\na,NA,0\n", given)).toContain("row 2: its time");
  expect(await refused("g,t,x\na,1,0\n,2,0\n", given)).toBe(
    'RangeError: shops.csv: row 2: its group, column "g", is missing: a moment wants a sequence',
  );
  expect(await refused("g,t,x\na,1,0\n-9,2,0\n", { ...given, missing: ["-9"] })).toContain(
    "row 2: its group",
  );
  expect(await refused("g,t,x\na,03/04/2024,0\na,05/04/2024,0\n", given)).toBe(
    'RangeError: shops.csv column "t": its dates may be DD/MM/YYYY or MM/DD/YYYY (--types "t=date:DD/MM/YYYY")',
  );
  expect(await refused("g,t,x\na,soon,0\na,later,0\n", given)).toContain(
    "no dates in a format that is known",
  );
  expect(await refused("g,t,x\na,low,0\na,high,0\n", { ...given, types: { t: "category" } })).toBe(
    'RangeError: shops.csv column "t": category tells no time, want numbers or dates',
  );
  expect(await refused(SHOPS, { time: "wen" })).toBe(
    'RangeError: shops.csv: time: no column is called "wen" (near: "when", "shop", "sold")',
  );
  const { encoding } = await read(SHOPS, { time: "when", group: "shop" });
  expect(await refused("shop,sold\na,1\n", { encoding: encoding! })).toBe(
    'RangeError: shops.csv: no column is called "when", which tells the time of a row (near: "shop", "sold")',
  );
  expect(await refused("when,sold\n2024-01-01,1\n", { encoding: encoding! })).toContain(
    'no column is called "shop", which tells the sequence of a row',
  );
  expect(await refused("shop,when,sold\na,2024-01-02,1\na,May,2\n", { encoding: encoding! })).toContain(
    'column "when": "May", first in row 2: not a date like YYYY-MM-DD',
  );
  // Rows of errors are those of the file.
  expect(
    await refused("shop,when,sold\na,2024-01-02,1\na,2024-01-01,z\n", { encoding: encoding! }),
  ).toContain("first in row 2");
});

test("an encoding of moments is looked at before it is used", async () => {
  const { encoding } = await read(SHOPS, { time: "when", group: "shop" });
  const good: TableEncoding = { ...encoding!, rows: { kind: "windows", length: 2, stride: 1 } };
  expect(isEncoding(good)).toBe(true);
  for (const bad of [
    { time: { name: "when", type: "category", levels: ["a"], other: false } },
    { time: { name: "when", type: "date", format: "(.*" } },
    { group: 3 },
    { rows: { kind: "windows", length: 2 } },
    { rows: { kind: "sequences", length: 0 } },
    { rows: { kind: "other", length: 2 } },
  ])
    expect(isEncoding({ ...encoding, ...bad })).toBe(false);
});

test("property: the order is a permutation that sorts, stably, and x, table and labels follow it", () => {
  const row = fc.record({
    g: fc.constantFrom("a", "b", "c", "d"),
    t: fc.integer({ min: 0, max: 6 }),
    x: fc.double({ noNaN: true, noDefaultInfinity: true }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const table = recordsTable(rows.map((one, id) => ({ ...one, label: `n${id}` })));
      const data = tableDataset(table, "memory", { time: "t", group: "g", columns: ["x"], label: "label" });
      const order = data.order ? [...data.order.rows] : rows.map((_, i) => i);
      expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
      expect(data.labels).toEqual(order.map((i) => `n${i}`));
      expect([...data.x.data]).toEqual(order.map((i) => rows[i]!.x));
      expect([...encodeTable(data.table!, data.encoding!).x.data]).toEqual([...data.x.data]);
      const groups = new Set<string>();
      for (const { from, to } of spansOf(data.sequences!)) {
        const own = order.slice(from, to);
        const { g } = rows[own[0]!]!;
        expect(groups.has(g)).toBe(false);
        groups.add(g);
        expect(own.every((i) => rows[i]!.g === g)).toBe(true);
        for (let k = 1; k < own.length; k++) {
          const [before, after] = [own[k - 1]!, own[k]!];
          expect(rows[before]!.t - rows[after]!.t || before - after).toBeLessThan(0);
        }
      }
      expect([...groups]).toEqual([...new Set(rows.map(({ g }) => g))]);
    }),
    { numRuns: 100 },
  );
});

test("columns of an array are told by position", async () => {
  const bytes = writeNpy({ data: Float32Array.of(2, 10, 1, 20), rows: 2, cols: 2 });
  const data = await readData(bytes, "a.npy", { time: "1" });
  expect([data.columns, [...data.x.data]]).toEqual([["x2"], [20, 10]]);
});
