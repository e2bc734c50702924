/**
 * @file Training as one graph: an ONNX Loop of K steps, each of them minibatch, forward, backward and update.
 *
 * Minibatches are gathered in the graph from the data by an order that is drawn outside, and so is all noise:
 * the numbers do not depend on how many steps one run holds, nor on the runtime's own random operators, which
 * cannot be reproduced.
 */
import { ADDRESSABLE_32, inBytes, refuseMoreThanMemory } from "../parallel/memory.js";
import type { Random } from "../random.js";
import { float32, int64 } from "./arrays.js";
import { bytesOf, peakBytesOf } from "./footprint.js";
import { gradient } from "./gradient.js";
import { gather } from "./ops/gather.js";
import { loop } from "./ops/loop.js";
import type { Optimizer } from "./optimizers.js";
import { putSlices, stepsWithoutRepeats, takeSlices } from "./row-slices.js";
import type { Runtime } from "./session.js";
import {
  type DType,
  fixed,
  input,
  type NdArray,
  type Shape,
  sameShape,
  show,
  sizeOf,
  type Tensor,
  zeros,
} from "./tensor.js";

/** One minibatch, from which a loss is computed. */
export interface Batch {
  /** Each data array's rows of this batch, `[batchSize, …]`. */
  readonly data: Readonly<Record<string, Tensor>>;
  /** Their numbers among the rows of the training data, int64 `[batchSize]`: for losses with parameters of each row. */
  rows(): Tensor;
  /** False while a loss is evaluated on rows that are not trained on. */
  readonly training: boolean;
  /** Fresh standard normal numbers for every step. */
  normal(shape: Shape): Tensor;
  /** Fresh uniform numbers on [0, 1) for every step. */
  uniform(shape: Shape): Tensor;
  /** Fresh for every step: 1 with a probability in [0, 1], 0 else. */
  bernoulli(probability: number, shape: Shape): Tensor;
}

/** Results of a loss on one minibatch. */
export interface LossAndUpdates {
  /** The scalar to minimize. */
  loss: Tensor;
  /** The scalar that the history tells, where the one to minimize says little by itself. Default: the loss. */
  report?: Tensor;
  /** New values for state that no gradient trains, such as running means. */
  updates?: Readonly<Record<string, Tensor>>;
  /** Projections of trained state after the optimizer's step, such as to columns of unit norm: projected gradients. */
  project?: Readonly<Record<string, (updated: Tensor) => Tensor>>;
}

export interface TrainingSpec {
  /** Shape of one row of each data array. */
  data: Readonly<Record<string, readonly number[]>>;
  /** Arrays that change while training, by name. */
  state: Readonly<Record<string, Shape>>;
  /** Names in `state` that gradients train. */
  trainable: readonly string[];
  /**
   * Names in `state` with one slice for every row of the training data, and what the learning rate is multiplied by for
   * them. The loss is given the slices of its batch `[batchSize, …]`, and a step touches those alone, moments of the
   * optimizer included (lazily, as PyTorch's SparseAdam does), so that its cost does not grow with the data. While a
   * loss is evaluated on rows that are not trained on, it is given the whole array.
   */
  perRow?: Readonly<Record<string, number>>;
  loss(batch: Batch, state: Readonly<Record<string, Tensor>>): LossAndUpdates;
  optimizer: Optimizer;
  batchSize: number;
  /** False: the losses are computed and the state is left alone. Default true. */
  training?: boolean;
}

/** Named arrays: parameters, and the optimizer's moments as `NAME.slot0`, `NAME.slot1`. */
export type TrainingState = Readonly<Record<string, NdArray>>;

const SLOT = /\.slot\d+$/;

/** True for an array of a state that is one of the optimizer's. */
export const isSlot = (name: string): boolean => SLOT.test(name);

export interface RunArguments {
  state: TrainingState;
  /** Whole data arrays, `[rows, …]`. */
  data: Readonly<Record<string, NdArray>>;
  /** Positions in `data`, `steps · batchSize` of them. */
  order: BigInt64Array;
  /** The numbers of these rows in the training data; default: `order` itself. */
  rows?: BigInt64Array;
  /** Number of the first step, from 1: with the seed, it fixes all noise. */
  firstStep: number;
  /** Learning rate of each step; its length is the number of steps. */
  learningRates: readonly number[];
  random: Random;
}

/** A compiled training graph. */
export interface TrainingProgram {
  /** Moments of the optimizer before the first step. */
  initialSlots(): TrainingState;
  /** Takes the steps; gives the new state and the loss of each step, before its update. */
  run(args: RunArguments): Promise<{ state: TrainingState; losses: Float32Array }>;
  release(): Promise<void>;
}

interface Draw {
  fill(part: Float32Array, stream: Random): void;
  shape: readonly number[];
  tensor: Tensor;
  /** Memory for its numbers, run after run: fresh memory costs as much as the numbers in it. */
  space: Float32Array;
}

/**
 * Compiles a training graph for one batch size.
 * @throws MemoryError, before anything is allocated, if training asks for more memory than there is.
 */
export async function compileTraining(spec: TrainingSpec, runtime: Runtime): Promise<TrainingProgram> {
  const { batchSize, optimizer, training = true } = spec;
  const trainable = training ? spec.trainable : [];
  const rates = training ? (spec.perRow ?? {}) : {};
  const isPerRow = (name: string) => Object.hasOwn(rates, name.replace(SLOT, ""));
  const dataInputs = mapValues(spec.data, (shape, name) => input(`data_${name}`, ["rows", ...shape]));
  const order = input("order", ["steps", batchSize], "int64");
  const rowNumbers = input("rows", ["steps", batchSize], "int64");
  const count = input("steps", [], "int64");
  const scalarsFor = (prefix: string) =>
    optimizer.scalars(1, 0).map((_, i) => input(`${prefix}scalar${i}`, ["steps"]));
  const scalarInputs = scalarsFor("");
  const ratedInputs = mapValues(rates, (_, name) => scalarsFor(`${name}.`));

  const shapes: Record<string, Shape> = { ...spec.state };
  for (const name of trainable)
    for (let i = 0; i < optimizer.slots; i++) shapes[`${name}.slot${i}`] = spec.state[name]!;
  const stateBytes = Object.values(shapes).reduce((sum, shape) => sum + bytesOf(shape, "float32"), 0);
  const limit = runtime.backend === "wasm" ? ADDRESSABLE_32 : undefined;
  const refuse = (stepBytes: number) =>
    // A run is given the state and gives the next.
    refuseMoreThanMemory(
      2 * stateBytes + stepBytes,
      () => asked(shapes, stateBytes, batchSize, stepBytes),
      limit,
    );
  refuse(0);
  // Each step is given the slices of its own rows, of arrays that have a slice for every row.
  const initial = mapValues(shapes, (shape, name) =>
    input(name, isPerRow(name) ? ["steps", batchSize, ...shape.slice(1)] : shape),
  );
  const names = Object.keys(initial);
  const sliced = names.filter(isPerRow);
  const carried = names.filter((name) => !isPerRow(name));
  const draws: Draw[] = [];

  const states = carried.map((name) => initial[name]!);
  const { state, collected } = loop(count, states, (iteration, tensors) => {
    const current = Object.fromEntries([
      ...carried.map((name, i) => [name, tensors[i]!] as const),
      ...sliced.map((name) => [name, gather(initial[name]!, iteration)] as const),
    ]);
    const positions = gather(order, iteration);
    const draw = (shape: Shape, fill: Draw["fill"]) => {
      const sizes = shape.map((dim) => fixed(dim, "noise"));
      const all = input(`draw${draws.length}`, ["steps", ...sizes]);
      draws.push({ fill, shape: sizes, tensor: all, space: new Float32Array() });
      return gather(all, iteration);
    };
    const batch: Batch = {
      data: mapValues(dataInputs, (t) => gather(t, positions)),
      rows: () => gather(rowNumbers, iteration),
      training,
      normal: (shape) => draw(shape, (part, stream) => stream.fillNormal(part)),
      uniform: (shape) => draw(shape, (part, stream) => stream.fillUniform(part)),
      bernoulli: (probability, shape) =>
        draw(shape, (part, stream) => stream.fillBernoulli(part, probability)),
    };
    const {
      loss,
      report = loss,
      updates = {},
      project = {},
    } = spec.loss(
      batch,
      mapValues(spec.state, (_, name) => current[name]!),
    );
    const now = (inputs: readonly Tensor[]) => inputs.map((t) => gather(t, iteration));
    const [common, rated] = [now(scalarInputs), mapValues(ratedInputs, now)];
    const next = { ...current, ...(training ? updates : {}) };
    const gradients = gradient(
      loss,
      trainable.map((name) => current[name]!),
    );
    trainable.forEach((name, i) => {
      const slots = Array.from({ length: optimizer.slots }, (_, s) => current[`${name}.slot${s}`]!);
      const scalars = rated[name] ?? common;
      const [updated, ...newSlots] = optimizer.update(current[name]!, gradients[i]!, slots, scalars);
      next[name] = project[name]?.(updated!) ?? updated!;
      newSlots.forEach((t, s) => {
        next[`${name}.slot${s}`] = t;
      });
    });
    return {
      state: carried.map((name) => next[name]!),
      collect: [report, ...sliced.map((name) => next[name]!)],
    };
  });

  const inputs = [
    count,
    order,
    rowNumbers,
    ...scalarInputs,
    ...Object.values(ratedInputs).flat(),
    ...Object.values(dataInputs),
    ...draws.map((d) => d.tensor),
    ...Object.values(initial),
  ];
  const outputs = Object.fromEntries([
    ...carried.map((name, i) => [`${name}.next`, state[i]!] as const),
    ...sliced.map((name, i) => [`${name}.next`, collected[i + 1]!] as const),
    ["losses", collected[0]!],
  ]);
  refuse(
    peakBytesOf(Object.values(outputs)) +
      draws.reduce((sum, { shape }) => sum + bytesOf(shape, "float32"), 0),
  );
  const program = await runtime.program(outputs, { inputs });

  /** Steps of which each row is in one at most, where there are slices for every row. */
  async function runOnce(args: RunArguments): Promise<{ state: TrainingState; losses: Float32Array }> {
    const {
      state: before,
      data,
      order: positions,
      rows = positions,
      firstStep,
      learningRates,
      random,
    } = args;
    const steps = learningRates.length;
    const feeds: Record<string, NdArray> = {
      steps: int64([], [steps]),
      order: int64([steps, batchSize], positions),
      rows: int64([steps, batchSize], rows),
    };
    const feedScalars = (inputs: readonly Tensor[], factor: number) => {
      const scalars = learningRates.map((rate, i) => optimizer.scalars(firstStep + i, rate * factor));
      inputs.forEach((t, s) => {
        const data = Float32Array.from(scalars, (v) => v[s]!);
        feeds[t.source.name!] = float32([steps], data);
      });
    };
    feedScalars(scalarInputs, 1);
    for (const [name, inputs] of Object.entries(ratedInputs)) feedScalars(inputs, rates[name]!);
    for (const [name, array] of Object.entries(data)) feeds[`data_${name}`] = array;
    draws.forEach((draw, i) => {
      feeds[`draw${i}`] = fillDraw(draw, i, steps, firstStep, random);
    });
    for (const name of names) {
      const array = expectShape(name, before[name], shapes[name]!);
      feeds[name] = isPerRow(name) ? takeSlices(array, rows, steps) : array;
    }
    const results = await program.run(feeds);
    const after = (name: string) => {
      const array = results[`${name}.next`]!;
      return isPerRow(name) ? putSlices(before[name]!, rows, array) : array;
    };
    return {
      state: Object.fromEntries(names.map((name) => [name, after(name)])),
      losses: results.losses!.data as Float32Array,
    };
  }

  return {
    initialSlots() {
      const slots = Object.entries(shapes).filter(([name]) => !(name in spec.state));
      return Object.fromEntries(slots.map(([name, shape]) => [name, zeroArray("float32", shape)]));
    },
    async run(args) {
      if (sliced.length === 0) return runOnce(args);
      const { order: positions, rows = positions, firstStep, learningRates } = args;
      let state = args.state;
      const losses: number[] = [];
      for (const steps of stepsWithoutRepeats(rows, batchSize)) {
        const from = losses.length;
        const [low, high] = [from * batchSize, (from + steps) * batchSize];
        const part = await runOnce({
          ...args,
          state,
          order: positions.subarray(low, high),
          rows: rows.subarray(low, high),
          firstStep: firstStep + from,
          learningRates: learningRates.slice(from, from + steps),
        });
        state = part.state;
        losses.push(...part.losses);
      }
      return { state, losses: Float32Array.from(losses) };
    },
    release: () => program.release(),
  };
}

/** The array that asks for memory, for an error. */
function asked(
  shapes: Readonly<Record<string, Shape>>,
  stateBytes: number,
  batchSize: number,
  stepBytes: number,
): string {
  const size = ([, shape]: [string, Shape]) => bytesOf(shape, "float32");
  const [name, shape] = Object.entries(shapes).reduce((a, b) => (size(b) > size(a) ? b : a));
  const step = stepBytes > 0 ? `, a step on ${batchSize} rows ${inBytes(stepBytes)}` : "";
  return `training (parameters and moments ${inBytes(stateBytes)}, the largest ${name} ${show(shape)}${step})`;
}

function fillDraw(draw: Draw, index: number, steps: number, firstStep: number, random: Random): NdArray {
  const { fill, shape } = draw;
  const size = sizeOf(shape);
  if (draw.space.length < steps * size) draw.space = new Float32Array(steps * size);
  const data = draw.space.subarray(0, steps * size);
  for (let k = 0; k < steps; k++) {
    fill(data.subarray(k * size, (k + 1) * size), random.fork("draw", index, firstStep + k));
  }
  return float32([steps, ...shape], data);
}

function expectShape(name: string, array: NdArray | undefined, shape: Shape): NdArray {
  if (!array || !sameShape(array.shape, shape)) {
    throw new RangeError(
      `training: state "${name}" wants shape ${show(shape)}, got ${array ? show(array.shape) : "none"}`,
    );
  }
  return array;
}

function zeroArray(dtype: DType, shape: Shape): NdArray {
  const sizes = shape.map((dim) => fixed(dim, "state"));
  return { dtype, shape: sizes, data: zeros(dtype, sizeOf(sizes)) };
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  f: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
}
