/**
 * @file Arrays with their shapes: typed ones as they are, lists as the numbers they hold.
 */
import { expect, test } from "vitest";
import { float32, float64, int32, int64 } from "../../src/engine/arrays.js";

test("a typed array is kept, not copied", () => {
  const [single, double] = [new Float32Array(6), new Float64Array(6)];
  const [short, long] = [new Int32Array(6), new BigInt64Array(6)];
  expect(float32([2, 3], single)).toEqual({ dtype: "float32", shape: [2, 3], data: single });
  expect(float32([2, 3], single).data).toBe(single);
  expect(float64([2, 3], double).data).toBe(double);
  expect(int32([2, 3], short).data).toBe(short);
  expect(int64([2, 3], long).data).toBe(long);
});

test("a list becomes an array of the type, and a shape of no sizes is one number", () => {
  expect(float32([], [0.1])).toEqual({ dtype: "float32", shape: [], data: Float32Array.of(0.1) });
  expect(float64([1], [0.1])).toEqual({ dtype: "float64", shape: [1], data: Float64Array.of(0.1) });
  expect(int32([2], [-1, 7])).toEqual({ dtype: "int32", shape: [2], data: Int32Array.of(-1, 7) });
  expect(int64([], [2 ** 32 - 1])).toEqual({
    dtype: "int64",
    shape: [],
    data: BigInt64Array.of(4294967295n),
  });
});
