/**
 * @file Reverse-mode differentiation. Gradients are tensors of the same graph, so they can be differentiated again.
 */
import { inOrder } from "./graph.js";
import { addTo } from "./ops/matmul.js";
import { expand } from "./ops/shape.js";
import { constant, type Operation, show, type Tensor } from "./tensor.js";

/**
 * ∂loss/∂w for every w, each of w's shape.
 * @param loss a scalar.
 * @throws RangeError if loss is no scalar; TypeError if an operation between has no gradient.
 */
export function gradient(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0)
    throw new RangeError(`gradient: wants a scalar loss, got shape ${show(loss.shape)}`);
  return vectorJacobian(loss, constant(1, loss.dtype), wrt);
}

/**
 * Those of the tensors that the gradient of a scalar flows to; through a loop or `stopGradient` none does.
 * @throws TypeError if an operation between has no gradient.
 */
export function reachedByGradient(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const cotangents = cotangentsOf(loss, constant(1, loss.dtype), wrt);
  return wrt.filter((w) => cotangents.has(w));
}

/** vᵀ ∂output/∂w for every w: the gradient of Σ v ⊙ output with v held fixed. */
export function vectorJacobian(output: Tensor, v: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const cotangents = cotangentsOf(output, v, wrt);
  return wrt.map((w) => cotangents.get(w) ?? expand(constant(0, w.dtype), w.shape));
}

/** vᵀ ∂output/∂t for every tensor t on the way to `wrt`. */
function cotangentsOf(output: Tensor, v: Tensor, wrt: readonly Tensor[]): ReadonlyMap<Tensor, Tensor> {
  const order = inOrder([output]);
  const wanted = new Set(wrt);
  const onPath = new Set<Operation>();
  const needs = (t: Tensor | undefined) => t !== undefined && (wanted.has(t) || onPath.has(t.source));
  for (const node of order) if (node.inputs.some(needs)) onPath.add(node);

  const cotangents = new Map<Tensor, Tensor>([[output, v]]);
  for (const node of order.reverse()) {
    const first = node.outputs[0]!;
    const g = cotangents.get(first);
    if (!g || !onPath.has(node)) continue;
    const recipes = node.vjp?.(g, first) ?? [];
    node.inputs.forEach((tensor, i) => {
      const recipe = recipes[i];
      if (!tensor || !recipe || !needs(tensor)) return;
      const term = recipe();
      const before = cotangents.get(tensor);
      cotangents.set(tensor, before ? addTo(before, term) : term);
    });
  }
  return cotangents;
}
