/** @file Moments made rows: windows, whole sequences, and sequences of an array. */
import { describe, expect, test } from "vitest";
import {
  type Dataset,
  decodeTable,
  encodeTable,
  paddedRows,
  readData,
  recordsTable,
  tableDataset,
  windows,
  writeNpy,
} from "../../src/data/index.js";
import { momentsOf } from "../../src/data/moment-rows.js";

const x = [
  [1, 10],
  [2, 20],
  [3, 30],
  [4, 40],
  [5, 50],
  [6, 60],
];

const table = recordsTable(
  x.map(([a, b], i) => ({
    g: "uuuvvv"[i],
    t: [3, 1, 2, 1, 2, 3][i],
    a,
    b,
    c: i % 2 ? "red" : "blue",
    note: `n${i}`,
  })),
  "moments",
);
const told = { time: "t", group: "g", columns: ["a", "c"], label: "note" } as const;

describe("windows", () => {
  test("stay within sequences, moment after moment", () => {
    const made = windows({ x, sequences: [4, 2] }, { length: 3 });
    expect([made.x.rows, made.x.cols, made.rowShape]).toEqual([2, 6, [3, 2]]);
    expect([...made.x.data]).toEqual([1, 10, 2, 20, 3, 30, 2, 20, 3, 30, 4, 40]);
    expect([...made.ends]).toEqual([2, 3]);
    expect(made.notes).toEqual([
      "windows: 1 of 2 sequences is shorter than a window of 3 rows, and left out",
    ]);
    expect([...windows({ x }, { length: 2, stride: 3 }).ends]).toEqual([1, 4]);
    expect([...windows({ x, sequences: [2, 2, 2] }, { length: 2 }).ends]).toEqual([1, 3, 5]);
  });

  test("of a table have the row of their last moment, names, groups, and a way back", () => {
    const data = windows(tableDataset(table, "memory", told), { length: 2 });
    expect(data.columns).toEqual(["a@-1", "c=blue@-1", "c=red@-1", "a@0", "c=blue@0", "c=red@0"]);
    expect(data.groups).toEqual([
      [1, 3],
      [4, 6],
    ]);
    expect(data.labels).toEqual(["n2", "n0", "n4", "n5"]);
    const of = (name: string) => [...data.table!.columns.find((column) => column.name === name)!.values];
    expect([of("g"), of("t"), of("note")]).toEqual([["u", "u", "v", "v"], [2, 3, 2, 3], data.labels]);
    const decoded = decodeTable(data.x, data.encoding!);
    expect(decoded.columns.map(({ name, values }) => [name, ...values])).toEqual([
      ["a@-1", 2, 3, 4, 5],
      ["c@-1", "red", "blue", "red", "blue"],
      ["a@0", 3, 1, 5, 6],
      ["c@0", "blue", "blue", "blue", "red"],
    ]);
    expect(tableDataset(table, "memory", { ...told, window: { length: 2 } }).x).toEqual(data.x);
    expect(tableDataset(table, "memory", { encoding: data.encoding! }).x).toEqual(data.x);
    // A row of the table is encoded as a moment.
    expect(encodeTable(table, data.encoding!).x.cols).toBe(3);
  });

  test("that cannot be end in a sentence", () => {
    expect(() => windows({ x, sequences: [2, 4] }, { length: 5 })).toThrow(
      "windows: a window has 5 rows, the longest sequence 4",
    );
    expect(() => windows({ x }, { length: 0 })).toThrow("windows: length must be an integer ≥ 1, got 0");
    expect(() => windows({ x }, { length: 1, stride: 0.5 })).toThrow(
      "stride must be an integer ≥ 1, got 0.5",
    );
    expect(() => windows({ x, sequences: [5] }, { length: 1 })).toThrow("add up to 5, there are 6 rows");
    const long = { data: new Float32Array(2 ** 22), rows: 2 ** 22, cols: 1 };
    expect(() => windows({ x: long }, { length: 2 ** 20 })).toThrow(/windows of 1048576 rows \[.*asks for/);
  });
});

describe("whole sequences", () => {
  test("are padded with missing values to the longest", () => {
    const made = paddedRows({ x, sequences: [1, 3, 2] });
    expect([made.x.rows, made.rowShape]).toEqual([3, [3, 2]]);
    const gap = Number.NaN;
    expect([...made.x.data]).toEqual([
      1,
      10,
      gap,
      gap,
      gap,
      gap,
      2,
      20,
      3,
      30,
      4,
      40,
      5,
      50,
      6,
      60,
      gap,
      gap,
    ]);
    expect(paddedRows({ x, sequences: [1, 5] }, { length: 7 }).x.cols).toBe(14);
    expect(() => paddedRows({ x, sequences: [1, 5] }, { length: 4 })).toThrow(
      "paddedRows: sequence 2 has 5 rows, want at most 4",
    );
  });

  test("of a table have what is the same in all of their rows", () => {
    const data = paddedRows(tableDataset(table, "memory", { ...told, label: "g" }));
    expect(data.columns).toEqual([
      "a@1",
      "c=blue@1",
      "c=red@1",
      "a@2",
      "c=blue@2",
      "c=red@2",
      "a@3",
      "c=blue@3",
      "c=red@3",
    ]);
    expect(data.table!.columns.map(({ name, values }) => [name, ...values])).toEqual([["g", "u", "v"]]);
    expect([data.labels, data.table!.rows]).toEqual([["u", "v"], 2]);
    expect(tableDataset(table, "memory", { encoding: data.encoding! }).x).toEqual(data.x);
  });
});

describe("an array of sequences", () => {
  async function sequences(data: number[], shape: number[]): Promise<Dataset> {
    const [rows, ...rest] = shape as [number, ...number[]];
    const cols = rest.reduce((a, b) => a * b, 1);
    return readData(writeNpy({ data: Float32Array.from(data), rows, cols }, shape), "s.npy");
  }

  test("is its moments without a copy", async () => {
    const data = await sequences([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);
    const moments = momentsOf(data);
    expect([moments.x.rows, moments.x.cols, moments.sequences]).toEqual([6, 2, [3, 3]]);
    expect(moments.x.data).toBe(data.x.data);
    expect(moments.rowShape).toBeUndefined();
    expect(momentsOf(moments)).toBe(moments);
  });

  test("loses what fills it up, and nothing else", async () => {
    const gap = Number.NaN;
    const data = await sequences(
      [1, gap, gap, gap, gap, gap, 2, gap, gap, gap, gap, 3, gap, gap, gap, gap, gap, gap],
      [3, 3, 2],
    );
    const moments = momentsOf({ ...data, labels: ["a", "b", "c"] });
    expect(moments.sequences).toEqual([1, 3, 1]);
    expect([...moments.x.data]).toEqual([1, gap, 2, gap, gap, gap, gap, 3, gap, gap]);
    expect(moments.labels).toEqual(["a", "b", "b", "b", "c"]);
  });

  test("is not what images, tables and rows of numbers are", async () => {
    const flat = await sequences([1, 2, 3, 4], [2, 2]);
    const images: Dataset = { ...(await sequences([1, 2, 3, 4], [2, 1, 2])), range: [0, 255] };
    for (const data of [flat, images, tableDataset(table, "memory", told)])
      expect(momentsOf(data)).toBe(data);
  });
});
