/**
 * @file Missing values: rows as numbers and a mask, and means over what is there.
 */
import type { Matrix } from "../data/matrix.js";
import { fitScale } from "../data/scale.js";
import { sub } from "../engine/ops/arithmetic.js";
import { cast, isMissing, where } from "../engine/ops/select.js";
import type { NdArray, Tensor } from "../engine/tensor.js";
import { array, once } from "./initial.js";

/** x `[n, d]` with 0 where it is NaN, and a mask `[n, d]` that is 1 where there is a number and 0 where it is missing. */
export function splitMissing(x: Tensor): { values: Tensor; observed: Tensor } {
  const missing = isMissing(x);
  return { values: where(missing, 0, x), observed: sub(1, cast(missing, "float32")) };
}

/** Means `[d]` of the columns over what is not missing; 0 for a column of nothing else. */
export function observedMeans(x: Matrix): NdArray {
  const scale = once(() => fitScale(x, "standard"));
  return array([x.cols], (column) => scale().offset[column]!);
}
