import { expect, test } from "vitest";
import { readCsv } from "../../../src/data/csv.js";
import {
  decodeTable,
  encodeTable,
  featureGroups,
  featureNames,
  type TableEncoding,
} from "../../../src/data/table/encoding.js";
import type { ColumnOptions } from "../../../src/data/table/guess.js";
import { tableDataset } from "../../../src/data/table-dataset.js";
import { contentOf } from "../tables.js";

const text = `id,age,country,member,when,size,note
1,20,FR,yes,2024-01-01,small,so it goes
2,30,DE,no,2024-01-02,large,and so on it goes
3,,FR,,2024-01-04,medium,
4,50,,no,,small,more of it here
5,60,DE,yes,2024-01-01,,x
6,70,FR,no,2024-01-03,large,y
`;
const read = (csv = text, options: ColumnOptions = {}) =>
  tableDataset(readCsv(csv, { name: "t.csv" }), "csv", options);

test("numbers, categories, booleans, dates and scales become numbers, and those them again", () => {
  const { x, encoding, columns, groups } = read();
  expect(columns).toEqual(["age", "country=DE", "country=FR", "member", "when", "size"]);
  expect(groups).toEqual([[1, 3]]);
  const day = Date.UTC(2024, 0, 1) / 86_400_000;
  const gap = Number.NaN;
  expect(Array.from({ length: 6 }, (_, i) => [...x.data.subarray(6 * i, 6 * i + 6)])).toEqual([
    [20, 0, 1, 1, day, 0],
    [30, 1, 0, 0, day + 1, 2],
    [gap, 0, 1, gap, day + 3, 1],
    [50, gap, gap, 0, gap, 0],
    [60, 1, 0, 1, day, gap],
    [70, 0, 1, 0, day + 2, 2],
  ]);
  expect(contentOf(decodeTable(x, encoding!))).toEqual({
    age: [20, 30, gap, 50, 60, 70],
    country: ["FR", "DE", "FR", "", "DE", "FR"],
    member: ["yes", "no", "", "no", "yes", "no"],
    when: ["2024-01-01", "2024-01-02", "2024-01-04", "", "2024-01-01", "2024-01-03"],
    size: ["small", "large", "medium", "small", "", "large"],
  });
});

test("places between are rounded to what there is", () => {
  const { encoding } = read();
  const row = Float64Array.of(33.4567, 0.4, 0.6, 0.51, 19723.4, 1.6);
  expect(contentOf(decodeTable({ data: row, rows: 1, cols: 6 }, encoding!, [2, 6, 6, 6, 6, 6]))).toEqual({
    age: [33.46],
    country: ["FR"],
    member: ["yes"],
    when: ["2024-01-01"],
    size: ["large"],
  });
});

test("columns are found by name, in any order, and JSON keeps the encoding", () => {
  const { encoding, x } = read();
  const kept = JSON.parse(JSON.stringify(encoding)) as TableEncoding;
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.split(",").reverse().join(","));
  const turned = readCsv(`${lines.join("\n")}\n`, { name: "turned.csv" });
  expect(encodeTable(turned, kept).x).toEqual(x);
  expect(() => encodeTable(readCsv("aged,country\n1,FR\n2,FR\n", { name: "u.csv" }), kept)).toThrow(
    'u.csv: no column is called "age" (near: "aged"',
  );
});

test("levels that are not known are none of the known, or the rest, and are told", () => {
  const { encoding } = read();
  const later = readCsv(
    "age,country,member,when,size\n1,IT,yes,2024-05-01,small\n2,FR,no,2024-05-02,large\n3,IT,,,\n",
    { name: "later.csv" },
  );
  const { x, notes } = encodeTable(later, encoding!);
  expect([...x.data.subarray(1, 3)]).toEqual([0, 0]);
  expect(notes).toEqual([
    'later.csv: column "country": "IT" 2 ×, not known to the model, taken as none of the known',
  ]);
  const columns = encoding!.columns.map((column) =>
    column.type === "category" ? { ...column, other: true } : column,
  );
  const rest = { ...encoding!, columns };
  expect(featureNames(rest).slice(1, 4)).toEqual(["country=DE", "country=FR", "country=(other)"]);
  expect(featureGroups(rest)).toEqual([[1, 4]]);
  expect([...encodeTable(later, rest).x.data.subarray(1, 4)]).toEqual([0, 0, 1]);
});

test("values that are not of a column's type are refused, all of them at once", () => {
  const { encoding } = read();
  const bad = (csv: string) => () => encodeTable(readCsv(csv, { name: "b.csv" }), encoding!);
  const rest = "country,member,when,size\n";
  expect(
    bad(
      `age,${rest}x,FR,yes,2024-05-01,small\n1,FR,no,2024-05-02,large\ny,FR,no,2024-05-02,large\nx,FR,no,2024-05-02,large\n`,
    ),
  ).toThrow('b.csv column "age": "x" 2 ×, "y", first in row 1: not a number');
  expect(bad(`age,${rest}1,FR,maybe,2024-05-01,small\n2,FR,no,2024-05-02,large\n`)).toThrow(
    '"maybe", first in row 1: not true or false',
  );
  expect(bad(`age,${rest}1,FR,no,1 May,small\n2,FR,no,2024-05-02,large\n`)).toThrow(
    '"1 May", first in row 1: not a date like YYYY-MM-DD',
  );
  expect(bad(`age,${rest}1,FR,no,2024-05-01,tiny\n2,FR,no,2024-05-02,large\n`)).toThrow(
    '"tiny", first in row 1: not a step of its scale',
  );
});

test("a date's place in the day, the week and the year is on a circle", () => {
  const csv = "v,t\n1,2024-01-01 06:00\n2,2024-01-02 18:00\n3,2024-01-08 06:00\n";
  const { x, columns } = read(csv, { cyclic: { t: ["day", "week", "year"] } });
  expect(columns!.slice(1, 5)).toEqual([
    "t",
    "t (sine of the day)",
    "t (cosine of the day)",
    "t (sine of the week)",
  ]);
  const at = (i: number, name: string) => x.data[i * x.cols + columns!.indexOf(name)]!;
  expect(at(0, "t (sine of the day)")).toBeCloseTo(1, 9);
  expect(at(1, "t (sine of the day)")).toBeCloseTo(-1, 9);
  // Monday at six is a quarter of a day into the week, and so is the next one.
  expect(at(0, "t (sine of the week)")).toBeCloseTo(Math.sin((2 * Math.PI) / 28), 9);
  expect(at(2, "t (sine of the week)")).toBeCloseTo(at(0, "t (sine of the week)"), 9);
  expect(at(1, "t (cosine of the year)") ** 2 + at(1, "t (sine of the year)") ** 2).toBeCloseTo(1, 12);
});

test("numbers that stand for nothing are missing, and keep the rest", () => {
  const { x } = read("a,b\n1,-999\n-999.0,2\n3,4\n", { missing: ["-999"] });
  expect([...x.data]).toEqual([1, Number.NaN, Number.NaN, 2, 3, 4]);
});

test("steps in an order that is told, numbers among them", () => {
  const { x, encoding } = tableWithOrder();
  expect(encoding!.columns[1]).toEqual({ name: "q", type: "ordinal", levels: ["1", "2", "10"] });
  expect([...x.data].filter((_, at) => at % 2 === 1)).toEqual([2, 0, 1, 2]);
});

function tableWithOrder() {
  const table = readCsv("v,q\n1,10\n2,1\n3,2\n4,10\n", { name: "t.csv", asText: () => [1] });
  return tableDataset(table, "csv", { order: { q: ["1", "2", "10"] } });
}
