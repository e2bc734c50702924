/**
 * @file A gradient said by itself, where that of each operation behind a value would take longer.
 */
import { operation, type Tensor } from "../tensor.js";

/**
 * `value`, whose gradient flows to `inputs` by `vjp` and not through the operations that it was made by.
 * @param vjp from the cotangent and the value to a recipe for the cotangent of each input; it is right to any order if it is made of
 *   the inputs, the value and operations with gradients.
 */
export function withGradient(
  value: Tensor,
  inputs: readonly Tensor[],
  vjp: (cotangent: Tensor, value: Tensor) => readonly (() => Tensor)[],
): Tensor {
  return operation("Identity", {
    inputs: [value, ...inputs],
    shape: value.shape,
    vjp: (g, y) => [undefined, ...vjp(g, y)],
  });
}
