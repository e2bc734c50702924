/**
 * @file Trained parameters, their moments and gradients, each in one stretch of memory that the runtime reads and writes and
 * that code of an optimizer passes over once.
 *
 * It is memory of the caller's thread alone: the runtime takes no memory that threads share.
 */
import { float32On } from "../parallel/wasm.js";
import { optimizerCodeOn } from "./optimizer-code.js";
import type { Optimizer, OptimizerCode } from "./optimizers.js";
import { fixed, type NdArray, sizeOf } from "./tensor.js";
import type { TrainingSpec, TrainingState } from "./training-program.js";
import { expectShape, slotsOf, trainedOf } from "./training-state.js";

/** Parameters begin where a vector does. */
const VECTOR = 4;
const PAGE = 65536;
/** All that addresses of 32 bits reach. */
const MOST_PAGES = 65536;

interface Part {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its first number in each stretch. */
  readonly start: number;
}

export class FlatState {
  readonly #spec: TrainingSpec;
  readonly #parts: readonly Part[];
  /** Numbers of a stretch. */
  readonly #size: number;
  readonly #code: OptimizerCode;
  readonly #parameters: Float32Array;
  readonly #moments: readonly Float32Array[];
  readonly #gradients: Float32Array;
  /** The state that is here, as it was given out. */
  #here: TrainingState | undefined;
  /** The stretches that states given out are views of. */
  readonly #given = new WeakMap<TrainingState, Float32Array[]>();

  constructor(spec: TrainingSpec) {
    this.#spec = spec;
    let start = 0;
    this.#parts = trainedOf(spec).map((name) => {
      const shape = spec.state[name]!.map((dim) => fixed(dim, "state"));
      const part = { name, shape, start };
      start += Math.ceil(sizeOf(shape) / VECTOR) * VECTOR;
      return part;
    });
    this.#size = start;
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
    const stretches = 2 + spec.optimizer.slots;
    // Growing gives a memory another buffer, on which all arrays are to stand.
    const first = float32On(memory, stretches * start).byteOffset;
    const [parameters, gradients, ...moments] = Array.from(
      { length: stretches },
      (_, i) => new Float32Array(memory.buffer, first + i * start * 4, start),
    );
    this.#parameters = parameters!;
    this.#gradients = gradients!;
    this.#moments = moments;
    this.#code = optimizerCodeOn(memory);
  }

  /** True where such a state has room. */
  static fits(spec: TrainingSpec): boolean {
    return (2 + spec.optimizer.slots) * trainedNumbers(spec) * 4 < (MOST_PAGES - 2) * PAGE;
  }

  /** Parameters by name, as they are now: a step changes them. */
  parameters(): Record<string, NdArray> {
    return this.#views(this.#parameters, (name) => name);
  }

  /** Arrays for the gradients by name. */
  gradients(): Record<string, NdArray> {
    return this.#views(this.#gradients, (name) => `${name}.gradient`);
  }

  /** Takes the parameters and moments of a state over. @throws RangeError for an array that is missing or has another shape. */
  load(state: TrainingState): void {
    if (state === this.#here) return;
    this.#here = undefined;
    for (const [stretch, nameOf] of this.#stretches()) {
      for (const part of this.#parts) {
        const name = nameOf(part.name);
        const { data } = expectShape(name, state[name], part.shape);
        stretch.set(data as Float32Array, part.start);
      }
    }
  }

  /**
   * Parameters and moments, which no later step changes, beside other state.
   * @param spare a state from here that nobody looks at any more: fresh memory takes longer than what is copied to it.
   */
  save(others: TrainingState, spare?: TrainingState): TrainingState {
    const rooms = (spare && this.#given.get(spare)) ?? [];
    if (spare) this.#given.delete(spare);
    const arrays: Record<string, NdArray> = { ...others };
    const copies = this.#stretches().map(([stretch, nameOf], i) => {
      const copy = rooms[i] ?? new Float32Array(stretch.length);
      copy.set(stretch);
      Object.assign(arrays, this.#views(copy, nameOf));
      return copy;
    });
    this.#given.set(arrays, copies);
    this.#here = arrays;
    return arrays;
  }

  /** Takes a step down the gradients. */
  step(optimizer: Optimizer, scalars: readonly number[]): void {
    this.#here = undefined;
    optimizer.advance(
      this.#code,
      {
        parameter: this.#parameters.byteOffset,
        gradient: this.#gradients.byteOffset,
        slots: this.#moments.map((moment) => moment.byteOffset),
        n: this.#size,
      },
      scalars,
    );
  }

  #stretches(): [Float32Array, (name: string) => string][] {
    return [
      [this.#parameters, (name) => name],
      ...this.#moments.map((moment, i): [Float32Array, (name: string) => string] => [
        moment,
        (name) => slotsOf(this.#spec, name)[i]!,
      ]),
    ];
  }

  #views(stretch: Float32Array, nameOf: (name: string) => string): Record<string, NdArray> {
    const views = this.#parts.map(({ name, shape, start }) => {
      const data = stretch.subarray(start, start + sizeOf(shape));
      return [nameOf(name), { dtype: "float32", shape, data } as NdArray] as const;
    });
    return Object.fromEntries(views);
  }
}

/** Memory of programs that take turns on one state, such as those for the whole batch and for the short last one. */
export class TrainingMemory {
  #flat: FlatState | undefined;

  of(spec: TrainingSpec): FlatState {
    this.#flat ??= new FlatState(spec);
    return this.#flat;
  }
}

/** Numbers that gradients train. */
export function trainedNumbers(spec: TrainingSpec): number {
  return trainedOf(spec).reduce(
    (sum, name) => sum + sizeOf(spec.state[name]!.map((dim) => fixed(dim, "state"))),
    0,
  );
}
