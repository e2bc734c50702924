/**
 * @file Programs that are compiled once and kept, for the products of linear algebra.
 */
import { inFixedOrder } from "./fixed-order.js";
import { everyNode } from "./graph.js";
import { type Program, type Runtime, runtime } from "./session.js";
import type { Operation, Tensor } from "./tensor.js";

/** A graph whose products take forms that depend on sizes and threads. */
interface KeptGraph {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly nodes: readonly Operation[];
  readonly programs: Map<string, Promise<Program>>;
}

const kept = new WeakMap<Runtime, Map<string, KeptGraph>>();

/**
 * A program that is compiled once for each runtime and kept; `key` names it. Its threads sleep between runs: other
 * programs' and those of `src/parallel` want the cores, and linear algebra took up to twice as long beside them.
 * @param sizes those that the graph knows by name: where they ask for other forms of its products, it is compiled anew.
 */
export async function compileOnce(
  key: string,
  graph: () => Readonly<Record<string, Tensor>>,
  sizes: Readonly<Record<string, number>> = {},
): Promise<Program> {
  const current = await runtime();
  let graphs = kept.get(current);
  if (!graphs) {
    graphs = new Map();
    kept.set(current, graphs);
  }
  let found = graphs.get(key);
  if (!found) {
    const outputs = graph();
    found = { outputs, nodes: everyNode(Object.values(outputs)), programs: new Map() };
    graphs.set(key, found);
  }
  const { outputs, nodes, programs } = found;
  const sharing = { slices: current.slices, sizes };
  const forms = nodes.map((node) => inFixedOrder(node, sharing).length).join();
  let program = programs.get(forms);
  if (!program) {
    program = current.program(outputs, { sizes, spin: false });
    programs.set(forms, program);
  }
  return program;
}
