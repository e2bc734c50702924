/**
 * @file Parameters: the arrays that a fitted model is made of.
 */
import { type Matrix, matrix } from "../data/matrix.js";
import { float32 } from "../engine/arrays.js";
import type { NdArray, Shape, Tensor } from "../engine/tensor.js";
import type { Dense } from "../linalg/dense.js";

/** The arrays of a fitted model, by name. */
export type Parameters = Readonly<Record<string, NdArray>>;
/** The same as symbolic tensors. */
export type Symbols = Readonly<Record<string, Tensor>>;

/** Shape of every parameter. */
export function shapesOf(parameters: Parameters): Record<string, Shape> {
  return Object.fromEntries(Object.entries(parameters).map(([name, array]) => [name, array.shape]));
}

/** A parameter as a `Matrix`, rounded to float32 where it is kept in float64. */
export function parameterMatrix(parameters: Parameters, name: string): Matrix {
  const array: NdArray = parameters[name]!;
  const [rows, cols] = array.shape as [number, number];
  const data =
    array.data instanceof Float32Array ? array.data : Float32Array.from(array.data as Float64Array);
  return matrix(rows, cols, data);
}

/** A parameter `[rows, cols]` from a matrix: a copy, rounded to float32. */
export function matrixParameter({ data, rows, cols }: Matrix | Dense): NdArray {
  return float32([rows, cols], new Float32Array(data));
}
