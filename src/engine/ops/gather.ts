/**
 * @file Picking by index, and its transpose: adding by index.
 */
import { axisOf, constant, fixed, operation, type Shape, sameShape, show, type Tensor } from "../tensor.js";
import { expand, reshape, transpose } from "./shape.js";

/**
 * Slices of `a` at `indices` (int64) along an axis: shape `[…before, …indices.shape, …after]`.
 * @throws RangeError for an axis that `a` does not have, TypeError for indices that are not int64.
 */
export function gather(a: Tensor, indices: Tensor, axisIn = 0): Tensor {
  const axis = axisOf(axisIn, a.shape.length, "gather");
  if (indices.dtype !== "int64") throw new TypeError(`gather: indices must be int64, got ${indices.dtype}`);
  return operation("Gather", {
    inputs: [a, indices],
    shape: [...a.shape.slice(0, axis), ...indices.shape, ...a.shape.slice(axis + 1)],
    attributes: { axis },
    vjp: (g) => [() => scatterAddSlices(g, indices, a.shape, axis), undefined],
  });
}

/** The transpose of `gather`: zeros of `shape` to which each slice of `g` is added at its index. */
function scatterAddSlices(g: Tensor, indices: Tensor, shape: Shape, axis: number): Tensor {
  const rank = shape.length;
  const picked = indices.shape.length;
  // Bring the picked axes to the front, where ScatterND expects them.
  const front = g.shape.map((_, i) => i).slice(axis, axis + picked);
  const moved = transpose(g, [...front, ...g.shape.map((_, i) => i).filter((i) => !front.includes(i))]);
  const order = [axis, ...shape.map((_, i) => i).filter((i) => i !== axis)];
  const movedShape = order.map((i) => shape[i]!);
  const at = reshape(indices, [...indices.shape, 1]);
  const total = scatterAdd(moved, at, movedShape);
  return transpose(
    total,
    Array.from({ length: rank }, (_, i) => order.indexOf(i)),
  );
}

/** Zeros of `shape` with `updates` added at leading indices `at` (last axis 1). */
function scatterAdd(updates: Tensor, at: Tensor, shape: Shape): Tensor {
  return operation("ScatterND", {
    inputs: [expand(constant(0, updates.dtype), shape), at, updates],
    shape,
    attributes: { reduction: "add" },
    vjp: (g) => [undefined, undefined, () => gather(g, reshape(at, at.shape.slice(0, -1)), 0)],
  });
}

/**
 * Elements of `a` at `indices` (int64) along an axis (the first by default), each from its own line: `out[i, j] = a[indices[i, j], j]`.
 * All sizes but that of the axis agree; the result has the shape of `indices`.
 * @throws RangeError for sizes that do not agree, TypeError for indices that are not int64.
 */
export function takeElements(a: Tensor, indices: Tensor, axisIn = 0): Tensor {
  const axis = axisOf(axisIn, a.shape.length, "takeElements");
  if (indices.dtype !== "int64")
    throw new TypeError(`takeElements: indices must be int64, got ${indices.dtype}`);
  if (!sameShape(resized(a.shape, axis, 0), resized(indices.shape, axis, 0)))
    throw new RangeError(
      `takeElements: ${show(a.shape)} and ${show(indices.shape)} differ beside axis ${axis}`,
    );
  return operation("GatherElements", {
    inputs: [a, indices],
    shape: indices.shape,
    attributes: { axis },
    vjp: (g) => [() => addElements(g, indices, fixed(a.shape[axis]!, "takeElements"), axis), undefined],
  });
}

/**
 * The transpose of `takeElements`: zeros, `size` of them along the axis, to which `values` are added at `indices`; repeats add
 * up.
 */
export function addElements(values: Tensor, indices: Tensor, size: number, axis = 0): Tensor {
  const shape = resized(values.shape, axis, size);
  return operation("ScatterElements", {
    inputs: [expand(constant(0, values.dtype), shape), indices, values],
    shape,
    attributes: { axis, reduction: "add" },
    vjp: (g) => [undefined, undefined, () => takeElements(g, indices, axis)],
  });
}

const resized = (shape: Shape, axis: number, size: number): Shape =>
  shape.map((dim, i) => (i === axis ? size : dim));
