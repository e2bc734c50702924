/**
 * @file Arrays with their shapes: what compiled graphs are fed and what fitted models keep.
 */
import { int64Array, type NdArray } from "./tensor.js";

/** A float32 array of a shape, `[]` for one number. @param data row-major; a typed array is kept as it is, not copied. */
export function float32(shape: readonly number[], data: Float32Array | readonly number[]): NdArray {
  return { dtype: "float32", shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** A float64 array of a shape, `[]` for one number. @param data row-major; a typed array is kept as it is, not copied. */
export function float64(shape: readonly number[], data: Float64Array | readonly number[]): NdArray {
  return { dtype: "float64", shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

/** An int32 array of a shape. @param data row-major; a typed array is kept as it is, not copied. */
export function int32(shape: readonly number[], data: Int32Array | readonly number[]): NdArray {
  return { dtype: "int32", shape, data: data instanceof Int32Array ? data : Int32Array.from(data) };
}

/**
 * An int64 array of a shape, `[]` for one number, such as the steps of a Loop.
 * @param data row-major; int64 is kept as it is, not copied, and numbers are whole, in [0, 2³²).
 */
export function int64(shape: readonly number[], data: BigInt64Array | readonly number[]): NdArray {
  return { dtype: "int64", shape, data: data instanceof BigInt64Array ? data : int64Array(data) };
}
