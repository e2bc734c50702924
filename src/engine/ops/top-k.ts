/**
 * @file The largest numbers of a row.
 */
import { constant, operation, type Shape, show, type Tensor } from "../tensor.js";
import { add, mul } from "./arithmetic.js";

/**
 * a where it is among the `count` largest along the last axis, 0 elsewhere; of equal numbers the first ones count, so that
 * there are never more. Gradients flow to those that stay.
 */
export function keepLargest(a: Tensor, count: number): Tensor {
  return mul(a, largest(a, count));
}

/** 1 for the `count` largest along the last axis and 0 for the rest, without a gradient. */
function largest(a: Tensor, count: number): Tensor {
  const width = a.shape.at(-1);
  if (typeof width !== "number" || !(Number.isInteger(count) && count >= 1 && count <= width))
    throw new RangeError(
      `keepLargest: there are no ${count} largest along the last axis of ${show(a.shape)}`,
    );
  const shape: Shape = [...a.shape.slice(0, -1), count];
  const values = operation("TopK", {
    inputs: [a, constant([count], "int64")],
    shape,
    attributes: { axis: -1, largest: 1, sorted: 0 },
    more: [{ shape, dtype: "int64" }],
  });
  return operation("ScatterElements", {
    inputs: [mul(a, 0), values.source.outputs[1]!, add(mul(values, 0), 1)],
    shape: a.shape,
    attributes: { axis: -1 },
  });
}
