/**
 * @file Comparing, choosing, casting.
 */
import { type DType, operation, type Tensor } from "../tensor.js";
import { broadcastShape, type Operand, operands, unbroadcast } from "./arithmetic.js";

function comparison(op: string): (a: Operand, b: Operand) => Tensor {
  return (aIn, bIn) => {
    const [a, b] = operands(aIn, bIn, op.toLowerCase());
    return operation(op, { inputs: [a, b], shape: broadcastShape(a.shape, b.shape, op), dtype: "bool" });
  };
}

/** a > b, as bool */
export const greater = comparison("Greater");
/** a ≥ b, as bool */
export const greaterOrEqual = comparison("GreaterOrEqual");
/** a < b, as bool */
export const less = comparison("Less");
/** a = b, as bool */
export const equal = comparison("Equal");

/** Elementwise: `a` where the condition holds, `b` elsewhere. Gradients flow to the side that was chosen. */
export function where(condition: Tensor, aIn: Operand, bIn: Operand): Tensor {
  const [a, b] = operands(aIn, bIn, "where");
  const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape, "where"), "where");
  return operation("Where", {
    inputs: [condition, a, b],
    shape,
    dtype: a.dtype,
    vjp: (g) => [
      undefined,
      () => unbroadcast(where(condition, g, 0), a.shape),
      () => unbroadcast(where(condition, 0, g), b.shape),
    ],
  });
}

/** The larger of a and b; at a tie the gradient goes to a. */
export function maximum(aIn: Operand, bIn: Operand): Tensor {
  const [a, b] = operands(aIn, bIn, "maximum");
  return where(greaterOrEqual(a, b), a, b);
}

/** The smaller of a and b; at a tie the gradient goes to a. */
export function minimum(aIn: Operand, bIn: Operand): Tensor {
  const [a, b] = operands(aIn, bIn, "minimum");
  return where(greaterOrEqual(b, a), a, b);
}

/** True where the element is NaN, that is, missing. */
export function isMissing(a: Tensor): Tensor {
  return operation("IsNaN", { inputs: [a], shape: a.shape, dtype: "bool" });
}

const ONNX_TYPE: Record<DType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11 };

/** Another element type; gradients flow between float32 and float64. */
export function cast(a: Tensor, dtype: DType): Tensor {
  if (a.dtype === dtype) return a;
  const smooth = a.dtype.startsWith("float") && dtype.startsWith("float");
  return operation("Cast", {
    inputs: [a],
    shape: a.shape,
    dtype,
    attributes: { to: ONNX_TYPE[dtype] },
    vjp: smooth ? (g) => [() => cast(g, a.dtype)] : undefined,
  });
}

/** The same values, through which no gradient flows. */
export function stopGradient(a: Tensor): Tensor {
  return operation("Identity", { inputs: [a], shape: a.shape });
}
