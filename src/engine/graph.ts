/**
 * @file Walking the graph: what stands on what, also through the bodies of loops.
 */
import type { Attribute, Operation, Subgraph, Tensor } from "./tensor.js";

/** All operations that `outputs` stand on, each after those it stands on itself. */
export function inOrder(outputs: readonly Tensor[]): Operation[] {
  const seen = new Set<Operation>();
  const order: Operation[] = [];
  // A stack of our own: deep graphs overflow the one of the language.
  for (const output of outputs) {
    const stack = [{ node: output.source, sources: sourcesOf(output.source), next: 0 }];
    while (stack.length > 0) {
      const frame = stack[stack.length - 1]!;
      if (seen.has(frame.node)) {
        stack.pop();
      } else if (frame.next < frame.sources.length) {
        const child = frame.sources[frame.next++]!;
        if (!seen.has(child)) stack.push({ node: child, sources: sourcesOf(child), next: 0 });
      } else {
        seen.add(frame.node);
        order.push(frame.node);
        stack.pop();
      }
    }
  }
  return order;
}

function sourcesOf(node: Operation): Operation[] {
  const direct = node.inputs.flatMap((t) => (t ? [t.source] : []));
  const captured = subgraphsOf(node).flatMap((body) => capturedBy(body).map((t) => t.source));
  return [...direct, ...captured];
}

export function subgraphsOf(node: Operation): Subgraph[] {
  return Object.values(node.attributes).filter(isSubgraph);
}

export function isSubgraph(attribute: Attribute): attribute is Subgraph {
  return typeof attribute === "object" && "outputs" in attribute;
}

/** The operations that must stand inside a body: those that depend on its inputs. All others are hoisted out. */
export function insideOf(body: Subgraph): Operation[] {
  const inside = new Set(body.inputs.map((t) => t.source));
  const order = inOrder(body.outputs);
  for (const node of order) if (sourcesOf(node).some((source) => inside.has(source))) inside.add(node);
  return order.filter((node) => inside.has(node) && node.op !== "Input");
}

/** All operations that `outputs` stand on, those in bodies too. */
export function everyNode(outputs: readonly Tensor[]): Operation[] {
  const order = inOrder(outputs);
  return [...order, ...order.flatMap((node) => subgraphsOf(node).flatMap((body) => everyNode(body.outputs)))];
}

const captures = new WeakMap<Subgraph, Tensor[]>();

/** The tensors of the surrounding graph that a body uses. */
export function capturedBy(body: Subgraph): Tensor[] {
  let found = captures.get(body);
  if (!found) {
    const own = new Set([...body.inputs.map((t) => t.source), ...insideOf(body)]);
    const used = [...own].flatMap((node) => [...node.inputs, ...subgraphsOf(node).flatMap(capturedBy)]);
    const outer = [...used, ...body.outputs].filter(
      (t): t is Tensor => t !== undefined && !own.has(t.source),
    );
    found = [...new Set(outer)];
    captures.set(body, found);
  }
  return found;
}
