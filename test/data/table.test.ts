import { expect, test } from "vitest";
import { readCsv } from "../../src/data/csv.js";
import { formatNumber, matrixTable, tableToMatrix } from "../../src/data/table.js";

const table = readCsv("petal,species,sepal,class\n1,setosa,4,0\n2,virginica,5,1\n");

test("by default every number is learned from and text is carried", () => {
  const { x, columns, labels, carried, unused } = tableToMatrix(table);
  expect(x).toBe(table.x);
  expect(columns).toEqual(["petal", "sepal", "class"]);
  expect(labels).toBeUndefined();
  expect(carried.map(({ name }) => name)).toEqual(["species"]);
  expect(unused).toEqual([]);
});

test("a label of numbers or of text is no column of x", () => {
  const byNumber = tableToMatrix(table, { label: "class" });
  expect(byNumber.columns).toEqual(["petal", "sepal"]);
  expect(byNumber.labels).toEqual(["0", "1"]);
  expect([byNumber.x.rows, byNumber.x.cols, ...byNumber.x.data]).toEqual([2, 2, 1, 4, 2, 5]);
  const byText = tableToMatrix(table, { label: "2", columns: ["sepal", "species"] });
  expect(byText.labels).toEqual(["setosa", "virginica"]);
  expect(byText.carried).toEqual([]);
  expect(byText.unused).toEqual(["petal", "class"]);
  expect([...byText.x.data]).toEqual([4, 5]);
});

test("columns come in the order asked for, by name before position", () => {
  const { x, columns } = tableToMatrix(table, { columns: ["sepal", "1"] });
  expect(columns).toEqual(["sepal", "petal"]);
  expect([...x.data]).toEqual([4, 1, 5, 2]);
  const numbered = matrixTable({ data: Float32Array.of(10, 20), rows: 1, cols: 2 }, ["2", "1"]);
  expect([...tableToMatrix(numbered, { columns: ["2"] }).x.data]).toEqual([10]);
});

test("unknown columns and columns of text are refused", () => {
  expect(() => tableToMatrix(table, { columns: ["sepl"] })).toThrow(
    'columns: no column is called "sepl" (near: "sepal"',
  );
  expect(() => tableToMatrix(table, { label: "5" })).toThrow('label: no column is called "5"');
  expect(() => tableToMatrix(table, { columns: ["species"] })).toThrow(TypeError);
});

test("numbers are written in as few digits as read back", () => {
  for (const text of [
    "0.1",
    "-0",
    "16777216",
    "3.4028235e+38",
    "1.401298e-45",
    "123.456",
    "NaN",
    "0.30000001",
  ]) {
    const value = Math.fround(Number(text));
    expect(Object.is(Math.fround(Number(formatNumber(value))), value)).toBe(true);
    expect(formatNumber(value).length).toBeLessThanOrEqual(text.length);
  }
});
