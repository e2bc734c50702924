/**
 * @file Inverse of small symmetric positive definite matrices.
 *
 * Newton–Schulz iteration in float64, X ← X (2I − A X) from X₀ = I / ‖A‖_F: quadratic, and made of products alone,
 * so it runs on every runtime (ONNX itself has no inverse). The gradient is that of the inverse, −Yᵀ G Yᵀ.
 * Source: Schulz (1933); Ben-Israel (1965), "An iterative method for computing the generalized inverse", Math. Comp.
 */
import { float64 } from "../arrays.js";
import { constant, show, type Tensor } from "../tensor.js";
import { div, mul, neg, sqrt, square, sub } from "./arithmetic.js";
import { loop } from "./loop.js";
import { matmul } from "./matmul.js";
import { sum } from "./reduce.js";
import { cast, greater } from "./select.js";

// From condition number κ it takes about 2 log₂ κ + 5 steps until ‖I − A X‖ is at the rounding of float64.
const MAX_STEPS = 100;
const RESIDUAL = 1e-11;

/**
 * A⁻¹ for symmetric positive definite A `[k, k]` with condition number up to about 1e9.
 * @throws RangeError for a matrix that is not square.
 */
export function inverse(a: Tensor): Tensor {
  const k = a.shape[0];
  if (a.shape.length !== 2 || typeof k !== "number" || a.shape[1] !== k) {
    throw new RangeError(`inverse: wants a square matrix, got ${show(a.shape)}`);
  }
  const wide = cast(a, "float64");
  const identity = constant(float64([k, k], identityData(k)));
  const start = div(identity, sqrt(sum(square(wide))));
  // A is carried as a state so that the loop takes it as an input, to which its gradient can flow.
  const { state } = loop(
    MAX_STEPS,
    [start, wide],
    (_iteration, [x, matrix]) => {
      const product = matmul(matrix!, x!);
      const next = matmul(x!, sub(mul(identity, 2), product));
      const residual = sum(square(sub(identity, product)));
      return { state: [next, matrix!], proceed: greater(residual, RESIDUAL ** 2) };
    },
    (g, y) => [undefined, () => neg(matmul(matmul(y, g, { transposeA: true }), y, { transposeB: true }))],
  );
  return cast(state[0]!, a.dtype);
}

function identityData(k: number): Float64Array {
  const data = new Float64Array(k * k);
  for (let i = 0; i < k; i++) data[i * k + i] = 1;
  return data;
}
