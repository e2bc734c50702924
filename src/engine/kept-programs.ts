/**
 * @file Programs that are compiled once and kept, for the products of linear algebra.
 */
import { inFixedOrder } from "./fixed-order.js";
import { everyNode } from "./graph.js";
import { type Program, type Runtime, runtime } from "./session.js";
import type { Operation, Tensor } from "./tensor.js";

interface KeptGraph {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Their form depends on sizes and threads. */
  readonly products: readonly Operation[];
  readonly programs: Map<string, Promise<Program>>;
}

const PRODUCTS = new Set(["Gemm", "MatMul", "Conv"]);

const keptGraph = (outputs: KeptGraph["outputs"]): KeptGraph => ({
  outputs,
  products: everyNode(Object.values(outputs)).filter(({ op }) => PRODUCTS.has(op)),
  programs: new Map(),
});

/** There are some twenty keys without sizes in them, and more for every width of rows. */
const MOST_GRAPHS = 64;

const kept = new WeakMap<Runtime, Map<string, KeptGraph>>();

/**
 * A program that is compiled once for each runtime and kept while it is among the last used; `key` names it. Its threads
 * sleep between runs: other programs' and those of `src/parallel` want the cores, and linear algebra took up to twice as
 * long beside them.
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
  const found = graphs.get(key) ?? keptGraph(graph());
  // Last used, last in the map.
  graphs.delete(key);
  graphs.set(key, found);
  if (graphs.size > MOST_GRAPHS) graphs.delete(graphs.keys().next().value!);
  const { outputs, products, programs } = found;
  const sharing = { slices: current.slices, sizes };
  const forms = products.map((node) => inFixedOrder(node, sharing).length).join();
  let program = programs.get(forms);
  if (!program) {
    program = current.program(outputs, { sizes, spin: false });
    programs.set(forms, program);
  }
  return program;
}
