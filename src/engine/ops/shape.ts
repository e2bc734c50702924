/**
 * @file Reshaping, moving, cutting and joining: operations that move numbers and compute none.
 */
import {
  axisOf,
  constant,
  type Dim,
  fixed,
  operation,
  type Shape,
  sameShape,
  show,
  sizeOf,
  type Tensor,
} from "../tensor.js";
import { unbroadcast } from "./arithmetic.js";
import { gather } from "./gather.js";
import { withGradient } from "./with-gradient.js";

const int64 = (values: readonly number[]): Tensor => constant(values, "int64");

/**
 * The same elements in another shape. One size may be a run-time name; it is then inferred.
 * @throws RangeError for shapes of different numbers of elements.
 */
export function reshape(a: Tensor, shape: Shape): Tensor {
  if (sameShape(a.shape, shape)) return a;
  const names = (s: Shape) => s.filter((dim) => typeof dim === "string").length;
  const known = (s: Shape) => s.reduce<number>((p, dim) => (typeof dim === "number" ? p * dim : p), 1);
  const fits = names(shape) === names(a.shape) && names(shape) <= 1;
  if (!fits || (names(shape) === 0 && known(shape) !== known(a.shape))) {
    throw new RangeError(`reshape: ${show(a.shape)} does not fit ${show(shape)}`);
  }
  const target = shape.map((dim) => (typeof dim === "string" ? -1 : dim));
  return operation("Reshape", {
    inputs: [a, int64(target)],
    shape,
    vjp: (g) => [() => reshape(g, a.shape), undefined],
  });
}

/** Repeats along axes of size 1, and in front, up to `shape`; sizes known only at run time must be there already. */
export function expand(a: Tensor, shape: Shape): Tensor {
  if (sameShape(a.shape, shape)) return a;
  const there = a.shape.length - shape.length;
  // ONNX repeats no axis for which 1 is asked.
  const target = shape.map((dim, i) => (dim === a.shape[i + there] ? 1 : fixed(dim, "expand")));
  return operation("Expand", {
    inputs: [a, int64(target)],
    shape,
    vjp: (g) => [() => unbroadcast(g, a.shape), undefined],
  });
}

/**
 * Axes in another order; by default reversed.
 * @throws RangeError for what is no order of the axes.
 */
export function transpose(
  a: Tensor,
  order: readonly number[] = a.shape.map((_, i) => a.shape.length - 1 - i),
): Tensor {
  const perm = order.map((axis) => axisOf(axis, a.shape.length, "transpose"));
  if (new Set(perm).size !== a.shape.length || perm.length !== a.shape.length) {
    throw new RangeError(`transpose: [${order.join(", ")}] is no order of the axes of ${show(a.shape)}`);
  }
  const inverse = perm.map((_, i) => perm.indexOf(i));
  return operation("Transpose", {
    inputs: [a],
    shape: perm.map((axis) => a.shape[axis]!),
    attributes: { perm },
    vjp: (g) => [() => transpose(g, inverse)],
  });
}

/**
 * Elements start, start + step, … before end (exclusive) along one axis; a negative end counts from the back.
 * @throws RangeError for a range outside of the axis, or a size known only at run time.
 */
export function slice(a: Tensor, axisIn: number, start: number, end: number, step = 1): Tensor {
  const axis = axisOf(axisIn, a.shape.length, "slice");
  const size = fixed(a.shape[axis]!, "slice");
  const stop = Math.min(end < 0 ? end + size : end, size);
  if (!(start >= 0 && start <= stop && step >= 1)) {
    throw new RangeError(`slice: [${start}, ${end}) step ${step} is outside an axis of ${size}`);
  }
  if (start === 0 && stop === size && step === 1) return a;
  if (step !== 1) {
    const picked: number[] = [];
    for (let i = start; i < stop; i += step) picked.push(i);
    return gather(a, int64(picked), axis);
  }
  return operation("Slice", {
    inputs: [a, int64([start]), int64([stop]), int64([axis])],
    shape: a.shape.map((dim, i) => (i === axis ? stop - start : dim)),
    vjp: (g) => [
      () =>
        pad(
          g,
          a.shape.map((_, i) => (i === axis ? [start, size - stop] : [0, 0])),
        ),
    ],
  });
}

/**
 * Zeros (or `value`) before and after along every axis.
 * @throws RangeError for sizes < 0, or not two for every axis.
 */
export function pad(
  a: Tensor,
  amounts: readonly (readonly [number, number] | readonly number[])[],
  value = 0,
): Tensor {
  if (amounts.length !== a.shape.length || amounts.flat().some((n) => !(Number.isInteger(n) && n >= 0))) {
    throw new RangeError(`pad: want [before, after] ≥ 0 for each axis of ${show(a.shape)}`);
  }
  if (amounts.flat().every((n) => n === 0)) return a;
  const pads = [...amounts.map((pair) => pair[0]!), ...amounts.map((pair) => pair[1]!)];
  const grown = (dim: Dim, i: number): Dim => {
    const more = amounts[i]![0]! + amounts[i]![1]!;
    return more === 0 ? dim : fixed(dim, "pad") + more;
  };
  return operation("Pad", {
    inputs: [a, int64(pads), constant(value, a.dtype)],
    shape: a.shape.map(grown),
    vjp: (g) => [
      () =>
        a.shape.reduce<Tensor>(
          (cut, dim, i) =>
            typeof dim === "string" ? cut : slice(cut, i, amounts[i]![0]!, amounts[i]![0]! + dim),
          g,
        ),
    ],
  });
}

/**
 * Joins along an axis; all other sizes must agree.
 * @throws RangeError for no tensors, or sizes that do not agree.
 */
export function concat(parts: readonly Tensor[], axisIn = 0): Tensor {
  const first = parts[0];
  if (!first) throw new RangeError("concat: wants at least one tensor");
  if (parts.length === 1) return first;
  const axis = axisOf(axisIn, first.shape.length, "concat");
  for (const part of parts) {
    const agrees =
      part.shape.length === first.shape.length &&
      part.shape.every((dim, i) => i === axis || dim === first.shape[i]);
    if (!agrees)
      throw new RangeError(
        `concat: ${show(part.shape)} does not join ${show(first.shape)} along axis ${axis}`,
      );
  }
  const sizes = parts.map((part) => fixed(part.shape[axis]!, "concat"));
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((s, n) => s + n, 0));
  return operation("Concat", {
    inputs: parts,
    shape: first.shape.map((dim, i) => (i === axis ? sizes.reduce((s, n) => s + n, 0) : dim)),
    attributes: { axis },
    vjp: (g) => parts.map((_, i) => () => slice(g, axis, starts[i]!, starts[i]! + sizes[i]!)),
  });
}

/**
 * Parts of so many elements along one axis, one after the other: one operation, where as many slices would be as many.
 * @throws RangeError unless the sizes add up to that of the axis.
 */
export function split(a: Tensor, axisIn: number, sizes: readonly number[]): Tensor[] {
  const axis = axisOf(axisIn, a.shape.length, "split");
  const size = fixed(a.shape[axis]!, "split");
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((s, n) => s + n, 0));
  const total = sizes.reduce((s, n) => s + n, 0);
  if (total !== size) throw new RangeError(`split: sizes add up to ${total}, the axis has ${size}`);
  if (sizes.length === 1) return [a];
  const shapes = sizes.map((part) => a.shape.map((dim, i) => (i === axis ? part : dim)));
  const [first, ...others] = shapes;
  const parts = operation("Split", {
    inputs: [a, int64(sizes)],
    shape: first!,
    attributes: { axis },
    more: others.map((shape) => ({ shape, dtype: a.dtype })),
  }).source.outputs;
  const around = (at: number, part: number) =>
    a.shape.map((_, i) => (i === axis ? [at, size - at - part] : [0, 0]));
  return parts.map((part, i) =>
    withGradient(part, [a], (g) => [() => pad(g, around(starts[i]!, sizes[i]!))]),
  );
}

/** All axes from the second on as one: `[n, …]` to `[n, d]`. */
export function flatten(a: Tensor): Tensor {
  const [n, ...rest] = a.shape;
  return reshape(a, [n ?? 1, sizeOf(rest, "flatten")]);
}
