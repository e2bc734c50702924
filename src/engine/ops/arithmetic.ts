/**
 * @file Elementwise arithmetic with NumPy's broadcasting.
 */
import {
  constant,
  type Dim,
  type DType,
  isTensor,
  operation,
  type Shape,
  sameShape,
  show,
  type Tensor,
} from "../tensor.js";
import { spreadSum } from "./reduce.js";
import { reshape } from "./shape.js";

/** A tensor, or a number that takes the type of what it meets. */
export type Operand = Tensor | number;

/** The shape that two shapes broadcast to. @throws RangeError if they do not. */
export function broadcastShape(a: Shape, b: Shape, where: string): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`${where}: shapes ${show(a)} and ${show(b)} do not broadcast`);
    }
    return left === 1 ? right : left;
  });
}

/** Sums a cotangent over the axes along which its operand was broadcast. */
export function unbroadcast(g: Tensor, shape: Shape): Tensor {
  const extra = g.shape.length - shape.length;
  const axes = g.shape.flatMap((dim, i) => (i < extra || (shape[i - extra] === 1 && dim !== 1) ? [i] : []));
  return reshape(axes.length > 0 ? spreadSum(g, axes) : g, shape);
}

/** Two operands as tensors of one type. @throws TypeError if their types differ. */
export function operands(a: Operand, b: Operand, where: string): [Tensor, Tensor] {
  const dtype: DType = isTensor(a) ? a.dtype : isTensor(b) ? b.dtype : "float32";
  const left = isTensor(a) ? a : constant(a, dtype);
  const right = isTensor(b) ? b : constant(b, dtype);
  if (left.dtype !== right.dtype) throw new TypeError(`${where}: ${left.dtype} meets ${right.dtype}`);
  return [left, right];
}

type BinaryGradient = (g: Tensor, a: Tensor, b: Tensor, y: Tensor) => [() => Tensor, () => Tensor];

function binary(op: string, gradient: BinaryGradient): (a: Operand, b: Operand) => Tensor {
  const where = op.toLowerCase();
  return (aIn, bIn) => {
    const [wholeA, wholeB] = operands(aIn, bIn, where);
    const shape = broadcastShape(wholeA.shape, wholeB.shape, where);
    const a = unexpanded(wholeA, wholeB, shape);
    const b = unexpanded(wholeB, a, shape);
    return operation(op, {
      inputs: [a, b],
      shape,
      vjp(g, y) {
        const [ga, gb] = gradient(g, a, b, y);
        return [() => unbroadcast(ga(), a.shape), () => unbroadcast(gb(), b.shape)];
      },
    });
  };
}

/** Takes a tensor that was expanded only to meet `other` as it was before: broadcasting does the same without a copy. */
function unexpanded(t: Tensor, other: Tensor, shape: Shape): Tensor {
  const [before] = t.source.op === "Expand" ? t.source.inputs : [];
  return before && sameShape(broadcastShape(before.shape, other.shape, "expand"), shape) ? before : t;
}

/**
 * a + b
 * @throws RangeError for shapes that do not broadcast, TypeError for different element types.
 */
export const add = binary("Add", (g) => [() => g, () => g]);
/**
 * a − b
 * @throws as `add`.
 */
export const sub = binary("Sub", (g) => [() => g, () => neg(g)]);
/**
 * a · b, elementwise
 * @throws as `add`.
 */
export const mul = binary("Mul", (g, a, b) => [() => mul(g, b), () => mul(g, a)]);
/**
 * a / b
 * @throws as `add`.
 */
export const div = binary("Div", (g, _a, b, y) => [() => div(g, b), () => neg(div(mul(g, y), b))]);

type UnaryGradient = (g: Tensor, a: Tensor, y: Tensor) => Tensor;

/** An elementwise function of one tensor; without `gradient`, none flows through it. */
export function unary(op: string, gradient: UnaryGradient | undefined): (a: Tensor) => Tensor {
  return (a) =>
    operation(op, {
      inputs: [a],
      shape: a.shape,
      vjp: gradient && ((g, y) => [() => gradient(g, a, y)]),
    });
}

/** −a */
export const neg = unary("Neg", (g) => neg(g));
/** eᵃ */
export const exp = unary("Exp", (g, _a, y) => mul(g, y));
/** Natural logarithm. */
export const log = unary("Log", (g, a) => div(g, a));
/** √a; the gradient at 0 is infinite, as the derivative is. */
export const sqrt = unary("Sqrt", (g, _a, y) => div(mul(g, 0.5), y));

/**
 * −1, 0 or 1; its gradient is 0. In float32 as 3e38 a, clipped, which is exact for every normal number: the runtime's own
 * runs on one thread.
 */
export function sign(a: Tensor): Tensor {
  if (a.dtype !== "float32") return runtimeSign(a);
  const steep = operation("Mul", { inputs: [a, constant(3e38)], shape: a.shape });
  return operation("Clip", { inputs: [steep, constant(-1), constant(1)], shape: a.shape });
}

const runtimeSign = unary("Sign", undefined);
/** |a|, with derivative 0 at 0. */
export const abs = unary("Abs", (g, a) => mul(g, sign(a)));
/** The error function 2/√π ∫₀ᵃ e^(−t²) dt. */
export const erf = unary("Erf", (g, a) => mul(g, mul(exp(neg(square(a))), 2 / Math.sqrt(Math.PI))));
/** Sine of a, in radians, elementwise. */
export const sin = unary("Sin", (g, a) => mul(g, cos(a)));
/** Cosine of a, in radians, elementwise. */
export const cos = unary("Cos", (g, a) => neg(mul(g, sin(a))));

/** a² */
export function square(a: Tensor): Tensor {
  return operation("Mul", {
    inputs: [a, a],
    shape: a.shape,
    vjp: (g) => [() => mul(mul(g, 2), a), undefined],
  });
}

/** aᵖ for a fixed exponent. */
export function pow(a: Tensor, exponent: number): Tensor {
  return operation("Pow", {
    inputs: [a, constant(exponent, a.dtype)],
    shape: a.shape,
    vjp: (g) => [() => mul(g, mul(pow(a, exponent - 1), exponent)), undefined],
  });
}
