/**
 * @file Sums, means, maxima and log-sum-exp over axes.
 */
import { axisOf, constant, type Dim, operation, type Shape, sizeOf, type Tensor, zeros } from "../tensor.js";
import { add, div, exp, log, mul, sub } from "./arithmetic.js";
import { matmul } from "./matmul.js";
import { cast, equal, stopGradient } from "./select.js";
import { expand, reshape, transpose } from "./shape.js";

/** Options of reductions. */
export interface ReduceOptions {
  /** Keep the reduced axes with size 1. Default false. */
  keepDims?: boolean | undefined;
}

/** Axes to reduce over; none given means all. */
export type Axes = readonly number[] | number | undefined;

function axesOf(a: Tensor, axes: Axes, where: string): number[] {
  if (axes === undefined) return a.shape.map((_, i) => i);
  const list = typeof axes === "number" ? [axes] : axes;
  return list.map((axis) => axisOf(axis, a.shape.length, where));
}

const kept = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
const dropped = (shape: Shape, axes: readonly number[]): Shape => shape.filter((_, i) => !axes.includes(i));

function reduce(
  op: string,
  a: Tensor,
  axes: readonly number[],
  keepDims: boolean,
  gradient: (g: Tensor, y: Tensor) => Tensor,
): Tensor {
  if (axes.length === 0) return a;
  const keptShape = kept(a.shape, axes);
  return operation(op, {
    inputs: [a, constant(axes, "int64")],
    shape: keepDims ? keptShape : dropped(a.shape, axes),
    attributes: { keepdims: keepDims ? 1 : 0 },
    vjp: (g, y) => [() => gradient(reshape(g, keptShape), reshape(y, keptShape)), undefined],
  });
}

/** Σ over axes (all by default). */
export function sum(a: Tensor, axes?: Axes, { keepDims = false }: ReduceOptions = {}): Tensor {
  const over = axesOf(a, axes, "sum");
  if (!inOneOrder(over, a.shape)) return sumInTurn(a, over, keepDims);
  return reduce("ReduceSum", a, over, keepDims, (g) => expand(g, a.shape));
}

/**
 * True if the runtime sums over these axes in one order on any number of threads: over the first ones, the last ones, or all. What
 * lies between others is summed in one way where there are more of the first than threads, and in another else.
 */
function inOneOrder(over: readonly number[], shape: Shape): boolean {
  const reduced = shape.map((_, i) => over.includes(i));
  return reduced.filter((is, i) => i > 0 && is !== reduced[i - 1]).length <= 1;
}

/** The axes in front as one, and the others as one: else the runtime undoes the transposition. */
function sumInTurn(a: Tensor, over: readonly number[], keepDims: boolean): Tensor {
  const [inside, outside] = [true, false].map((is) =>
    [...a.shape.keys()].filter((i) => over.includes(i) === is),
  );
  const together = (axes: readonly number[]): Dim => {
    const dims = axes.map((axis) => a.shape[axis]!);
    return dims.find((dim) => typeof dim === "string") ?? sizeOf(dims);
  };
  const inFront = reshape(transpose(a, [...inside!, ...outside!]), [together(inside!), together(outside!)]);
  return reshape(sum(inFront, 0), keepDims ? kept(a.shape, over) : dropped(a.shape, over));
}

/**
 * The same sum in a way that the runtime spreads over threads, axes kept: inner axes first, and the first axis as a product with
 * ones. Sums over the first axis alone run on one thread, and on two take three times as long, since half of the numbers lie
 * with the other core.
 */
export function spreadSum(a: Tensor, axes: readonly number[]): Tensor {
  const inner = axes.filter((axis) => axis !== 0);
  const rest = inner.length > 0 ? sum(a, inner, { keepDims: true }) : a;
  const [n, ...others] = rest.shape;
  if (inner.length === axes.length) return rest;
  if (rest.shape.some((dim) => typeof dim !== "number")) return sum(rest, 0, { keepDims: true });
  const ones = constant({
    dtype: a.dtype,
    shape: [n as number, 1],
    data: zeros(a.dtype, n as number).fill(1 as never),
  });
  const rows = reshape(rest, [n!, sizeOf(others)]);
  return reshape(matmul(ones, rows, { transposeA: true }), [1, ...others]);
}

/** Mean over axes (all by default). */
export function mean(a: Tensor, axes?: Axes, { keepDims = false }: ReduceOptions = {}): Tensor {
  const over = axesOf(a, axes, "mean");
  const count = () => {
    const sizes = over.map((axis) => a.shape[axis]!);
    return sizeOf(sizes, "mean");
  };
  if (!inOneOrder(over, a.shape)) return mul(sum(a, over, { keepDims }), 1 / count());
  return reduce("ReduceMean", a, over, keepDims, (g) => expand(mul(g, 1 / count()), a.shape));
}

/** Maximum over axes (all by default); ties share the gradient. */
export function max(a: Tensor, axes?: Axes, { keepDims = false }: ReduceOptions = {}): Tensor {
  const over = axesOf(a, axes, "max");
  return reduce("ReduceMax", a, over, keepDims, (g, y) => {
    const atMax = cast(equal(a, y), a.dtype);
    return mul(g, div(atMax, sum(atMax, over, { keepDims: true })));
  });
}

/** log Σ exp over axes (all by default), without overflow. */
export function logSumExp(a: Tensor, axes?: Axes, { keepDims = false }: ReduceOptions = {}): Tensor {
  const over = axesOf(a, axes, "logSumExp");
  const shift = stopGradient(max(a, over, { keepDims: true }));
  const total = add(log(sum(exp(sub(a, shift)), over, { keepDims: true })), shift);
  return keepDims ? total : reshape(total, dropped(a.shape, over));
}
