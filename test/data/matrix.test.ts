import { describe, expect, test } from "vitest";
import {
  columnMeans,
  firstNonFinite,
  matrix,
  row,
  takeColumns,
  takeRows,
  toMatrix,
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
