/**
 * @file Sums, means, maxima and log-sum-exp over axes.
 */
import { axisOf, constant, operation, type Shape, sizeOf, type Tensor } from "../tensor.js";
import { add, div, exp, log, mul, sub } from "./arithmetic.js";
import { cast, equal, stopGradient } from "./select.js";
import { expand, reshape } from "./shape.js";

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
  return reduce("ReduceSum", a, axesOf(a, axes, "sum"), keepDims, (g) => expand(g, a.shape));
}

/**
 * The same sum in stages that the runtime spreads over threads, axes kept: inner axes first, and a long first axis in
 * two goes. Sums over the first axis alone run on one thread, and on two take three times as long, since half of
 * the numbers lie with the other core.
 */
export function stagedSum(a: Tensor, axes: readonly number[]): Tensor {
  const inner = axes.filter((axis) => axis !== 0);
  const rest = inner.length > 0 ? sum(a, inner, { keepDims: true }) : a;
  const [n, ...others] = rest.shape;
  if (inner.length === axes.length || typeof n !== "number") return sum(rest, axes, { keepDims: true });
  const parts = largestDivisor(n, Math.sqrt(n));
  if (parts === 1) return sum(rest, 0, { keepDims: true });
  const once = sum(reshape(rest, [parts, n / parts, ...others]), 1);
  return sum(once, 0, { keepDims: true });
}

function largestDivisor(n: number, most: number): number {
  for (let divisor = Math.floor(most); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}

/** Mean over axes (all by default). */
export function mean(a: Tensor, axes?: Axes, { keepDims = false }: ReduceOptions = {}): Tensor {
  const over = axesOf(a, axes, "mean");
  return reduce("ReduceMean", a, over, keepDims, (g) => {
    const count = sizeOf(
      over.map((axis) => a.shape[axis]!),
      "mean",
    );
    return expand(mul(g, 1 / count), a.shape);
  });
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
