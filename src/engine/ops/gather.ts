/**
 * @file Picking by index, and its transpose: adding by index.
 */
import { axisOf, constant, operation, type Shape, show, sizeOf, type Tensor } from "../tensor.js";
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
 * Elements of a flat tensor at flat `indices` (int64, shape `[m]`): shape `[m]`.
 * @throws RangeError for tensors that are not flat.
 */
export function takeElements(a: Tensor, indices: Tensor): Tensor {
  if (a.shape.length !== 1 || indices.shape.length !== 1) {
    throw new RangeError(`takeElements: want flat tensors, got ${show(a.shape)} and ${show(indices.shape)}`);
  }
  return operation("GatherElements", {
    inputs: [a, indices],
    shape: indices.shape,
    attributes: { axis: 0 },
    vjp: (g) => [() => addElements(g, indices, sizeOf(a.shape, "takeElements")), undefined],
  });
}

/** The transpose of `takeElements`: `size` zeros to which `values` are added at `indices`; repeats add up. */
export function addElements(values: Tensor, indices: Tensor, size: number): Tensor {
  return operation("ScatterElements", {
    inputs: [expand(constant(0, values.dtype), [size]), indices, values],
    shape: [size],
    attributes: { axis: 0, reduction: "add" },
    vjp: (g) => [undefined, undefined, () => takeElements(g, indices)],
  });
}
