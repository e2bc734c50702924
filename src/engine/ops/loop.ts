/**
 * @file A loop inside the graph.
 */
import { int64 } from "../arrays.js";
import { constant, input, operation, type Shape, sameShape, show, type Tensor, type Vjp } from "../tensor.js";

/** Results of one iteration of `loop`. */
export interface LoopStep {
  /** The next state, shapes and types as before. */
  state: readonly Tensor[];
  /** Values to collect, one per iteration. */
  collect?: readonly Tensor[];
  /** Bool scalar: go on after this iteration. Default: until the count is reached. */
  proceed?: Tensor;
}

let loops = 0;

/**
 * Runs `body` `count` times (an int64 scalar or a number), carrying a state.
 * @param body from iteration number (int64 scalar) and state to the next state; it may use any tensor around it,
 *   and what does not depend on the loop is computed once, before it.
 * @param vjp from the cotangent and value of the first state to a recipe for the cotangent of each initial state;
 *   without it no gradient flows through the loop.
 * @returns the last state, and what was collected with one more axis in front.
 */
export function loop(
  count: Tensor | number,
  initial: readonly Tensor[],
  body: (iteration: Tensor, state: readonly Tensor[]) => LoopStep,
  vjp?: Vjp,
): { state: Tensor[]; collected: Tensor[] } {
  const prefix = `loop${loops++}`;
  const iteration = input(`${prefix}_iteration`, [], "int64");
  const before = input(`${prefix}_proceed`, [], "bool");
  const state = initial.map((t, i) => input(`${prefix}_state${i}`, t.shape, t.dtype));
  const step = body(iteration, state);
  step.state.forEach((t, i) => {
    const was = initial[i]!;
    if (!sameShape(t.shape, was.shape) || t.dtype !== was.dtype) {
      throw new RangeError(
        `loop: state ${i} was ${was.dtype} ${show(was.shape)}, the body makes it ${t.dtype} ${show(t.shape)}`,
      );
    }
  });
  const collect = step.collect ?? [];
  const trips = typeof count === "number" ? count : "steps";
  const outputs: { shape: Shape; dtype: Tensor["dtype"] }[] = [
    ...initial.map(({ shape, dtype }) => ({ shape, dtype })),
    ...collect.map(({ shape, dtype }) => ({ shape: [trips, ...shape], dtype })),
  ];
  const [first, ...more] = outputs;
  if (!first) throw new RangeError("loop: wants a state or something to collect");
  const done = operation("Loop", {
    inputs: [typeof count === "number" ? scalarInt64(count) : count, undefined, ...initial],
    shape: first.shape,
    dtype: first.dtype,
    more,
    vjp: vjp && ((g, y) => [undefined, undefined, ...vjp(g, y)]),
    attributes: {
      body: {
        inputs: [iteration, before, ...state],
        outputs: [step.proceed ?? before, ...step.state, ...collect],
      },
    },
  });
  const all = done.source.outputs;
  return { state: all.slice(0, initial.length), collected: all.slice(initial.length) };
}

function scalarInt64(value: number): Tensor {
  return constant(int64([], [value]));
}
