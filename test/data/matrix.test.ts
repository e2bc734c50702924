import { describe, expect, test } from "vitest";
import {
  columnMeans,
  firstNonFinite,
  type MatrixLike,
  matrix,
  row,
  takeColumns,
  takeRows,
  toMatrix,
  toNumbers,
} from "../../src/data/matrix.js";

describe("toMatrix", () => {
  test("reads rows, typed arrays with a shape, and matrices", () => {
    const want = { data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 2, cols: 3 };
    expect(
      toMatrix([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual(want);
    expect(toMatrix({ data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] })).toEqual(want);
    expect(toMatrix({ data: Uint8Array.of(1, 2, 3, 4, 5, 6), rows: 2, cols: 3 })).toEqual(want);
    expect(toMatrix([Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)])).toEqual(want);
    expect(toMatrix(want).data).toBe(want.data);
    expect(toMatrix([])).toEqual({ data: new Float32Array(0), rows: 0, cols: 0 });
  });

  test("says what is wrong and where", () => {
    expect(() => toMatrix([[1, 2], [3]])).toThrow("data: row 1 has 1 numbers, row 0 has 2");
    expect(() => toMatrix([[1, "2"]] as unknown as number[][], "fit")).toThrow(
      'fit: row 0 column 1 is no number but "2"',
    );
    expect(() => toMatrix({ data: new Float32Array(5), shape: [2, 3] })).toThrow(
      "data: 2 × 3 wants 6 numbers, got 5",
    );
    expect(() => toMatrix({ data: new Float32Array(5), shape: [-1, 3] })).toThrow(
      "whole number ≥ 0, got -1 × 3",
    );
    for (const bad of [null, 7, "digits", {}]) {
      expect(() => toMatrix(bad as unknown as number[][])).toThrow(TypeError);
    }
  });

  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  const holes = { row: [[1, 2], , [3, 4]], number: [[1, , 3]], first: [, [1]] };
  const named =
    "data: row 0 is no array of numbers but an object (want its numbers in an array, or a table: recordsTable(rows))";
  test.each([
    [holes.row, "data: row 1 is no array of numbers but missing"],
    [holes.first, "data: row 0 is no array of numbers but missing"],
    [holes.number, "data: row 0 column 1 is no number but missing (NaN is a missing number)"],
    [[[1], [undefined]], "data: row 1 column 0 is no number but missing (NaN is a missing number)"],
    [[[1], null], "data: row 1 is no array of numbers but null"],
    [[[1, null]], "data: row 0 column 1 is no number but null (NaN is a missing number)"],
    [[[1, true]], "data: row 0 column 1 is no number but true"],
    [[[1, 10n]], "data: row 0 column 1 is no number but 10n"],
    [[[1, {}]], "data: row 0 column 1 is no number but an object"],
    [[[1, new Date(0)]], "data: row 0 column 1 is no number but an object (Date)"],
    [[[1, [2]]], "data: row 0 column 1 is no number but an array"],
    [[[1, () => 1]], "data: row 0 column 1 is no number but a function"],
    [[[1, Symbol("s")]], "data: row 0 column 1 is no number but a symbol"],
    [[[1, "x".repeat(99)]], `data: row 0 column 1 is no number but "${"x".repeat(40)}…"`],
    [[[1, 2], "34"], 'data: row 1 is no array of numbers but "34"'],
    [[{ a: 1 }], named],
    [[{ length: 1, 0: 1 }], named],
    [
      [1, 2],
      "data: row 0 is no array of numbers but 1 (numbers in one array want a shape: { data, shape: [rows, cols] })",
    ],
    [[BigInt64Array.of(1n)], "data: row 0 is no array of numbers but an object (BigInt64Array)"],
    [[new DataView(new ArrayBuffer(8))], "data: row 0 is no array of numbers but an object (DataView)"],
    [[[1, 2], Float64Array.of(3)], "data: row 1 has 1 numbers, row 0 has 2"],
    [[[1], [1e39]], "data: row 1 column 0: 1e+39 is too large for float32 (at most 3.4e38)"],
  ])("rows with something else in them, in their own words %#", (rows, message) => {
    expect(() => toMatrix(rows as number[][])).toThrow(message);
    expect(() => toMatrix(rows as number[][])).toThrow(/^.*$/);
  });

  test.each([
    [
      { data: new Float32Array(6), shape: [2, 3, 1] },
      "data: want a shape of two sizes, [rows, cols], got [2, 3, 1]",
    ],
    [{ data: new Float32Array(6), shape: [6] }, "data: want a shape of two sizes, [rows, cols], got [6]"],
    [{ data: new Float32Array(6), shape: null }, "data: want a shape of two sizes, [rows, cols], got null"],
    [{ data: new Float32Array(6), shape: 6 }, "data: want a shape of two sizes, [rows, cols], got 6"],
    [
      { data: new Float32Array(6), shape: [2, Number.NaN] },
      "data: a size must be a whole number ≥ 0, got 2 × NaN",
    ],
    [{ data: new Float32Array(6), shape: [1.5, 4] }, "data: a size must be a whole number ≥ 0, got 1.5 × 4"],
    [{ data: new Float32Array(6), shape: [-2, -3] }, "data: a size must be a whole number ≥ 0, got -2 × -3"],
    [{ data: new Float32Array(6), shape: [2, 4] }, "data: 2 × 4 wants 8 numbers, got 6"],
    [{ data: [1, 2], shape: [1, 2] }, "data: data must be a typed array of numbers, got an array"],
    [
      { data: BigInt64Array.of(1n), shape: [1, 1] },
      "data: data must be a typed array of numbers, got an object (BigInt64Array)",
    ],
    [
      { data: new DataView(new ArrayBuffer(4)), shape: [1, 1] },
      "data: data must be a typed array of numbers, got an object (DataView)",
    ],
    [
      { data: Float64Array.of(1, -1e300), shape: [1, 2] },
      "data: row 0 column 1: -1e+300 is too large for float32",
    ],
    [{ data: Float32Array.of(1) }, "data: a size must be a whole number ≥ 0, got undefined × undefined"],
  ])("a typed array and a shape that do not go together %#", (x, message) => {
    expect(() => toMatrix(x as unknown as number[][])).toThrow(message);
  });

  test("infinity is a number, and stays one", () => {
    expect([...toMatrix([[Number.POSITIVE_INFINITY, -1 / 0]]).data]).toEqual([Infinity, -Infinity]);
    expect([...toMatrix({ data: Float64Array.of(1 / 0), shape: [1, 1] }).data]).toEqual([Infinity]);
  });

  test("a size is checked before anything is allocated", () => {
    expect(() => matrix(2 ** 31, 2 ** 20)).toThrow("at most 2147483647 numbers fit one matrix");
    expect(() => matrix(1.5, 2)).toThrow(RangeError);
  });
});

test("rows and columns are copied in the order named", () => {
  const x = toMatrix([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  expect(takeRows(x, [2, 0, 2])).toEqual(
    toMatrix([
      [7, 8, 9],
      [1, 2, 3],
      [7, 8, 9],
    ]),
  );
  expect(takeColumns(x, [2, 0])).toEqual(
    toMatrix([
      [3, 1],
      [6, 4],
      [9, 7],
    ]),
  );
  expect([...row(x, 1)]).toEqual([4, 5, 6]);
  expect([...columnMeans(x)]).toEqual([4, 5, 6]);
});

test("the first number that is not finite is found", () => {
  expect(firstNonFinite(toMatrix([[1, 2]]))).toBeUndefined();
  expect(
    firstNonFinite(
      toMatrix([
        [1, 2],
        [3, Number.NaN],
      ]),
    ),
  ).toEqual({ row: 1, column: 1, value: Number.NaN });
});

describe("toNumbers", () => {
  test.each<[string, MatrixLike, Float32ArrayConstructor | Float64ArrayConstructor]>([
    ["rows that float32 holds", [[1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]], Float32Array],
    ["rows that it rounds", [[1, 0.1]], Float64Array],
    ["whole numbers past 2²⁴", [[16777217]], Float64Array],
    ["float64", { data: Float64Array.of(0.1), shape: [1, 1] }, Float64Array],
    ["float64 that float32 holds", { data: Float64Array.of(0.25), shape: [1, 1] }, Float32Array],
    ["int32", { data: Int32Array.of(-16777217), shape: [1, 1] }, Float64Array],
    ["uint32", { data: Uint32Array.of(4294967295), shape: [1, 1] }, Float64Array],
    ["small int32", { data: Int32Array.of(-7), shape: [1, 1] }, Float32Array],
    ["int16", { data: Int16Array.of(-32768), shape: [1, 1] }, Float32Array],
    ["bytes", { data: Uint8Array.of(255), shape: [1, 1] }, Float32Array],
    ["past float32", [[1e300]], Float64Array],
  ])("%s: no number is rounded", (_, given, type) => {
    const { data } = toNumbers(given);
    expect(data).toBeInstanceOf(type);
    const numbers = Array.isArray(given) ? given.flat() : (given as { data: ArrayLike<number> }).data;
    expect(Array.from(data)).toEqual(Array.from(numbers as ArrayLike<number>));
  });

  test("what is of the type already is not copied, nor changed", () => {
    const [single, double] = [Float32Array.of(0.5), Float64Array.of(0.1)];
    expect(toNumbers({ data: single, shape: [1, 1] }).data).toBe(single);
    expect(toNumbers({ data: double, shape: [1, 1] }).data).toBe(double);
    expect(toMatrix({ data: double, shape: [1, 1] }).data).toEqual(Float32Array.of(0.1));
  });

  test("rows and columns of float64 are taken as float64", () => {
    const x = toNumbers([
      [0.1, 0.2],
      [0.3, 0.4],
    ]);
    expect(takeRows(x, [1]).data).toEqual(Float64Array.of(0.3, 0.4));
    expect(takeColumns(x, [1]).data).toEqual(Float64Array.of(0.2, 0.4));
  });
});
