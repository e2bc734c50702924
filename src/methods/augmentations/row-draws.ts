/**
 * @file Draws of one number a row, or a few: what most augmentations live on, since noise is drawn outside of the graph.
 */
import { add, mul } from "../../engine/ops/arithmetic.js";
import { cast } from "../../engine/ops/select.js";
import { constant, type NdArray, type Tensor } from "../../engine/tensor.js";
import type { TrainingBatch } from "../method.js";

/** Uniform on [low, high), of a shape whose first size is that of the batch. */
export function uniformBetween(
  batch: TrainingBatch,
  [low, high]: readonly [number, number],
  shape: readonly number[],
): Tensor {
  return add(mul(batch.uniform(shape), high - low), low);
}

/** The whole part of what is ≥ 0, as float32. */
export function wholePart(a: Tensor): Tensor {
  return cast(cast(a, "int64"), "float32");
}

/** Whole numbers 0 … below − 1, equally likely, as float32. */
export function wholeNumbers(batch: TrainingBatch, below: number, shape: readonly number[]): Tensor {
  // Uniform numbers have 24 bits: the greatest of them times a whole number below 2²⁴ is rounded to less than that.
  return wholePart(mul(batch.uniform(shape), below));
}

/** `size` numbers start, start + 1, … as a constant of a shape. */
export function counting(size: number, shape: readonly number[], start = 0): Tensor {
  const array: NdArray = {
    dtype: "float32",
    shape,
    data: Float32Array.from({ length: size }, (_, i) => start + i),
  };
  return constant(array);
}
